/** What an endpoint answered, made ready to be shown. */
import type { RowExplanation } from "../../contract/index.ts";

export interface RowAnswer {
  /** The label or value; of probabilities the likeliest label. */
  readonly value: string | number;
  /** The likeliest first; null where labels or values were asked for. Shares of 1. */
  readonly probabilities: readonly { readonly label: string; readonly share: number }[] | null;
  readonly explanation: RowExplanation | null;
}

/**
 * @param body of the answer; a text that holds JSON, as Azure ML's v1 answered, is read too
 * @param labels of the model, in its order; null where they are not known
 * @returns null where it is no answer of /score
 */
export function readAnswer(body: unknown, labels: readonly (string | number)[] | null): RowAnswer[] | null {
  const answer = typeof body === "string" ? parsed(body) : body;
  if (typeof answer !== "object" || answer === null || !("result" in answer)) return null;
  const { result, explanations } = answer as { result: unknown; explanations?: unknown };
  if (!Array.isArray(result)) return null;
  const reasons = Array.isArray(explanations) ? (explanations as RowExplanation[]) : [];
  return result.map((item: unknown, row) => ({ ...valueOf(item, labels), explanation: reasons[row] ?? null }));
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function valueOf(
  item: unknown,
  labels: readonly (string | number)[] | null,
): Pick<RowAnswer, "value" | "probabilities"> {
  if (!Array.isArray(item)) return { value: typeof item === "number" ? item : String(item), probabilities: null };
  const shares = (item as number[]).map((share, index) => ({
    label: String(labels?.[index] ?? `Class ${index + 1}`),
    share,
  }));
  const probabilities = shares.toSorted((a, b) => b.share - a.share);
  return { value: probabilities[0]?.label ?? "–", probabilities };
}

/** The labels of a version, as its file tells them. */
export function labelsOf(particulars: Readonly<Record<string, unknown>>): (string | number)[] | null {
  const labels = particulars["labels"];
  return Array.isArray(labels) ? (labels as (string | number)[]) : null;
}

/** Endpoints that an earlier release started do not say it. */
export function isEstimated(explanation: Pick<RowExplanation, "exact">): boolean {
  return explanation.exact === false;
}

export interface Contribution {
  readonly column: string;
  readonly amount: number;
  /** Of the largest of all, from 0 to 1. */
  readonly size: number;
}

/** The largest first; those that follow the first `count` are summed up as one. */
export function contributionsOf({ contributions }: RowExplanation, count: number): Contribution[] {
  const all = Object.entries(contributions).toSorted(([, a], [, b]) => Math.abs(b) - Math.abs(a));
  const shown = all.slice(0, count);
  const rest = all.slice(count);
  const sum = rest.reduce((total, [, amount]) => total + amount, 0);
  if (rest.length > 0) shown.push([`${rest.length} other columns`, sum]);
  const largest = Math.max(...shown.map(([, amount]) => Math.abs(amount)), Number.MIN_VALUE);
  return shown.map(([column, amount]) => ({ column, amount, size: Math.abs(amount) / largest }));
}

/** Units of explanations in words. */
export const scaleWords: Readonly<Record<RowExplanation["scale"], string>> = {
  logOdds: "log-odds",
  score: "score before softmax",
  probability: "probability",
  value: "value",
  logValue: "logarithm of the value",
};
