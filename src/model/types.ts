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

/**
 * Values of an input column of the training rows at even distances: quantiles ascending, texts by how often they occur,
 * null as often as it does. Dates in milliseconds since 1970. They are of the column alone: no row of training is in them.
 */
export type BackgroundColumn = readonly (number | string | null)[];

/** One feature made from an input column. The order of `Model.transforms` is the order of the features. */
export type Transform =
  /** The number, or what a plain decimal number in text says (NaN for any other text). `fill` stands for null. */
  | { readonly op: "Numeric"; readonly column: string; readonly fill?: number }
  /**
   * The position of the value in `categories`; NaN for null and for values that training did not see. `fill`, one of
   * the categories, stands for null.
   */
  | {
      readonly op: "Category";
      readonly column: string;
      readonly categories: readonly string[];
      readonly fill?: string;
    }
  | CategoryStatistic
  | { readonly op: "DatePart"; readonly column: string; readonly part: DatePart }
  /** From the date in `from` to the one in `column`, in days; NaN where one is missing. */
  | { readonly op: "DaysBetween"; readonly column: string; readonly from: string }
  | TextTransform;

/** What training found out about the value's category. */
export interface CategoryStatistic {
  readonly op: "CategoryStatistic";
  readonly column: string;
  /** "target": the smoothed mean of the target or share of a class; "frequency": the share of the rows. */
  readonly statistic: "target" | "frequency";
  readonly categories: readonly string[];
  /** One a category. */
  readonly values: Float64Array;
  /** For values that are not among the categories. */
  readonly unknown: number;
  /** For null. */
  readonly missing: number;
}

/** Features of free text, by the words that text.ts finds in it; NaN for null. */
export type TextTransform =
  /** (1 + ln(times the word occurs)) * idf; 0 where it does not occur. */
  | { readonly op: "TermWeight"; readonly column: string; readonly term: string; readonly idf: number }
  | { readonly op: "TextLength"; readonly column: string; readonly unit: "characters" | "words" }
  /**
   * bias + (sum of the weights of all words and pairs of neighbouring words) / sqrt(their number): what a naive Bayes
   * model or a mean by word says of the text. A word's place in `weights` is its hash modulo their number, a power of
   * two.
   */
  | { readonly op: "TextScore"; readonly column: string; readonly weights: Float32Array; readonly bias: number };

/**
 * `elapsedDays` counts from 1970-01-01, `dayOfWeek` from Sunday = 0, `month` from 1; all in UTC. Sin and Cos: of the
 * part as an angle, the first month, Sunday and hour 0 at angle 0, so that the last is next to the first.
 */
export type DatePart =
  | "year"
  | "month"
  | "day"
  | "dayOfWeek"
  | "dayOfYear"
  | "hour"
  | "minute"
  | "elapsedDays"
  | CyclicPart;

export type CyclicPart = "monthSin" | "monthCos" | "dayOfWeekSin" | "dayOfWeekCos" | "hourSin" | "hourCos";

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
  | { readonly kind: "oneHot"; readonly feature: number; readonly position: number; readonly cardinality: number }
  /** 1 at `position` + the number of `cuts` (ascending) below the value; NaN sets 1 at `position` + cuts.length + 1. */
  | { readonly kind: "binned"; readonly feature: number; readonly position: number; readonly cuts: readonly number[] };

/** Whatever is linear before its link: logistic and linear regression, naive Bayes, a calibrated linear SVM. */
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

/**
 * k nearest neighbours: the votes (classes) or the mean (regression) of the k stored rows at the smallest Euclidean
 * distance. A row has `columns` numbers of its own, at the positions of the scaled encodings, and one code for each
 * one-hot encoding; two codes that differ add 2 to the squared distance, as their one-hot vectors do. Of equally
 * distant rows the first ones count. Distances are found in 32-bit arithmetic.
 */
export interface NeighboursLearner {
  readonly kind: "neighbours";
  /** Probabilities of all classes, or one value. */
  readonly outputs: number;
  readonly link: "identity";
  readonly k: number;
  /** "distance": a neighbour counts by 1 / distance; where some are at distance 0, only those. */
  readonly weighting: "uniform" | "distance";
  /** Numbers a row: a multiple of four, those that no encoding fills are 0. */
  readonly columns: number;
  /** Codes a row: a multiple of four, those that no encoding fills are 0. */
  readonly codeCount: number;
  /** Scaled ones by their position in the numbers; one-hot ones by their position in the codes. */
  readonly encodings: readonly LinearEncoding[];
  /** rows x columns, row-major. */
  readonly numbers: Float32Array;
  /** rows x codeCount, row-major: the category, or the cardinality for missing and unknown ones. */
  readonly codes: Uint32Array;
  /** One a row: the class number or the value. */
  readonly targets: Float64Array;
  /** One a row: how much it counts; empty: all the same. */
  readonly rowWeights: Float64Array;
  /** Training rows that the stored ones were drawn from; their own number where all are stored. */
  readonly drawnFrom: number;
}

