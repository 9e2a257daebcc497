/** What the wizard offers: metrics and learners by task, and how the engine validates. */
import type { Task } from "./guess-target.ts";

export interface Choice {
  readonly id: string;
  readonly label: string;
  readonly description: string;
}

/** The metrics that a run may optimise, the default first. */
export const primaryMetrics: Readonly<Record<Task, readonly Choice[]>> = {
  classification: [
    { id: "AUC_weighted", label: "AUC_weighted", description: "How well rows are ranked; good for rare classes too." },
    { id: "accuracy", label: "accuracy", description: "Share of rows that are right." },
    { id: "norm_macro_recall", label: "norm_macro_recall", description: "Every class counts the same." },
    {
      id: "average_precision_score_weighted",
      label: "average_precision_score_weighted",
      description: "Precision over all thresholds.",
    },
    {
      id: "precision_score_weighted",
      label: "precision_score_weighted",
      description: "Few false alarms, classes weighted by size.",
    },
  ],
  regression: [
    {
      id: "normalized_root_mean_squared_error",
      label: "normalized_root_mean_squared_error",
      description: "Large errors count most; as a share of the range.",
    },
    { id: "r2_score", label: "r2_score", description: "Share of the variance that is explained." },
    {
      id: "normalized_mean_absolute_error",
      label: "normalized_mean_absolute_error",
      description: "The mean error, as a share of the range.",
    },
    { id: "spearman_correlation", label: "spearman_correlation", description: "How well rows are ranked." },
  ],
};

/** The learners of a task, by Azure ML's names. */
export const learners: Readonly<Record<Task, readonly string[]>> = {
  classification: [
    "GradientBoosting",
    "RandomForest",
    "ExtremeRandomTrees",
    "DecisionTree",
    "LogisticRegression",
    "LinearSVM",
    "KNN",
    "MultinomialNaiveBayes",
    "BernoulliNaiveBayes",
    "NeuralNetwork",
  ],
  regression: [
    "GradientBoosting",
    "RandomForest",
    "ExtremeRandomTrees",
    "DecisionTree",
    "ElasticNet",
    "KNN",
    "NeuralNetwork",
  ],
};

/** Is less of this metric better? By its name: errors and losses. */
export function isLessBetter(metric: string): boolean {
  return /error|loss/.test(metric);
}

/** Better first; what is no number comes last. */
export function compareValues(metric: string, a: number | null, b: number | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return isLessBetter(metric) ? a - b : b - a;
}

/** Seconds that the slider offers. */
export const timeLimits: readonly number[] = [20, 30, 60, 120, 180, 300, 600, 900, 1200, 1800, 2700, 3600];

/** "90 s" as people say it: "1 min 30 s". */
export function timeInWords(seconds: number): string {
  if (seconds < 60) return `${seconds} s`;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = Math.round(seconds % 60);
  return [hours > 0 && `${hours} h`, minutes > 0 && `${minutes} min`, rest > 0 && `${rest} s`]
    .filter(Boolean)
    .join(" ");
}

interface Shape {
  readonly rows: number;
  /** Input columns. */
  readonly columns: number;
  /** 0 for regression. */
  readonly classes: number;
}

/** What the rows are validated by where nothing else is said: the engine's rule (src/automl/validation.ts). */
export function defaultValidation({ rows, columns, classes }: Shape): string {
  if (rows < 1000) return `cv:${Math.max(2, Math.min(10, rows))}`;
  const values = rows * columns * (classes > 2 ? classes : 1);
  if (values <= 3_000_000) return "cv:5";
  return rows <= 20_000 && values <= 30_000_000 ? "cv:3" : "holdout:0.1";
}

/** "5-fold cross-validation" for "cv:5", as people say it. */
export function validationName(validation: string): string {
  const [kind, size = ""] = validation.split(":");
  if (kind === "cv") return `${size}-fold cross-validation`;
  if (kind === "columns") return `${size} split ${size === "1" ? "column" : "columns"}`;
  if (kind === "data") return `${Number(size).toLocaleString("en-US")} rows of their own`;
  const percent = Math.round(Number(size) * 1000) / 10;
  return `${100 - percent}/${percent} holdout`;
}

/** "32,950 rows: 5 folds, each row judged once." */
export function validationInWords(validation: string, rows: number): string {
  const [kind, size = ""] = validation.split(":");
  const all = `${rows.toLocaleString("en-US")} rows: ${validationName(validation)}.`;
  if (kind === "cv") return `${all} Every row is judged once, by a model that has not seen it.`;
  const held = Math.round(rows * Number(size));
  return `${all} ${held.toLocaleString("en-US")} rows judge, the others train.`;
}
