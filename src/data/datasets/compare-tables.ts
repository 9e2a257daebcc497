/** What changed between two tables: schema, rows, and the distribution of each column that both have. */
import type { Column, ColumnType, NumericColumn, DateTimeColumn, StringColumn, Table } from "../../base/index.ts";
import {
  decileCounts,
  jensenShannonDistance,
  kolmogorovSmirnov,
  populationStabilityIndex,
  wassersteinDistance,
} from "./distances.ts";

export interface TableComparison {
  readonly rows: { readonly baseline: number; readonly target: number };
  readonly schema: {
    readonly added: readonly { readonly name: string; readonly type: ColumnType }[];
    readonly removed: readonly { readonly name: string; readonly type: ColumnType }[];
    readonly changed: readonly { readonly name: string; readonly from: ColumnType; readonly to: ColumnType }[];
    /** Do the common columns stand in another order? */
    readonly reordered: boolean;
  };
  /** Columns that both have in one type, in the order of the target; the distances are null where one has no value. */
  readonly columns: readonly ColumnComparison[];
}

export interface ColumnComparison {
  readonly name: string;
  readonly type: ColumnType;
  /** Share of rows without a value, 0 to 1. */
  readonly nullRatio: { readonly baseline: number; readonly target: number };
  /** Numbers, and milliseconds since 1970 for dates. */
  readonly mean: { readonly baseline: number; readonly target: number } | null;
  /** Over the deciles of the baseline, or the categories. */
  readonly populationStabilityIndex: number | null;
  /** Over the same bins or categories; 0 to 1. */
  readonly jensenShannonDistance: number | null;
  /** Numbers and dates; 0 to 1. */
  readonly kolmogorovSmirnov: number | null;
  /** Numbers and dates: Wasserstein distance in standard deviations of the baseline; null where that is 0. */
  readonly normalizedWassersteinDistance: number | null;
  /** Text: values that only the target or only the baseline has. */
  readonly categories: { readonly added: CategoryChange; readonly removed: CategoryChange } | null;
}

export interface CategoryChange {
  readonly count: number;
  /** The first 20 in code-point order. */
  readonly values: readonly string[];
}

export function compareTables(baseline: Table, target: Table): TableComparison {
  const before = new Map(baseline.columns.map((column) => [column.name, column]));
  const after = new Map(target.columns.map((column) => [column.name, column]));
  const shared = target.columns.filter(({ name }) => before.has(name));
  const order = baseline.columns.filter(({ name }) => after.has(name));
  return {
    rows: { baseline: baseline.rows, target: target.rows },
    schema: {
      added: target.columns.filter(({ name }) => !before.has(name)).map(nameAndType),
      removed: baseline.columns.filter(({ name }) => !after.has(name)).map(nameAndType),
      changed: shared.flatMap(({ name, type: to }) => {
        const from = before.get(name)!.type;
        return from === to ? [] : [{ name, from, to }];
      }),
      reordered: shared.some(({ name }, index) => order[index]!.name !== name),
    },
    columns: shared.flatMap((column) => compareColumns(before.get(column.name)!, column) ?? []),
  };
}

function nameAndType({ name, type }: Column): { name: string; type: ColumnType } {
  return { name, type };
}

function compareColumns(baseline: Column, target: Column): ColumnComparison | null {
  if (baseline.type === "string" && target.type === "string") return compareTexts(baseline, target);
  if (baseline.type === "string" || target.type === "string" || baseline.type !== target.type) return null;
  return compareNumbers(baseline, target);
}

function compareNumbers(
  { name, type, values }: NumericColumn | DateTimeColumn,
  target: NumericColumn | DateTimeColumn,
): ColumnComparison {
  const before = sortedValues(values);
  const after = sortedValues(target.values);
  const common = {
    name,
    type,
    nullRatio: { baseline: nullRatio(before.length, values), target: nullRatio(after.length, target.values) },
    categories: null,
  };
  if (before.length === 0 || after.length === 0) return { ...common, mean: null, ...noDistances };
  const counts = decileCounts(before, after);
  const { mean, deviation } = momentsOf(before);
  return {
    ...common,
    mean: { baseline: mean, target: momentsOf(after).mean },
    populationStabilityIndex: populationStabilityIndex(counts.baseline, counts.target),
    jensenShannonDistance: jensenShannonDistance(counts.baseline, counts.target),
    kolmogorovSmirnov: kolmogorovSmirnov(before, after),
    normalizedWassersteinDistance: deviation > 0 ? wassersteinDistance(before, after) / deviation : null,
  };
}

const noDistances = {
  populationStabilityIndex: null,
  jensenShannonDistance: null,
  kolmogorovSmirnov: null,
  normalizedWassersteinDistance: null,
};

/** @param present rows with a value */
function nullRatio(present: number, { length: rows }: ArrayLike<number>): number {
  return (rows - present) / rows;
}

function sortedValues(values: Float64Array): Float64Array {
  return values.filter((value) => !Number.isNaN(value)).sort();
}

/** Standard deviation of the sample. */
function momentsOf(values: Float64Array): { mean: number; deviation: number } {
  let mean = 0;
  let squares = 0;
  for (let i = 0; i < values.length; i++) {
    const difference = values[i]! - mean;
    mean += difference / (i + 1);
    squares += difference * (values[i]! - mean);
  }
  return { mean, deviation: values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1)) };
}

function compareTexts(baseline: StringColumn, target: StringColumn): ColumnComparison {
  const before = countValues(baseline);
  const after = countValues(target);
  const all = [...new Set([...before.counts.keys(), ...after.counts.keys()])];
  const countsOf = ({ counts }: ValueCounts): number[] => all.map((value) => counts.get(value) ?? 0);
  const common = {
    name: baseline.name,
    type: baseline.type,
    nullRatio: { baseline: nullRatio(before.total, baseline.codes), target: nullRatio(after.total, target.codes) },
    mean: null,
    categories: { added: missingFrom(before, after), removed: missingFrom(after, before) },
  };
  if (before.total === 0 || after.total === 0) return { ...common, ...noDistances };
  return {
    ...common,
    populationStabilityIndex: populationStabilityIndex(countsOf(before), countsOf(after)),
    jensenShannonDistance: jensenShannonDistance(countsOf(before), countsOf(after)),
    kolmogorovSmirnov: null,
    normalizedWassersteinDistance: null,
  };
}

interface ValueCounts {
  readonly counts: ReadonlyMap<string, number>;
  /** Rows with a value. */
  readonly total: number;
}

function countValues({ codes, categories }: StringColumn): ValueCounts {
  const byCode = new Float64Array(categories.length);
  let total = 0;
  for (const code of codes) {
    if (code < 0) continue;
    byCode[code]!++;
    total++;
  }
  return { counts: new Map(categories.map((value, code) => [value, byCode[code]!])), total };
}

/** Values of `other` that `one` lacks. */
function missingFrom(one: ValueCounts, other: ValueCounts): CategoryChange {
  const missing = [...other.counts.keys()].filter((value) => !one.counts.has(value));
  return { count: missing.length, values: missing.slice(0, 20) };
}