/** How one feature enters a network: as a row of its table, or as a point between two of them. */
export type NetworkEncoding =
  /**
   * Row `position` + i stands for the value knots[i] (ascending, at least one); between two knots the rows are
   * interpolated, beyond the ends the outer ones stand. NaN is row `missing`.
   */
  | {
      readonly kind: "numeric";
      readonly feature: number;
      readonly position: number;
      readonly missing: number;
      readonly knots: Float64Array;
    }
  /** Row `position` + category; NaN and what is no category is row `position` + `cardinality`. */
  | {
      readonly kind: "categorical";
      readonly feature: number;
      readonly position: number;
      readonly cardinality: number;
    };

/**
 * Feed-forward networks side by side, each with hidden layers of `width` rectified units, whose outputs are added.
 * units = tableBias + the sum of the features' table rows; then for each of `layers`, network by network,
 * units = bias + rectify(units) weights; raw output = base + scale * (rectify(units) heads).
 */
export interface NetworkLearner {
  readonly kind: "network";
  readonly outputs: number;
  readonly link: Link;
  readonly networks: number;
  readonly width: number;
  readonly encodings: readonly NetworkEncoding[];
  /** rows x (networks * width), row-major. */
  readonly table: Float32Array;
  /** networks * width. */
  readonly tableBias: Float32Array;
  readonly layers: readonly {
    /** networks x width (from) x width (to). */
    readonly weights: Float32Array;
    /** networks * width. */
    readonly bias: Float32Array;
  }[];
  /** networks x width x outputs. */
  readonly heads: Float32Array;
  readonly base: Float64Array;
  readonly scale: number;
}

export type Learner = TreesLearner | LinearLearner | NeighboursLearner | NetworkLearner;

export interface Member {
  /** Name as on the leaderboard: "GradientBoosting", "StandardScaler LogisticRegression". */
  readonly name: string;
  /** Vote: the member's share, all shares sum to 1. Stack: its coefficient, any number. */
  readonly weight: number;
  readonly learner: Learner;
}

/**
 * How the members' outputs become one answer.
 * - vote: the mean of their outputs, weighted.
 * - stack: a linear model on their outputs. Regression: intercept + sum of weight * value. Two classes: the sigmoid of
 *   intercept + sum of weight * log-odds of the second class. More classes: the softmax over classes k of
 *   intercepts[k] + sum of weight * log(p[k]). Probabilities are first kept within [1e-6, 1 - 1e-6].
 */
export type Combination =
  | { readonly kind: "vote" }
  /** One intercept for regression and for two classes, otherwise one a class. */
  | { readonly kind: "stack"; readonly intercepts: readonly number[] };

export interface Model {
  readonly task: Task;
  readonly target: string;
  /** Classification: the classes in the order of the probabilities; regression: empty. */
  readonly labels: readonly Label[];
  readonly inputs: readonly InputColumn[];
  readonly transforms: readonly Transform[];
  readonly members: readonly Member[];
  readonly combination: Combination;
  /**
   * One an input, all of one length, 1 to 256: what stands for the column where an explanation takes it for unknown. Only
   * in models with members whose contributions are found by permutations; absent in files before format version 3.
   */
  readonly background?: readonly BackgroundColumn[];
  /**
   * Classification: the answer is the label whose probability times its factor here is largest (a decision threshold,
   * for any number of classes); null: the most probable label. Probabilities themselves are not changed by it.
   */
  readonly labelWeights: readonly number[] | null;
  /** The name of the whole: a member's, "VotingEnsemble" or "StackEnsemble". */
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
  /** "holdout:0.1", "cv:5", "columns:3" (split columns) or "data:500" (rows of their own). */
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
  /** What training again takes; absent in files of format version 1 and in models that no run made. */
  readonly recipe?: Recipe;
}

/** With the same data and the same Slipway: the same learners again, bit for bit. */
export interface Recipe {
  readonly data: DataDigest;
  /** The rows of their own that judged the models, where there were any. */
  readonly validationData: DataDigest | null;
  /** The options of the run that shape features, folds and learners, by their names there. */
  readonly options: Readonly<Record<string, unknown>>;
  /** One a member, in their order. */
  readonly members: readonly MemberRecipe[];
}

/** What tells two tables apart. */
export interface DataDigest {
  readonly rows: number;
  readonly columns: readonly string[];
  /** Of names, types and values, hexadecimal. */
  readonly sha256: string;
}

export interface MemberRecipe {
  /** Number of the trial. */
  readonly trial: number;
  readonly algorithm: string;
  readonly params: Readonly<Record<string, number | boolean | string>>;
  /** As many as the learner was trained for; learners without rounds have 1. */
  readonly rounds: number;
  readonly seed: number;
  /** "all": on all rows; a number: on the training rows of that fold. */
  readonly trainedOn: "all" | number;
}
