import { SlipwayError } from "../../base/index.ts";

/** How a Parquet column becomes a table column: SQL expressions over the view `source`. */
export interface ColumnPlan {
  readonly name: string;
  /** "whole" numbers may turn out to be beyond 2^53, which makes them text. */
  readonly kind: "number" | "whole" | "datetime" | "text";
  /** The column's name, quoted for SQL. */
  readonly identifier: string;
}

const numbers = /^(FLOAT|DOUBLE|TINYINT|SMALLINT|INTEGER|UTINYINT|USMALLINT|UINTEGER)$/;
const wholes = /^(BIGINT|UBIGINT|HUGEINT|UHUGEINT|DECIMAL\(\d+,0\))$/;
const dates = /^(DATE|TIMESTAMP(_S|_MS|_NS)?|TIMESTAMP WITH TIME ZONE)$/;
const texts = /^(VARCHAR|BOOLEAN|UUID|JSON|TIME|TIME_NS|TIME WITH TIME ZONE|INTERVAL|ENUM\(.*\))$/s;

/** `type`: DuckDB's name of the column's type. Refuses nested and binary columns. */
export function planColumn(file: string, name: string, type: string): ColumnPlan {
  const identifier = quoteIdentifier(name);
  const kind =
    numbers.test(type) || /^DECIMAL\(\d+,[1-9]\d*\)$/.test(type)
      ? "number"
      : wholes.test(type)
        ? "whole"
        : dates.test(type)
          ? "datetime"
          : texts.test(type)
            ? "text"
            : null;
  if (kind === null) {
    throw new SlipwayError(
      "SLW_DATA_NESTED_TYPE",
      `${file}, column ${JSON.stringify(name)}: its type ${type} is nested or binary.`,
      {
        details: { file, column: name, got: type },
      },
    );
  }
  return { name, kind, identifier };
}

/** A name in double quotes for SQL: nothing in it can end the quotes. */
export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text in single quotes for SQL. */
export function quoteText(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A path that DuckDB takes as that very file: it would expand `*`, `?` and `[`. */
export function quotePath(path: string): string {
  return quoteText(path.replace(/[*?[]/g, "[$&]"));
}
