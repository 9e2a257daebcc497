/** For tests: a workspace whose pipelines run on workers of test-step-worker.ts, with a real PostgreSQL. */
import { sql } from "kysely";
import { newId, silentLog } from "../../base/index.ts";
import { startCompute, type Compute, type ComputeOptions } from "../../compute/index.ts";
import { openDatabase, serverActor, transaction, type Actor, type Database } from "../../store/index.ts";
import { testDatabase } from "../../store/testing.ts";
import type { Step, StoredDefinition } from "../../definition/index.ts";
import { keepRunStatus } from "../jobs/run-status.ts";
import { getPipelineRun, type PipelineRun } from "./read-run.ts";
import { startPipelineRuns, type PipelineRuns, type PipelineRunsOptions } from "./start-pipeline-runs.ts";
import { submitPipelineRun, type NewPipelineRun } from "./submit.ts";

export interface TestPipelines {
  readonly workspaceId: string;
  readonly url: string;
  readonly database: Database;
  readonly runs: () => PipelineRuns;
  startRuns(options?: Partial<PipelineRunsOptions>): PipelineRuns;
  startWorkers(options?: Partial<ComputeOptions>): Compute;
  submit(
    steps: Record<string, Step>,
    input?: Partial<NewPipelineRun> & { readonly define?: Partial<StoredDefinition> },
  ): Promise<string>;
  read(runId: string): Promise<PipelineRun>;
  /** Asks every 10 ms. */
  until(runId: string, isSo: (run: PipelineRun) => boolean): Promise<PipelineRun>;
  ended(runId: string): Promise<PipelineRun>;
  /** How often each step of the run has ended so, as its worker wrote it. */
  counts(runId: string, how: string): Promise<Record<string, number>>;
  close(): Promise<void>;
}

export const ann: Actor = { userId: null, userName: "ann", requestId: null };

/** A command that test-step-worker.ts understands: "emit x=1 sleep=20" gives x, after 20 ms. */
export function command(words: string, more: Partial<Step> = {}): Step {
  const [verb = "", ...rest] = words.split(" ");
  const given = verb === "emit" ? rest.map((word) => word.split("=")[0] ?? "") : [];
  const names = given.filter((name) => name !== "sleep");
  const outputs = Object.fromEntries(names.map((name) => [name, { type: "value" as const }]));
  return { type: "command", command: [verb, ...rest], ...(names.length > 0 && { outputs }), ...more } as Step;
}

export async function openTestPipelines(): Promise<TestPipelines> {
  const store = await testDatabase();
  const database = openDatabase({ url: store.url, applicationName: "test", log: silentLog });
  const workspaceId = newId();
  await database.insertInto("workspaces").values({ id: workspaceId, name: "test" }).execute();
  await sql`CREATE TABLE ended (pipeline_run text, name text, run_id text, attempt integer, how text)`.execute(
    database,
  );
  const open: { close(): Promise<void> }[] = [];
  let runs: PipelineRuns | null = null;
  const pipelines: TestPipelines = {
    workspaceId,
    url: store.url,
    database,
    runs: () => runs as PipelineRuns,
    startRuns(options = {}) {
      runs = startPipelineRuns({ database, url: store.url, log: silentLog, ...options });
      open.push(runs);
      return runs;
    },
    startWorkers(options = {}) {
      const entry = new URL("./test-step-worker.ts", import.meta.url);
      const common = { database, url: store.url, log: silentLog, listener: keepRunStatus, entry, settings: null };
      const compute = startCompute({ ...common, maxWorkers: 2, ...options });
      open.push(compute);
      return compute;
    },
    async submit(steps, { define = {}, ...input } = {}) {
      const id = input.id ?? newId();
      const definition = { name: "test", ...define, steps };
      await transaction(database, (trx) =>
        submitPipelineRun(trx, {
          workspaceId,
          id,
          ...(input.pipeline === undefined && { definition }),
          parameters: {},
          actor: serverActor,
          ...input,
        }),
      );
      return id;
    },
    read: (runId) => getPipelineRun(database, { workspaceId, runId }),
    async until(runId, isSo) {
      for (;;) {
        const run = await pipelines.read(runId);
        if (isSo(run)) return run;
        await new Promise((resolve) => setTimeout(resolve, 10));
      }
    },
    ended: (runId) => pipelines.until(runId, ({ endedAt, status }) => endedAt !== null && status !== "RUNNING"),
    async counts(runId, how) {
      const { rows } = await sql<{ name: string; count: number }>`
        SELECT name, count(*) AS count FROM ended WHERE pipeline_run = ${runId} AND how = ${how} GROUP BY name ORDER BY name
      `.execute(database);
      return Object.fromEntries(rows.map(({ name, count }) => [name, count]));
    },
    async close() {
      for (const each of open.toReversed()) await each.close();
      await database.destroy();
      await store.drop();
    },
  };
  return pipelines;
}
