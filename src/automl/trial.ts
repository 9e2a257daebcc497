/** One trial: an algorithm with its hyperparameters, trained and judged on every fold. Runs on a worker. */
import { learnerOutputs, type Learner } from "../model/index.ts";
import type { Kernels } from "../kernels/index.ts";
import type { Dataset } from "./dataset.ts";
import { createEvaluator, type Evaluator } from "./evaluate.ts";
import { learningAlgorithms, type Fit, type LearningAlgorithm, type Params } from "./learners/index.ts";
import type { BinnedDataset } from "./trees/binned.ts";
import type { Fold } from "./validation.ts";

export interface TrialSpec {
  readonly number: number;
  /** A key of learningAlgorithms. */
  readonly algorithm: string;
  readonly params: Params;
  readonly seed: number;
  /** The trial ends after its first rung (see `runTrial`) when its loss there is higher than this; Infinity: never. */
  readonly giveUpAbove: number;
}

/** What all trials of a run read; everything in it is shared memory. */
export interface TrialData {
  readonly dataset: Dataset;
  readonly binned: BinnedDataset;
  readonly folds: readonly Fold[];
  /** The primary metric, by Azure ML's name. */
  readonly metric: string;
  /** How much each row counts in the metrics: by the weight column alone, not by its class; null: all the same. */
  readonly judgeWeights: Float64Array | null;
}

