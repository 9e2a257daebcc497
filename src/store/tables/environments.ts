import type { Generated, JSONColumnType } from "kysely";

/** Where code of users runs, by name. */
export interface EnvironmentsTable {
  readonly id: string;
  readonly workspace_id: string;
  /** Unique in the workspace. */
  readonly name: string;
  readonly description: Generated<string>;
  readonly created_by: string;
  readonly created_at: Generated<Date>;
  readonly archived_at: Date | null;
  /** Its row's lock orders new versions. */
  readonly last_version: Generated<number>;
}

export interface EnvironmentVersionsTable {
  readonly id: string;
  readonly workspace_id: string;
  readonly environment_id: string;
  /** From 1. */
  readonly version: number;
  /** EnvironmentSpec of src/registry/environments. */
  readonly spec: JSONColumnType<object>;
  /** Of the specification, its keys in order: the same specification is the same version. */
  readonly sha256: string;
  readonly created_by: string;
  readonly created_at: Generated<Date>;
}
