/** The schema's history. A migration that was released is never changed; a new one is added at the end. */
import { sql } from "kysely";
import { Migrator, type Migration } from "kysely/migration";
import { SlipwayError } from "../../base/index.ts";
import { schemaName, type Database } from "../database.ts";
import { statementsOf } from "./apply-at-once.ts";
import { up as workspace } from "./0001-workspace.ts";
import { up as data } from "./0002-data.ts";
import { up as tracking } from "./0003-tracking.ts";
import { up as registry } from "./0004-registry.ts";
import { up as environments } from "./0005-environments.ts";
import { up as jobs } from "./0006-jobs.ts";
import { up as loggedModels } from "./0007-logged-models.ts";
import { up as endpoints } from "./0008-endpoints.ts";
import { up as batchRuns } from "./0009-batch-runs.ts";
import { up as pipelines } from "./0010-pipelines.ts";
import { up as compute } from "./0011-compute.ts";
import { up as runTokens } from "./0012-run-tokens.ts";
import { up as sessions } from "./0013-sessions.ts";
import { up as overviews } from "./0014-overviews.ts";
import { up as jobRuns } from "./0015-job-runs.ts";
import { up as savedViews } from "./0016-saved-views.ts";
import { up as jobPlans } from "./0017-job-plans.ts";

const migrations: Readonly<Record<string, Migration>> = {
  "0001-workspace": { up: workspace },
  "0002-data": { up: data },
  "0003-tracking": { up: tracking },
  "0004-registry": { up: registry },
  "0005-environments": { up: environments },
  "0006-jobs": { up: jobs },
  "0007-logged-models": { up: loggedModels },
  "0008-endpoints": { up: endpoints },
  "0009-batch-runs": { up: batchRuns },
  "0010-pipelines": { up: pipelines },
  "0011-compute": { up: compute },
  "0012-run-tokens": { up: runTokens },
  "0013-sessions": { up: sessions },
  "0014-overviews": { up: overviews },
  "0015-job-runs": { up: jobRuns },
  "0016-saved-views": { up: savedViews },
  "0017-job-plans": { up: jobPlans },
};

/** Name of the newest migration that this release knows. */
export const newestMigration = Object.keys(migrations).at(-1) as string;

/**
 * Brings the schema up to date; safe from several servers at once, since Kysely takes an advisory lock. Each call is
 * all or nothing: PostgreSQL's DDL is transactional.
 * @param to name of the last one to apply, for a backup of an older release; by default all
 * @throws SLW_STORE_NEWER where a newer release has migrated it already, or knows a migration that this one does not
 */
export async function migrate(database: Database, to: string = newestMigration): Promise<void> {
  if (to === newestMigration) return (await planMigration(database)).apply();
  await migrateByStep(database, to);
}

export interface MigrationPlan {
  /** Nothing is there yet: PostgreSQL will work for a while. */
  readonly isFirst: boolean;
  /** With the same meaning as `migrate`; where it is the first, its one message is on its way when it returns. */
  apply(): Promise<void>;
}

/** Looks at what the database has. */
export async function planMigration(database: Database): Promise<MigrationPlan> {
  const { rows } = await sql<{ found: boolean }>`
    SELECT to_regclass(${`${schemaName}.kysely_migration`}) IS NOT NULL AS found
  `.execute(database);
  if (rows[0]?.found) return { isFirst: false, apply: () => migrateByStep(database, newestMigration) };
  const statements = await statementsOf(migrations);
  return {
    isFirst: true,
    async apply() {
      try {
        await statements.execute(database);
      } catch (error) {
        // Another server was first: there is nothing left to do, or for the migrator to say what.
        if (!isThereAlready(error as { code?: string })) throw error;
        await migrateByStep(database, newestMigration);
      }
    },
  };
}

async function migrateByStep(database: Database, to: string): Promise<void> {
  if (!Object.hasOwn(migrations, to)) throw newer(to);
  await sql`CREATE SCHEMA IF NOT EXISTS ${sql.id(schemaName)}`.execute(database).catch((error: { code?: string }) => {
    if (!isThereAlready(error)) throw error;
  });
  const migrator = new Migrator({
    db: database,
    provider: { getMigrations: () => Promise.resolve({ ...migrations }) },
    migrationTableSchema: schemaName,
  });
  const { error } = await migrator.migrateTo(to);
  if (error === undefined) return;
  const unknown = await unknownMigration(database);
  if (unknown === null) throw error;
  throw newer(unknown);
}

function newer(migration: string): SlipwayError {
  return new SlipwayError("SLW_STORE_NEWER", `The database has the migration ${migration}, which this release lacks.`, {
    details: { expected: newestMigration, got: migration },
  });
}

/** Two servers that create a schema or a table in the same moment: one of them is told that it is there. */
function isThereAlready({ code = "" }: { code?: string }): boolean {
  return ["23505", "42P06", "42P07"].includes(code);
}

async function unknownMigration(database: Database): Promise<string | null> {
  const { rows } = await sql<{ name: string }>`SELECT name FROM kysely_migration ORDER BY name`.execute(database);
  return rows.map(({ name }) => name).find((name) => !Object.hasOwn(migrations, name)) ?? null;
}
