/**
 * Rows of a scoring request straight to features, without columns in between: what most requests need. It knows no
 * errors: rows in which something is not as it should be are left to records.ts, which says what.
 */
import type { Column } from "../base/index.ts";
import {
  categoriesOf,
  mostWarnings,
  readColumn,
  unknownCategories,
  type Row,
  type UnknownCategory,
} from "./record-columns.ts";
import { categoryPositions, isText, writeFeatureRows } from "./transform.ts";
import type { InputColumn, Model, Transform } from "./types.ts";

type Schema = Pick<Model, "inputs" | "transforms">;

export interface RecordFeatures {
  /** rows x transforms, row-major. */
  readonly values: Float64Array;
  /** At most 20. */
  readonly unknownColumns: ReadonlySet<string>;
  /** At most 20 of a column, column by column. */
  readonly unknownCategories: readonly UnknownCategory[];
}

/** One cell of every row, and the feature that it becomes. */
interface Cell {
  /** Place of its column among the inputs. */
  readonly input: number;
  readonly name: string;
  readonly type: "numeric" | "string";
  readonly nullable: boolean;
  /** Place among the features; negative: the cell is checked only. */
  readonly feature: number;
  /** What stands for null. */
  readonly missing: number;
  /** Categories; undefined where the number itself is the feature. */
  readonly positions: ReadonlyMap<string, number> | undefined;
  /** One a category; undefined where the position itself is the feature. */
  readonly statistics: Float64Array | undefined;
  /** What stands for categories that training did not see. */
  readonly unknown: number;
  /** Whether those are told: once for a column. */
  readonly warns: boolean;
}

interface Plan {
  readonly names: ReadonlyMap<string, number>;
  readonly cells: readonly Cell[];
  /** Columns, by place among the inputs, whose features take more than a look at one cell; and these features. */
  readonly otherInputs: readonly number[];
  readonly otherFeatures: readonly number[];
  readonly otherTransforms: readonly Transform[];
  /** Places of the inputs in a row that is a list. */
  readonly inOrder: readonly number[];
  /** The keys of the last row without unknown columns, and the places of the inputs among them. */
  usual: { readonly keys: readonly string[]; readonly places: readonly number[] };
}

const plans = new WeakMap<Schema, Plan | null>();

/** @returns undefined where something is wrong with the rows */
export function readFeatures(schema: Schema, rows: readonly Row[]): RecordFeatures | undefined {
  let plan = plans.get(schema);
  if (plan === undefined) plans.set(schema, (plan = planOf(schema)));
  if (plan === null) return undefined;
  const width = schema.transforms.length;
  const values = allocate(rows.length * width);
  const unknownColumns = new Set<string>();
  const unknown: Unknown = [];
  // Rows mostly have their keys in one order, in this request and in the next: then it is known where the cells are.
  let { keys, places } = plan.usual;
  for (let row = 0; row < rows.length; row++) {
    const cells = rows[row] as Row;
    if (Array.isArray(cells)) {
      if (!writeRow(plan, cells, plan.inOrder, values, row, width, unknown)) return undefined;
      continue;
    }
    const found = Object.keys(cells);
    if (!equal(found, keys)) {
      places = placesOf(plan, found, unknownColumns);
      keys = found;
      if (unknownColumns.size === 0) plan.usual = { keys, places };
    }
    if (!writeRow(plan, Object.values(cells), places, values, row, width, unknown)) return undefined;
  }
  writeOthers(schema, plan, rows, values, unknown);
  return { values, unknownColumns, unknownCategories: unknown.flatMap((of) => (of ? [...of.values()] : [])) };
}

/** Numbers of a block of memory that small requests share. */
const blockNumbers = 4096;
let block = new Float64Array(blockNumbers);
let used = 0;

/**
 * Numbers that nobody else has; what is in them must be written over. As Buffer.allocUnsafe does: memory of its own costs
 * a small request six times as much, and the garbage collector too.
 */
function allocate(count: number): Float64Array {
  if (count > blockNumbers / 8) return new Float64Array(count);
  if (used + count > blockNumbers) {
    block = new Float64Array(blockNumbers);
    used = 0;
  }
  used += count;
  return new Float64Array(block.buffer, (used - count) * Float64Array.BYTES_PER_ELEMENT, count);
}

/** By column the unknown categories, by value. */
type Unknown = (Map<string, UnknownCategory> | undefined)[];

