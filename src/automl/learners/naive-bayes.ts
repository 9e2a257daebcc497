/**
 * Naive Bayes on encoded features. What it learns is linear before the softmax: log prior + sum of value * log
 * likelihood; so the learner is an ordinary linear one (McCallum & Nigam 1998).
 */
import type { LinearEncoding, LinearLearner } from "../../model/index.ts";
import type { Dataset } from "../dataset.ts";
import type { LearningAlgorithm, Params } from "./learner.ts";
import { choiceParam, numberParam } from "./linear-params.ts";
import { classSums, type ClassSums } from "./naive-bayes-sums.ts";
import { quantileCuts, scalingOf } from "./linear-scaling.ts";

/** Quantile bins of a number. */
const BINS = 16;
/** The prior share of a class without rows, instead of 0: probabilities stay finite. */
const LEAST_PRIOR = 1e-9;

/**
 * Params: `alpha`, what is added to every count, as scikit-learn's MultinomialNB has it; default 1. `encoding` of
 * numbers: "bins" (default), one of 16 quantile bins, one-hot; or "scaled", imputed with the median and scaled to
 * 0 .. 1 by the smallest and largest value.
 */
export const multinomialNaiveBayes: LearningAlgorithm = {
  name: "MultinomialNaiveBayes",
  tasks: ["classification"],
  fit(data, rows, params, { checkpoint }) {
    const encoding = choiceParam(params, "encoding", ["bins", "scaled"]);
    const { encodings, width } =
      encoding === "bins"
        ? layOut(data, rows, binnedBy(BINS), checkpoint)
        : layOut(data, rows, minMaxScaled, checkpoint);
    const alpha = alphaParam(params);
    const sums = classSums(data, rows, encodings, width, checkpoint);
    const weights = new Float64Array(data.classes * width);
    for (let k = 0; k < data.classes; k++) {
      const own = sums.values.subarray(k * width, (k + 1) * width);
      const logTotal = Math.log(own.reduce((sum, value) => sum + value, alpha * width));
      for (let p = 0; p < width; p++) weights[k * width + p] = Math.log(own[p] + alpha) - logTotal;
    }
    return { learner: toLearner(data, encodings, width, weights, logPriors(sums)), rounds: 0 };
  },
};

/**
 * Params: `alpha`, what is added to every count, as scikit-learn's BernoulliNB has it; default 1. `encoding` of
 * numbers: "bins" (default), each of 16 quantile bins as a mark of its own; or "median", one mark for values above it.
 */
export const bernoulliNaiveBayes: LearningAlgorithm = {
  name: "BernoulliNaiveBayes",
  tasks: ["classification"],
  fit(data, rows, params, { checkpoint }) {
    const encoding = choiceParam(params, "encoding", ["bins", "median"]);
    const { encodings, width } = layOut(data, rows, binnedBy(encoding === "bins" ? BINS : 2), checkpoint);
    const alpha = alphaParam(params);
    const sums = classSums(data, rows, encodings, width, checkpoint);
    // With two bins the lower one says nothing that the upper one does not.
    const silent = new Set(
      encoding === "median" ? encodings.filter(({ kind }) => kind === "binned").map(({ position }) => position) : [],
    );
    const weights = new Float64Array(data.classes * width);
    const intercepts = logPriors(sums);
    for (let k = 0; k < data.classes; k++) {
      const total = sums.rows[k] + 2 * alpha;
      for (let p = 0; p < width; p++) {
        if (silent.has(p)) continue;
        const share = (sums.values[k * width + p] + alpha) / total;
        weights[k * width + p] = Math.log(share) - Math.log1p(-share);
        intercepts[k] += Math.log1p(-share);
      }
    }
    return { learner: toLearner(data, encodings, width, weights, intercepts), rounds: 0 };
  },
};

function alphaParam(params: Params): number {
  return numberParam(params, "alpha", 1, (value) => value > 0, "a number above 0");
}

function logPriors({ rows }: ClassSums): Float64Array {
  const total = rows.reduce((sum, count) => sum + count, 0);
  return rows.map((count) => Math.log(Math.max(count / total, LEAST_PRIOR)));
}

/** How a number enters, at `position`; null when it does not vary. */
type NumberEncoder = (values: Float64Array, rows: Uint32Array, position: number) => NumberEncoding | null;

interface NumberEncoding {
  readonly encoding: (feature: number) => LinearEncoding;
  /** Positions that it takes. */
  readonly size: number;
}

function binnedBy(bins: number): NumberEncoder {
  return (values, rows, position) => {
    const cuts = quantileCuts(values, rows, bins);
    if (cuts.length > 0) {
      return { size: cuts.length + 2, encoding: (feature) => ({ kind: "binned", feature, position, cuts }) };
    }
    // One value, or none: only whether it is there may say something.
    const known = rows.find((row) => !Number.isNaN(values[row]));
    if (known === undefined || !rows.some((row) => Number.isNaN(values[row]))) return null;
    return { size: 3, encoding: (feature) => ({ kind: "binned", feature, position, cuts: [values[known]] }) };
  };
}

const minMaxScaled: NumberEncoder = (values, rows, position) => {
  const scaling = scalingOf(values, rows, () => {});
  if (!scaling) return null;
  const { fill, mean, nulls } = scaling;
  let [low, high] = [fill, fill];
  for (const row of rows) {
    // A comparison with NaN is false.
    const value = Math.min(Math.max(values[row], scaling.range[0]), scaling.range[1]);
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const scale = high > low ? high - low : 1;
  const missing = nulls ? position + 1 : -1;
  return {
    size: nulls ? 2 : 1,
    encoding: (feature) => ({ kind: "scaled", feature, position, mean, scale, fill, missing, range: [low, high] }),
  };
};

function layOut(
  { features }: Dataset,
  rows: Uint32Array,
  numberEncoder: NumberEncoder,
  checkpoint: () => void,
): { encodings: LinearEncoding[]; width: number } {
  const encodings: LinearEncoding[] = [];
  let width = 0;
  features.forEach(({ kind, cardinality, values }, feature) => {
    checkpoint();
    if (kind === "categorical") {
      encodings.push({ kind: "oneHot", feature, position: width, cardinality });
      width += cardinality + 1;
      return;
    }
    const encoder = numberEncoder(values, rows, width);
    if (!encoder) return;
    encodings.push(encoder.encoding(feature));
    width += encoder.size;
  });
  return { encodings, width };
}

/**
 * The likelihoods are of values from the range's low end; scoring subtracts the mean instead, which the intercepts make
 * up for. Two classes become one output, the log-odds of the second.
 */
function toLearner(
  { classes }: Dataset,
  encodings: readonly LinearEncoding[],
  width: number,
  weights: Float64Array,
  intercepts: Float64Array,
): LinearLearner {
  const shifted = intercepts.map((intercept, k) => {
    return encodings.reduce((sum, encoding) => {
      if (encoding.kind !== "scaled") return sum;
      const { position, mean, scale, range } = encoding;
      return sum + (weights[k * width + position] * (mean - range[0])) / scale;
    }, intercept);
  });
  if (classes > 2) {
    return { kind: "linear", outputs: classes, link: "softmax", width, encodings, weights, intercepts: shifted };
  }
  return {
    kind: "linear",
    outputs: 1,
    link: "sigmoid",
    width,
    encodings,
    weights: Float64Array.from({ length: width }, (_, p) => weights[width + p] - weights[p]),
    intercepts: Float64Array.of(shifted[1] - shifted[0]),
  };
}
