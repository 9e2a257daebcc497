/** Hostile texts in names that a server refuses or nobody gave: put into recorded answers, and out of what is asked then. */
import { hostileTexts } from "./hostile-text.ts";

/** Of the made world: datasets, columns, models, aliases, endpoints, pipelines, steps, schedules, users, tags, … */
const names: ReadonlySet<string> = new Set(
  (
    "customers, regions, signed_up, age, income, balance, segment, region, newsletter, churned, churn, mailing, " +
    "champion, churn of customers, learning-rates, train.py, learning_rate, optimizer, nightly-check, " +
    "every-night, young, enough, release, tell, released, too few rows, waits for release, min_rows, team, risk, " +
    "growth, origin, admin, ada, grace, alan, sklearn, notebook, student, employed, loss, auc"
  ).split(", "),
);

/**
 * @param value of JSON: each of the names in it, as a text or as a key, gets one of the forty texts at its end
 * @param shift which of them: other numbers give other texts
 */
export function withHostileNames(value: unknown, shift: number): unknown {
  if (typeof value === "string") return names.has(value) ? value + textFor(value, shift) : value;
  if (Array.isArray(value)) return value.map((item) => withHostileNames(item, shift));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      isField(key) ? key : (withHostileNames(key, shift) as string),
      withHostileNames(item, shift),
    ]),
  );
}

/** Of the API itself, though something in the made world is called so too. */
function isField(key: string): boolean {
  return ["release", "loss", "auc", "age"].includes(key);
}

function textFor(name: string, shift: number): string {
  const sum = [...name].reduce((total, letter) => total + letter.charCodeAt(0), shift);
  return hostileTexts[sum % hostileTexts.length] as string;
}

/** Longest first: some of them stand at the end of others. */
const longestFirst = hostileTexts.toSorted((a, b) => b.length - a.length);

/** What was asked in the world without them. @param text decoded */
export function withoutHostileNames(text: string): string {
  return longestFirst.reduce(
    (rest, hostile) => rest.replaceAll(hostile, "").replaceAll(JSON.stringify(hostile).slice(1, -1), ""),
    text,
  );
}
