/**
 * Forms of requests and answers: Azure ML v1 and v2, MLflow, Open Inference Protocol, CSV, NDJSON. A wire only
 * translates; what a row may hold is the backend's to say.
 */
import type { InputChecks, RowsToScore, ScoredRows, ScoringSchema } from "../backends/types.ts";
import type { EndpointSettings } from "../config/index.ts";

export interface WireRequest {
  /** Path as it was sent, without the query. */
  readonly path: string;
  /** As it was sent, without the question mark; empty for none. */
  readonly query: string;
  /** The part of the Content-Type before parameters, lower case. */
  readonly mediaType: string;
  /** What the client takes in return: its Accept header; null for none. */
  readonly accept: string | null;
  readonly body: Buffer;
  readonly schema: ScoringSchema;
  /** Those of now: they may change from request to request. */
  readonly settings: Pick<EndpointSettings, "resultAsString" | "maxRows" | "explainedRows"> & InputChecks;
  /** Name and version of the model that answers. */
  readonly model: { readonly name: string; readonly version: number };
}

/** Where in a body the rows stand as they are scored. */
export interface RowsSource {
  /** JSON in UTF-8, without a byte order mark. */
  readonly body: Buffer;
  /** Keys, separated by dots: "Inputs.data". */
  readonly rowsAt: string;
}

export interface ParsedRequest {
  readonly rows: RowsToScore;
  /** Null where the rows were arranged anew, or the body is no JSON. */
  readonly source: RowsSource | null;
  /** Makes the body of the answer. */
  readonly format: (answer: ScoredRows) => WireAnswer;
}

export interface WireAnswer {
  readonly contentType: string;
  readonly body: string | Uint8Array;
  /** JSON of the answer's `result`, where it was made: nobody need make it again. */
  readonly result?: string;
}

export interface Wire {
  /** As logs and metrics name it: "azure", "mlflow", "oip", "csv", "ndjson". */
  readonly name: string;
  /** @throws SLW_HTTP_*, SLW_SCORE_DATA, SLW_SCORE_METHOD, SLW_SCORE_MODEL, SLW_HTTP_ROWS */
  parse(request: WireRequest): ParsedRequest;
  /** The body of a refusal in the form that clients of this wire read; absent: problem+json. */
  readonly errorBody?: (problem: { readonly status: number; readonly detail: string }) => unknown;
}
