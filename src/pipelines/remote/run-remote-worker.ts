/**
 * A worker on another machine: it asks the server for a step, runs it as the server's own workers do, and hands over
 * what came out. The network may go: what it wants to say it says again until the server answers, or has given it up.
 */
import { setTimeout as delay } from "node:timers/promises";
import { errorTable, SlipwayError } from "../../base/index.ts";
import type { JobRef, JobUsage } from "../../compute/index.ts";
import { runTask, type StepFiles, type TaskEnd } from "../steps/command/index.ts";
import { fetchFile } from "./fetch-file.ts";
import type { RemoteEnd, RemoteStep } from "./remote-steps.ts";
import type { OutputPlace, WorkerServer } from "./worker-server.ts";

export interface RemoteWorkerOptions {
  readonly server: WorkerServer;
  /** Bytes for a step that asks for none. */
  readonly memoryBytes: number;
  /** Ends the worker; a step that runs is given back. */
  readonly signal: AbortSignal;
  /** Told what it does, in a line. */
  readonly say: (line: string) => void;
}

/** Milliseconds between two heartbeats: the server gives up a worker that is silent for 30 s. */
const beatMilliseconds = 5_000;
/** Milliseconds between two tries, at first and at most. */
const firstPause = 500;
const longestPause = 10_000;

/** Works until the signal. @throws what the server refuses for good: a token that is not valid, a name that is taken */
export async function runRemoteWorker(options: RemoteWorkerOptions): Promise<void> {
  const { server, signal, say } = options;
  // At first somebody looks on, and hears at once that no server answers.
  let worker: string | null = await server.register();
  for (; worker !== null; worker = await persist(() => server.register(), signal)) {
    say(`joined ${server.url}`);
    try {
      await workAs(worker, options);
    } catch (error) {
      if (!isCode(error, "SLW_WORKER_ENDED")) throw error;
      say("the server has given this worker up; it joins again");
    }
    // At once, and only for a while: where the server does not answer, silence tells it.
    if (!signal.aborted) continue;
    await Promise.race([server.leave(worker).catch(() => {}), delay(5_000, undefined, { ref: false })]);
    return;
  }
}

interface Current {
  readonly job: JobRef;
  readonly controller: AbortController;
  /** It is no longer ours: nothing that comes of it counts. */
  lost: boolean;
}

async function workAs(worker: string, options: RemoteWorkerOptions): Promise<void> {
  const { server, signal, say } = options;
  const state: { current: Current | null; gone: boolean } = { current: null, gone: false };
  const over = new AbortController();
  const stop = AbortSignal.any([signal, over.signal]);
  const beats = keepBeating(worker, server, state, over);
  try {
    while (!stop.aborted) {
      const step = await persist(() => server.claim(worker, stop), stop);
      if (step === null) continue;
      const job = { runId: step.task.runId, attempt: step.task.attempt };
      const controller = new AbortController();
      const current: Current = { job, controller, lost: false };
      state.current = current;
      say(`${job.runId}: begins step ${step.task.name}`);
      const onStop = (): void => controller.abort();
      stop.addEventListener("abort", onStop);
      const outcome = await runStep(worker, step, current, options).finally(() => {
        stop.removeEventListener("abort", onStop);
        state.current = null;
      });
      say(`${job.runId}: ${outcome}`);
    }
  } finally {
    clearInterval(beats);
  }
  if (state.gone) throw new SlipwayError("SLW_WORKER_ENDED", `The worker ${worker} is not known any more.`);
}

function keepBeating(
  worker: string,
  server: WorkerServer,
  state: { current: Current | null; gone: boolean },
  over: AbortController,
): NodeJS.Timeout {
  const lose = (current: Current): void => {
    current.lost = true;
    current.controller.abort();
  };
  const beat = async (): Promise<void> => {
    const { current } = state;
    try {
      const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
      const usage = { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMemory: maxRSS * 1024 };
      const { alive, fenced, cancelled } = await server.beat(worker, usage, current?.job ?? null);
      if (cancelled) current?.controller.abort();
      if (fenced && current !== null) lose(current);
      if (alive) return;
    } catch (error) {
      if (!isCode(error, "SLW_WORKER_ENDED")) return;
    }
    state.gone = true;
    if (current !== null) lose(current);
    over.abort();
  };
  return setInterval(() => void beat(), beatMilliseconds);
}

