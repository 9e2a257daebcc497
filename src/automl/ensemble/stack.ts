/**
 * StackEnsemble: a linear model on the members' out-of-fold outputs (Wolpert 1992), in log-odds or, with more than two
 * classes, in log-probabilities with one coefficient a member; so it has few numbers to learn, whatever the classes.
 */
import { boundedProbability, type Combination } from "../../model/index.ts";
import { minimize, type Objective } from "../learners/linear-lbfgs.ts";

export interface StackRows {
  /** Outputs of each member, rows x width row-major. */
  readonly members: readonly Float64Array[];
  /** Class numbers or values. */
  readonly target: Float64Array;
  readonly weights: Float64Array | null;
  /** 0 for regression. */
  readonly classes: number;
}

export interface Stack {
  /** One coefficient a member. */
  readonly coefficients: Float64Array;
  readonly combination: Extract<Combination, { kind: "stack" }>;
}

/** Strength of the pull towards the shares of the vote: a stack may differ from it where the rows say so clearly. */
const PULL = 0.01;
const TOLERANCE = 1e-6;
const MOST_ITERATIONS = 200;

/** @param shares of the vote: where the coefficients start, and what they are pulled to */
export function fitStack(rows: StackRows, shares: readonly number[]): Stack {
  const members = shares.length;
  const intercepts = rows.classes > 2 ? rows.classes : 1;
  const point = new Float64Array(members + intercepts);
  point.set(shares);
  const inputs = rows.members.map((outputs) => toInputs(outputs, rows.classes));
  const loss = rows.classes === 0 ? squaredLoss(rows, inputs) : logLoss(rows, inputs, intercepts);
  const objective: Objective = (at, gradient) => {
    let value = loss(at, gradient);
    for (let m = 0; m < members; m++) {
      value += PULL * (at[m] - shares[m]) ** 2;
      gradient[m] += 2 * PULL * (at[m] - shares[m]);
    }
    return value;
  };
  minimize(objective, point, { tolerance: TOLERANCE, maxIterations: MOST_ITERATIONS });
  return {
    coefficients: point.slice(0, members),
    combination: { kind: "stack", intercepts: [...point.subarray(members)] },
  };
}

/** What the linear model sees: values, log-odds of the second of two classes, or log-probabilities of all classes. */
function toInputs(outputs: Float64Array, classes: number): Float64Array {
  if (classes === 0) return outputs;
  if (classes > 2) return outputs.map((value) => Math.log(boundedProbability(value)));
  const odds = new Float64Array(outputs.length / 2);
  for (let row = 0; row < odds.length; row++) {
    const second = boundedProbability(outputs[2 * row + 1]);
    odds[row] = Math.log(second / (1 - second));
  }
  return odds;
}

/** Mean squared error in units of the target's variance, so that the pull means the same for every target. */
function squaredLoss({ target, weights }: StackRows, inputs: readonly Float64Array[]): Objective {
  const total = sumOf(weights, target.length);
  const mean = target.reduce((sum, value, row) => sum + (weights?.[row] ?? 1) * value, 0) / total;
  const spread = target.reduce((sum, value, row) => sum + (weights?.[row] ?? 1) * (value - mean) ** 2, 0) / total || 1;
  return (at, gradient) => {
    gradient.fill(0);
    let loss = 0;
    for (let row = 0; row < target.length; row++) {
      let error = at[inputs.length] - target[row];
      for (let m = 0; m < inputs.length; m++) error += at[m] * inputs[m][row];
      const scaled = ((weights?.[row] ?? 1) * error) / (spread * total);
      loss += scaled * error;
      for (let m = 0; m < inputs.length; m++) gradient[m] += 2 * scaled * inputs[m][row];
      gradient[inputs.length] += 2 * scaled;
    }
    return loss;
  };
}

function logLoss({ target, weights }: StackRows, inputs: readonly Float64Array[], outputs: number): Objective {
  const total = sumOf(weights, target.length);
  const raw = new Float64Array(outputs);
  return (at, gradient) => {
    gradient.fill(0);
    let loss = 0;
    for (let row = 0; row < target.length; row++) {
      for (let k = 0; k < outputs; k++) {
        raw[k] = at[inputs.length + k];
        for (let m = 0; m < inputs.length; m++) raw[k] += at[m] * inputs[m][row * outputs + k];
      }
      const share = (weights?.[row] ?? 1) / total;
      loss += share * toResiduals(raw, target[row]);
      for (let k = 0; k < outputs; k++) {
        gradient[inputs.length + k] += share * raw[k];
        for (let m = 0; m < inputs.length; m++) gradient[m] += share * raw[k] * inputs[m][row * outputs + k];
      }
    }
    return loss;
  };
}

/** Turns raw outputs into probability minus truth, in place, and returns the row's log loss. */
function toResiduals(raw: Float64Array, label: number): number {
  if (raw.length === 1) {
    const margin = label === 1 ? raw[0] : -raw[0];
    raw[0] = 1 / (1 + Math.exp(-raw[0])) - label;
    return margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin;
  }
  const largest = raw.reduce((most, value) => Math.max(most, value), -Infinity);
  const own = raw[label] - largest;
  let sum = 0;
  for (let k = 0; k < raw.length; k++) {
    raw[k] = Math.exp(raw[k] - largest);
    sum += raw[k];
  }
  for (let k = 0; k < raw.length; k++) raw[k] = raw[k] / sum - (k === label ? 1 : 0);
  return Math.log(sum) - own;
}

function sumOf(weights: Float64Array | null, rows: number): number {
  return weights ? weights.reduce((sum, weight) => sum + weight, 0) : rows;
}