function equal(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** For each input its place among the values of a row with these keys, or -1. */
function placesOf({ names }: Plan, keys: readonly string[], unknownColumns: Set<string>): number[] {
  const places = new Array<number>(names.size).fill(-1);
  for (let i = 0; i < keys.length; i++) {
    const key = keys[i] as string;
    const input = names.get(key);
    if (input !== undefined) places[input] = i;
    else if (unknownColumns.size < mostWarnings) unknownColumns.add(key);
  }
  return places;
}

/** @returns false where something is wrong with a cell */
function writeRow(
  { cells }: Plan,
  row: readonly unknown[],
  places: readonly number[],
  values: Float64Array,
  index: number,
  width: number,
  unknown: Unknown,
): boolean {
  const start = index * width;
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i] as Cell;
    const place = places[cell.input] as number;
    const value = place < 0 ? undefined : row[place];
    let feature = cell.missing;
    if (typeof value === "number") {
      // Infinity less itself is not a number.
      if (cell.type !== "numeric" || value - value !== 0) return false;
      feature = cell.positions === undefined ? value : categoryOf(cell, String(value), index, unknown);
    } else if (typeof value === "string") {
      if (cell.type !== "string") return false;
      feature = categoryOf(cell, value, index, unknown);
    } else if (!(cell.nullable && (value === null || value === undefined))) return false;
    if (cell.feature >= 0) values[start + cell.feature] = feature;
  }
  return true;
}

function categoryOf(cell: Cell, value: string, row: number, unknown: Unknown): number {
  const position = cell.positions?.get(value);
  if (position !== undefined) return cell.statistics === undefined ? position : (cell.statistics[position] as number);
  if (cell.warns) {
    const of = (unknown[cell.input] ??= new Map<string, UnknownCategory>());
    if (of.size < mostWarnings && !of.has(value)) {
      of.set(value, { kind: "unknownCategory", row, column: cell.name, value });
    }
  }
  return cell.unknown;
}

/** @throws SLW_SCORE_COLUMN_MISSING, SLW_SCORE_VALUE as `readRecords` would: the other columns were found good */
function writeOthers(
  { inputs, transforms }: Schema,
  plan: Plan,
  rows: readonly Row[],
  values: Float64Array,
  unknown: Unknown,
): void {
  const { otherInputs, otherFeatures, otherTransforms } = plan;
  if (otherInputs.length === 0) return;
  const columns = otherInputs.map((input): Column => {
    const column = readColumn(inputs[input] as InputColumn, input, rows);
    const categories = categoriesOf(transforms, column.name);
    if (categories) {
      unknown[input] = new Map(unknownCategories(column, categories).map((each) => [each.value, each]));
    }
    return column;
  });
  writeFeatureRows(otherTransforms, { rows: rows.length, columns }, otherFeatures, values, transforms.length);
}

function planOf({ inputs, transforms }: Schema): Plan | null {
  const names = new Map(inputs.map(({ name }, position) => [name, position]));
  if (names.size < inputs.length) return null;
  const others = new Set<number>();
  for (const transform of transforms) {
    const columns = transform.op === "DaysBetween" ? [transform.column, transform.from] : [transform.column];
    for (const column of columns) {
      const input = names.get(column);
      if (input === undefined) return null;
      if (!isSingleCell(transform, inputs[input] as InputColumn)) others.add(input);
    }
  }
  inputs.forEach(({ type }, input) => {
    if (type === "datetime") others.add(input);
  });
  const otherFeatures = transforms.flatMap(({ column }, i) => (others.has(names.get(column) as number) ? [i] : []));
  return {
    names,
    inOrder: inputs.map((_, position) => position),
    usual: { keys: [], places: inputs.map(() => -1) },
    cells: inputs.flatMap((input, position) => (others.has(position) ? [] : cellsOf(input, position, transforms))),
    otherInputs: [...others].sort((a, b) => a - b),
    otherFeatures,
    otherTransforms: otherFeatures.map((feature) => transforms[feature] as Transform),
  };
}

function isSingleCell(transform: Transform, { type }: InputColumn): boolean {
  if (type === "datetime" || isText(transform)) return false;
  return (
    transform.op === "Category" ||
    transform.op === "CategoryStatistic" ||
    (transform.op === "Numeric" && type === "numeric")
  );
}

function cellsOf(input: InputColumn, position: number, transforms: readonly Transform[]): Cell[] {
  const { name, type, nullable } = input;
  const base = { input: position, name, type: type === "numeric" ? "numeric" : "string", nullable } as const;
  const checkedOnly = {
    feature: -1,
    missing: NaN,
    positions: undefined,
    statistics: undefined,
    unknown: NaN,
    warns: false,
  };
  const cells = transforms.flatMap((transform, feature): Cell[] =>
    transform.column === name ? [{ ...base, ...checkedOnly, feature, ...featureOf(transform) }] : [],
  );
  const warning = cells.find(({ positions }) => positions !== undefined);
  if (cells.length === 0) return [{ ...base, ...checkedOnly }];
  return cells.map((cell) => ({ ...cell, warns: cell === warning }));
}

function featureOf(transform: Transform): Partial<Cell> {
  if (transform.op === "Numeric") return { missing: transform.fill ?? NaN };
  if (transform.op !== "Category" && transform.op !== "CategoryStatistic") return {};
  const positions = categoryPositions(transform.categories);
  if (transform.op === "CategoryStatistic") {
    const { values, unknown, missing } = transform;
    return { positions, statistics: values, unknown, missing };
  }
  const missing = transform.fill === undefined ? NaN : (positions.get(transform.fill) ?? NaN);
  return { positions, missing };
}
