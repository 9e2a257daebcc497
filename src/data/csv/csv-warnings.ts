import type { Column } from "../../base/index.ts";
import type { ColumnBuilder } from "./column-builder.ts";
import { readNumber } from "./number.ts";

/** A column that was taken for numbers or dates and turned out to be text, and the value that decided it. */
export interface Break {
  readonly name: string;
  readonly line: number;
  readonly text: string;
}

/** What was decided about columns, and what in them looks like a slip. */
export function warningsOf(
  builders: readonly ColumnBuilder[],
  columns: readonly Column[],
  breaks: readonly Break[],
  decimal: "." | ",",
): string[] {
  const warnings: string[] = [];
  builders.forEach((builder, index) => {
    const name = JSON.stringify(builder.name);
    const column = columns[index]!;
    const { infinite } = builder;
    if (infinite && column.type === "numeric") {
      warnings.push(
        `Column ${name}: ${infinite.count} infinite or too large, read as null; the first is ${JSON.stringify(infinite.text)} in line ${infinite.line}.`,
      );
    }
    if (column.type === "datetime" && builder.dateForm !== "iso" && builder.monthFirst && builder.dayFirst) {
      warnings.push(
        `Column ${name}: its dates fit month/day/year and day/month/year; they are read as month/day/year.`,
      );
    }
  });
  for (const { name, line, text } of breaks) {
    const column = columns.find((candidate) => candidate.name === name)!;
    const share = column.type === "string" ? numberShare(column.codes, column.categories, decimal) : 0;
    if (share <= 0.9) continue;
    warnings.push(
      `Column ${JSON.stringify(name)} is text, though ${(share * 100).toFixed(1)}% of its values are numbers; line ${line} holds ${JSON.stringify(text)}.`,
    );
  }
  return warnings;
}

/** Share of the values that are not null and plain numbers. */
function numberShare(codes: Int32Array, categories: readonly string[], decimal: "." | ","): number {
  const isNumber = categories.map((category) => Number.isFinite(readNumber(category.trim(), decimal)));
  let values = 0;
  let numbers = 0;
  for (const code of codes) {
    if (code < 0) continue;
    values++;
    if (isNumber[code]) numbers++;
  }
  return values === 0 ? 0 : numbers / values;
}
