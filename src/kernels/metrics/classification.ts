/**
 * Classification metrics: Azure ML's names, scikit-learn's numbers.
 *
 * Where scikit-learn has no such metric or average, Azure ML's published package azureml-metrics (0.0.60) is followed:
 * AUC and average precision are computed for each class against the rest, and with more than two classes those that no
 * row has are left out of macro and weighted averages; micro averages pool all classes' columns; norm_macro_recall and
 * weighted_accuracy as confusion.ts says. Unlike there, balanced_accuracy is scikit-learn's (a class that no row has
 * does not count as missed), and norm_macro_recall judges `predictions`, whichever classes occur.
 * NaN stands for "not defined on these rows" (AUC with a single class, say).
 */
import {
  accuracy,
  balancedAccuracy,
  binaryScore,
  confusionOf,
  macroScore,
  matthewsCorrelation,
  normMacroRecall,
  weightedAccuracy,
  weightedScore,
  type ClassScore,
  type Confusion,
} from "./confusion.ts";
import type { ClassificationMetricName } from "./names.ts";
import { ascendingOrder } from "./order.ts";
import { rankingOf, type Ranking } from "./ranking.ts";
import { checkClassificationRows, type ClassificationRows } from "./rows.ts";

/** What several metrics share, computed when first asked for. */
interface Evaluation {
  readonly rows: ClassificationRows;
  confusion(): Confusion;
  ranking(k: number): Ranking;
}

type Average = "binary" | "macro" | "micro" | "weighted";
type Measure = (evaluation: Evaluation) => number;

const measures: Record<ClassificationMetricName, Measure> = {
  AUC_binary: (e) => rankingScore(e, "auc", "binary"),
  AUC_macro: (e) => rankingScore(e, "auc", "macro"),
  AUC_micro: (e) => rankingScore(e, "auc", "micro"),
  AUC_weighted: (e) => rankingScore(e, "auc", "weighted"),
  accuracy: (e) => accuracy(e.confusion()),
  weighted_accuracy: (e) => weightedAccuracy(e.confusion()),
  balanced_accuracy: (e) => balancedAccuracy(e.confusion()),
  norm_macro_recall: (e) => normMacroRecall(e.confusion()),
  log_loss: (e) => logLoss(e.rows),
  f1_score_binary: (e) => thresholdScore(e, "f1", "binary"),
  f1_score_micro: (e) => thresholdScore(e, "f1", "micro"),
  f1_score_macro: (e) => thresholdScore(e, "f1", "macro"),
  f1_score_weighted: (e) => thresholdScore(e, "f1", "weighted"),
  precision_score_binary: (e) => thresholdScore(e, "precision", "binary"),
  precision_score_micro: (e) => thresholdScore(e, "precision", "micro"),
  precision_score_macro: (e) => thresholdScore(e, "precision", "macro"),
  precision_score_weighted: (e) => thresholdScore(e, "precision", "weighted"),
  recall_score_binary: (e) => thresholdScore(e, "recall", "binary"),
  recall_score_micro: (e) => thresholdScore(e, "recall", "micro"),
  recall_score_macro: (e) => thresholdScore(e, "recall", "macro"),
  recall_score_weighted: (e) => thresholdScore(e, "recall", "weighted"),
  average_precision_score_binary: (e) => rankingScore(e, "averagePrecision", "binary"),
  average_precision_score_micro: (e) => rankingScore(e, "averagePrecision", "micro"),
  average_precision_score_macro: (e) => rankingScore(e, "averagePrecision", "macro"),
  average_precision_score_weighted: (e) => rankingScore(e, "averagePrecision", "weighted"),
  matthews_correlation: (e) => matthewsCorrelation(e.confusion()),
};

/**
 * All classification metrics of these rows; the *_binary ones only where there is a positive class.
 * Throws SLW_METRIC_INPUT where shapes or class numbers do not fit.
 */
export function classificationMetrics(rows: ClassificationRows): Record<string, number> {
  const evaluation = evaluate(rows);
  const binary = positiveClassOf(rows) !== undefined;
  const names = (Object.keys(measures) as ClassificationMetricName[]).filter(
    (name) => binary || !name.endsWith("_binary"),
  );
  return Object.fromEntries(names.map((name) => [name, measures[name](evaluation)]));
}

