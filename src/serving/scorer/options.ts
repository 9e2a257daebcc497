import type { Model } from "../../model/index.ts";

/** What one client may ask of the endpoint. */
export interface ScoringLimits {
  /** Bytes of a body. Default 10 MiB; more is answered with 413. */
  readonly bodyBytes: number;
  /** Rows of a request. Default 10,000; more are answered with 413. */
  readonly rows: number;
  /** Rows of a request with `explain`, which takes milliseconds a row. Default 100; more are answered with 413. */
  readonly explainedRows: number;
  /** Milliseconds until the headers must be there. Default 15,000; then 408 and the end of the connection. */
  readonly headersMilliseconds: number;
  /** Milliseconds until the whole request must be there. Default 60,000; then 408 and the end of the connection. */
  readonly requestMilliseconds: number;
  /** Milliseconds that `close` leaves to requests that are being answered. Default 2,000; then they are cut off. */
  readonly graceMilliseconds: number;
}

export interface ServeOptions {
  readonly model: Model;
  /** The address or name to listen on; 127.0.0.1 for this machine alone. */
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** What clients send as `Authorization: Bearer <key>`: printable ASCII without blanks. Let a machine make it: 16 bytes or more. */
  readonly key: string;
  /** Name of the service in its Swagger document. Default: the model's name. */
  readonly name?: string;
  readonly limits?: Partial<ScoringLimits>;
}

export interface Endpoint {
  /** Without a slash at the end: "http://127.0.0.1:8080". */
  readonly url: string;
  /** Ends idle connections at once and busy ones within the grace; then the port is free. */
  close(): Promise<void>;
}
