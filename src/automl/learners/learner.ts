import type { Kernels } from "../../kernels/index.ts";
import type { Learner, Task } from "../../model/index.ts";
import type { Dataset } from "../dataset.ts";
import type { BinnedDataset } from "../trees/binned.ts";

/** What a learner is given beside its data. */
export interface FitContext {
  readonly kernels: Kernels;
  /** The dataset's bins, for learners that read them. */
  readonly binned: BinnedDataset;
  readonly seed: number;
  /**
   * What an earlier fit of the same data, rows, params and seed returned, but for fewer `params.rounds`: learners that
   * have rounds continue there and end with the very learner that one longer fit gives; the others start anew.
   */
  readonly resume?: Learner;
  /** Rows to stop early on; null when the amount of training is already known (the final training). */
  readonly validation: Uint32Array | null;
  /** Throws when the run was cancelled or its time is over; call it at least every 100 ms. */
  readonly checkpoint: () => void;
  /** Time is over and there is no model yet: return what was trained so far, as soon as it is of any use. */
  readonly shouldFinish: () => boolean;
}

export interface Fit {
  readonly learner: Learner;
  /** Rounds, passes or trees that were best on the validation rows: what the final training repeats. */
  readonly rounds: number;
  /**
   * The learner's outputs for the validation rows (rows x K, row-major), to the bit those of learnerOutputs(); only where
   * training can tell them in less time.
   */
  readonly outputs?: Float64Array;
}

/** Hyperparameters as they stand on the leaderboard and in the model file. */
export type Params = Readonly<Record<string, number | boolean | string>>;

/** One learning algorithm. Implementations live beside this file, one a file, and all pass learners.test.ts. */
export interface LearningAlgorithm {
  /** Azure ML's name. */
  readonly name: string;
  readonly tasks: readonly Task[];
  /**
   * Trains on `rows` of `data`. Deterministic in (data, rows, params, context.seed).
   * `params.rounds`, where the algorithm has rounds, bounds them.
   */
  fit(data: Dataset, rows: Uint32Array, params: Params, context: FitContext): Fit;
}