export interface TrialOutcome {
  /** Outputs for the validation rows, fold after fold, each rows x K row-major. */
  readonly outputs: Float64Array;
  /**
   * The learner of the first fold: the answer when there is no time to train on all rows. Null where the trial comes from
   * a record: it is trained again where it is needed.
   */
  readonly learner: Learner | null;
  /** Rounds of that learner. */
  readonly firstRounds: number;
  /** Rounds for the final training: the mean of the folds' best. */
  readonly rounds: number;
  /** The loss after the first rung; what later trials of the algorithm are measured by there. */
  readonly rungLoss: number;
  /** Seconds of training, all folds. */
  readonly trainSeconds: number;
  readonly predictMicrosPerRow: number;
  /** The primary metric on the validation rows; NaN where it is not defined there. */
  readonly value: number;
  /** The same turned so that lower is better; Infinity where it is not defined. */
  readonly loss: number;
  /** All metrics of the task. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** A trial that was not promising after its first rung, or could not be done in time. */
export interface GivenUp {
  /** NaN where its first rung was the whole of it. */
  readonly rungLoss: number;
  readonly trainSeconds: number;
}

export interface TrialContext {
  readonly kernels: Kernels;
  /** Of `TrialData`: judgeOf(data). */
  readonly evaluator: Evaluator;
  readonly checkpoint: () => void;
  /** What the run had left for its search when the trial began; null: no matter. */
  readonly secondsLeft: number | null;
  /** Is time over? `part`: or that share of the trial's own time limit. Default 1. */
  readonly shouldFinish: (part?: number) => boolean;
}

/**
 * Successive halving in two rungs. With cross-validation the first rung is the first fold. With a holdout it is the
 * first rounds of the one training (about as many as reach half of where boosting ends), which is resumed from there.
 */
export function runTrial(data: TrialData, spec: TrialSpec, context: TrialContext): TrialOutcome | GivenUp {
  const algorithm = learningAlgorithms[spec.algorithm];
  const outputs: Float64Array[] = [];
  let first: Learner | undefined;
  let firstRounds = 1;
  let rungLoss: number | undefined;
  let rounds = 0;
  let trainSeconds = 0;
  const begun = performance.now();
  const predicted = { seconds: 0, rows: 0 };
  for (const [index, fold] of data.folds.entries()) {
    const started = performance.now();
    // A fold may use up its share of the time limit and what the folds before it left.
    const own = { ...context, shouldFinish: () => context.shouldFinish((index + 1) / data.folds.length) };
    const rung = data.folds.length === 1 ? fitRung(data, fold, algorithm, spec, own) : undefined;
    if (rung && rung.loss > spec.giveUpAbove) return { rungLoss: rung.loss, trainSeconds: secondsSince(started) };
    const fit = algorithm.fit(data.dataset, fold.train, spec.params, {
      ...own,
      binned: data.binned,
      seed: spec.seed,
      validation: fold.valid,
      ...(rung && { resume: rung.fit.learner }),
    });
    trainSeconds += secondsSince(started);
    outputs.push(predict(data, fit, fold, predicted));
    rounds += fit.rounds / data.folds.length;
    if (first === undefined) {
      first = fit.learner;
      firstRounds = fit.rounds;
      rungLoss = rung?.loss ?? lossOfFirst(data, outputs[0]);
      if (rungLoss !== undefined && data.folds.length > 1 && rungLoss > spec.giveUpAbove)
        return { rungLoss, trainSeconds };
    }
    if (!fits(index + 1, data.folds.length, secondsSince(begun), context.secondsLeft))
      return { rungLoss: rungLoss ?? NaN, trainSeconds };
  }
  const all = concatenate(outputs);
  const judged = context.evaluator.judge(all);
  return {
    outputs: all,
    learner: first as Learner,
    firstRounds,
    rounds: Math.max(1, Math.round(rounds)),
    rungLoss: rungLoss ?? judged.loss,
    trainSeconds,
    predictMicrosPerRow: (predicted.seconds * 1e6) / predicted.rows,
    ...judged,
  };
}

/** The loss of the first fold; undefined where it is that of the whole trial, which is found anyway. */
function lossOfFirst({ metric, dataset, folds }: TrialData, outputs: Float64Array): number | undefined {
  if (folds.length === 1 && dataset.weights === null) return undefined;
  return createEvaluator(metric, dataset, [folds[0]]).loss(outputs);
}

/** Is there time for the folds that are left, when they take as long as those before them? */
function fits(done: number, folds: number, seconds: number, secondsLeft: number | null): boolean {
  return secondsLeft === null || done === folds || (seconds / done) * folds <= secondsLeft;
}

/** What judges the trials of the data. */
export function judgeOf({ metric, dataset, judgeWeights, folds }: TrialData): Evaluator {
  return createEvaluator(metric, { ...dataset, weights: judgeWeights }, folds);
}

/** Learning rate times rounds of the first rung: boosting has learnt most by then, whatever its rate. */
const RUNG_TRAVEL = 3;

/** The first rounds of a training that has many; undefined where a rung would not save anything. */
function fitRung(
  data: TrialData,
  fold: Fold,
  algorithm: LearningAlgorithm,
  { params, seed }: TrialSpec,
  context: TrialContext,
): { fit: Fit; loss: number } | undefined {
  const { rounds, learningRate } = params;
  if (typeof rounds !== "number" || typeof learningRate !== "number") return undefined;
  const first = Math.ceil(RUNG_TRAVEL / learningRate);
  if (first * 2 > rounds) return undefined;
  const fit = algorithm.fit(
    data.dataset,
    fold.train,
    { ...params, rounds: first },
    { ...context, binned: data.binned, seed, validation: fold.valid },
  );
  const outputs = fit.outputs ?? outputsOf(data.dataset, fit.learner, fold.valid);
  return { fit, loss: createEvaluator(data.metric, data.dataset, [fold]).loss(outputs) };
}

/** Rows of all folds together that are predicted to learn how long that takes, where there is no other reason to. */
const TIMED_ROWS = 2_048;

/** The outputs for the fold's validation rows; what predicting took is added to `timed`. */
function predict(data: TrialData, fit: Fit, fold: Fold, timed: { seconds: number; rows: number }): Float64Array {
  const most = fit.outputs ? Math.ceil(TIMED_ROWS / data.folds.length) : fold.valid.length;
  const valid = fold.valid.subarray(0, most);
  const started = performance.now();
  const outputs = outputsOf(data.dataset, fit.learner, valid);
  timed.seconds += secondsSince(started);
  timed.rows += valid.length;
  return fit.outputs ?? outputs;
}

/** Rows that are gathered at a time: of millions, a copy of all their features would be the largest array of the run. */
const BLOCK_ROWS = 65_536;

function outputsOf(data: Dataset, learner: Learner, valid: Uint32Array): Float64Array {
  const parts: Float64Array[] = [];
  for (let first = 0; first < valid.length; first += BLOCK_ROWS) {
    const rows = valid.subarray(first, first + BLOCK_ROWS);
    parts.push(learnerOutputs(learner, gatherRows(data, rows), rows.length));
  }
  return parts.length === 1 ? parts[0] : concatenate(parts);
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000;
}

/** The final training, on all rows, for as long as the trial found best; or the training of one fold once more. */
export function refit(
  data: TrialData,
  { spec, rounds, fold }: { readonly spec: TrialSpec; readonly rounds: number; readonly fold?: number },
  context: TrialContext,
): Learner {
  const { checkpoint, kernels } = context;
  const train = (rows: Uint32Array, validation: Uint32Array | null, params: Params): Fit =>
    learningAlgorithms[spec.algorithm].fit(data.dataset, rows, params, {
      kernels,
      checkpoint,
      shouldFinish: () => false,
      binned: data.binned,
      seed: spec.seed,
      validation,
    });
  if (fold !== undefined) {
    const again = train(data.folds[fold].train, data.folds[fold].valid, spec.params);
    // Another number of rounds: it was the clock that had ended the training of the trial.
    if (again.rounds === rounds) return again.learner;
  }
  const rows =
    fold === undefined ? Uint32Array.from({ length: data.dataset.rows }, (_, row) => row) : data.folds[fold].train;
  // Also where the trial left their number to the learner; those that have no rounds do not look at it.
  return train(rows, null, { ...spec.params, rounds }).learner;
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
