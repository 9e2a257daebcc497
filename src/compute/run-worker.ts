/**
 * The main thread of a worker process. It computes nothing itself, so that it always answers: it takes jobs from the
 * durable queue, says that it is alive, watches its memory, and ends at once when its server is gone.
 */
import { writeFileSync } from "node:fs";
import type { Transaction } from "kysely";
import { createLog, processStart, SlipwayError, type Log, type LogLevel } from "../base/index.ts";
import { launchExecutor, openDatabase, transaction, type Database, type Tables } from "../store/index.ts";
import { jobWorkflow } from "./durable-queue.ts";
import { hostIdentity } from "./host.ts";
import { claimJob, endJob, holdJob } from "./job-attempts.ts";
import { memoryExitCode, outOfMemory, type FromWorker, type ToWorker, type WorkerConfig } from "./messages.ts";
import { outlasting } from "./reconnect.ts";
import type { FinalJobState, Job, JobListener } from "./types.ts";
import { beat, heartbeatMilliseconds, registerWorker, type Usage } from "./workers.ts";

export interface JobContext {
  readonly job: Job;
  /** Aborted when somebody cancels the run: it should end soon, with what it has. */
  readonly signal: AbortSignal;
  readonly database: Database;
  readonly log: Log;
  /** Bytes that the process may use. */
  readonly memoryLimit: number;
  /**
   * A transaction that takes effect only while the job is this attempt's; repeated when the database is away for a while.
   * @throws SLW_JOB_FENCED
   */
  readonly hold: <T>(work: (transaction: Transaction<Tables>) => Promise<T>) => Promise<T>;
}

export interface JobResult {
  readonly state: FinalJobState;
  readonly reason: string | null;
  /** Done in the transaction that ends the job. */
  readonly last?: (transaction: Transaction<Tables>) => Promise<void>;
}

/** What a worker can do. */
export interface JobKinds {
  /** By the kind of job. What one throws is the reason of the failure. */
  readonly handlers: Readonly<Record<string, (context: JobContext) => Promise<JobResult>>>;
  readonly listener: JobListener;
  /** How much there is to compute, in words. */
  readonly extentOf: (job: Job) => string;
}

/** Milliseconds between two looks at the memory in use. */
const memoryMilliseconds = 250;

interface Current {
  readonly job: Job;
  readonly controller: AbortController;
}

/** Serves jobs until the server says stop or is gone. @param open what the worker can do, from the server's settings */
export async function runWorker(open: (settings: unknown, log: Log) => Promise<JobKinds>): Promise<void> {
  endWithServer();
  sacrificeFirst();
  const config = await receiveConfig();
  const log = createLog({ level: config.logLevel as LogLevel }).child({ worker: config.id });
  const database = openDatabase({
    url: config.url,
    applicationName: `slipway worker ${config.id}`,
    connections: 4,
    log,
  });
  await registerWorker(database, {
    ...config,
    host: hostIdentity(),
    pid: process.pid,
    processStart: processStart(process.pid) ?? "",
  });
  const kinds = await open(config.settings, log);
  const state: { current: Current | null } = { current: null };
  const look = sayAlive(database, config, state, log);
  watchMemory(config.memoryLimit, state);

  const executor = await launchExecutor({
    url: config.url,
    executorId: config.id,
    queue: config.target,
    concurrency: 1,
    log,
    workflows: {
      [jobWorkflow]: (input) =>
        compute(input as { runId: string; workflowId: string }, { config, database, log, kinds, state }),
    },
  });
  process.on("message", (message: ToWorker) => {
    if (message.type === "look") void look();
    if (message.type === "stop") void executor.close(0).finally(() => process.exit(0));
  });
  send({ type: "ready" });
}

interface Setting {
  readonly config: WorkerConfig;
  readonly database: Database;
  readonly log: Log;
  readonly kinds: JobKinds;
  readonly state: { current: Current | null };
}

