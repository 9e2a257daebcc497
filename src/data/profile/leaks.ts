import type { Column, NumericColumn, StringColumn, Table } from "../../base/index.ts";
import { percent } from "./column-warnings.ts";
import { sameColumn } from "./duplicates.ts";
import { areaUnderCurve, spearman } from "./ranks.ts";
import type { ProfileWarning } from "./types.ts";

/** Rank statistics are taken on so many rows, evenly spaced. */
const sampleRows = 50_000;
/** Above this a single column predicts the target suspiciously well. */
const suspicious = 0.995;
/** Below so many rows, chance looks like a leak. */
const fewestRows = 20;

export interface Leak {
  /** The columns that give the target away: one, or two that make it as a sum or difference. */
  readonly columns: readonly string[];
  readonly warning: ProfileWarning;
}

/**
 * Columns from which the target can be read off, so that a model would learn nothing else. `distinct`: how many values
 * each column has, by its name.
 */
export function findLeaks(table: Table, target: Column, distinct: ReadonlyMap<string, number>): Leak[] {
  const others = table.columns.filter((column) => column.name !== target.name);
  const leaks: Leak[] = [];
  const found = new Set<string>();
  const facts = targetFacts(target);
  const name = JSON.stringify(target.name);
  const add = (column: Column, id: ProfileWarning["id"], what: string): void => {
    found.add(column.name);
    leaks.push({ columns: [column.name], warning: { id, message: `Column ${JSON.stringify(column.name)} ${what}` } });
  };
  for (const column of others) {
    if (presentRows(column, target) < fewestRows) continue;
    if (sameColumn(column, target)) {
      add(column, "leak-equals-target", `equals the target ${name} in every row.`);
    } else if ((distinct.get(column.name) ?? 0) <= manyRowsEach(table.rows) && recodes(column, facts)) {
      add(
        column,
        "leak-recodes-target",
        `gives the target ${name} away: each of its values comes with one value of the target only.`,
      );
    } else {
      const strength = strengthOf(column, facts);
      if (strength !== null && strength.value > suspicious) {
        add(
          column,
          "leak-strong-predictor",
          `alone predicts the target ${name} nearly perfectly (${strength.measure} ${strength.value.toFixed(4)}).`,
        );
      }
    }
  }
  if (target.type === "numeric") leaks.push(...findSums(others.filter(isNumeric), target, found));
  return leaks;
}

function isNumeric(column: Column): column is NumericColumn {
  return column.type === "numeric";
}

function presentRows(column: Column, target: Column): number {
  const rows = target.type === "string" ? target.codes.length : target.values.length;
  let present = 0;
  for (let row = 0; row < rows && present < fewestRows; row++)
    if (!isNull(column, row) && !isNull(target, row)) present++;
  return present;
}

function isNull(column: Column, row: number): boolean {
  return column.type === "string" ? column.codes[row]! < 0 : Number.isNaN(column.values[row]!);
}

/** Codes from 0 for the distinct values in order of appearance, -1 for null; null above `limit` values. */
function encode(column: Column, limit: number): { codes: Int32Array; distinct: number } | null {
  if (column.type === "string") {
    return column.categories.length > limit ? null : { codes: column.codes, distinct: column.categories.length };
  }
  const known = new Map<number, number>();
  const codes = new Int32Array(column.values.length);
  for (let row = 0; row < codes.length; row++) {
    const value = column.values[row]!;
    let code = Number.isNaN(value) ? -1 : known.get(value);
    if (code === undefined) {
      code = known.size;
      if (code === limit) return null;
      known.set(value, code);
    }
    codes[row] = code;
  }
  return { codes, distinct: known.size };
}

/** What is asked of the target for every column, found out once. */
interface TargetFacts {
  /** Its values as codes, where a value has at least ten rows in the mean. */
  readonly codes: Int32Array | null;
  /** What columns are ranked against: class 0 or 1, or the numbers themselves; null for more classes of text. */
  readonly ranked: { readonly values: Float64Array; readonly binary: boolean } | null;
}

function targetFacts(target: Column): TargetFacts {
  const rows = target.type === "string" ? target.codes.length : target.values.length;
  const codes = encode(target, manyRowsEach(rows))?.codes ?? null;
  const binary = encode(target, 2);
  if (binary?.distinct === 2) {
    const values = new Float64Array(rows);
    for (let row = 0; row < rows; row++) values[row] = binary.codes[row]! < 0 ? NaN : binary.codes[row]!;
    return { codes, ranked: { values, binary: true } };
  }
  return { codes, ranked: target.type === "numeric" ? { values: target.values, binary: false } : null };
}

function manyRowsEach(rows: number): number {
  return Math.max(2, Math.floor(rows / 10));
}

/**
 * Does every value of the column come with one value of the target only (a one-to-one recoding is the special case)?
 * Only asked where a value has at least ten rows in the mean, or any column of distinct values would do.
 */
function recodes(column: Column, target: TargetFacts): boolean {
  if (target.codes === null) return false;
  const values = column.type === "string" ? column.codes : column.values;
  const limit = manyRowsEach(values.length);
  const meaning = new Map<number, number>();
  let compared = 0;
  for (let row = 0; row < values.length; row++) {
    const code = target.codes[row]!;
    if (code < 0) continue;
    // A null that stands beside a target tells nothing, so the column does not give every row away.
    if (isNull(column, row)) return false;
    const known = meaning.get(values[row]!);
    if (known === undefined) {
      if (meaning.size === limit) return false;
      meaning.set(values[row]!, code);
    } else if (known !== code) return false;
    compared++;
  }
  return compared >= fewestRows && new Set(meaning.values()).size > 1;
}

