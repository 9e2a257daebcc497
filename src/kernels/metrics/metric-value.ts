import { SlipwayError } from "../../base/index.ts";
import { classificationMetric } from "./classification.ts";
import { metricInfo, type ClassificationMetricName, type RegressionMetricName } from "./names.ts";
import { regressionMetric } from "./regression.ts";
import type { ClassificationRows, RegressionRows } from "./rows.ts";

/**
 * One metric, without the work for the others. NaN where it is not defined on these rows.
 * Throws SLW_METRIC_UNKNOWN, and SLW_METRIC_INPUT where rows and metric do not fit.
 */
export function metricValue(name: string, rows: ClassificationRows | RegressionRows): number {
  const { task } = metricInfo(name);
  if (task === "classification" && "labels" in rows)
    return classificationMetric(name as ClassificationMetricName, rows);
  if (task === "regression" && "target" in rows) return regressionMetric(name as RegressionMetricName, rows);
  throw new SlipwayError("SLW_METRIC_INPUT", `The metric "${name}" is for ${task}, but the rows are of another task.`, {
    details: { metric: name, expected: task },
  });
}
