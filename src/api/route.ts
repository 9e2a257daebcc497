/** From an operation of the contract to a route of the server: typed handlers, checked input, checked output. */
import type { IncomingHttpHeaders } from "node:http";
import type { Readable } from "node:stream";
import type { Principal } from "../access/index.ts";
import type { Log } from "../base/index.ts";
import type { BodyOf, EventOf, Operation, ParamsOf, QueryOf, ResultOf } from "../contract/index.ts";
import type { Actor } from "../store/index.ts";

/** What a handler is given: all of it has passed the operation's schemas. */
export interface Call<O extends Operation> {
  readonly params: ParamsOf<O>;
  readonly query: QueryOf<O>;
  readonly body: BodyOf<O>;
  /** The bytes of the body, for operations with `upload`. Whoever takes them must read or destroy them. */
  readonly upload: Readable;
  readonly headers: IncomingHttpHeaders;
  /** Who is at the other end of the connection. */
  readonly peer: { readonly address: string; readonly isSecure: boolean };
  /** Of the answer, where it is a success. */
  setHeader(name: string, value: string): void;
  /** Who asks; operations with access "public" have nobody and must not read it. */
  readonly principal: Principal;
  /** The workspace of the path; operations without one must not read it. */
  readonly workspace: WorkspaceRef;
  /** The principal as the audit log shows it: for recordChange. */
  readonly actor: Actor;
  readonly requestId: string;
  readonly log: Log;
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /**
   * Id for what this POST creates: the same when the client sends the same request again with the same Idempotency-Key, so
   * that `INSERT … ON CONFLICT (id) DO NOTHING` creates it once. Without a key it is new each time.
   */
  readonly idempotentId: string;
}

export interface WorkspaceRef {
  readonly id: string;
  readonly name: string;
}

/** Bytes as an answer. */
export interface Download {
  readonly stream: Readable;
  readonly contentType?: string;
  /** Bytes. */
  readonly length?: number;
  /** Offered to the browser: always as an attachment. */
  readonly fileName?: string;
  /** Strong validator of the whole, in quotation marks; the client may ask for ranges of what has one. */
  readonly etag?: string;
  /** 206 where a range was asked for and is sent. */
  readonly contentRange?: string;
}

export interface ServerSentEvent<Data> {
  /** What the client sends back as Last-Event-ID after a break. */
  readonly id?: string;
  readonly data: Data;
}

type Answer<O extends Operation> = O["events"] extends object
  ? AsyncIterable<ServerSentEvent<EventOf<O>>>
  : O["download"] extends string
    ? Download
    : ResultOf<O>;

export type Handler<O extends Operation> = (call: Call<O>) => Promise<Answer<O>>;

export interface Route {
  readonly operation: Operation;
  readonly handle: Handler<Operation>;
}

export function route<const O extends Operation>(operation: O, handle: Handler<O>): Route {
  return { operation, handle: handle as unknown as Handler<Operation> };
}
