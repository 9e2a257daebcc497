/**
 * What a trained model is: plain data, no code. Everything here is written to and read from a `.slipway` file
 * (see format.ts) and scored by predict.ts.
 *
 * A row takes three steps to its answer:
 *   1. `transforms` turn the input columns into features (numbers; NaN where unknown);
 *   2. every learner turns the features into outputs: probabilities, or one value for regression;
 *   3. the outputs are averaged by the members' weights.
 */
import type { ColumnType } from "../base/index.ts";

export type Task = "classification" | "regression";

/** A class as the target column wrote it: a number where that column is numeric, otherwise text. */
export type Label = string | number;

/** A column that a scoring request may carry. Columns that training ignored are not listed. */
export interface InputColumn {
  readonly name: string;
  readonly type: ColumnType;
  /** Numeric columns: only whole numbers were seen. */
  readonly integer: boolean;
  /** Nulls were seen in training. */
  readonly nullable: boolean;
  /** Numeric and datetime columns: the smallest and largest value seen in training; null when all were null. */
  readonly range: readonly [number, number] | null;
  /** A value for documentation: the median number, the most frequent text, or the median date (ISO 8601). */
  readonly example: string | number | null;
}

/** One feature made from one input column. The order of `Model.transforms` is the order of the features. */
export type Transform =
  | { readonly op: "Numeric"; readonly column: string }
  /** The position of the value in `categories`; NaN for null and for values that training did not see. */
  | { readonly op: "Category"; readonly column: string; readonly categories: readonly string[] }
  | { readonly op: "DatePart"; readonly column: string; readonly part: DatePart };

/** `elapsedDays` counts from 1970-01-01, `dayOfWeek` from Sunday = 0, `month` from 1; all in UTC. */
export type DatePart = "year" | "month" | "day" | "dayOfWeek" | "dayOfYear" | "hour" | "minute" | "elapsedDays";

/** How raw sums become outputs: sigmoid gives the probability of the second class. */
export type Link = "identity" | "sigmoid" | "softmax" | "exp";

/**
 * Decision trees, flat. Node i is a leaf when feature[i] < 0; then left[i] is the number of its leaf.
 * Otherwise a row goes to left[i] or to left[i] + 1; both are greater than i, so a walk always ends.
 * Trees lie one after the other: roots[0] is 0, roots rise, and a tree's nodes end where the next root begins.
 */
export interface Trees {
  /** The first node of every tree. */
  readonly roots: Int32Array;
  readonly feature: Int32Array;
  readonly left: Int32Array;
  /** Numeric split: value <= threshold goes left. Categorical split: first word of its bit set in `bitsets`. */
  readonly threshold: Float64Array;
  /** Bit 0: categorical split. Bit 1: NaN goes left. */
  readonly flags: Uint8Array;
  /** Training rows (weighted) that reached the node; what SHAP needs. */
  readonly cover: Float32Array;
  /** Categorical splits: word count, then the words; category c goes left when bit c & 31 of word c >> 5 is set. */
  readonly bitsets: Uint32Array;
  /** leafWidth numbers a leaf. */
  readonly leafValues: Float64Array;
}

/**
 * Gradient boosting (leafWidth 1: tree t adds to output t % outputs) or a forest (leafWidth = outputs: every tree
 * adds a whole vector). Raw output = base + scale * sum of leaves, then the link.
 */
export interface TreesLearner {
  readonly kind: "trees";
  readonly outputs: number;
  readonly leafWidth: number;
  readonly base: Float64Array;
  readonly scale: number;
  readonly link: Link;
  readonly trees: Trees;
}

/** How one feature enters a linear learner. Positions are indices into a weight vector of length `width`. */
export type LinearEncoding =
  /** (value - mean) / scale at `position`; NaN becomes `fill` first and, where `missing` >= 0, sets 1 there. */
  | {
      readonly kind: "scaled";
      readonly feature: number;
      readonly position: number;
      readonly mean: number;
      readonly scale: number;
      readonly fill: number;
      readonly missing: number;
      /** Values are cut to this range (of the training rows) first, so that one wild value cannot rule the sum. */
      readonly range: readonly [number, number];
    }
  /** 1 at `position` + category; NaN sets 1 at `position` + `cardinality`. */
  | { readonly kind: "oneHot"; readonly feature: number; readonly position: number; readonly cardinality: number };

/** Logistic (sigmoid, softmax) or linear (identity) regression. */
export interface LinearLearner {
  readonly kind: "linear";
  readonly outputs: number;
  readonly link: Link;
  readonly width: number;
  readonly encodings: readonly LinearEncoding[];
  /** outputs x width, row-major. */
  readonly weights: Float64Array;
  readonly intercepts: Float64Array;
}

export type Learner = TreesLearner | LinearLearner;

export interface Member {
  /** Name as on the leaderboard: "GradientBoosting", "StandardScaler LogisticRegression". */
  readonly name: string;
  /** Share in the vote; the members' weights sum to 1. */
  readonly weight: number;
  readonly learner: Learner;
}

export interface Model {
  readonly task: Task;
  readonly target: string;
  /** Classification: the classes in the order of the probabilities; regression: empty. */
  readonly labels: readonly Label[];
  readonly inputs: readonly InputColumn[];
  readonly transforms: readonly Transform[];
  readonly members: readonly Member[];
  /** The name of the whole: a member's, or "VotingEnsemble". */
  readonly name: string;
  /** Metrics on the validation rows, by Azure ML's names. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly provenance: Provenance;
}

/** Where the model comes from. Nothing in it depends on the clock or on the number of threads. */
export interface Provenance {
  readonly slipway: string;
  readonly primaryMetric: string;
  readonly seed: number;
  /** "holdout:0.1" or "cv:5". */
  readonly validation: string;
  readonly rows: number;
  /** How each input was treated, in words: "age: numeric, 83 missing". */
  readonly featurization: readonly string[];
  /** The trials behind the members, with their hyperparameters. */
  readonly trials: readonly {
    readonly number: number;
    readonly name: string;
    readonly params: Record<string, unknown>;
  }[];
}
