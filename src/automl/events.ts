import type { Model, Task } from "../model/index.ts";
import type { ModelCharts } from "./charts/index.ts";
import type { PermutationImportance } from "./explanation.ts";
import type { DataGuardrails } from "./guardrails/guardrails.ts";
import type { FinishedTrialRecord } from "./resume/trial-record.ts";

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
      /** "holdout:0.1", "cv:5", "columns:3" (split columns) or "data:500" (rows of their own). */
      readonly validation: string;
      /** Rows put aside to test the final model on. */
      readonly testRows: number;
      /** Seconds; null when only the number of trials is limited. */
      readonly timeLimit: number | null;
      readonly maxTrials: number | null;
      readonly threads: number;
      /** What was done with each column, and what looks wrong, in words. */
      readonly notes: readonly string[];
      readonly guardrails: DataGuardrails;
    }
  | { readonly type: "trialStarted"; readonly trial: number; readonly name: string; readonly elapsedSeconds: number }
  | (SettledTrial & {
      readonly type: "trialFinished";
      readonly model: LeaderboardModel;
      /** Is this the best so far? */
      readonly best: boolean;
      readonly bestValue: number;
      readonly elapsedSeconds: number;
      readonly secondsLeft: number | null;
    })
  | (SettledTrial & {
      readonly type: "trialFailed";
      readonly trial: number;
      readonly name: string;
      readonly reason: string;
      readonly elapsedSeconds: number;
    })
  /**
   * A trial ended early: at its first rung it was worse than most others of its algorithm, or it could not be done in
   * the time that the run had left.
   */
  | (SettledTrial & {
      readonly type: "trialGivenUp";
      readonly trial: number;
      readonly name: string;
      readonly elapsedSeconds: number;
    })
  /** The search is over; the members of the best model are trained on all rows. */
  | { readonly type: "refitting"; readonly members: readonly string[]; readonly elapsedSeconds: number }
  | { readonly type: "finished"; readonly result: AutoMLResult };

/**
 * What the three ends of a trial have in common. Exactly one of the fields is there: a consumer stores `record` where
 * there is one, and treats a trial by its number, whether it is new or resumed.
 */
export interface SettledTrial {
  /** For `AutoMLOptions.resume`, should the run be killed. It shares its outputs with the run: it is not to be changed. */
  readonly record?: FinishedTrialRecord;
  /**
   * The trial was settled in an earlier attempt and comes from `AutoMLOptions.resume`. Such events follow right after
   * `started`, in the order of the trials, each without a `trialStarted`; their elapsedSeconds are those of then.
   */
  readonly resumed?: true;
}

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
  readonly guardrails: DataGuardrails;
  /** All metrics of the final model on the test rows, which chose nothing; null without test rows. */
  readonly testMetrics: Readonly<Record<string, number>> | null;
  /** What each column is worth to the best model; null when not asked for, or when there was no time. */
  readonly importance: RunImportance | null;
  /** The signal had ended the search. */
  readonly interrupted: boolean;
  readonly elapsedSeconds: number;
  readonly model: Model;
  /**
   * Charts on the validation rows, all folds together, of a model on the leaderboard. Null where its answers were not
   * kept (of many trials on large data, those of the worst are not).
   * @param trial LeaderboardModel.trial
   */
  chartsOf(trial: number): ModelCharts | null;
}

export interface RunImportance extends PermutationImportance {
  /** "test": of the final model. "validation": of the models of the first fold, on the rows that judged them. */
  readonly on: "test" | "validation";
  /** A sample where there are many. */
  readonly rows: number;
}
