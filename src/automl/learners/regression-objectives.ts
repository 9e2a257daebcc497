/** The losses of boosting for a number: named as in scikit-learn, defined as in LightGBM. */
import { SlipwayError } from "../../base/index.ts";
import { padRows } from "../trees/workspace.ts";
import { scaleFor, weightedMean, type Objective, type ObjectiveInput } from "./objectives.ts";
import { weightedQuantile } from "./weighted-quantile.ts";

export const REGRESSION_OBJECTIVES = [
  "squared_error",
  "absolute_error",
  "huber",
  "quantile",
  "poisson",
  "tweedie",
] as const;

export interface RegressionObjectiveParams {
  /** One of REGRESSION_OBJECTIVES. */
  readonly objective: string;
  /** huber: errors beyond it, in the target's unit, count linearly; above 0. */
  readonly delta: number;
  /** quantile: the share of the targets that should lie below the prediction, in (0, 1). */
  readonly alpha: number;
  /** tweedie: the variance grows with this power of the mean, in [1, 2). */
  readonly variancePower: number;
}

/** Added to the score in the hessian, so that the first steps are not too long (LightGBM's poisson_max_delta_step). */
const POISSON_STEP = 0.7;

export function regressionObjective(input: ObjectiveInput, params: RegressionObjectiveParams): Objective {
  const { objective, delta, alpha, variancePower } = params;
  if (objective === "absolute_error") return quantileLoss(input, 0.5, 2);
  if (objective === "quantile") return quantileLoss(input, alpha, 1);
  if (objective === "huber") return huber(input, delta);
  if (objective === "poisson") return tweedie(input, 1, objective);
  if (objective === "tweedie") return tweedie(input, variancePower, objective);
  return squared(input);
}

/** The target as f64 and space for the gradients. */
function upload({ kernels, target }: ObjectiveInput): { end: number; targets: number; gradients: number } {
  const end = padRows(target.length);
  const targets = kernels.arena.allocate(end * 8);
  new Float64Array(kernels.arena.memory.buffer, targets, target.length).set(target);
  return { end, targets, gradients: kernels.arena.allocate(end * 4) };
}

/** Packs gradients and hessians (or the weights, or 1) that stand in memory. */
function packing(input: ObjectiveInput, gradients: number, hessians: number): Objective["pack"] {
  const { run, team } = input.kernels;
  const end = padRows(input.target.length);
  const hessiansAt = hessians || input.weightsAddress;
  return (_k, rows, rowCount, salt, packed) => {
    const largest = run.largestMagnitude(gradients, rows, rowCount) || 1;
    const largestHessian = hessiansAt ? run.largestMagnitude(hessiansAt, rows, rowCount) || 1 : 1;
    const scale = scaleFor(rowCount, largest, largestHessian);
    team.packGradients(end, gradients, hessiansAt, salt, scale.gradientScale, scale.hessianScale, packed);
    return scale;
  };
}

function squared(input: ObjectiveInput): Objective {
  const { kernels, scores, target, rows, weights, weightsAddress } = input;
  const { end, targets, gradients } = upload(input);
  return {
    outputs: 1,
    link: "identity",
    base: Float64Array.of(weightedMean(rows, weights, (row) => target[row])),
    exact: { gradients, hessians: 0 },
    beginRound: () => kernels.team.squaredGradients(end, scores.address, targets, weightsAddress, gradients),
    pack: packing(input, gradients, 0),
    loss: (validation) => weightedMean(validation, weights, (row) => (scores.view[row] - target[row]) ** 2),
  };
}

/** target - score of the rows, and their weights. */
function residuals(
  { scores, target, weights }: ObjectiveInput,
  rows: Uint32Array,
): [Float64Array, Float64Array | null] {
  const gather = (of: (row: number) => number): Float64Array => Float64Array.from(rows, of);
  return [gather((row) => target[row] - scores.view[row]), weights && gather((row) => weights[row])];
}

