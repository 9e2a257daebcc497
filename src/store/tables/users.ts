import type { ColumnType, Generated } from "kysely";

export interface UsersTable {
  readonly id: string;
  /** Unique, compared without case. */
  readonly name: string;
  /** May do everything in every workspace, and manage users and workspaces. */
  readonly is_admin: boolean;
  readonly created_at: Generated<Date>;
  /** No token of theirs works from then on. */
  readonly disabled_at: Date | null;
}

export interface TokensTable {
  readonly id: string;
  readonly user_id: string;
  /** What it is for, in the user's words. */
  readonly name: string;
  /** SHA-256 of the token; the token itself is shown once and never stored. */
  readonly hash: Buffer;
  readonly created_at: Generated<Date>;
  readonly expires_at: Date | null;
  /** To the minute. */
  readonly last_used_at: Date | null;
  readonly revoked_at: Date | null;
  /**
   * Of a token that was issued for an attempt of a run: it is good in this workspace alone, and while the attempt runs.
   * All three, or none.
   */
  readonly workspace_id: Generated<string | null>;
  readonly run_id: Generated<string | null>;
  readonly attempt: Generated<number | null>;
}

/** A browser that is signed in by a token. */
export interface SessionsTable {
  /** SHA-256 of the secret in its cookie. */
  readonly hash: Buffer;
  readonly token_id: string;
  readonly created_at: Generated<Date>;
  /** To the minute. */
  readonly used_at: Generated<Date>;
  /** At the latest. */
  readonly expires_at: Date;
}

export type RoleName = "reader" | "scorer" | "contributor" | "owner";

export interface RoleAssignmentsTable {
  readonly workspace_id: string;
  readonly user_id: string;
  readonly role: ColumnType<RoleName>;
}
