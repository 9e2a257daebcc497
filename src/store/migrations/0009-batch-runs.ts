/** Runs that score a dataset. */
import { sql, type Kysely } from "kysely";

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    ALTER TABLE runs DROP CONSTRAINT runs_kind_check;
    ALTER TABLE runs ADD CONSTRAINT runs_kind_check
      CHECK (kind IN ('automl', 'trial', 'mlflow', 'pipeline', 'step', 'command', 'batch'));
  `.execute(db);
}
