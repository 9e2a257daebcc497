import type { Generated } from "kysely";

/** Everything but users and tokens belongs to one workspace (dev, prod, …). */
export interface WorkspacesTable {
  /** newId(). */
  readonly id: string;
  /** Unique among all. "default" is there from the start. */
  readonly name: string;
  readonly description: Generated<string>;
  readonly created_at: Generated<Date>;
  readonly archived_at: Date | null;
}
