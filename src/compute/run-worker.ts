/**
 * The main thread of a worker process. It computes nothing itself, so that it always answers: it takes jobs from the
 * queue, says that it is alive, watches its memory, and ends at once when its server is gone.
 */
import { writeFileSync } from "node:fs";
import type { Transaction } from "kysely";
import { createLog, processStart, SlipwayError, type Log, type LogLevel } from "../base/index.ts";
import { openDatabase, transaction, type Database, type Tables } from "../store/index.ts";
import { claimJob } from "./claim.ts";
import { hostIdentity } from "./host.ts";
import { endJob, holdJob } from "./job-attempts.ts";
import { startLoop } from "./loop.ts";
import { memoryExitCode, outOfMemory, type FromWorker, type ToWorker, type WorkerConfig } from "./messages.ts";
import { readUsage, startMeter, type Meter } from "./meter.ts";
import { outlasting } from "./reconnect.ts";
import type { Job, JobEnd, JobListener } from "./types.ts";
import { beat, heartbeatMilliseconds, registerWorker } from "./workers.ts";

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

export interface JobResult extends JobEnd {
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

/** Milliseconds between two looks at the queue of a worker that nobody tells of a job. */
const claimMilliseconds = 5_000;

interface Current {
  readonly job: Job;
  readonly controller: AbortController;
  readonly memoryLimit: number;
  readonly meter: Meter;
  /** What came out is being written: then it is no longer this worker's before the worker knows. */
  ending: boolean;
}

interface State {
  current: Current | null;
  /** No further job. */
  stopping: boolean;
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
    poolId: config.pool.id,
    cores: config.pool.cores,
    host: hostIdentity(),
    pid: process.pid,
    processStart: processStart(process.pid) ?? "",
  });
  const kinds = await open(config.settings, log);
  const state: State = { current: null, stopping: false };
  const look = sayAlive(database, config, state, log);
  watchMemory(state);
  send({ type: "ready" });
  const loop = startLoop(() => serve({ config, database, log, kinds, state }), claimMilliseconds);
  process.on("message", (message: ToWorker) => {
    if (message.type === "look") void look();
    if (message.type === "claim") loop.poke();
    if (message.type === "stop") {
      state.stopping = true;
      void loop.close().finally(() => process.exit(0));
    }
  });
}

interface Setting {
  readonly config: WorkerConfig;
  readonly database: Database;
  readonly log: Log;
  readonly kinds: JobKinds;
  readonly state: State;
}

/** Job after job, until there is none. */
async function serve(setting: Setting): Promise<void> {
  const { config, database, log, kinds, state } = setting;
  const worker = { ...config, poolId: config.pool.id, ...config.pool, id: config.id, labels: [], workspaceId: null };
  let before: Job | null = null;
  while (!state.stopping) {
    try {
      const job: Job | null = await claimJob(database, worker, { listener: kinds.listener, log });
      if (job === null) break;
      await compute(job, before, setting);
      before = job;
    } catch (error) {
      log.warn({ err: error }, "the queue could not be read");
      break;
    }
  }
  send({ type: "idle" });
}

async function compute(job: Job, before: Job | null, { config, database, log, kinds, state }: Setting): Promise<void> {
  const extent = kinds.extentOf(job);
  const memoryLimit = Math.max(config.memoryLimit, job.memoryBytes ?? 0);
  const freed = before !== null && (before.cores > job.cores || (before.memoryBytes ?? 0) > (job.memoryBytes ?? 0));
  send({ type: "began", runId: job.runId, extent, memoryLimit, freed });
  const controller = new AbortController();
  const meter = startMeter();
  const current: Current = { job, controller, memoryLimit, meter, ending: false };
  state.current = current;
  const repeated = <T>(work: (trx: Transaction<Tables>) => Promise<T>): Promise<T> =>
    outlasting(() => transaction(database, work));
  const hold: JobContext["hold"] = (work) =>
    repeated(async (trx) => {
      await holdJob(trx, job);
      return work(trx);
    });
  try {
    const context = { job, signal: controller.signal, database, log, memoryLimit, hold };
    const { last, ...result } = await attempt(context, kinds, extent);
    const end = { ...result, usage: { ...meter.read(), ...result.usage } };
    current.ending = true;
    // The end itself is refused where the job is another's: only what comes before it needs to be held.
    if (last === undefined) await outlasting(() => endJob(database, job, end, kinds.listener));
    else {
      await hold(async (trx) => {
        await last(trx);
        await endJob(trx, job, end, kinds.listener);
      });
    }
  } catch (error) {
    // Somebody else has the job: whatever it is, it is theirs now.
    log.warn({ err: error, run: job.runId, attempt: job.attempt }, "a result was refused");
  } finally {
    state.current = null;
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
function sayAlive(database: Database, { id }: WorkerConfig, state: State, log: Log): () => Promise<void> {
  const look = async (): Promise<void> => {
    const { current } = state;
    try {
      const { alive, fenced, cancelled } = await beat(database, id, readUsage(), current?.job ?? null);
      // A job that is no longer ours, or a worker that was given up: nothing that it does counts.
      const lost = fenced && state.current === current && current?.ending === false;
      if (!alive || lost) process.kill(process.pid, "SIGKILL");
      if (cancelled) current?.controller.abort();
    } catch (error) {
      log.warn({ err: error }, "a heartbeat failed");
    }
  };
  setInterval(() => void look(), heartbeatMilliseconds);
  return look;
}

/** Only a job is to blame: where Node alone needs more, the next job says so. */
function watchMemory(state: State): void {
  setInterval(() => {
    const { current } = state;
    if (current === null) return;
    const used = current.meter.look();
    if (used <= current.memoryLimit) return;
    send({ type: "memory", used });
    process.exit(memoryExitCode);
  }, memoryMilliseconds);
}
