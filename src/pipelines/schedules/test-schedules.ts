/** For tests: a pipeline to be started, and what starts it, which only writes down that it was. */
import { sql } from "kysely";
import { newId } from "../../base/index.ts";
import type { Database } from "../../store/index.ts";
import type { CheckPipeline } from "./schedules.ts";
import type { SubmitRun } from "./types.ts";

export interface FiredRun {
  readonly run_id: string;
  readonly schedule_id: string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** @returns the id of the workspace */
export async function prepareSchedules(database: Database): Promise<string> {
  const workspaceId = newId();
  await database
    .insertInto("workspaces")
    .values({ id: workspaceId, name: `test-${workspaceId}` })
    .execute();
  await database
    .insertInto("pipelines")
    .values({
      id: workspaceId,
      workspace_id: workspaceId,
      name: "retrain",
      description: "",
      default_version: 1,
      user_name: "test",
    })
    .execute();
  // Without a key, so that what is started twice is seen.
  await sql`CREATE TABLE IF NOT EXISTS fired (run_id text, schedule_id text, parameters jsonb)`.execute(database);
  return workspaceId;
}

export const writeDown: SubmitRun = async (trx, { id, scheduleId, parameters }) => {
  await sql`INSERT INTO fired VALUES (${id}, ${scheduleId}, ${JSON.stringify(parameters)}::jsonb)`.execute(trx);
};

export const anyPipeline: CheckPipeline = (_database, { workspaceId }) =>
  Promise.resolve({ pipelineId: workspaceId, version: null });

export async function firedRuns(database: Database, scheduleId: string): Promise<FiredRun[]> {
  const { rows } = await sql<FiredRun>`SELECT * FROM fired WHERE schedule_id = ${scheduleId}`.execute(database);
  return rows;
}
