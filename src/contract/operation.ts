/** What an operation of the HTTP API is, as data: the server's routes, the OpenAPI document and the client come from it. */
import type { Static, TObject, TSchema } from "typebox";

/**
 * Who may call it: anybody; whoever has a token; an administrator; or who has at least this role in the workspace of
 * the path. Each role may do what those before it may: reader, scorer, contributor, owner.
 */
export type Access = "public" | "user" | "admin" | "reader" | "scorer" | "contributor" | "owner";

export interface Operation {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** From the root, parameters in braces; a last parameter with a star takes slashes: "/files/{path*}". */
  readonly path: string;
  /** One sentence, imperative. */
  readonly summary: string;
  readonly description?: string;
  /** Heading in the documentation. */
  readonly tag: string;
  readonly access: Access;
  /** Where a parameter of the path is more than a name of 1 to 255 characters. */
  readonly params?: TObject;
  /** Strings, numbers, booleans, enumerations and arrays of them (repeated keys). */
  readonly query?: TObject;
  /** Sent as JSON. */
  readonly body?: TSchema;
  /** The body is bytes, read as a stream: its media types. */
  readonly upload?: readonly string[];
  /** Of a success; 204 where the result is null, otherwise 200 by default. */
  readonly status?: 200 | 201 | 202;
  /** JSON of a success; null for none. Absent with `download` and `events`. */
  readonly result?: TSchema | null;
  /** The answer is bytes of this media type. */
  readonly download?: string;
  /** The answer is a stream of server-sent events; the data of each has this schema. */
  readonly events?: TSchema;
  /** Error statuses beyond those that follow from the fields above (401, 403, 404, 400, 413, 415). */
  readonly errors?: readonly number[];
}

/** Gives an operation its exact type. */
export function operation<const O extends Operation>(definition: O): O {
  return definition;
}

type ParamNames<Path extends string> = Path extends `${string}{${infer Name}}${infer Rest}`
  ? (Name extends `${infer Plain}*` ? Plain : Name) | ParamNames<Rest>
  : never;

/** Parameters of the path. */
export type ParamsOf<O extends Operation> = { readonly [Name in ParamNames<O["path"]>]: string };
export type QueryOf<O extends Operation> = O["query"] extends TSchema ? Static<O["query"]> : Record<never, never>;
export type BodyOf<O extends Operation> = O["body"] extends TSchema ? Static<O["body"]> : undefined;
export type ResultOf<O extends Operation> = O["result"] extends TSchema ? Static<O["result"]> : undefined;
/** Data of each server-sent event. */
export type EventOf<O extends Operation> = O["events"] extends TSchema ? Static<O["events"]> : undefined;

/** Names of the parameters in a path, a trailing star left out. */
export function paramNames(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\*?\}/g)].map((match) => match[1] as string);
}
