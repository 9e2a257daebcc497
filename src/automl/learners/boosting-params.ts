/** Hyperparameters of gradient boosting, their defaults and ranges. */
import { SlipwayError } from "../../base/index.ts";
import type { Params } from "./learner.ts";
import { REGRESSION_OBJECTIVES, type RegressionObjectiveParams } from "./regression-objectives.ts";

export interface BoostingParams extends RegressionObjectiveParams {
  /** Rounds at most; each grows one tree, or one a class. */
  readonly rounds: number;
  readonly learningRate: number;
  /** "leafwise": always the leaf that gains most; "symmetric": one split for all leaves of a level, to maxDepth. */
  readonly growth: string;
  /** Leafwise growth only. */
  readonly maxLeaves: number;
  /** Symmetric: at most 10. */
  readonly maxDepth: number;
  readonly minRows: number;
  readonly minHessian: number;
  readonly l1: number;
  readonly l2: number;
  readonly minGain: number;
  /** Share of the features that a tree may use. */
  readonly featureFraction: number;
  /** Share of the rows that a round is trained on, drawn without replacement. */
  readonly rowFraction: number;
  /** "sorted": sets of categories by their mean gradient; "ordered": by ordered target statistics (CatBoost). */
  readonly categories: string;
  /** Ordered: rows that the overall mean counts for in every category's. */
  readonly priorWeight: number;
  readonly categorySmoothing: number;
  readonly categoryL2: number;
  readonly maxCategories: number;
  readonly maxOneHot: number;
  /** One random threshold a feature. */
  readonly randomThresholds: boolean;
  /** Rounds without a better validation loss after which training ends. */
  readonly patience: number;
}

/** LightGBM's defaults, where it has the same parameter. */
const BOOSTING_DEFAULTS: BoostingParams = {
  rounds: 100,
  learningRate: 0.1,
  growth: "leafwise",
  maxLeaves: 31,
  maxDepth: 64,
  minRows: 20,
  minHessian: 1e-3,
  l1: 0,
  l2: 0,
  minGain: 0,
  featureFraction: 1,
  rowFraction: 1,
  categories: "sorted",
  priorWeight: 1,
  categorySmoothing: 10,
  categoryL2: 10,
  maxCategories: 32,
  maxOneHot: 4,
  randomThresholds: false,
  patience: 50,
  objective: "squared_error",
  delta: 1,
  alpha: 0.9,
  variancePower: 1.5,
};

/** CatBoost's: few rows in a leaf are made good for by l2. */
const SYMMETRIC_DEFAULTS = { maxDepth: 6, minRows: 1, l2: 3 } as const;
const MAX_SYMMETRIC_DEPTH = 10;

/** Defaults filled in. Throws SLW_LEARNER_PARAM for values out of range. @param classes 0 for regression */
export function boostingParams(params: Params, classes: number): BoostingParams {
  const own = params.growth === "symmetric" ? SYMMETRIC_DEFAULTS : {};
  const merged: BoostingParams = { ...BOOSTING_DEFAULTS, ...own, ...params };
  requireOneOf("growth", merged.growth, ["leafwise", "symmetric"]);
  requireOneOf("categories", merged.categories, ["sorted", "ordered"]);
  requireOneOf("objective", merged.objective, classes === 0 ? REGRESSION_OBJECTIVES : ["squared_error"]);
  requireRange("delta", merged.delta, "a number above 0", merged.delta > 0);
  requireRange("alpha", merged.alpha, "a number above 0 and below 1", merged.alpha > 0 && merged.alpha < 1);
  const { variancePower, maxDepth } = merged;
  requireRange("variancePower", variancePower, "a number from 1 and below 2", variancePower >= 1 && variancePower < 2);
  requireRange("priorWeight", merged.priorWeight, "a number above 0", merged.priorWeight > 0);
  if (merged.growth === "leafwise") return merged;
  const whole = Number.isInteger(maxDepth) && maxDepth >= 1 && maxDepth <= MAX_SYMMETRIC_DEPTH;
  requireRange("maxDepth", maxDepth, `a whole number from 1 to ${MAX_SYMMETRIC_DEPTH} for symmetric growth`, whole);
  return { ...merged, maxLeaves: 2 ** maxDepth };
}

function requireOneOf(name: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return;
  throw new SlipwayError(
    "SLW_LEARNER_PARAM",
    `${name} is "${value}"; expected ${known.map((each) => `"${each}"`).join(" or ")}.`,
  );
}

function requireRange(name: string, value: number, expected: string, holds: boolean): void {
  if (!holds) throw new SlipwayError("SLW_LEARNER_PARAM", `${name} is ${value}; expected ${expected}.`);
}
