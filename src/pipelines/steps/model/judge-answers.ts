/** Metrics from what a model answered, where it is not one of ours and says less of itself. */
import { SlipwayError, type Column } from "../../../base/index.ts";
import { classificationMetrics, regressionMetrics } from "../../../kernels/index.ts";
import type { Task } from "./evaluate-messages.ts";

export interface Answers {
  /** One a row: labels, or values. */
  readonly answers: readonly unknown[];
  /** What the probabilities of a row stand for, in their order; empty where the model does not say. */
  readonly labels: readonly (string | number)[];
  /** One list a row; empty where the model gives none. */
  readonly probabilities: readonly (readonly number[])[];
}

/**
 * @param truth without nulls
 * @returns metrics by Azure ML's names; those that rank by probabilities only where the model gives them by label
 * @throws SLW_EVALUATE_METRIC where answers and truth are not of one kind
 */
export function judgeAnswers(task: Task, truth: Column, answers: Answers): Record<string, number> {
  return task === "regression" ? judgeValues(truth, answers.answers) : judgeLabels(truth, answers);
}

function judgeValues(truth: Column, answers: readonly unknown[]): Record<string, number> {
  if (truth.type !== "numeric") throw unlike(truth, "numbers", `a ${truth.type} column`);
  const wrong = answers.find((answer) => typeof answer !== "number" || !Number.isFinite(answer));
  if (wrong !== undefined) throw unlike(truth, "numbers", `the answer ${JSON.stringify(wrong)}`);
  return regressionMetrics({
    target: Float64Array.from(truth.values),
    predictions: Float64Array.from(answers as readonly number[]),
  });
}

/** Labels are compared as texts: 1 is "1", whichever of the two sides wrote it as a number. */
function judgeLabels(column: Column, { answers, labels, probabilities }: Answers): Record<string, number> {
  const truth = textsOf(column);
  const given = answers.map((answer) => textOf(column, answer));
  const named = labels.map(String);
  const byLabel =
    probabilities.length === truth.length &&
    named.length > 1 &&
    probabilities.every((row) => row.length === named.length) &&
    given.every((label) => named.includes(label));
  const classes = classesOf(byLabel ? [...named, ...truth] : [...given, ...truth]);
  const position = new Map(classes.map((label, i) => [label, i]));
  const at = (label: string): number => position.get(label) as number;
  if (classes.length < 2) classes.push("");
  const shares = new Float64Array(truth.length * classes.length);
  for (let row = 0; row < truth.length; row++) {
    const start = row * classes.length;
    if (byLabel) named.forEach((label, i) => (shares[start + at(label)] = (probabilities[row] as number[])[i] ?? 0));
    else shares[start + at(given[row] as string)] = 1;
  }
  const metrics = classificationMetrics({
    labels: Int32Array.from(truth, at),
    probabilities: shares,
    classes: classes.length,
    predictions: Int32Array.from(given, at),
  });
  if (byLabel) return metrics;
  return Object.fromEntries(Object.entries(metrics).filter(([name]) => !needsProbabilities(name)));
}

export function needsProbabilities(metric: string): boolean {
  return /^(AUC|average_precision|log_loss)/.test(metric);
}

/** In ascending order, numbers as such: of two classes the second is the positive one, as in our own models. */
function classesOf(labels: readonly string[]): string[] {
  const distinct = [...new Set(labels)];
  const numeric = distinct.every((label) => label !== "" && Number.isFinite(Number(label)));
  return numeric ? distinct.sort((a, b) => Number(a) - Number(b)) : distinct.sort();
}

function textsOf(column: Column): string[] {
  if (column.type === "string") return Array.from(column.codes, (code) => column.categories[code] as string);
  return Array.from(column.values, String);
}

function textOf(truth: Column, answer: unknown): string {
  if (typeof answer === "string" || typeof answer === "number" || typeof answer === "boolean") return String(answer);
  throw unlike(truth, "labels", `the answer ${JSON.stringify(answer)?.slice(0, 60)}`);
}

function unlike({ name }: Column, expected: string, got: string): SlipwayError {
  return new SlipwayError("SLW_EVALUATE_METRIC", `The target "${name}": expected ${expected}, got ${got}.`, {
    details: { target: name, expected, got },
  });
}
