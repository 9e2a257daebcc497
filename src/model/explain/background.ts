/** The rows that stand for "nothing is known": what the model file says of each column, mixed. */
import { createRandom } from "../../base/index.ts";
import { parseIsoDate } from "../dates.ts";
import type { BackgroundColumn, InputColumn, Model } from "../types.ts";

/** Mixtures are the same for all models and rows. */
const seed = 2017;

/**
 * For each input `rows` values. Of each column its values at even distances, in an order of its own (a Latin hypercube),
 * so that a column's mean over the rows is that of training and columns do not depend on each other. Where the file says
 * nothing of that (files before format version 3), every row is the model's example: medians and most frequent texts.
 */
export function backgroundValues(
  { inputs, background }: Pick<Model, "inputs" | "background">,
  rows: number,
): BackgroundColumn[] {
  if (background === undefined)
    return inputs.map((input) => new Array<number | string | null>(rows).fill(exampleOf(input)));
  return background.map((values, column) => {
    const chosen = Array.from({ length: rows }, (_, row) => values[Math.floor(((row + 0.5) * values.length) / rows)]!);
    return createRandom(seed, column).shuffle(chosen);
  });
}

function exampleOf({ type, example }: InputColumn): number | string | null {
  return type === "datetime" && typeof example === "string" ? parseIsoDate(example) : example;
}
