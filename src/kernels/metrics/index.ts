export { classificationMetrics } from "./classification.ts";
export { metricValue } from "./metric-value.ts";
export { metricInfo, metricNames, primaryMetrics, type MetricInfo, type MetricName, type MetricTask } from "./names.ts";
export { ascendingOrder } from "./order.ts";
export { regressionMetrics } from "./regression.ts";
export type { ClassificationRows, RegressionRows } from "./rows.ts";
export {
  accuracyTable,
  confusionMatrix,
  predictedTrue,
  residuals,
  type AccuracyTable,
  type ConfusionMatrix,
  type PredictedTrue,
  type Residuals,
} from "./tables.ts";