/** Rows that a category needs in the mean, so that its mean target is its own and not chance. */
const rowsEach = 50;

/** In the place of each category the mean target of its rows; null where they are too many to tell. */
function meansByCategory(column: StringColumn, target: Float64Array): Float64Array | null {
  const { codes, categories } = column;
  if (categories.length * rowsEach > codes.length) return null;
  const sums = new Float64Array(categories.length);
  const counts = new Float64Array(categories.length);
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row]!;
    if (code < 0 || Number.isNaN(target[row]!)) continue;
    sums[code] = sums[code]! + target[row]!;
    counts[code] = counts[code]! + 1;
  }
  const means = new Float64Array(codes.length);
  for (let row = 0; row < codes.length; row++) {
    const code = codes[row]!;
    means[row] = code < 0 ? NaN : sums[code]! / counts[code]!;
  }
  return means;
}

/** |Spearman| for numbers, AUC for two classes; categories stand in the order of their mean target; null where neither applies. */
function strengthOf(column: Column, { ranked }: TargetFacts): { measure: string; value: number } | null {
  if (ranked === null) return null;
  const values = column.type === "string" ? meansByCategory(column, ranked.values) : column.values;
  if (values === null) return null;
  const { a, b } = samplePairs(values, ranked.values);
  if (a.length < fewestRows) return null;
  if (!ranked.binary) return { measure: "|Spearman|", value: Math.abs(spearman(a, b)) };
  const positive = Uint8Array.from(b);
  const positives = positive.reduce((sum, value) => sum + value, 0);
  if (Math.min(positives, a.length - positives) < 5) return null;
  const area = areaUnderCurve(a, positive);
  return { measure: "AUC", value: Math.max(area, 1 - area) };
}

function samplePairs(a: Float64Array, b: Float64Array): { a: Float64Array; b: Float64Array } {
  const step = Math.max(1, Math.ceil(a.length / sampleRows));
  const left: number[] = [];
  const right: number[] = [];
  for (let row = 0; row < a.length; row += step) {
    if (Number.isNaN(a[row]!) || Number.isNaN(b[row]!)) continue;
    left.push(a[row]!);
    right.push(b[row]!);
  }
  return { a: Float64Array.from(left), b: Float64Array.from(right) };
}

/** Pairs of columns whose sum or difference is the target in every row. */
function findSums(columns: readonly NumericColumn[], target: NumericColumn, found: ReadonlySet<string>): Leak[] {
  const candidates = columns.filter((column) => !found.has(column.name) && !isConstant(column.values));
  const leaks: Leak[] = [];
  for (let i = 0; i < candidates.length; i++) {
    for (let j = i + 1; j < candidates.length; j++) {
      const a = candidates[i]!;
      const b = candidates[j]!;
      const formula = isSum(a.values, b.values, target.values)
        ? `${a.name} + ${b.name}`
        : isSum(b.values, target.values, a.values)
          ? `${a.name} - ${b.name}`
          : isSum(a.values, target.values, b.values)
            ? `${b.name} - ${a.name}`
            : null;
      if (formula === null) continue;
      const message = `Columns ${JSON.stringify(a.name)} and ${JSON.stringify(b.name)} give the target away: ${formula} = ${target.name} in every row.`;
      leaks.push({ columns: [a.name, b.name], warning: { id: "leak-sum", message } });
    }
  }
  return leaks;
}

function isConstant(values: Float64Array): boolean {
  const first = values[0]!;
  return values.every((value) => value === first || (Number.isNaN(value) && Number.isNaN(first)));
}

/** a + b = sum within rounding in every row where the sum is known; ends at the first row where it is not so. */
function isSum(a: Float64Array, b: Float64Array, sum: Float64Array): boolean {
  let compared = 0;
  for (let row = 0; row < sum.length; row++) {
    const expected = sum[row]!;
    if (Number.isNaN(expected)) continue;
    const error = Math.abs(a[row]! + b[row]! - expected);
    if (!(error <= 1e-9 * Math.max(Math.abs(a[row]!), Math.abs(b[row]!), Math.abs(expected)))) return false;
    compared++;
  }
  return compared >= fewestRows;
}

/** Few distinct target values, the rarest at most a fifth as frequent as the most frequent one. */
export function imbalance(target: Column): ProfileWarning | null {
  if (target.type === "datetime" || (target.type === "numeric" && !target.integer)) return null;
  const classes = encode(target, target.type === "numeric" ? 20 : 1000);
  if (!classes || classes.distinct < 2) return null;
  const counts = new Uint32Array(classes.distinct);
  for (const code of classes.codes) if (code >= 0) counts[code]!++;
  const rarest = counts.reduce((least, count) => (count > 0 ? Math.min(least, count) : least), Infinity);
  const most = counts.reduce((a, b) => Math.max(a, b), 0);
  if (rarest / most > 0.2) return null;
  return {
    id: "imbalanced-target",
    message: `The target ${JSON.stringify(target.name)} is imbalanced: its rarest class has ${percent(rarest / most)} of the rows of its most frequent one.`,
  };
}
