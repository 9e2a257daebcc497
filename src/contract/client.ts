/**
 * The typed client of the HTTP API: a method for each operation, its types taken from the operation. Works wherever
 * `fetch` does: Node, browsers, workers.
 */
import type { Static, TSchema } from "typebox";
import { readServerSentEvents } from "./event-source.ts";
import { paramNames, type BodyOf, type Operation, type ParamsOf, type QueryOf } from "./operation.ts";
import { operations, type Operations } from "./operations/index.ts";
import type { Problem } from "./problem.ts";

export interface ClientOptions {
  /** Of the server: "http://127.0.0.1:8080". */
  readonly url: string;
  /** Absent in the studio, whose session is a cookie. */
  readonly token?: string;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** For operations whose path has {workspace}. Default: "default". */
  readonly workspace?: string;
  readonly fetch?: typeof fetch;
}

/** An answer that is not a success. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** HTTP status. */
  readonly status: number;
  /** What the server said; null where the answer is not of Slipway (a proxy's page). */
  readonly problem: Problem | null;
  constructor(status: number, problem: Problem | null) {
    super(problem ? `${problem.detail} ${problem.fix}` : `The server answered with status ${status}.`);
    this.status = status;
    this.problem = problem;
  }
}

export interface CallOptions {
  readonly signal?: AbortSignal;
  /** Sent as Idempotency-Key: the same key for the same POST has one effect. */
  readonly idempotencyKey?: string;
  /** Where a broken stream of events goes on. */
  readonly lastEventId?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Everything that an operation takes, as one object: its path's parameters but for the workspace, `query`, `body`. */
type Input<O extends Operation> = Omit<ParamsOf<O>, "workspace"> & {
  readonly workspace?: string;
} & (O["query"] extends TSchema ? { readonly query?: QueryOf<O> } : unknown) &
  (O["body"] extends TSchema ? { readonly body: BodyOf<O> } : unknown) &
  (O["upload"] extends readonly string[]
    ? { readonly upload: RequestInit["body"]; readonly mediaType: O["upload"][number] }
    : unknown);

/** One event of a stream. */
export interface ClientEvent<Data> {
  readonly id: string | null;
  readonly data: Data;
}

type Result<O extends Operation> = O["events"] extends TSchema
  ? Promise<AsyncIterable<ClientEvent<Static<O["events"]>>>>
  : O["download"] extends string
    ? Promise<Response>
    : Promise<O["result"] extends TSchema ? Static<O["result"]> : undefined>;

type OptionalInput<O extends Operation> = Record<never, never> extends Input<O> ? [Input<O>?] : [Input<O>];

/** client.listModels({ query: { limit: 10 } }), client.getModel({ model: "bank" }) … */
export type Client = {
  readonly [Id in keyof Operations]: (
    ...given: [...OptionalInput<Operations[Id]>, options?: CallOptions]
  ) => Result<Operations[Id]>;
};

/** What a request needs to know of its operation; the rest is for types, documents and servers. */
export type OperationShape = Pick<Operation, "method" | "path"> & {
  readonly [Part in "query" | "body" | "upload" | "download" | "events"]?: unknown;
};

export function createClient(options: ClientOptions): Client {
  return createClientFrom(operations as Record<string, Operation>, options);
}

/** A client that carries no schemas: for the studio, whose build leaves only the shapes of them. */
export function createClientFrom(shapes: Readonly<Record<string, OperationShape>>, options: ClientOptions): Client {
  const methods: Record<string, unknown> = {};
  for (const [id, operation] of Object.entries(shapes)) {
    methods[id] = (input: AnyInput = {}, call: CallOptions = {}) => send(options, operation, input, call);
  }
  return methods as Client;
}

type AnyInput = Readonly<Record<string, unknown>>;

async function send(
  options: ClientOptions,
  operation: OperationShape,
  input: AnyInput,
  call: CallOptions,
): Promise<unknown> {
  const response = await (options.fetch ?? fetch)(urlOf(options, operation, input), {
    method: operation.method,
    headers: headersOf(options, operation, input, call),
    ...bodyOf(operation, input),
    ...(call.signal && { signal: call.signal }),
  });
  if (!response.ok) throw new ApiError(response.status, await readProblem(response));
  if (operation.events) return readServerSentEvents(response);
  if (operation.download !== undefined) return response;
  return response.status === 204 ? undefined : response.json();
}

function urlOf({ url, workspace = "default" }: ClientOptions, { path, query }: OperationShape, input: AnyInput): URL {
  let filled = path;
  for (const name of paramNames(path)) {
    const value = input[name] ?? (name === "workspace" ? workspace : undefined);
    if (typeof value !== "string" || value === "") throw new TypeError(`The parameter ${name} is missing.`);
    filled = filled
      .replace(`{${name}*}`, () => value.split("/").map(encodeURIComponent).join("/"))
      .replace(`{${name}}`, () => encodeURIComponent(value));
  }
  const result = new URL(filled, url);
  if (query === undefined) return result;
  for (const [name, value] of Object.entries((input["query"] ?? {}) as Record<string, unknown>)) {
    if (value === undefined) continue;
    for (const item of Array.isArray(value) ? (value as unknown[]) : [value])
      result.searchParams.append(name, String(item));
  }
  return result;
}

function headersOf(
  { token, headers }: ClientOptions,
  { body, upload }: OperationShape,
  input: AnyInput,
  call: CallOptions,
): Record<string, string> {
  return {
    ...headers,
    ...call.headers,
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
    ...(body !== undefined && { "content-type": "application/json" }),
    ...(upload !== undefined && { "content-type": input["mediaType"] as string }),
    ...(call.idempotencyKey !== undefined && { "idempotency-key": call.idempotencyKey }),
    ...(call.lastEventId !== undefined && { "last-event-id": call.lastEventId }),
  };
}

function bodyOf({ body, upload }: OperationShape, input: AnyInput): RequestInit {
  if (upload) return { body: input["upload"] as NonNullable<RequestInit["body"]>, duplex: "half" } as RequestInit;
  return body ? { body: JSON.stringify(input["body"]) } : {};
}

async function readProblem(response: Response): Promise<Problem | null> {
  if (!(response.headers.get("content-type") ?? "").startsWith("application/problem+json")) return null;
  return (await response.json().catch(() => null)) as Problem | null;
}
