/** Options for TanStack Query by operation: the key is the operation's id and its input, which is how events find it. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";
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

/** Calls an operation that is known by its id only. */
export function call<Id extends OperationId>(
  id: Id,
  input: InputOf<Id>,
  options: CallOptions = {},
): Promise<ResultOf<Id>> {
  return (api[id] as unknown as AnyCall<Id>)(input, options);
}

/** @param id of an operation that changes nothing */
export function query<Id extends OperationId>(id: Id, input: InputOf<Id>) {
  return queryOptions({
    queryKey: [id, input] as const,
    queryFn: ({ signal }): Promise<ResultOf<Id>> => call(id, input, { signal }),
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
    queryFn: ({ pageParam, signal }): Promise<ResultOf<Id>> => {
      const page = { ...input, query: { ...asked, ...(pageParam !== null && { cursor: pageParam }) } };
      return call(id, page, { signal });
    },
    initialPageParam: null as string | null,
    getNextPageParam: (last) => (last as { readonly nextCursor?: string }).nextCursor ?? null,
  });
}
