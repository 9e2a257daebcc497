/** Charts of a model as data: what its answers on some rows look like beside the truth. */
import {
  accuracyTable,
  confusionMatrix,
  predictedTrue,
  residuals,
  type AccuracyTable,
  type ConfusionMatrix,
  type PredictedTrue,
  type Residuals,
} from "../../kernels/index.ts";
import { predictedClasses, type Label, type Model, type Task } from "../../model/index.ts";
import { curvesOf, meanCurves, type ClassCurves, type MeanCurves } from "./curves.ts";

export type { ClassCurves, MeanCurves } from "./curves.ts";

export interface ClassificationCharts {
  readonly task: "classification";
  readonly rows: number;
  readonly labels: readonly Label[];
  /** In Azure ML's shape: sums of weights, a row for each true class. */
  readonly confusion_matrix: ConfusionMatrix;
  /** In Azure ML's shape, which does not look at weights; null for more than 20 classes, of which it would be huge. */
  readonly accuracy_table: AccuracyTable | null;
  /** Each class against the rest, the most frequent 20; `curves` is null where a class is that of no row or of all. */
  readonly classes: readonly { readonly label: Label; readonly curves: ClassCurves | null }[];
  /** Each pair of row and class is a case: is the row of this class? Null with a single row of one class. */
  readonly micro: ClassCurves | null;
  /** The mean of the curves of all classes that have some. */
  readonly macro: MeanCurves | null;
}

export interface RegressionCharts {
  readonly task: "regression";
  readonly rows: number;
  /** In Azure ML's shapes, which do not look at weights. */
  readonly residuals: Residuals;
  readonly predicted_true: PredictedTrue;
}

export type ModelCharts = ClassificationCharts | RegressionCharts;

/** More classes would make megabytes of curves that nobody looks at. */
const mostClasses = 20;

/**
 * All charts of the task; no curve has more than 200 points, and its area is that of the whole curve within 1e-4.
 * @param labels the classes in the order of the probabilities; empty for regression
 * @param target one a row: the class number, or the value
 * @param outputs rows x classes probabilities, or one value a row
 * @param weights how much each row counts; null: all the same
 * @param labelWeights `Model.labelWeights`: which label the confusion matrix takes for the answer
 * @throws SLW_METRIC_INPUT where lengths do not fit, there is no row, or a number is out of range
 */
export function modelCharts(
  task: Task,
  labels: readonly Label[],
  target: Float64Array,
  outputs: Float64Array,
  weights: Float64Array | null = null,
  labelWeights: Model["labelWeights"] = null,
): ModelCharts {
  if (task === "classification") return classificationCharts(labels, target, outputs, weights, labelWeights);
  const rows = { target, predictions: outputs };
  return {
    task,
    rows: target.length,
    residuals: residuals(rows),
    predicted_true: predictedTrue(rows),
  };
}

function classificationCharts(
  labels: readonly Label[],
  target: Float64Array,
  outputs: Float64Array,
  weights: Float64Array | null,
  labelWeights: Model["labelWeights"],
): ClassificationCharts {
  const classes = labels.length;
  const predictions = predictedClasses({ labels, labelWeights }, outputs);
  const rows = { labels: target, probabilities: outputs, classes, predictions, ...(weights && { weights }) };
  const names = labels.map(String);
  // This checks the rows too.
  const matrix = confusionMatrix(rows, names);
  const all = labels.map((_, k) => classCurves(target, outputs, classes, k, weights));
  return {
    task: "classification",
    rows: target.length,
    labels,
    confusion_matrix: matrix,
    accuracy_table: classes > mostClasses ? null : accuracyTable(rows, names),
    classes: mostFrequent(target, classes).map((k) => ({ label: labels[k], curves: all[k] })),
    micro: microCurves(target, outputs, classes, weights),
    macro: meanCurves(all.filter((curves) => curves !== null)),
  };
}

function classCurves(
  target: Float64Array,
  outputs: Float64Array,
  classes: number,
  k: number,
  weights: Float64Array | null,
): ClassCurves | null {
  const scores = target.map((_, row) => outputs[row * classes + k]);
  const positive = Uint8Array.from(target, (label) => (label === k ? 1 : 0));
  return curvesOf(scores, positive, weights);
}

function microCurves(
  target: Float64Array,
  outputs: Float64Array,
  classes: number,
  weights: Float64Array | null,
): ClassCurves | null {
  const positive = new Uint8Array(outputs.length);
  target.forEach((label, row) => (positive[row * classes + label] = 1));
  const cellWeights = weights && Float64Array.from(outputs, (_, cell) => weights[Math.floor(cell / classes)]);
  return curvesOf(outputs, positive, cellWeights);
}

/** The class numbers, in their order; of many those that most rows have. */
function mostFrequent(target: Float64Array, classes: number): number[] {
  const counts = new Float64Array(classes);
  for (const label of target) counts[label]++;
  const order = Array.from(counts.keys()).sort((a, b) => counts[b] - counts[a] || a - b);
  return order.slice(0, mostClasses).sort((a, b) => a - b);
}