/** @returns what became of it, in words */
async function runStep(
  worker: string,
  { task, memoryBytes, logEnd }: RemoteStep,
  current: Current,
  { server, memoryBytes: memory, signal }: RemoteWorkerOptions,
): Promise<string> {
  const { job, controller } = current;
  const put: OutputPlace[] = [];
  const files = remoteFiles(worker, server, { current, put, logEnd });
  const end = await runTask({
    task: { ...task, server: task.server && { ...task.server, url: server.url } },
    files,
    signal: controller.signal,
    memoryLimit: memoryBytes ?? memory,
    hidden: [],
  });
  if (current.lost) return "is another worker's now";
  // Given back by leaving: another one runs it.
  if (signal.aborted) return "is given back";
  try {
    await handOver(endOf(end, put, controller.signal), (given) => persist(() => server.end(worker, job, given), null));
  } catch (error) {
    if (isCode(error, "SLW_JOB_FENCED") || isCode(error, "SLW_WORKER_ENDED")) return "is another worker's now";
    throw error;
  }
  return end.failure === null ? "finished" : reasonOf(end.failure);
}

/** What the server cannot take as it is becomes the reason of a failure: kept back, the step would be given to us again. */
async function handOver(end: RemoteEnd, tell: (end: RemoteEnd) => Promise<unknown>): Promise<void> {
  try {
    await tell(end);
  } catch (error) {
    if (isCode(error, "SLW_JOB_FENCED") || isCode(error, "SLW_WORKER_ENDED") || end.failure !== null) throw error;
    await tell({ failure: { state: "FAILED", reason: reasonOf(error) }, usage: end.usage, outputs: {}, files: [] });
  }
}

function endOf({ failure, usage, outputs }: TaskEnd, files: readonly OutputPlace[], signal: AbortSignal): RemoteEnd {
  const told: Partial<JobUsage> = usage ?? {};
  if (failure === null) return { failure: null, usage: told, outputs, files };
  const state = signal.aborted ? "KILLED" : "FAILED";
  return { failure: { state, reason: reasonOf(failure) }, usage: told, outputs: {}, files: [] };
}

function reasonOf(error: unknown): string {
  if (error instanceof SlipwayError) return `${error.message} (${error.code})`;
  return error instanceof Error ? error.message : String(error);
}

/** The server's files, asked for until it answers, or until the step is not ours any more. */
function remoteFiles(
  worker: string,
  server: WorkerServer,
  { current, put, logEnd }: { readonly current: Current; readonly put: OutputPlace[]; readonly logEnd: number },
): StepFiles {
  const { job, controller } = current;
  let after = logEnd;
  const lost = new AbortController();
  const patiently = async <T>(call: () => Promise<T>): Promise<T> => {
    const answer = await persist(() => {
      if (current.lost) lost.abort();
      return call();
    }, lost.signal);
    if (answer === null)
      throw new SlipwayError("SLW_JOB_FENCED", `Attempt ${job.attempt} of run ${job.runId} is another's.`);
    return answer;
  };
  return {
    read: ({ sha256 }) => patiently(() => fetchFile(() => server.read(worker, job, sha256, controller.signal), sha256)),
    async appendLog(text) {
      after = await patiently(() => server.appendLog(worker, job, { text, after }));
    },
    async putOutput(output, path, file) {
      await patiently(async () => {
        await server.putOutput(worker, job, { output, path }, file);
        return true;
      });
      put.push({ output, path });
    },
  };
}

/**
 * Calls again, with growing pauses, while no server answers or it has no time.
 * @param signal null: never gives up
 * @returns null where it was aborted
 */
async function persist<T>(call: () => Promise<T>, signal: AbortSignal | null): Promise<T | null> {
  for (let pause = firstPause; ; pause = Math.min(2 * pause, longestPause)) {
    if (signal?.aborted) return null;
    try {
      return await call();
    } catch (error) {
      if (signal?.aborted) return null;
      if (!isPassing(error)) throw error;
    }
    await delay(pause, undefined, signal === null ? {} : { signal }).catch(() => {});
  }
}

/** No server there, or one that is just starting, ending, or has no database. */
function isPassing(error: unknown): boolean {
  if (!(error instanceof SlipwayError)) return false;
  return error.code === "SLW_CLI_SERVER" || errorTable[error.code].status === 503;
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof SlipwayError && error.code === code;
}
