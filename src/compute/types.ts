/** A job is the computation of a run; a worker is a process that computes jobs, one at a time. */
import type { Transaction } from "kysely";
import type { Actor, Tables } from "../store/index.ts";

export const finalJobStates = ["FINISHED", "FAILED", "KILLED"] as const;
export type FinalJobState = (typeof finalJobStates)[number];
export type JobState = "QUEUED" | "RUNNING" | FinalJobState;

export interface Job {
  /** The run that it computes; there is one job a run. */
  readonly runId: string;
  readonly workspaceId: string;
  /** What is to be done: "automl", "batch". */
  readonly kind: string;
  /** Compute target. */
  readonly target: string;
  /** What the kind needs to know. */
  readonly spec: Readonly<Record<string, unknown>>;
  readonly state: JobState;
  /** Fencing token: grows with every attempt. 0 before the first. */
  readonly attempt: number;
  /** Why it ended, or why it is queued again, in words. */
  readonly reason: string | null;
  /** Who asked for it. */
  readonly actor: Actor;
  readonly queuedAt: Date;
  /** Of the latest attempt. */
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
  /** When its state, unless it is final, is given up. */
  readonly deadlineAt: Date;
  readonly cancelRequestedAt: Date | null;
  readonly workerId: string | null;
  /** Cores that it takes of its pool. */
  readonly cores: number;
  /** Bytes of memory that it takes of its pool; null for a share that nobody counts. */
  readonly memoryBytes: number | null;
  readonly labels: readonly string[];
  /** What came out, when it has ended; null where its handler gave nothing. */
  readonly result: Readonly<Record<string, unknown>> | null;
  /** Of the latest attempt, when it has ended. */
  readonly usage: JobUsage;
}

/** What an attempt used, and how its program ended where it had one; null where nobody knows. */
export interface JobUsage {
  readonly cpuSeconds: number | null;
  /** Bytes. */
  readonly peakMemory: number | null;
  readonly exitCode: number | null;
  /** "SIGKILL" */
  readonly exitSignal: string | null;
}

/** How a job ends. */
export interface JobEnd {
  readonly state: FinalJobState;
  readonly reason: string | null;
  /** JSON; stored with the end. */
  readonly result?: Readonly<Record<string, unknown>> | undefined;
  /** What is not given is null; a worker process adds its own CPU seconds and peak memory. */
  readonly usage?: Partial<JobUsage> | undefined;
}

/** The right to write results of a job: as long as nobody else has it. */
export interface JobRef {
  readonly runId: string;
  readonly attempt: number;
}

/** Called in the transaction of every change of a job's state: keeps the run beside it. */
export interface JobListener {
  (transaction: Transaction<Tables>, job: Job): Promise<void>;
  /**
   * Name of a function of the database that does the same for a row of `jobs`: then a claim and an end, which workers do
   * most, are one statement each.
   */
  readonly databaseFunction?: string;
}

/** How a process ended. */
export interface WorkerEnd {
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** In words: "ended by signal SIGKILL". */
  readonly reason: string;
  /**
   * What its job makes of it. "retry": the worker's own fault, made good once. "requeue": not its fault, as when the
   * server went away. "fail": it would happen again.
   */
  readonly consequence: "retry" | "requeue" | "fail";
}
