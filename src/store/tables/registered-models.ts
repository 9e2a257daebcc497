import type { Generated, JSONColumnType } from "kysely";

export interface RegisteredModelsTable {
  readonly id: string;
  readonly workspace_id: string;
  /** Unique in the workspace. */
  readonly name: string;
  readonly description: Generated<string>;
  readonly tags: JSONColumnType<Record<string, string>>;
  /** Name of the user. */
  readonly created_by: string;
  readonly created_at: Generated<Date>;
  /** Of the model, its versions and aliases. */
  readonly updated_at: Generated<Date>;
  readonly archived_at: Date | null;
  /** The greatest number that a version ever had: the next one has one more. Its row's lock orders registrations. */
  readonly last_version: Generated<number>;
}

/** Names for versions, given by people: "champion". */
export interface ModelAliasesTable {
  readonly model_id: string;
  readonly alias: string;
  readonly version_id: string;
}
