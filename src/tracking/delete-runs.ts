/** Runs that are deleted can be restored until they are purged. */
import { sql } from "kysely";
import { recordChange, transaction, type Actor, type Queryable } from "../store/index.ts";
import { checkTime } from "./check.ts";
import { checkExperimentActive, findExperimentRow, findRunRow, toRun } from "./rows.ts";
import { recordRun } from "./runs.ts";
import type { RunRef } from "./types.ts";

/** With all runs below it. Deleting what is deleted changes nothing. @throws SLW_TRACKING_RUN */
export async function deleteRun(database: Queryable, input: RunRef & { readonly actor: Actor }): Promise<void> {
  const { workspaceId, runId, actor } = input;
  await transaction(database, async (trx) => {
    const run = await findRunRow(trx, input);
    if (run.deleted_at !== null) return;
    await sql`
      WITH RECURSIVE ${family(workspaceId, runId)}
      UPDATE runs SET deleted_at = clock_timestamp(), deleted_with = ${runId}, updated_at = clock_timestamp()
      WHERE id IN (SELECT id FROM family) AND deleted_at IS NULL
    `.execute(trx);
    await recordRun(trx, workspaceId, toRun(run), actor, "deleted", "deleteRun");
  });
}

/** With the runs below it that were deleted with it. @throws SLW_TRACKING_RUN, SLW_TRACKING_EXPERIMENT_DELETED */
export async function restoreRun(database: Queryable, input: RunRef & { readonly actor: Actor }): Promise<void> {
  const { workspaceId, runId, actor } = input;
  await transaction(database, async (trx) => {
    const run = await findRunRow(trx, input);
    if (run.deleted_at === null) return;
    checkExperimentActive(await findExperimentRow(trx, { workspaceId, number: run.experiment_number }));
    await sql`
      WITH RECURSIVE ${family(workspaceId, runId)}
      UPDATE runs SET deleted_at = NULL, deleted_with = NULL, updated_at = clock_timestamp()
      WHERE id IN (SELECT id FROM family) AND deleted_with = (SELECT deleted_with FROM runs WHERE id = ${runId})
    `.execute(trx);
    await recordRun(trx, workspaceId, toRun(run), actor, "restored", "restoreRun");
  });
}

/** The run and all below it. UNION instead of UNION ALL: parents that go in a circle end it. */
function family(workspaceId: string, runId: string) {
  return sql`family AS (
    SELECT id FROM runs WHERE id = ${runId} AND workspace_id = ${workspaceId}
    UNION SELECT runs.id FROM runs JOIN family ON runs.parent_id = family.id WHERE runs.workspace_id = ${workspaceId}
  )`;
}

/** Runs of one transaction: so many that it is fast, so few that nobody waits for it. */
const purgedAtOnce = 200;
const logged = [
  "metrics",
  "latest_metrics",
  "run_params",
  "run_tags",
  "run_datasets",
  "run_models",
  "run_artifacts",
  "run_logs",
] as const;

/**
 * Removes for good what was deleted before `before`: runs with all that was logged, then empty deleted experiments, and
 * logged models with their files.
 * @returns number of runs
 * @throws SLW_TRACKING_INPUT for a moment that is none
 */
export async function purgeDeletedRuns(
  database: Queryable,
  input: { readonly workspaceId: string; readonly before: Date; readonly actor: Actor },
): Promise<number> {
  const { workspaceId, before, actor } = input;
  checkTime("before", before);
  let purged = 0;
  for (;;) {
    const count = await transaction(database, (trx) => purgeSome(trx, workspaceId, before));
    purged += count;
    if (count < purgedAtOnce) break;
  }
  await transaction(database, async (trx) => {
    await purgeExperiments(trx, workspaceId, before);
    const data = { runs: purged, before: before.toISOString() };
    const change = { type: "run.purged", subject: "run", action: "purgeDeletedRuns" };
    if (purged > 0) await recordChange(trx, { ...change, workspaceId, data, actor });
  });
  return purged;
}

async function purgeSome(trx: Queryable, workspaceId: string, before: Date): Promise<number> {
  const rows = await trx
    .selectFrom("runs")
    .select("id")
    .where("workspace_id", "=", workspaceId)
    .where("deleted_at", "<", before)
    .orderBy("id")
    .limit(purgedAtOnce)
    .forUpdate()
    .skipLocked()
    .execute();
  const ids = rows.map(({ id }) => id);
  if (ids.length === 0) return 0;
  // A run that was restored without its parent, or deleted later, stays.
  await trx.updateTable("runs").set({ parent_id: null }).where("parent_id", "in", ids).execute();
  for (const table of logged) await trx.deleteFrom(table).where("run_id", "in", ids).execute();
  await trx.deleteFrom("runs").where("id", "in", ids).execute();
  return ids.length;
}

async function purgeExperiments(trx: Queryable, workspaceId: string, before: Date): Promise<void> {
  const empty = await trx
    .selectFrom("experiments")
    .select("id")
    .where("workspace_id", "=", workspaceId)
    .where("deleted_at", "<", before)
    .where("number", ">", 0)
    .where((where) =>
      where.not(
        where.exists(where.selectFrom("runs").select("runs.id").whereRef("runs.experiment_id", "=", "experiments.id")),
      ),
    )
    .forUpdate()
    .execute();
  const ids = empty.map(({ id }) => id);
  await purgeModels(trx, { workspaceId, before, experimentIds: ids });
  if (ids.length === 0) return;
  await trx.deleteFrom("logged_datasets").where("experiment_id", "in", ids).execute();
  await trx.deleteFrom("experiments").where("id", "in", ids).execute();
}

/** Logged models that were deleted, or whose experiment goes, with their files, whose paths have the models' ids. */
async function purgeModels(
  trx: Queryable,
  {
    workspaceId,
    before,
    experimentIds,
  }: { readonly workspaceId: string; readonly before: Date; readonly experimentIds: readonly string[] },
): Promise<void> {
  await sql`
    WITH gone AS (
      DELETE FROM logged_models
      WHERE workspace_id = ${workspaceId} AND (deleted_at < ${before} OR experiment_id = ANY(${experimentIds}))
      RETURNING regexp_replace(artifact_uri, '^mlflow-artifacts:(//[^/]*)?/+', '') AS folder
    )
    DELETE FROM proxied_files USING gone
    WHERE workspace_id = ${workspaceId} AND path > gone.folder || '/' AND path < gone.folder || '0'
  `.execute(trx);
}
