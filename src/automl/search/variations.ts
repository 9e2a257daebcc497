/** The hyperparameters that the search changes, and how. */
import type { Random } from "../../base/index.ts";
import type { Params } from "../learners/index.ts";

/** How the hyperparameters of one algorithm are drawn, and varied from good ones. */
export interface Variations {
  draw(random: Random): Params;
  vary(params: Params, random: Random): Params;
}

/** A number that searches multiply or add to, and stay within; or one of a few values. */
type Range =
  | { readonly low: number; readonly high: number; readonly scale: "log" | "linear" | "wholeLog" }
  | { readonly values: readonly (string | number | boolean)[] };

/** Early stopping decides how many rounds; this only bounds them. */
export const MAX_ROUNDS = 3_000;

const BOOSTING: Readonly<Record<string, Range>> = {
  learningRate: { low: 0.01, high: 0.2, scale: "log" },
  minRows: { low: 1, high: 200, scale: "wholeLog" },
  l2: { low: 0.01, high: 100, scale: "log" },
  featureFraction: { low: 0.15, high: 1, scale: "linear" },
  rowFraction: { low: 0.5, high: 1, scale: "linear" },
};

const LEAFWISE: Readonly<Record<string, Range>> = {
  ...BOOSTING,
  maxLeaves: { low: 3, high: 127, scale: "wholeLog" },
  categorySmoothing: { low: 1, high: 100, scale: "log" },
  categoryL2: { low: 0.1, high: 100, scale: "log" },
};

const SYMMETRIC: Readonly<Record<string, Range>> = {
  ...BOOSTING,
  maxDepth: { low: 3, high: 8, scale: "wholeLog" },
  priorWeight: { low: 0.3, high: 30, scale: "log" },
};

const NETWORK: Readonly<Record<string, Range>> = {
  learningRate: { low: 0.001, high: 0.02, scale: "log" },
  weightDecay: { low: 0.03, high: 1, scale: "log" },
  dropout: { low: 0, high: 0.4, scale: "linear" },
  bins: { low: 8, high: 64, scale: "wholeLog" },
  width: { values: [32, 64, 96, 128] },
  depth: { values: [1, 2, 3] },
};

const FOREST: Readonly<Record<string, Range>> = {
  featureFraction: { low: 0.1, high: 1, scale: "linear" },
  minRows: { low: 1, high: 30, scale: "wholeLog" },
};

const LINEAR_ENCODING: Range = { values: ["bins", "scaled"] };

const leafwise = variations(LEAFWISE, (random) => ({
  rounds: MAX_ROUNDS,
  patience: 60,
  randomThresholds: random.next() < 0.25,
  maxOneHot: random.next() < 0.5 ? 4 : 255,
  ...(random.next() < 0.5 ? { categories: "ordered", priorWeight: 10 } : {}),
}));

const symmetric = variations(SYMMETRIC, () => ({
  rounds: MAX_ROUNDS,
  patience: 60,
  growth: "symmetric",
  categories: "ordered",
}));

/** Of the boosting trials that are drawn anew. */
const SYMMETRIC_SHARE = 0.3;

export const VARIATIONS: Readonly<Record<string, Variations>> = {
  GradientBoosting: {
    draw: (random) => (random.next() < SYMMETRIC_SHARE ? symmetric : leafwise).draw(random),
    vary: (params, random) => (params["growth"] === "symmetric" ? symmetric : leafwise).vary(params, random),
  },
  RandomForest: variations(FOREST, () => ({ trees: 100 })),
  ExtremeRandomTrees: variations(FOREST, () => ({ trees: 100 })),
  DecisionTree: variations(
    { maxLeaves: { low: 4, high: 256, scale: "wholeLog" }, minRows: { low: 1, high: 100, scale: "wholeLog" } },
    () => ({}),
  ),
  NeuralNetwork: variations(NETWORK, () => ({})),
  LogisticRegression: variations({ C: { low: 1e-3, high: 100, scale: "log" }, encoding: LINEAR_ENCODING }, () => ({})),
  ElasticNet: variations(
    {
      alpha: { low: 1e-4, high: 1, scale: "log" },
      l1_ratio: { low: 0, high: 1, scale: "linear" },
      encoding: LINEAR_ENCODING,
    },
    () => ({}),
  ),
  LinearSVM: variations({ C: { low: 1e-3, high: 10, scale: "log" }, encoding: LINEAR_ENCODING }, () => ({})),
  KNN: variations(
    { k: { low: 1, high: 200, scale: "wholeLog" }, weights: { values: ["distance", "uniform"] } },
    () => ({}),
  ),
  MultinomialNaiveBayes: variations(
    { alpha: { low: 0.01, high: 1, scale: "log" }, encoding: { values: ["bins", "scaled"] } },
    () => ({}),
  ),
  BernoulliNaiveBayes: variations(
    { alpha: { low: 0.01, high: 1, scale: "log" }, encoding: { values: ["bins", "median"] } },
    () => ({}),
  ),
};

function variations(ranges: Readonly<Record<string, Range>>, fixed: (random: Random) => Params): Variations {
  return {
    draw: (random) => ({
      ...fixed(random),
      ...Object.fromEntries(Object.entries(ranges).map(([name, range]) => [name, drawFrom(range, random)])),
    }),
    vary(params, random) {
      const changed: Record<string, number | boolean | string> = { ...params };
      // One surely, so that no trial is run twice; each of the others as a coin falls.
      const surely = random.integer(Object.keys(ranges).length);
      for (const [position, [name, range]] of Object.entries(ranges).entries()) {
        if (position !== surely && random.next() < 0.5) continue;
        changed[name] = move(params[name], range, random);
      }
      return changed;
    },
  };
}

function drawFrom(range: Range, random: Random): number | string | boolean {
  if ("values" in range) return range.values[random.integer(range.values.length)];
  if (range.scale === "linear") return tidy(range.low + random.next() * (range.high - range.low));
  const value = range.low * (range.high / range.low) ** random.next();
  return range.scale === "wholeLog" ? Math.round(value) : tidy(value);
}

function move(current: number | string | boolean | undefined, range: Range, random: Random): number | string | boolean {
  if ("values" in range || typeof current !== "number") return drawFrom(range, random);
  const { low, high, scale } = range;
  const clamp = (value: number): number => Math.min(high, Math.max(low, value));
  if (scale === "linear") return clamp(tidy(current + random.normal() * 0.2 * (high - low)));
  const value = Math.max(current, low) * Math.exp(random.normal() * 0.5);
  return clamp(scale === "wholeLog" ? Math.round(value) : tidy(value));
}

/** Three digits are enough to tell two configurations apart, and to read them. */
function tidy(value: number): number {
  return Number(value.toPrecision(3));
}
