import type { ColumnType, Generated } from "kysely";

type Texts = Readonly<Record<string, string>>;

/** MLflow's logged models: what log_model makes. Their files are proxied files below artifact_uri. */
export interface LoggedModelsTable {
  /** "m-" and 32 hexadecimal digits, as MLflow makes them. */
  readonly id: string;
  readonly workspace_id: string;
  readonly experiment_id: string;
  readonly name: string;
  readonly model_type: string | null;
  /** As the client says: it need not be a run. */
  readonly source_run_id: string | null;
  /** PENDING until the client says that its files are there. */
  readonly status: "PENDING" | "READY" | "FAILED";
  /** "mlflow-artifacts:/0/models/m-…/artifacts". */
  readonly artifact_uri: string;
  readonly params: ColumnType<Texts, string, string>;
  readonly tags: ColumnType<Texts, string, string>;
  readonly created_at: Generated<Date>;
  readonly updated_at: Generated<Date>;
  readonly deleted_at: Date | null;
}
