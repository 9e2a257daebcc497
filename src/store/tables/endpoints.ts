import type { ColumnType, Generated, JSONColumnType } from "kysely";

/** Endpoints: what should be there (desired), and what was last seen of it (state). */
export interface EndpointsTable {
  readonly id: string;
  readonly workspace_id: string;
  /** Unique among those of the workspace that are not deleted. */
  readonly name: string;
  readonly description: string;
  readonly tags: JSONColumnType<Record<string, string>>;
  /** "quick" or "production" (Azure ML: ACI, AKS). */
  readonly compute_type: "quick" | "production";
  /** What its user wants. A deleted one is gone for users; the row stays until its processes and folder are gone too. */
  readonly desired: Generated<"started" | "stopped" | "deleted">;
  /** Azure ML's words for what is. */
  readonly state: Generated<"Transitioning" | "Healthy" | "Unhealthy" | "Failed" | "Stopped">;
  /** Why it is not healthy. */
  readonly state_reason: string | null;
  readonly auth_mode: "key" | "token" | "none";
  /** Whether a key was made for token auth: the Ed25519 private key, sealed (store/secrets). */
  readonly token_key: Buffer | null;
  /** serving/config, EndpointSettings. */
  readonly settings: JSONColumnType<object>;
  readonly host: string;
  readonly port: number;
  /** The data folder that has its folder, by an id of that folder's own: it stays the same when the machine starts anew. */
  readonly home: string;
  /** Rises with every change that its processes must learn of. */
  readonly revision: Generated<number>;
  /** What its processes were last seen to run. */
  readonly applied_revision: Generated<number>;
  readonly created_by: string;
  readonly created_at: Generated<Date>;
  readonly updated_at: Generated<Date>;
  /** The last request that was answered. */
  readonly last_request_at: Date | null;
}

export interface DeploymentsTable {
  readonly id: string;
  readonly workspace_id: string;
  readonly endpoint_id: string;
  /** Unique in the endpoint: "blue". */
  readonly name: string;
  readonly version_id: string;
  readonly state: Generated<"Transitioning" | "Healthy" | "Failed">;
  readonly state_reason: string | null;
  /** Why it failed: code, message and fix of the error. */
  readonly problem: JSONColumnType<{ code: string; message: string; fix: string }> | null;
  /** Percent that it gets once it is healthy. */
  readonly requested_traffic: number;
  /** Percent. */
  readonly traffic: Generated<number>;
  /** Percent before the last change of the traffic: where a rollback goes. */
  readonly previous_traffic: Generated<number>;
  readonly mirror: Generated<number>;
  readonly created_by: string;
  readonly created_at: Generated<Date>;
  readonly updated_at: Generated<Date>;
}

export interface EndpointKeysTable {
  readonly endpoint_id: string;
  readonly name: "primary" | "secondary";
  /** Sealed (store/secrets), context "endpoint/ID/NAME". */
  readonly sealed: Buffer;
  /** Hexadecimal SHA-256 of the key. */
  readonly sha256: string;
  /** Of the request that made it, so that one that is sent twice makes one key. */
  readonly request_id: string;
  readonly created_at: Generated<Date>;
  readonly expires_at: Date | null;
  readonly last_used_at: Date | null;
}

/** Requests by minute, deployment and kind of answer: what charts are drawn from. */
export interface EndpointMetricsTable {
  readonly endpoint_id: string;
  /** The start of the minute. */
  readonly minute: ColumnType<Date, Date | string, never>;
  /** Empty where the request was refused before one was chosen. */
  readonly deployment: string;
  /** "ok", or the code of an error. */
  readonly outcome: string;
  /** Copies for a mirrored deployment, counted apart. */
  readonly mirrored: boolean;
  readonly requests: number;
  readonly rows: number;
  /** Sum of their milliseconds. */
  readonly milliseconds: number;
  /** Counts of latencies by the buckets of serving/metrics; those after the last are 0. */
  readonly buckets: number[];
  /** Rows that were collected, and rows that were to be and for which there was no room; with "ok" only. */
  readonly collected: number;
  readonly dropped: number;
}

/** How far the files of an endpoint's processes have been read: rows and position change in one transaction. */
export interface EndpointFilesTable {
  readonly endpoint_id: string;
  readonly kind: "metrics" | "collected";
  readonly file: string;
  /** Bytes that were read. */
  readonly position: number;
  readonly updated_at: Generated<Date>;
}

/** Request logs that have left the disk of their endpoint: compressed lines in the artifact store. */
export interface EndpointLogSegmentsTable {
  readonly id: string;
  readonly endpoint_id: string;
  readonly first_at: Date;
  readonly last_at: Date;
  readonly lines: number;
  readonly sha256: string;
  /** Bytes, compressed. */
  readonly size: number;
}

/** Collected rows in the artifact store: a Parquet file of an hour, or of a part of it. */
export interface CollectedFilesTable {
  readonly id: string;
  readonly endpoint_id: string;
  readonly deployment: string;
  readonly model: string;
  readonly model_version: number;
  /** "inputs" (with predictions), "labels". */
  readonly designation: "inputs" | "labels";
  /** The start of the hour. */
  readonly hour: Date;
  /** As Azure ML's data collector names it (CONTRACTS 4.10), ".parquet" in place of ".csv". */
  readonly path: string;
  readonly rows: number;
  readonly sha256: string;
  readonly size: number;
  readonly created_at: Generated<Date>;
}