async function compute(input: { runId: string; workflowId: string }, setting: Setting): Promise<void> {
  const { config, database, log, kinds, state } = setting;
  const job = await outlasting(() => claimJob(database, { ...input, workerId: config.id }, kinds.listener));
  if (job === null) return;
  const extent = kinds.extentOf(job);
  send({ type: "began", runId: job.runId, extent });
  const controller = new AbortController();
  state.current = { job, controller };
  const hold: JobContext["hold"] = (work) =>
    outlasting(() =>
      transaction(database, async (trx) => {
        await holdJob(trx, job);
        return work(trx);
      }),
    );
  try {
    const { last, ...end } = await attempt(
      { job, signal: controller.signal, database, log, memoryLimit: config.memoryLimit, hold },
      kinds,
      extent,
    );
    await hold(async (trx) => {
      await last?.(trx);
      await endJob(trx, job, end, kinds.listener);
    });
  } catch (error) {
    // Somebody else has the job: whatever it is, it is theirs now.
    log.warn({ err: error, run: job.runId, attempt: job.attempt }, "a result was refused");
  } finally {
    state.current = null;
    send({ type: "ended", runId: job.runId });
  }
}

/** @throws SLW_JOB_FENCED */
async function attempt(context: JobContext, { handlers }: JobKinds, extent: string): Promise<JobResult> {
  const { job, signal, log, memoryLimit } = context;
  const handler = handlers[job.kind];
  if (handler === undefined) return { state: "FAILED", reason: `no worker knows jobs of kind "${job.kind}"` };
  try {
    return await handler(context);
  } catch (error) {
    if (error instanceof SlipwayError && error.code === "SLW_JOB_FENCED") throw error;
    if ((error as { code?: string }).code === "ERR_WORKER_OUT_OF_MEMORY") {
      return { state: "FAILED", reason: outOfMemory(memoryLimit, extent) };
    }
    if (signal.aborted) return { state: "KILLED", reason: `cancelled; ${reasonOf(error)}` };
    if (!(error instanceof SlipwayError)) log.error({ err: error, run: job.runId }, "a job failed");
    return { state: "FAILED", reason: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof SlipwayError) return `${error.message} (${error.code})`;
  return error instanceof Error ? error.message : String(error);
}

/** The channel closes when the server ends, however it ends. Threads at work would delay an orderly exit. */
function endWithServer(): void {
  process.once("disconnect", () => process.kill(process.pid, "SIGKILL"));
  // Ctrl-C in a terminal goes to all of its processes; the server decides what it means.
  process.on("SIGINT", () => {});
  process.on("SIGHUP", () => {});
}

/** Where memory runs out, the system is to end a worker rather than the server or the database. */
function sacrificeFirst(): void {
  if (process.platform !== "linux") return;
  try {
    writeFileSync("/proc/self/oom_score_adj", "1000");
  } catch {
    // Not everywhere allowed, and no more than a wish.
  }
}

function receiveConfig(): Promise<WorkerConfig> {
  return new Promise((resolve) => {
    process.once("message", (message: ToWorker) => {
      if (message.type === "start") resolve(message.config);
    });
  });
}

function send(message: FromWorker): void {
  if (process.connected) process.send?.(message);
}

/** @returns what looks at the database before its time */
function sayAlive(
  database: Database,
  { id }: WorkerConfig,
  state: { readonly current: Current | null },
  log: Log,
): () => Promise<void> {
  const look = async (): Promise<void> => {
    const { current } = state;
    try {
      const { alive, fenced, cancelled } = await beat(database, id, usage(), current?.job ?? null);
      // A job that is no longer ours, or a worker that was given up: nothing that it does counts.
      if (!alive || (fenced && state.current === current)) process.kill(process.pid, "SIGKILL");
      if (cancelled) current?.controller.abort();
    } catch (error) {
      log.warn({ err: error }, "a heartbeat failed");
    }
  };
  setInterval(() => void look(), heartbeatMilliseconds);
  return look;
}

function usage(): Usage {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMemory: maxRSS * 1024 };
}

/** Only a job is to blame: where Node alone needs more, the next job says so. */
function watchMemory(limit: number, state: { readonly current: Current | null }): void {
  setInterval(() => {
    const used = process.memoryUsage.rss();
    if (used <= limit || state.current === null) return;
    send({ type: "memory", used });
    process.exit(memoryExitCode);
  }, memoryMilliseconds);
}
