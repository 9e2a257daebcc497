/** One trial: an algorithm with its hyperparameters, trained and judged on every fold. Runs on a worker. */
import { learnerOutputs, type Learner } from "../model/index.ts";
import type { Kernels } from "../kernels/index.ts";
import type { Dataset } from "./dataset.ts";
import { learningAlgorithms, type Params } from "./learners/index.ts";
import type { BinnedDataset } from "./trees/binned.ts";
import type { Fold } from "./validation.ts";

export interface TrialSpec {
  readonly number: number;
  /** A key of learningAlgorithms. */
  readonly algorithm: string;
  readonly params: Params;
  readonly seed: number;
}

/** What all trials of a run read; everything in it is shared memory. */
export interface TrialData {
  readonly dataset: Dataset;
  readonly binned: BinnedDataset;
  readonly folds: readonly Fold[];
}

export interface TrialOutcome {
  /** Outputs for the validation rows, fold after fold, each rows x K row-major. */
  readonly outputs: Float64Array;
  /** The learner of the first fold: the answer when there is no time to train on all rows. */
  readonly learner: Learner;
  /** Rounds for the final training: the mean of the folds' best. */
  readonly rounds: number;
  /** Seconds of training, all folds. */
  readonly trainSeconds: number;
  readonly predictMicrosPerRow: number;
}

export interface TrialContext {
  readonly kernels: Kernels;
  readonly checkpoint: () => void;
  readonly shouldFinish: () => boolean;
}

export function runTrial(data: TrialData, spec: TrialSpec, context: TrialContext): TrialOutcome {
  const algorithm = learningAlgorithms[spec.algorithm];
  const outputs: Float64Array[] = [];
  let first: Learner | undefined;
  let rounds = 0;
  let trainSeconds = 0;
  let predictSeconds = 0;
  for (const fold of data.folds) {
    const started = performance.now();
    const fit = algorithm.fit(data.dataset, fold.train, spec.params, {
      ...context,
      binned: data.binned,
      seed: spec.seed,
      validation: fold.valid,
    });
    const trained = performance.now();
    outputs.push(learnerOutputs(fit.learner, gatherRows(data.dataset, fold.valid), fold.valid.length));
    trainSeconds += (trained - started) / 1000;
    predictSeconds += (performance.now() - trained) / 1000;
    rounds += fit.rounds / data.folds.length;
    first ??= fit.learner;
  }
  const all = concatenate(outputs);
  const rows = data.folds.reduce((sum, fold) => sum + fold.valid.length, 0);
  return {
    outputs: all,
    learner: first as Learner,
    rounds: Math.max(1, Math.round(rounds)),
    trainSeconds,
    predictMicrosPerRow: (predictSeconds * 1e6) / rows,
  };
}

/** The final training, on all rows, for as long as the trial found best. */
export function refit(data: TrialData, spec: TrialSpec, rounds: number, context: TrialContext): Learner {
  const rows = Uint32Array.from({ length: data.dataset.rows }, (_, row) => row);
  const fit = learningAlgorithms[spec.algorithm].fit(
    data.dataset,
    rows,
    "rounds" in spec.params ? { ...spec.params, rounds } : spec.params,
    { ...context, binned: data.binned, seed: spec.seed, validation: null },
  );
  return fit.learner;
}

/** Row-major features of the listed rows, as scoring wants them. */
function gatherRows(data: Dataset, rows: Uint32Array): Float64Array {
  const width = data.features.length;
  const gathered = new Float64Array(rows.length * width);
  data.features.forEach(({ values }, f) => {
    for (let i = 0; i < rows.length; i++) gathered[i * width + f] = values[rows[i]];
  });
  return gathered;
}

function concatenate(parts: readonly Float64Array[]): Float64Array {
  const all = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
