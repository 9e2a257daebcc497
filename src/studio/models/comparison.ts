/** The rows of a comparison of two versions. */
import type { ModelVersionComparison } from "../../contract/index.ts";

export interface ComparedRow {
  readonly id: string;
  readonly name: string;
  readonly a: string;
  readonly b: string;
  /** b - a, with its sign; empty where there is none. */
  readonly difference: string;
  readonly better: "a" | "b" | null;
}

interface Formats {
  readonly number: (value: number | null) => string;
  readonly bytes: (value: number) => string;
}

/** Metrics first, then size, speed, data and the parameters that differ. */
export function comparisonRows(comparison: ModelVersionComparison, { number, bytes }: Formats): ComparedRow[] {
  const { metrics, parameters, size, rowMicroseconds, dataset } = comparison;
  const plain = (id: string, name: string, a: string, b: string): ComparedRow => ({
    id,
    name,
    a,
    b,
    difference: "",
    better: null,
  });
  return [
    ...metrics.map(({ name, a, b, difference, better }) => ({
      id: `metric ${name}`,
      name,
      a: number(a),
      b: number(b),
      difference: difference === null || difference === 0 ? "" : `${difference > 0 ? "+" : ""}${number(difference)}`,
      better,
    })),
    plain("size", "Size", bytes(size.a), bytes(size.b)),
    plain("speed", "Scoring a row, µs", number(rowMicroseconds.a), number(rowMicroseconds.b)),
    ...(dataset === null ? [] : [plain("data", "Data", valueText(dataset.a), valueText(dataset.b))]),
    ...parameters.map(({ name, a, b }) => plain(`parameter ${name}`, name, valueText(a), valueText(b))),
  ];
}

export function valueText(value: unknown): string {
  if (value === null || value === undefined) return "–";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A column that one of the two does not have, or has in another way. */
export function describeChange({ name, change, a, b }: ModelVersionComparison["schema"][number]): string {
  if (change === "added") return `${name} is only in the second`;
  if (change === "removed") return `${name} is only in the first`;
  if (change === "categories") return `${name}: other categories`;
  return `${name}: ${change} ${valueText(a)} and ${valueText(b)}`;
}
