import type { Model, Task } from "../model/index.ts";

/** What an AutoML run tells while it runs: the same stream for the terminal, the server and the studio. */
export type AutoMLEvent =
  | {
      readonly type: "started";
      readonly task: Task;
      readonly target: string;
      readonly metric: string;
      readonly rows: number;
      /** Input columns in use, the target not among them. */
      readonly columns: number;
      /** "holdout:0.1" or "cv:5". */
      readonly validation: string;
      /** Seconds; null when only the number of trials is limited. */
      readonly timeLimit: number | null;
      readonly maxTrials: number | null;
      readonly threads: number;
      /** What was done with each column, and what looks wrong, in words. */
      readonly notes: readonly string[];
    }
  | { readonly type: "trialStarted"; readonly trial: number; readonly name: string; readonly elapsedSeconds: number }
  | {
      readonly type: "trialFinished";
      readonly model: LeaderboardModel;
      /** Is this the best so far? */
      readonly best: boolean;
      readonly bestValue: number;
      readonly elapsedSeconds: number;
      readonly secondsLeft: number | null;
    }
  | {
      readonly type: "trialFailed";
      readonly trial: number;
      readonly name: string;
      readonly reason: string;
      readonly elapsedSeconds: number;
    }
  /** The search is over; the members of the best model are trained on all rows. */
  | { readonly type: "refitting"; readonly members: readonly string[]; readonly elapsedSeconds: number }
  | { readonly type: "finished"; readonly result: AutoMLResult };

export interface LeaderboardModel {
  /** Number of the trial, from 0; the ensemble has the number after the last. */
  readonly trial: number;
  readonly name: string;
  /** The primary metric on the validation rows. */
  readonly value: number;
  readonly metrics: Readonly<Record<string, number>>;
  /** Training time of all folds, one thread's seconds. */
  readonly trainSeconds: number;
  readonly predictMicrosPerRow: number;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface AutoMLResult {
  readonly task: Task;
  readonly target: string;
  readonly metric: string;
  readonly validation: string;
  readonly rows: number;
  readonly columns: number;
  readonly best: LeaderboardModel;
  /** Best first. */
  readonly models: readonly LeaderboardModel[];
  readonly failed: readonly { readonly trial: number; readonly name: string; readonly reason: string }[];
  readonly elapsedSeconds: number;
  readonly model: Model;
}
