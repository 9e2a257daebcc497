/**
 * Rows for one of our models, by the endpoint's settings. Rows that are as training's cost nothing here: the settings
 * are looked at when reading them warned or refused.
 */
import { SlipwayError, nearest } from "../../base/index.ts";
import { readRecords, type InputColumn, type Model, type Records } from "../../model/index.ts";
import type { InputChecks, ScoringWarning } from "./types.ts";

export interface CheckedInput {
  readonly table: Records["table"];
  readonly warnings: readonly ScoringWarning[];
}

/** By column all the values that training saw; a column whose rarer ones training took for unknown is not there. */
export type KnownCategories = ReadonlyMap<string, ReadonlySet<string>>;

/**
 * So many categories a model keeps of a column, one by one and as statistics (automl/featurization/categories.ts).
 * Where it has fewer, it has all.
 */
const mostKept = { Category: 254, CategoryStatistic: 50_000 } as const;

export function knownCategories({ transforms }: Pick<Model, "transforms">): KnownCategories {
  const known = new Map<string, ReadonlySet<string>>();
  for (const transform of transforms) {
    if (transform.op !== "Category" && transform.op !== "CategoryStatistic") continue;
    if (transform.categories.length >= mostKept[transform.op] || known.has(transform.column)) continue;
    known.set(transform.column, new Set(transform.categories));
  }
  return known;
}

/**
 * @throws SLW_SCORE_DATA, SLW_SCORE_COLUMN_MISSING, SLW_SCORE_COLUMN_UNKNOWN, SLW_SCORE_VALUE, SLW_SCORE_CATEGORY:
 * row, column, what was expected, what came
 */
export function checkInput(
  model: Model,
  known: KnownCategories,
  rows: readonly unknown[],
  checks: InputChecks,
): CheckedInput {
  let read: Records;
  try {
    read = readRecords(model, rows);
  } catch (error) {
    if (checks.missingColumns !== "impute" || !isMissing(error)) throw error;
    return checkImputed(model, known, rows, checks);
  }
  return read.warnings.length === 0 ? read : { table: read.table, warnings: judge(model, known, rows, read, checks) };
}

function isMissing(error: unknown): boolean {
  if (!(error instanceof SlipwayError)) return false;
  return (
    error.code === "SLW_SCORE_COLUMN_MISSING" || (error.code === "SLW_SCORE_VALUE" && error.details["got"] === "null")
  );
}

type Row = Readonly<Record<string, unknown>> | readonly unknown[];

/** The cell of a column; own properties only: a column may be called "constructor". */
function cellOf(row: Row, name: string, position: number): unknown {
  if (Array.isArray(row)) return row[position] as unknown;
  return Object.hasOwn(row, name) ? (row as Readonly<Record<string, unknown>>)[name] : undefined;
}

function checkImputed(
  model: Model,
  known: KnownCategories,
  rows: readonly unknown[],
  checks: InputChecks,
): CheckedInput {
  const filled = (rows as readonly Row[]).map((row) => (Array.isArray(row) ? [...(row as unknown[])] : { ...row }));
  const imputed = model.inputs.flatMap((input, position) => fillColumn(filled, input, position));
  const read = readRecords(model, filled);
  return { table: read.table, warnings: [...imputed, ...judge(model, known, filled, read, checks)] };
}

/** The value of training stands in: its median, or its most frequent text or date. */
function fillColumn(
  rows: readonly (unknown[] | Record<string, unknown>)[],
  { name, nullable, example }: InputColumn,
  position: number,
): ScoringWarning[] {
  if (nullable || example === null) return [];
  let first = -1;
  let count = 0;
  rows.forEach((row, index) => {
    const cell = cellOf(row, name, position);
    if (cell !== null && cell !== undefined) return;
    if (Array.isArray(row)) row[position] = example;
    // Defined, not assigned: assigning to `__proto__` would not make a column.
    else Object.defineProperty(row, name, { value: example, enumerable: true, configurable: true, writable: true });
    if (count++ === 0) first = index;
  });
  return count === 0 ? [] : [{ kind: "imputedColumn", row: first, rows: count, column: name, value: example }];
}

function judge(
  model: Model,
  known: KnownCategories,
  rows: readonly unknown[],
  { warnings }: Records,
  checks: InputChecks,
): ScoringWarning[] {
  const kept: ScoringWarning[] = [];
  const judged = new Set<string>();
  for (const warning of warnings) {
    if (warning.kind === "unknownColumn") {
      if (checks.unknownColumns === "refuse") throw columnRefused(warning.column, warning.nearest, rows);
      kept.push(warning);
      continue;
    }
    const categories = known.get(warning.column);
    if (categories === undefined) kept.push(warning);
    else if (!judged.has(warning.column)) {
      judged.add(warning.column);
      const unseen = unseenIn(rows as readonly Row[], model, warning.column, categories);
      if (checks.unknownCategories === "refuse" && unseen[0]) throw categoryRefused(unseen[0], categories);
      kept.push(...unseen);
    }
  }
  return kept;
}

function columnRefused(column: string, near: string | null, rows: readonly unknown[]): SlipwayError {
  const row = rows.findIndex((candidate) => Object.hasOwn(candidate as object, column));
  const short = column.slice(0, 60);
  return new SlipwayError("SLW_SCORE_COLUMN_UNKNOWN", `data[${row}]: the model has no column "${short}".`, {
    ...(near === null ? {} : { fix: `Did you mean "${near}"? Otherwise leave the column out.` }),
    details: { row, column: short, expected: "a column of the model", got: short, nearest: near },
  });
}

type UnknownCategory = Extract<ScoringWarning, { kind: "unknownCategory" }>;

const mostWarnings = 20;

/** What reading the rows warned of is only what the first of the column's transforms does not know. */
function unseenIn(
  rows: readonly Row[],
  { inputs }: Model,
  column: string,
  categories: ReadonlySet<string>,
): UnknownCategory[] {
  const position = inputs.findIndex(({ name }) => name === column);
  const unseen = new Map<string, UnknownCategory>();
  for (let row = 0; row < rows.length && unseen.size < mostWarnings; row++) {
    const cell = cellOf(rows[row] as Row, column, position);
    if (cell === null || cell === undefined) continue;
    const value = String(cell);
    if (categories.has(value) || unseen.has(value)) continue;
    unseen.set(value, { kind: "unknownCategory", row, column, value });
  }
  return [...unseen.values()];
}

/** Among more the nearest one is not looked for: it would take longer than scoring. */
const mostCompared = 2_000;
const mostListed = 100;

function categoryRefused({ row, column, value }: UnknownCategory, categories: ReadonlySet<string>): SlipwayError {
  const near = categories.size > mostCompared ? null : nearest(value, categories);
  const got = JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  const expected = `one of the ${categories.size} categories of training`;
  return new SlipwayError("SLW_SCORE_CATEGORY", `data[${row}], column "${column}": expected ${expected}, got ${got}.`, {
    ...(near === null ? {} : { fix: `Did you mean "${near}"? swagger.json lists the categories.` }),
    details: {
      row,
      column,
      expected: categories.size > mostListed ? expected : [...categories],
      got: value.slice(0, 200),
      nearest: near,
    },
  });
}
