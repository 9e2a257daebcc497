/** Runs of command steps for tests: real PostgreSQL and artifacts, the real program, without a worker process around. */
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newId, silentLog } from "../../../base/index.ts";
import type { Job } from "../../../compute/index.ts";
import {
  openArtifactStore,
  openDatabase,
  transaction,
  type Actor,
  type ArtifactStore,
  type Database,
} from "../../../store/index.ts";
import { testDatabase } from "../../../store/testing.ts";
import { appendRunLog, createRun, ensureExperiment, readRunLog } from "../../../tracking/index.ts";
import type { CodeFile, CommandStep, StepValue } from "../../../definition/index.ts";
import type { StepContext, StepSpec } from "../types.ts";
import { runCommand, type CommandResult, type CommandServices } from "./run-command.ts";

export interface TestSteps {
  readonly workspaceId: string;
  readonly workerId: string;
  readonly database: Database;
  readonly artifacts: ArtifactStore;
  /** Where the steps run. */
  readonly stepsFolder: string;
  /** A closed folder, as the server's data folder is. */
  readonly dataFolder: string;
  readonly actor: Actor;
  /** Puts files into the artifact store. */
  addCode(files: Readonly<Record<string, string>>): Promise<CodeFile[]>;
  run(step: Omit<CommandStep, "type">, more?: RunOptions): Promise<TestRun>;
  close(): Promise<void>;
}

export interface RunOptions {
  readonly code?: readonly CodeFile[];
  readonly values?: Readonly<Record<string, StepValue>>;
  readonly services?: Partial<CommandServices>;
  readonly signal?: AbortSignal;
  readonly memoryLimit?: number;
  /** Called with every piece of the log. */
  readonly onLog?: (text: string) => void;
}

export interface TestRun {
  readonly runId: string;
  /** Null where it failed. */
  readonly result: CommandResult | null;
  readonly error: (Error & { readonly code?: string; readonly details?: Record<string, unknown> }) | null;
  /** All of it. */
  readonly log: string;
}

export async function openTestSteps(): Promise<TestSteps> {
  const store = await testDatabase();
  const folder = mkdtempSync(join(tmpdir(), "slipway-command-"));
  const dataFolder = mkdtempSync(join(tmpdir(), "slipway-command-data-"));
  // Made by mkdtemp with 0700: closed to others, as those of a server are not in a folder that is.
  const stepsFolder = mkdtempSync(join(tmpdir(), "slipway-command-steps-"));
  const database = openDatabase({ url: store.url, applicationName: "test", log: silentLog });
  const artifacts = await openArtifactStore(join(dataFolder, "artifacts"));
  const workspaceId = newId();
  const userId = newId();
  await database.insertInto("workspaces").values({ id: workspaceId, name: "test" }).execute();
  await database.insertInto("users").values({ id: userId, name: "somebody", is_admin: true }).execute();
  const actor: Actor = { userId, userName: "somebody", requestId: null };
  const experiment = (await ensureExperiment(database, { workspaceId, name: "steps", actor })).number;
  const workerId = newId();
  const worker = { id: workerId, target: "local", pool_id: "test", host: "test", pid: 1, process_start: "1" };
  await database
    .insertInto("workers")
    .values({ ...worker, memory_limit_bytes: 2 ** 30 })
    .execute();
  const steps: TestSteps = {
    workspaceId,
    workerId,
    database,
    artifacts,
    stepsFolder,
    dataFolder,
    actor,
    async addCode(files) {
      const code = Object.entries(files).map(async ([path, text]): Promise<CodeFile> => {
        const { sha256, size } = await artifacts.put(Buffer.from(text));
        return { path, sha256, size, executable: text.startsWith("#!") };
      });
      return Promise.all(code);
    },
    async run(step, more = {}) {
      const runId = newId();
      await createRun(database, { workspaceId, id: runId, experiment, kind: "step", name: "step", actor });
      const job = await beginJob(steps, runId, { ...step, type: "command" }, more);
      return runOne(steps, job, more);
    },
    async close() {
      await database.destroy();
      await store.drop();
      for (const each of [folder, dataFolder, stepsFolder]) rmSync(each, { recursive: true });
    },
  };
  return steps;
}

const now = new Date();

/** What is the same of all. */
const newJob: Omit<Job, "runId" | "workspaceId" | "actor" | "workerId" | "spec"> = {
  kind: "step",
  target: "local",
  state: "RUNNING",
  attempt: 1,
  reason: null,
  cores: 1,
  memoryBytes: null,
  labels: [],
  result: null,
  usage: { cpuSeconds: null, peakMemory: null, exitCode: null, exitSignal: null },
  queuedAt: now,
  startedAt: now,
  endedAt: null,
  deadlineAt: new Date(now.getTime() + 600_000),
  cancelRequestedAt: null,
};

async function beginJob(
  { database, workspaceId, workerId, actor }: TestSteps,
  runId: string,
  step: CommandStep,
  more: RunOptions,
): Promise<Job> {
  const spec: StepSpec = {
    pipelineRun: newId(),
    name: "step",
    type: "command",
    step,
    values: more.values ?? {},
    code: more.code === undefined ? null : { files: more.code },
  };
  const row = {
    run_id: runId,
    workspace_id: workspaceId,
    kind: "step",
    target: "local",
    spec: JSON.stringify(spec),
    state: "RUNNING" as const,
    attempt: 1,
    worker_id: workerId,
    started_at: now,
    user_id: actor.userId,
    user_name: actor.userName,
    run_seconds: 600,
    deadline_at: newJob.deadlineAt,
  };
  await database.insertInto("jobs").values(row).execute();
  return { ...newJob, runId, workspaceId, actor, workerId, spec: spec as unknown as Record<string, unknown> };
}

async function runOne(steps: TestSteps, job: Job, more: RunOptions): Promise<TestRun> {
  const { database, artifacts, workspaceId, stepsFolder, dataFolder } = steps;
  const { runId } = job;
  const context: StepContext = {
    job,
    spec: job.spec as unknown as StepSpec,
    signal: more.signal ?? new AbortController().signal,
    database,
    log: silentLog,
    memoryLimit: more.memoryLimit ?? 2 ** 30,
    hold: (work) => transaction(database, work),
    async write(text) {
      more.onLog?.(text);
      await appendRunLog(database, { workspaceId, runId, text });
    },
  };
  const services = { artifacts, environmentsFolder: join(dataFolder, "python"), stepsFolder, ...more.services };
  const ended = await runCommand(context, services).then(
    (result) => ({ result, error: null }),
    (error: Error) => ({ result: null, error }),
  );
  if (ended.result !== null) await transaction(database, async (trx) => ended.result?.last?.(trx));
  const chunks = await readRunLog(database, { workspaceId, runId, after: 0, limit: 10_000 });
  return { runId, ...ended, log: chunks.map(({ text }) => text).join("") };
}

export const sha256Of = (text: string): string => createHash("sha256").update(text).digest("hex");
