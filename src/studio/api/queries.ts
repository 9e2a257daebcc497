/** Options for TanStack Query by operation: the key is the operation's id and its input, which is how events find it. */
import { infiniteQueryOptions, keepPreviousData, queryOptions, type QueryMeta } from "@tanstack/react-query";
import type { CallOptions, Client } from "../../contract/index.ts";
import { api } from "./client.ts";

export type OperationId = keyof Client;
export type InputOf<Id extends OperationId> = NonNullable<Parameters<Client[Id]>[0]>;
export type ResultOf<Id extends OperationId> = Awaited<ReturnType<Client[Id]>>;
/** Operations that answer with pages. */
type ListId = {
  [Id in OperationId]: ResultOf<Id> extends { readonly items: readonly unknown[]; readonly nextCursor?: string }
    ? Id
    : never;
}[OperationId];

type AnyCall<Id extends OperationId> = (input: InputOf<Id>, call: CallOptions) => Promise<ResultOf<Id>>;

export interface Call extends CallOptions {
  /** As a query is given it: whom to ask where a page is drawn. What the query then holds must outlive JSON. */
  readonly meta?: QueryMeta | undefined;
}

declare module "@tanstack/react-query" {
  interface Register {
    queryMeta: { readonly api?: Client };
  }
}

/** Calls an operation that is known by its id only. */
export function call<Id extends OperationId>(
  id: Id,
  input: InputOf<Id>,
  { meta, ...options }: Call = {},
): Promise<ResultOf<Id>> {
  return ((meta?.api ?? api)[id] as unknown as AnyCall<Id>)(input, options);
}

/** @param id of an operation that changes nothing */
export function query<Id extends OperationId>(id: Id, input: InputOf<Id>) {
  return queryOptions({
    queryKey: [id, input] as const,
    queryFn: ({ signal, meta }): Promise<ResultOf<Id>> => call(id, input, { signal, meta }),
  });
}

/** The same, with what was there before shown until the answer to a changed input is there. */
export function steadyQuery<Id extends OperationId>(id: Id, input: InputOf<Id>) {
  return { ...query(id, input), placeholderData: keepPreviousData };
}

/** Pages of a list, one after the other. */
export function infinite<Id extends ListId>(id: Id, input: InputOf<Id>) {
  const { query: asked } = input as { readonly query?: object };
  return infiniteQueryOptions({
    queryKey: [id, input, "pages"] as const,
    queryFn: ({ pageParam, signal, meta }): Promise<ResultOf<Id>> => {
      const page = { ...input, query: { ...asked, ...(pageParam !== null && { cursor: pageParam }) } };
      return call(id, page, { signal, meta });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => (last as { readonly nextCursor?: string }).nextCursor ?? null,
  });
}
