/** What all tree learners ask of a dataset's rows and features before they train. */
import { SlipwayError } from "../../base/index.ts";
import type { Dataset } from "../dataset.ts";

/** The rows that count: those of weight 0 are left out, so that they have no influence whatever. */
export function weightedRows({ weights }: Dataset, rows: Uint32Array): Uint32Array {
  if (!weights) return rows;
  const kept = rows.filter((row) => weights[row] > 0);
  if (kept.length > 0) return kept;
  throw new SlipwayError("SLW_LEARNER_PARAM", `All ${rows.length} training rows have the weight 0.`, {
    fix: "Give at least one row a weight above 0, or train without weights.",
  });
}

/**
 * The order that predictions must keep with each feature, 1, -1 or 0; null where none must. Throws SLW_LEARNER_PARAM
 * for more than two classes and for columns that are no numbers.
 */
export function monotoneDirections({ features, classes }: Dataset): Int8Array | null {
  const named = features.filter(({ monotone }) => monotone !== undefined);
  if (named.length === 0) return null;
  if (classes > 2) {
    throw new SlipwayError(
      "SLW_LEARNER_PARAM",
      `"${named[0].name}" has a monotone constraint, but there are ${classes} classes; it works for numbers and two classes.`,
      { fix: "Leave the monotone constraints out." },
    );
  }
  const categorical = named.find(({ kind }) => kind === "categorical");
  if (categorical) {
    throw new SlipwayError("SLW_LEARNER_PARAM", `"${categorical.name}" has a monotone constraint, but no numbers.`, {
      fix: "Leave the constraint out, or make the column numeric.",
    });
  }
  return Int8Array.from(features, ({ monotone }) => monotone ?? 0);
}
