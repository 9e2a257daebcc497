import type { Task } from "../../src/model/index.ts";
import type { Split } from "./split.ts";
import type { Answers, Metric } from "./task.ts";

/** One training and one prediction. */
export interface Job {
  readonly split: Split;
  readonly target: string;
  readonly task: Task;
  readonly metric: Metric;
  readonly seed: number;
  /** What the training may take. */
  readonly timeLimit: number;
  readonly threads: number;
  /** Empty, for whatever the tool writes. */
  readonly folder: string;
}

export interface Outcome {
  readonly answers: Answers;
  /** What the tool chose, in its own words. */
  readonly model: string;
  readonly trainingSeconds: number;
  /** Of all test rows at once. */
  readonly predictionSeconds: number;
  /** Median of one row at a time, in a process that has the model in memory. */
  readonly rowMicroseconds: number;
  /** What must be kept of the model to predict elsewhere. */
  readonly modelBytes: number;
  /** While it trained and predicted, the processes that it started included; null where the system does not tell. */
  readonly peakBytes: number | null;
}

export interface Tool {
  readonly name: string;
  readonly version: string;
  /** Throws what went wrong. */
  run(job: Job): Promise<Outcome>;
}

/** Seconds after which a tool is ended and counts as failed: some go far beyond their limit, and one may hang. */
export function patience(timeLimit: number): number {
  return 5 * timeLimit + 600;
}
