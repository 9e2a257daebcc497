/**
 * The metrics by Azure ML's names, what is good and what is possible.
 * Names and primary metrics: https://learn.microsoft.com/azure/machine-learning/how-to-understand-automated-ml
 */
import { SlipwayError } from "../../base/index.ts";

export type MetricTask = "classification" | "regression";

export interface MetricInfo {
  readonly task: MetricTask;
  readonly direction: "maximize" | "minimize";
  /** The smallest and the largest value that can occur; infinite where there is no bound. */
  readonly range: readonly [number, number];
}

const share: MetricInfo = { task: "classification", direction: "maximize", range: [0, 1] };
const error: MetricInfo = { task: "regression", direction: "minimize", range: [0, Infinity] };
const explained: MetricInfo = { task: "regression", direction: "maximize", range: [-Infinity, 1] };

const classification = {
  AUC_binary: share,
  AUC_macro: share,
  AUC_micro: share,
  AUC_weighted: share,
  accuracy: share,
  weighted_accuracy: share,
  balanced_accuracy: share,
  norm_macro_recall: share,
  log_loss: { task: "classification", direction: "minimize", range: [0, Infinity] },
  f1_score_binary: share,
  f1_score_micro: share,
  f1_score_macro: share,
  f1_score_weighted: share,
  precision_score_binary: share,
  precision_score_micro: share,
  precision_score_macro: share,
  precision_score_weighted: share,
  recall_score_binary: share,
  recall_score_micro: share,
  recall_score_macro: share,
  recall_score_weighted: share,
  average_precision_score_binary: share,
  average_precision_score_micro: share,
  average_precision_score_macro: share,
  average_precision_score_weighted: share,
  matthews_correlation: { task: "classification", direction: "maximize", range: [-1, 1] },
} as const satisfies Record<string, MetricInfo>;

const regression = {
  explained_variance: explained,
  r2_score: explained,
  spearman_correlation: { task: "regression", direction: "maximize", range: [-1, 1] },
  mean_absolute_percentage_error: error,
  mean_absolute_error: error,
  median_absolute_error: error,
  root_mean_squared_error: error,
  root_mean_squared_log_error: error,
  normalized_mean_absolute_error: error,
  normalized_median_absolute_error: error,
  normalized_root_mean_squared_error: error,
  normalized_root_mean_squared_log_error: error,
} as const satisfies Record<string, MetricInfo>;

export type ClassificationMetricName = keyof typeof classification;
export type RegressionMetricName = keyof typeof regression;
export type MetricName = ClassificationMetricName | RegressionMetricName;

const table: Readonly<Record<MetricName, MetricInfo>> = { ...classification, ...regression };

const primary = {
  classification: [
    "accuracy",
    "AUC_weighted",
    "norm_macro_recall",
    "average_precision_score_weighted",
    "precision_score_weighted",
  ],
  regression: [
    "spearman_correlation",
    "normalized_root_mean_squared_error",
    "r2_score",
    "normalized_mean_absolute_error",
  ],
} as const satisfies Record<MetricTask, readonly MetricName[]>;

/** All metrics of a task: 26 for classification, 12 for regression. */
export function metricNames(task: MetricTask): readonly MetricName[] {
  return Object.keys(task === "classification" ? classification : regression) as MetricName[];
}

/** The metrics that Azure ML lets a run optimise. */
export function primaryMetrics(task: MetricTask): readonly MetricName[] {
  return primary[task];
}

/** Throws SLW_METRIC_UNKNOWN. */
export function metricInfo(name: string): MetricInfo {
  if (Object.hasOwn(table, name)) return table[name as MetricName];
  throw new SlipwayError("SLW_METRIC_UNKNOWN", `There is no metric named "${name}".`, {
    fix: `Use one of: ${Object.keys(table).join(", ")}.`,
    details: { got: name },
  });
}
