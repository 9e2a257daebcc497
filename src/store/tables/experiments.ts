import type { ColumnType, Generated } from "kysely";

/** Where runs are gathered. MLflow's experiment_id is `number`. */
export interface ExperimentsTable {
  readonly id: string;
  readonly workspace_id: string;
  /** Unique in the workspace; 0 is "Default", made by a trigger with the workspace. */
  readonly number: number;
  /** Unique in the workspace, also among deleted ones. */
  readonly name: string;
  readonly artifact_location: string;
  /** Name and value. */
  readonly tags: ColumnType<Record<string, string>, string | undefined, string>;
  readonly created_at: Generated<Date>;
  readonly updated_at: Generated<Date>;
  /** Null while it is active. */
  readonly deleted_at: Date | null;
}

/** The number that the next experiment of a workspace gets: numbers of purged ones are not given again. */
export interface ExperimentNumbersTable {
  readonly workspace_id: string;
  readonly next: number;
}