/** Pinball loss, times `factor`: twice that of the median is the absolute error. A leaf gets its residuals' quantile. */
function quantileLoss(input: ObjectiveInput, share: number, factor: number): Objective {
  const { kernels, scores, target, rows, weights, weightsAddress } = input;
  const { end, targets, gradients } = upload(input);
  const below = -share * factor;
  const above = (1 - share) * factor;
  const targetsOfRows = Float64Array.from(rows, (row) => target[row]);
  const weightsOfRows = weights && Float64Array.from(rows, (row) => weights[row]);
  return {
    outputs: 1,
    link: "identity",
    base: Float64Array.of(weightedQuantile(targetsOfRows, weightsOfRows, share)),
    exact: null,
    refit: (leafRows) => weightedQuantile(...residuals(input, leafRows), share),
    beginRound: () =>
      kernels.run.stepGradients(scores.address, targets, weightsAddress, below, above, 0, end, gradients),
    pack: packing(input, gradients, 0),
    loss: (validation) =>
      weightedMean(validation, weights, (row) => {
        const error = scores.view[row] - target[row];
        return error < 0 ? below * error : above * error;
      }),
  };
}

/**
 * Quadratic up to `delta`, then linear. A leaf gets the median of its residuals and the mean of what is left of them,
 * kept within delta (Friedman 2001, algorithm 4): gradients alone would take a step of delta a round at most.
 */
function huber(input: ObjectiveInput, delta: number): Objective {
  const { kernels, scores, target, rows, weights, weightsAddress } = input;
  const { end, targets, gradients } = upload(input);
  const location = (values: Float64Array, weightsOf: Float64Array | null): number => {
    const median = weightedQuantile(values, weightsOf, 0.5);
    const every = Uint32Array.from(values.keys());
    return median + weightedMean(every, weightsOf, (i) => Math.max(-delta, Math.min(delta, values[i] - median)));
  };
  const targetsOfRows = Float64Array.from(rows, (row) => target[row]);
  const weightsOfRows = weights && Float64Array.from(rows, (row) => weights[row]);
  return {
    outputs: 1,
    link: "identity",
    base: Float64Array.of(location(targetsOfRows, weightsOfRows)),
    exact: null,
    refit: (leafRows) => location(...residuals(input, leafRows)),
    beginRound: () => kernels.run.clippedGradients(scores.address, targets, weightsAddress, delta, 0, end, gradients),
    pack: packing(input, gradients, 0),
    loss: (validation) =>
      weightedMean(validation, weights, (row) => {
        const error = Math.abs(scores.view[row] - target[row]);
        return error <= delta ? (error * error) / 2 : delta * (error - delta / 2);
      }),
  };
}

/** Tweedie deviance with log link; Poisson's is that of power 1. Throws SLW_LEARNER_PARAM for a target below 0. */
function tweedie(input: ObjectiveInput, power: number, objective: string): Objective {
  const { kernels, scores, target, rows, weights, weightsAddress } = input;
  const negative = rows.find((row) => target[row] < 0);
  if (negative !== undefined) {
    throw new SlipwayError(
      "SLW_LEARNER_PARAM",
      `The objective "${objective}" needs targets of 0 or more; row ${negative} has ${target[negative]}.`,
      { fix: 'Use the objective "squared_error", or leave out the rows with a negative target.' },
    );
  }
  const end = padRows(target.length);
  const { allocate, memory } = kernels.arena;
  const [targets, gradients, hessians] = [allocate(end * 4), allocate(end * 4), allocate(end * 4)];
  new Float32Array(memory.buffer, targets, target.length).set(target);
  const factor = power === 1 ? Math.exp(POISSON_STEP) : 1;
  const mean = weightedMean(rows, weights, (row) => target[row]);
  return {
    outputs: 1,
    link: "exp",
    base: Float64Array.of(Math.log(Math.max(mean, 1e-6))),
    exact: { gradients, hessians },
    beginRound: () =>
      kernels.run.tweedieGradients(scores.address, targets, weightsAddress, power, factor, 0, end, gradients, hessians),
    pack: packing(input, gradients, hessians),
    loss: (validation) =>
      weightedMean(validation, weights, (row) => {
        const score = scores.view[row];
        if (power === 1) return Math.exp(score) - target[row] * score;
        return (
          Math.exp((2 - power) * score) / (2 - power) - (target[row] * Math.exp((1 - power) * score)) / (1 - power)
        );
      }),
  };
}
