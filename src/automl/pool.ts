/** Worker threads that share the dataset and take tasks in turn. */
import { Worker } from "node:worker_threads";
import { siblingModule } from "../base/index.ts";
import { dismissTeam } from "../kernels/index.ts";
import type { Learner } from "../model/index.ts";
import type { ResolvedOptions } from "./resolve-options.ts";
import type { GivenUp, TrialData, TrialOutcome, TrialSpec } from "./trial.ts";

/** Tasks that run return what they have. */
export const FINISH_EARLY = 1;
/** Tasks that run and tasks that wait end without a result. */
export const STOP_NOW = 2;

export interface WorkerInput {
  readonly data: TrialData;
  readonly memory: WebAssembly.Memory;
  /** Threads of each worker's team. */
  readonly teamSize: number;
  /** One number: Team.control, which the worker writes when its team is there; 0 before. */
  readonly control: Int32Array;
  /** One number: 0, FINISH_EARLY or STOP_NOW. */
  readonly stop: Int32Array;
}

export type TaskMessage =
  /** `seconds`: what the trial may take; `secondsLeft`: TrialContext's; null: no limit. */
  | {
      readonly kind: "trial";
      readonly spec: TrialSpec;
      readonly seconds: number | null;
      readonly secondsLeft?: number | null;
    }
  /** `fold`: on the training rows of that fold; absent: on all rows. */
  | { readonly kind: "refit"; readonly spec: TrialSpec; readonly rounds: number; readonly fold?: number };

/** Tells a worker to send its team home and to end. */
export interface LeaveMessage {
  readonly kind: "leave";
}

export type TaskReply =
  | { readonly state: "trial"; readonly outcome: TrialOutcome }
  | { readonly state: "givenUp"; readonly outcome: GivenUp }
  | { readonly state: "refit"; readonly learner: Learner }
  | { readonly state: "failed"; readonly reason: string }
  /** Ended by `stop`. */
  | { readonly state: "stopped" };

export interface Pool {
  /** Tasks that run side by side. */
  readonly size: number;
  /** Runs the task on the next free thread. A thread that dies is a failed task and is replaced. */
  run(task: TaskMessage): Promise<TaskReply>;
  /** Asks the tasks that run for what they have; learners that have nothing of use yet go on. */
  finish(): void;
  /** Ends what runs and what waits within one boosting round; tasks may be given again after `resume`. */
  stop(): void;
  resume(): void;
  /** Ends what runs and what waits; done when all threads have ended. */
  close(): Promise<void>;
}

interface Waiting {
  readonly task: TaskMessage;
  readonly resolve: (reply: TaskReply) => void;
}

/** A thread that has not come back this long after `stop`, or not left after `close`, is ended by force. */
const GRACE_MILLISECONDS = 3_000;

/** From this many values on, all threads work on one training: the first model comes sooner and memory holds one. */
const TEAM_VALUES = 10_000_000;
/** But not with fewer rows than this: threads share the rows, and wide tables have too few to share. */
const TEAM_ROWS = 50_000;

export type PoolLimits = Pick<ResolvedOptions, "threads" | "concurrentTrials" | "coresPerTrial">;

/**
 * Workers with one thread each, as many as `limits` allow; or one worker with a team of threads where the data is
 * large.
 */
export function createPool(limits: PoolLimits, data: TrialData, memory: WebAssembly.Memory): Pool {
  const { rows, features } = data.dataset;
  const isLarge = rows >= TEAM_ROWS && rows * features.length >= TEAM_VALUES;
  const size = isLarge ? 1 : Math.min(limits.threads, limits.concurrentTrials);
  const teamSize = isLarge ? Math.min(limits.coresPerTrial, limits.threads) : 1;
  const stop = new Int32Array(new SharedArrayBuffer(4));
  const queue: Waiting[] = [];
  const free: Worker[] = [];
  const busy = new Set<Worker>();
  let closing = false;
  let grace: NodeJS.Timeout | undefined;

  const controls = new WeakMap<Worker, Int32Array>();

  function start(): Worker {
    const control = new Int32Array(new SharedArrayBuffer(4));
    const workerData: WorkerInput = { data, memory, teamSize, control, stop };
    const worker = new Worker(siblingModule(import.meta.url, "worker"), { workerData });
    controls.set(worker, control);
    return worker;
  }

  async function end(worker: Worker): Promise<void> {
    const control = controls.get(worker)?.[0] ?? 0;
    if (control > 0) await dismissTeam(memory, control);
    await worker.terminate();
  }

  async function leave(worker: Worker): Promise<unknown> {
    // Alone it shares no work with anybody, and one that is just starting need not come up to be told to leave.
    if (teamSize === 1) return worker.terminate();
    const left = new Promise((resolve) => worker.once("exit", resolve));
    const message: LeaveMessage = { kind: "leave" };
    worker.postMessage(message);
    const timer = setTimeout(() => void end(worker), GRACE_MILLISECONDS);
    await left;
    return clearTimeout(timer);
  }

  function release(worker: Worker): void {
    const waiting = queue.shift();
    if (waiting) assign(worker, waiting);
    else free.push(worker);
  }

  function assign(worker: Worker, { task, resolve }: Waiting): void {
    const settle = (reply: TaskReply): void => {
      worker.off("message", onMessage).off("error", onError).off("exit", onExit);
      busy.delete(worker);
      resolve(reply);
    };
    const onMessage = (reply: TaskReply): void => {
      settle(reply);
      release(worker);
    };
    const die = (reason: string): void => {
      settle({ state: "failed", reason });
      if (!closing) release(start());
    };
    const onError = (error: Error): void => die(error.message);
    const onExit = (code: number): void => die(`The worker thread ended with code ${code}.`);
    worker.on("message", onMessage).on("error", onError).on("exit", onExit);
    busy.add(worker);
    worker.postMessage(task);
  }

  for (let i = 0; i < size; i++) free.push(start());

  return {
    size,
    run(task) {
      return new Promise((resolve) => {
        const worker = free.pop();
        if (worker) assign(worker, { task, resolve });
        else queue.push({ task, resolve });
      });
    },
    finish: () => void Atomics.store(stop, 0, FINISH_EARLY),
    stop() {
      Atomics.store(stop, 0, STOP_NOW);
      clearTimeout(grace);
      grace = setTimeout(() => busy.forEach((worker) => void end(worker)), GRACE_MILLISECONDS);
    },
    resume() {
      clearTimeout(grace);
      Atomics.store(stop, 0, 0);
    },
    async close() {
      closing = true;
      clearTimeout(grace);
      Atomics.store(stop, 0, STOP_NOW);
      for (const { resolve } of queue.splice(0)) resolve({ state: "stopped" });
      await Promise.all([...free, ...busy].map(leave));
    },
  };
}
