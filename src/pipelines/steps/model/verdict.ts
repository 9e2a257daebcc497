/** Is the new model better than the one in production? */
import { nearest, SlipwayError } from "../../../base/index.ts";
import { metricInfo, metricNames } from "../../../kernels/index.ts";
import type { Judgement, Task } from "./evaluate-messages.ts";
import { needsProbabilities } from "./judge-answers.ts";

export interface JudgedModel {
  /** As messages call it. */
  readonly label: string;
  readonly judgement: Judgement;
}

export interface Terms {
  /** By Azure ML's name. */
  readonly metric: string;
  /** In the metric, from 0. */
  readonly minImprovement: number;
  /** What the new model must reach anyway; null for nothing. */
  readonly threshold: number | null;
}

export interface Verdict {
  readonly better: boolean;
  /** Of the new model. */
  readonly value: number;
  /** Of the one in production; null where there is none. */
  readonly against: number | null;
  /** In words. */
  readonly reason: string;
}

/** Differences of binary fractions: 0.3 - 0.2 falls short of 0.1 by less than that. */
const rounding = 1e-12;

/**
 * As good is not better. Where nothing is in production, whatever reaches the threshold is.
 * @throws SLW_METRIC_UNKNOWN, SLW_EVALUATE_METRIC where the metric is not defined for both
 */
export function judge({ metric, minImprovement, threshold }: Terms, model: JudgedModel, other: JudgedModel | null) {
  const isLess = metricInfo(metric).direction === "minimize";
  const value = valueOf(model, metric);
  const against = other === null ? null : valueOf(other, metric);
  const gain = against === null ? Infinity : isLess ? against - value : value - against;
  const reaches = threshold === null || (isLess ? value <= threshold : value >= threshold);
  const better = reaches && gain > 0 && gain >= minImprovement - rounding;
  const own = `${metric} of ${model.label} is ${shown(value)}`;
  const than = other === null ? "nothing is in production" : `that of ${other.label} ${shown(against as number)}`;
  const words = [`${own}, ${than}`];
  if (!reaches) words.push(`${isLess ? "at most" : "at least"} ${shown(threshold as number)} is needed`);
  if (!better && reaches && gain > 0) words.push(`it must be better by ${shown(minImprovement)}`);
  return { better, value, against, reason: words.join("; ") } satisfies Verdict;
}

function valueOf({ label, judgement: { metrics, task } }: JudgedModel, metric: string): number {
  const value = Object.hasOwn(metrics, metric) ? (metrics[metric] as number) : NaN;
  if (Number.isFinite(value)) return value;
  throw new SlipwayError("SLW_EVALUATE_METRIC", `${metric} of ${label} ${whyNot(metric, task)}.`, {
    fix: `Name another: ${metricNames(task).join(", ")}.`,
    details: { metric, model: label, task },
  });
}

function whyNot(metric: string, task: Task): string {
  if (metricInfo(metric).task !== task) return `is not defined: it is a model of ${task}`;
  if (needsProbabilities(metric)) return "is not defined on these rows, or the model gives no probabilities by label";
  return "is not defined on these rows";
}

/** @throws SLW_METRIC_UNKNOWN with the nearest name */
export function checkMetricName(metric: string): void {
  const names = [...metricNames("classification"), ...metricNames("regression")];
  if (names.includes(metric as (typeof names)[number])) return;
  const near = nearest(metric, names);
  throw new SlipwayError("SLW_METRIC_UNKNOWN", `There is no metric named "${metric}".`, {
    fix: near === null ? `Use one of: ${names.join(", ")}.` : `Did you mean "${near}"?`,
    details: { got: metric, nearest: near },
  });
}

/** Six digits tell models apart; all of them where two would look alike are in the report. */
function shown(value: number): string {
  return String(Number(value.toPrecision(6)));
}
