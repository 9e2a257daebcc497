import type { Generated, JSONColumnType } from "kysely";

export interface ModelVersionsTable {
  readonly id: string;
  readonly workspace_id: string;
  readonly model_id: string;
  /** From 1, without gaps, never given again. */
  readonly version: number;
  readonly description: string;
  readonly tags: JSONColumnType<Record<string, string>>;
  readonly stage: Generated<"None" | "Staging" | "Production" | "Archived">;
  readonly status: "PENDING_REGISTRATION" | "READY" | "FAILED_REGISTRATION";
  readonly status_message: Generated<string>;
  readonly kind: "slipway" | "onnx" | "mlflow";
  readonly algorithm: string;
  readonly task: "classification" | "regression" | null;
  readonly target: string | null;
  readonly primary_metric: string | null;
  /** Finite numbers only. */
  readonly metrics: JSONColumnType<Record<string, number>>;
  readonly params: JSONColumnType<Record<string, string>>;
  /** All that the files say about themselves (registry/types.ts, ModelContents). */
  readonly contents: JSONColumnType<object>;
  readonly primary_sha256: string | null;
  /** Bytes of all files. */
  readonly size: number;
  readonly source_uri: string;
  readonly run_id: string | null;
  readonly artifact_path: string | null;
  readonly logged_model_id: string | null;
  readonly run_link: string | null;
  readonly dataset_name: string | null;
  readonly dataset_version: number | null;
  readonly code_commit: string | null;
  /** Name of the user. */
  readonly registered_by: string;
  /** All four are null where the version is not restricted. */
  readonly restriction: "stale" | "revoked" | null;
  readonly restriction_reason: string | null;
  readonly restricted_by: string | null;
  readonly restricted_at: Date | null;
  readonly created_at: Generated<Date>;
  readonly updated_at: Generated<Date>;
}

/** A version's files; the bytes are in the artifact store. */
export interface ModelVersionFilesTable {
  readonly version_id: string;
  /** Relative, with slashes. */
  readonly path: string;
  readonly sha256: string;
  readonly size: number;
}

/** What uses a version: filled by serving and releases; a version in use is not deleted. */
export interface ModelUsesTable {
  readonly id: string;
  readonly workspace_id: string;
  readonly version_id: string;
  /** "deployment", "release". */
  readonly kind: string;
  /** "bank/blue"; unique for a version and kind. */
  readonly name: string;
  readonly since: Generated<Date>;
}