/** One classification metric; NaN for a *_binary one without a positive class. */
export function classificationMetric(name: ClassificationMetricName, rows: ClassificationRows): number {
  return measures[name](evaluate(rows));
}

function evaluate(rows: ClassificationRows): Evaluation {
  checkClassificationRows(rows);
  let confusion: Confusion | undefined;
  const rankings: (Ranking | undefined)[] = [];
  const orders: (Uint32Array | undefined)[] = [];
  return {
    rows,
    confusion: () => (confusion ??= confusionOf(rows)),
    ranking: (k) => (rankings[k] ??= classRanking(rows, k, orders)),
  };
}

function positiveClassOf({ classes, positiveClass }: ClassificationRows): number | undefined {
  return positiveClass ?? (classes === 2 ? 1 : undefined);
}

function thresholdScore(evaluation: Evaluation, score: ClassScore, average: Average): number {
  const confusion = evaluation.confusion();
  if (average === "macro") return macroScore(confusion, score);
  if (average === "weighted") return weightedScore(confusion, score);
  if (average === "micro") return accuracy(confusion);
  const positiveClass = positiveClassOf(evaluation.rows);
  return positiveClass === undefined ? NaN : binaryScore(confusion, score, positiveClass);
}

function rankingScore(evaluation: Evaluation, score: "auc" | "averagePrecision", average: Average): number {
  const { rows } = evaluation;
  if (average === "micro") return microRanking(rows)[score];
  if (average === "binary") {
    const positiveClass = positiveClassOf(rows);
    return positiveClass === undefined ? NaN : evaluation.ranking(positiveClass)[score];
  }
  let sum = 0;
  let divisor = 0;
  for (const k of averagedClasses(rows)) {
    const ranking = evaluation.ranking(k);
    const weight = average === "macro" ? 1 : ranking.positives;
    sum += weight * ranking[score];
    divisor += weight;
  }
  return sum / divisor;
}

/** Both of two classes; of more, those that some row has. */
function averagedClasses({ labels, classes }: ClassificationRows): number[] {
  const present = new Uint8Array(classes);
  for (const label of labels) present[label] = 1;
  return Array.from(present.keys()).filter((k) => classes === 2 || present[k] === 1);
}

function classRanking(
  { labels, probabilities, classes, weights }: ClassificationRows,
  k: number,
  orders: (Uint32Array | undefined)[],
): Ranking {
  const scores = new Float64Array(labels.length);
  const positive = new Uint8Array(labels.length);
  for (let row = 0; row < labels.length; row++) {
    scores[row] = probabilities[row * classes + k];
    positive[row] = labels[row] === k ? 1 : 0;
  }
  const order = (classes === 2 && reversedOrder(scores, orders[1 - k])) || ascendingOrder(scores);
  orders[k] = order;
  return rankingOf(scores, positive, order, weights);
}

/** Of two classes one rises where the other falls: the other's order backwards, where it is ascending, saves a sort. */
function reversedOrder(scores: Float64Array, otherOrder: Uint32Array | undefined): Uint32Array | undefined {
  if (otherOrder === undefined) return undefined;
  for (let i = 1; i < scores.length; i++) {
    if (scores[otherOrder[i - 1]] < scores[otherOrder[i]]) return undefined;
  }
  return otherOrder.toReversed();
}

/** Every cell of rows x classes is a case of its own: is this row of this class? */
function microRanking({ labels, probabilities, classes, weights }: ClassificationRows): Ranking {
  const positive = new Uint8Array(probabilities.length);
  for (let row = 0; row < labels.length; row++) positive[row * classes + labels[row]] = 1;
  const cellWeights = weights && Float64Array.from(probabilities, (_, cell) => weights[Math.floor(cell / classes)]);
  return rankingOf(probabilities, positive, ascendingOrder(probabilities), cellWeights);
}

/** Mean of -ln p(true class), p cut to [2^-52, 1 - 2^-52] as scikit-learn does for doubles. */
function logLoss({ labels, probabilities, classes, weights }: ClassificationRows): number {
  let sum = 0;
  let total = 0;
  for (let row = 0; row < labels.length; row++) {
    const weight = weights === undefined ? 1 : weights[row];
    const p = probabilities[row * classes + labels[row]];
    sum -= weight * Math.log(Math.min(Math.max(p, Number.EPSILON), 1 - Number.EPSILON));
    total += weight;
  }
  return sum / total;
}
