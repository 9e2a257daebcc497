/** Earlier steps that answer for later ones. */
import { sql } from "kysely";
import type { Queryable } from "../../store/index.ts";
import type { StepOutputs, StepValue } from "../../definition/index.ts";
import type { StepDecision } from "./types.ts";

export interface Reusable {
  /** Run that its outputs are from. */
  readonly runId: string;
  readonly outputs: StepOutputs;
  readonly decision: StepDecision | null;
}

/** By fingerprint: the newest step that finished with it, where all that it gave is still there. */
export async function findReusable(
  trx: Queryable,
  workspaceId: string,
  fingerprints: readonly string[],
): Promise<Map<string, Reusable>> {
  const found = new Map<string, Reusable>();
  if (fingerprints.length === 0) return found;
  const rows = await trx
    .selectFrom("pipeline_steps")
    .distinctOn("fingerprint")
    .select(["fingerprint", "run_id", "reused_from", "outputs", "decision"])
    .where("workspace_id", "=", workspaceId)
    .where("fingerprint", "in", [...new Set(fingerprints)])
    // Not a parameter: the index is of finished steps alone, and PostgreSQL must know that it will do whatever comes.
    .where("state", "=", sql.lit("FINISHED"))
    .orderBy("fingerprint")
    .orderBy("ended_at", "desc")
    .execute();
  for (const row of rows) {
    const runId = row.run_id ?? row.reused_from;
    const outputs = (row.outputs ?? {}) as StepOutputs;
    if (runId === null || row.fingerprint === null || !(await isThere(trx, workspaceId, runId, outputs))) continue;
    found.set(row.fingerprint, { runId, outputs, decision: row.decision as StepDecision | null });
  }
  return found;
}

/** Neither the run nor anything that it gave was deleted since. */
export async function isThere(
  trx: Queryable,
  workspaceId: string,
  runId: string,
  outputs: StepOutputs,
): Promise<boolean> {
  const checks = [runIsThere(workspaceId, runId)];
  for (const value of Object.values(outputs)) if (value.type !== "value") checks.push(valueIsThere(workspaceId, value));
  const { rows } = await sql<{ there: boolean }>`SELECT ${sql.join(checks, sql` AND `)} AS there`.execute(trx);
  return rows[0]?.there === true;
}

const runIsThere = (workspaceId: string, runId: string) =>
  sql`EXISTS (SELECT FROM runs WHERE id = ${runId} AND workspace_id = ${workspaceId} AND deleted_at IS NULL)`;

function valueIsThere(workspaceId: string, value: Exclude<StepValue, { type: "value" }>) {
  switch (value.type) {
    case "dataset":
      return sql`EXISTS (
        SELECT FROM dataset_versions JOIN datasets ON datasets.id = dataset_versions.dataset_id
        WHERE datasets.workspace_id = ${workspaceId} AND datasets.name = ${value.dataset}
          AND dataset_versions.version = ${value.version}
      )`;
    case "model_version":
      return sql`EXISTS (
        SELECT FROM model_versions JOIN registered_models ON registered_models.id = model_versions.model_id
        WHERE model_versions.workspace_id = ${workspaceId} AND registered_models.name = ${value.model}
          AND model_versions.version = ${value.version}
      )`;
    default:
      return sql`(${runIsThere(workspaceId, value.runId)} AND EXISTS (
        SELECT FROM run_artifacts WHERE run_id = ${value.runId}
          AND (path = ${value.path} OR ${value.path} = '' OR starts_with(path, ${`${value.path}/`}))
      ))`;
  }
}
