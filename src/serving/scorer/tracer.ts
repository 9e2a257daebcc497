import type { Exchange } from "./exchange.ts";

/** Makes spans of requests that are answered. Costs nothing but time of this process: deliveries are its own affair. */
export interface Tracer {
  /** @returns the id of the request's trace; null where there was no room for a span */
  trace(exchange: Exchange, status: number, code: string | null, milliseconds: number): string | null;
  counts(): SpanCounts;
  /** Sends what waits, for a moment. Never rejects. */
  close(): Promise<void>;
}

export interface SpanCounts {
  readonly sent: number;
  /** Not taken by the collector. */
  readonly failed: number;
  /** Without room in the queue. */
  readonly dropped: number;
  readonly waiting: number;
}
