/** Rows of a version as another dataset: what is chosen, and what is sent for it. */
import type { InputOf } from "../api/index.ts";

type Body = InputOf<"deriveDatasetVersion">["body"];
export type Kind = "sample" | "split" | "filter";
export type Comparison = "=" | "!=" | "<" | "<=" | ">" | ">=";

export const comparisons: readonly Comparison[] = ["=", "!=", "<", "<=", ">", ">="];

export interface Choice {
  readonly kind: Kind;
  readonly name: string;
  readonly restName: string;
  /** Percent of the rows. */
  readonly percent: number;
  readonly column: string;
  readonly is: Comparison;
  readonly value: string;
}

/** @returns what is sent for a choice */
export function deriveBody({ kind, name, restName, percent, column, is, value }: Choice): Body {
  if (kind === "split")
    return { name, restName, steps: [{ step: "random_split", percentage: percent / 100, seed: 0 }] };
  if (kind === "sample") return { name, steps: [{ step: "take_sample", probability: percent / 100, seed: 0 }] };
  const number = value.trim() === "" ? NaN : Number(value);
  return { name, steps: [{ step: "filter", where: [{ column, is, value: Number.isNaN(number) ? value : number }] }] };
}
