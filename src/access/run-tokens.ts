/** Tokens that a step gets: of the user who asked for the run, for its workspace, while its attempt runs. */
import { newId } from "../base/index.ts";
import type { Database, Queryable } from "../store/index.ts";
import { hashToken, newTokenText } from "./tokens.ts";

export interface NewRunToken {
  readonly userId: string;
  readonly workspaceId: string;
  /** Run of the step, and the attempt at it. */
  readonly runId: string;
  readonly attempt: number;
  /** Should the end of the attempt never be noticed. */
  readonly expiresAt: Date;
}

/** It gives its bearer the user's role in the workspace, at most contributor. @returns the token; it is stored nowhere */
export async function issueRunToken(
  database: Queryable,
  { userId, workspaceId, runId, attempt, expiresAt }: NewRunToken,
): Promise<string> {
  const token = newTokenText();
  await database
    .insertInto("tokens")
    .values({
      id: newId(),
      user_id: userId,
      name: `step ${runId}`,
      hash: hashToken(token),
      expires_at: expiresAt,
      workspace_id: workspaceId,
      run_id: runId,
      attempt,
    })
    .execute();
  return token;
}

/** Removes those of all attempts. */
export async function revokeRunTokens(database: Queryable, runId: string): Promise<void> {
  await database.deleteFrom("tokens").where("run_id", "=", runId).execute();
}

/** Removes what steps left whose workers died: such tokens are good for nothing any more. */
export async function purgeRunTokens(database: Database): Promise<void> {
  await database.deleteFrom("tokens").where("run_id", "is not", null).where("expires_at", "<", new Date()).execute();
}
