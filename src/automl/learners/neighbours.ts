/** k nearest neighbours: the training rows themselves are the model (types.ts, `NeighboursLearner`). */
import { createRandom } from "../../base/index.ts";
import { createKernels } from "../../kernels/index.ts";
import { codeRows, useNearestKernel, type LinearEncoding } from "../../model/index.ts";
import type { Dataset } from "../dataset.ts";
import type { LearningAlgorithm } from "./learner.ts";
import { choiceParam, numberParam, rowsOf } from "./linear-params.ts";
import { scalingOf } from "./linear-scaling.ts";

/** Rows that are stored at most; of more, as many drawn at random. */
const MOST_ROWS = 20_000;
/** Numbers that are stored at most, 4 bytes each: a model file stays below 9 MiB. */
const MOST_NUMBERS = 2 ** 21;

let hasKernel = false;

/**
 * Params: `k` (default 20), `weights`: "distance" (default) or "uniform", as scikit-learn's KNeighborsClassifier and
 * KNeighborsRegressor have them. Numbers are imputed and standardised as for linear learners, categories one-hot.
 */
export const nearestNeighbours: LearningAlgorithm = {
  name: "KNN",
  tasks: ["classification", "regression"],
  fit(data, rows, params, { seed, checkpoint }) {
    const k = numberParam(params, "k", 20, (value) => Number.isInteger(value) && value >= 1, "a whole number above 0");
    const weighting = choiceParam(params, "weights", ["distance", "uniform"]);
    const layout = layOut(data, rows, checkpoint);
    const stored = drawRows(data, rows, layout.columns + layout.codeCount, seed);
    checkpoint();
    const { numbers, codes } = codeRows(layout, featuresOf(data, stored), stored.length);
    checkpoint();
    if (!hasKernel) useNearestKernel(createKernels());
    hasKernel = true;
    const learner = {
      kind: "neighbours" as const,
      outputs: Math.max(1, data.classes),
      link: "identity" as const,
      k,
      weighting,
      ...layout,
      numbers,
      codes,
      targets: rowsOf(data.target, stored),
      rowWeights: rowWeightsOf(data, stored),
      drawnFrom: rows.length,
    };
    return { learner, rounds: 0 };
  },
};

interface Layout {
  readonly encodings: readonly LinearEncoding[];
  readonly columns: number;
  readonly codeCount: number;
}

function layOut({ features }: Dataset, rows: Uint32Array, checkpoint: () => void): Layout {
  const encodings: LinearEncoding[] = [];
  let columns = 0;
  let codeCount = 0;
  features.forEach(({ kind, cardinality, values }, feature) => {
    checkpoint();
    if (kind === "categorical") {
      encodings.push({ kind: "oneHot", feature, position: codeCount++, cardinality });
      return;
    }
    const scaling = scalingOf(values, rows, checkpoint);
    if (!scaling) return;
    const { mean, scale, fill, range, nulls } = scaling;
    const position = columns++;
    const missing = nulls ? columns++ : -1;
    encodings.push({ kind: "scaled", feature, position, mean, scale, fill, missing, range });
  });
  return { encodings, columns: Math.ceil(columns / 4) * 4, codeCount: Math.ceil(codeCount / 4) * 4 };
}

/** Ascending. Rows that weigh nothing are not there, unless none weighs anything. */
function drawRows({ weights }: Dataset, rows: Uint32Array, width: number, seed: number): Uint32Array {
  const weighty = weights ? rows.filter((row) => weights[row] > 0) : rows;
  const candidates = weighty.length > 0 ? weighty : rows;
  const most = Math.max(1, Math.min(MOST_ROWS, Math.floor(MOST_NUMBERS / Math.max(1, width))));
  if (candidates.length <= most) return candidates;
  return createRandom(seed).shuffle(candidates.slice()).slice(0, most).sort();
}

function rowWeightsOf({ weights }: Dataset, rows: Uint32Array): Float64Array {
  const own = weights ? rowsOf(weights, rows) : new Float64Array(0);
  return own.every((weight) => weight === own[0]) ? new Float64Array(0) : own;
}

/** Row-major. */
function featuresOf({ features }: Dataset, rows: Uint32Array): Float64Array {
  const width = features.length;
  const gathered = new Float64Array(rows.length * width);
  features.forEach(({ values }, feature) => {
    for (let i = 0; i < rows.length; i++) gathered[i * width + feature] = values[rows[i]];
  });
  return gathered;
}
