import type { Generated } from "kysely";

/** Views of lists that a user has given a name: theirs alone. */
export interface SavedViewsTable {
  readonly id: string;
  readonly workspace_id: string;
  readonly user_id: string;
  /** Of the studio, below the workspace: "jobs". */
  readonly page: string;
  /** Unique among the user's of the page. */
  readonly name: string;
  /** Its search parameters, from the question mark on; empty: none. */
  readonly search: string;
  readonly created_at: Generated<Date>;
}
