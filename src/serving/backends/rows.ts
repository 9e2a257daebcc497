/** Rows of a request to columns by what a model says of itself: for models that are not ours. Nothing is coerced. */
import { SlipwayError, nearest } from "../../base/index.ts";
import { defaultSettings } from "../config/index.ts";
import type { InputChecks, ScoringColumn, ScoringWarning } from "./types.ts";

export type Cell = string | number | boolean | null;

export interface CheckedRows {
  /** One list for each column of the schema, in its order. */
  readonly columns: readonly (readonly Cell[])[];
  readonly warnings: readonly ScoringWarning[];
}

const mostWarnings = 20;

/** @throws SLW_SCORE_DATA, SLW_SCORE_COLUMN_MISSING, SLW_SCORE_VALUE */
export function checkRows(
  schema: readonly ScoringColumn[],
  rows: readonly unknown[],
  checks: InputChecks = defaultSettings,
): CheckedRows {
  const names = new Set(schema.map(({ name }) => name));
  const columns = schema.map((): Cell[] => []);
  const unknown = new Set<string>();
  const imputed = new Map<string, Imputed>();
  rows.forEach((row, index) => {
    const cells = cellsOf(schema, row, index);
    schema.forEach((column, i) => columns[i]?.push(readCell(column, cells(column, i), index, checks, imputed)));
    if (Array.isArray(row)) return;
    for (const key of Object.keys(row as object)) {
      if (!names.has(key) && unknown.size < mostWarnings) unknown.add(key);
    }
  });
  const strange = Array.from(unknown, (column) => ({
    kind: "unknownColumn" as const,
    column,
    nearest: nearest(column, names),
  }));
  if (checks.unknownColumns === "refuse" && strange[0]) throw unknownColumn(strange[0]);
  return { columns, warnings: [...imputed.values(), ...strange] };
}

type Imputed = Extract<ScoringWarning, { kind: "imputedColumn" }>;

function impute(column: ScoringColumn, value: string | number, row: number, imputed: Map<string, Imputed>): Cell {
  const before = imputed.get(column.name) ?? { kind: "imputedColumn", row, rows: 0, column: column.name, value };
  imputed.set(column.name, { ...before, rows: before.rows + 1 });
  return value;
}

function cellsOf(
  schema: readonly ScoringColumn[],
  row: unknown,
  index: number,
): (column: ScoringColumn, position: number) => unknown {
  if (Array.isArray(row)) {
    if (row.length !== schema.length) {
      throw malformed(index, `${schema.length} values, in the order of the model's columns`, `${row.length} values`);
    }
    return (_, position) => row[position] as unknown;
  }
  if (typeof row !== "object" || row === null) {
    throw malformed(index, "an object with a value for each column, or a list", row === null ? "null" : typeof row);
  }
  return ({ name }) => (Object.hasOwn(row, name) ? (row as Record<string, unknown>)[name] : undefined);
}

function readCell(
  column: ScoringColumn,
  value: unknown,
  row: number,
  { missingColumns }: InputChecks,
  imputed: Map<string, Imputed>,
): Cell {
  if (value === undefined || value === null) {
    if (column.nullable) return null;
    if (missingColumns === "impute" && column.example !== null) return impute(column, column.example, row, imputed);
    if (value === null) throw badValue(column, row, "null", "the model takes no missing values");
    throw new SlipwayError("SLW_SCORE_COLUMN_MISSING", `data[${row}]: the column "${column.name}" is missing.`, {
      details: { row, column: column.name, expected: column.type, got: "nothing" },
    });
  }
  if (typeof value === "number") {
    const fits = column.type === "any" || (column.type === "numeric" && (!column.integer || Number.isInteger(value)));
    if (fits && Number.isFinite(value)) return value;
  } else if (typeof value === "string") {
    if (column.type === "string" || column.type === "any") return value;
    if (column.type === "datetime" && isoDate.test(value) && !Number.isNaN(Date.parse(value))) return value;
  } else if (typeof value === "boolean" && column.type === "any") return value;
  throw badValue(column, row, typeof value === "object" ? "an object or a list" : JSON.stringify(value).slice(0, 60));
}

const isoDate = /^\d{4}-\d{2}-\d{2}(?:[T ][\d:.]+(?:Z|[+-]\d{2}:?\d{2})?)?$/;

const expectations = {
  numeric: "a finite number",
  string: "text",
  datetime: "a date as ISO 8601 text",
  any: "a number, text, true or false",
} as const;

function badValue(column: ScoringColumn, row: number, got: string, why?: string): SlipwayError {
  const expected = column.type === "numeric" && column.integer ? "a whole number" : expectations[column.type];
  return new SlipwayError(
    "SLW_SCORE_VALUE",
    `data[${row}], column "${column.name}": expected ${expected}, got ${got}.`,
    {
      fix: `Send ${expected}${why === undefined ? "" : `: ${why}`}.`,
      details: { row, column: column.name, expected, got },
    },
  );
}

function malformed(row: number, expected: string, got: string): SlipwayError {
  const details = { path: `data[${row}]`, expected, got };
  return new SlipwayError("SLW_SCORE_DATA", `data[${row}]: expected ${expected}, got ${got}.`, { details });
}

function unknownColumn({
  column,
  nearest: near,
}: {
  readonly column: string;
  readonly nearest: string | null;
}): SlipwayError {
  return new SlipwayError("SLW_SCORE_COLUMN_UNKNOWN", `The model has no column "${column}".`, {
    fix: near === null ? "Leave it out, or let the endpoint ignore unknown columns." : `Did you mean "${near}"?`,
    details: { column, nearest: near },
  });
}
