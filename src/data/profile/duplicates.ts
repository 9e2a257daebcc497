import type { Column, Table } from "../../base/index.ts";

const words = new Uint32Array(2);
const number = new Float64Array(words.buffer);

/** Rows that equal an earlier row in every column; nulls are equal to each other. Exact: hashes only find candidates. */
export function countDuplicatedRows(table: Table): number {
  if (table.columns.length === 0) return 0;
  const hashes = hashRows(table);
  const size = 2 ** Math.ceil(Math.log2(Math.max(2, table.rows * 2)));
  const slots = new Int32Array(size).fill(-1);
  let duplicates = 0;
  for (let row = 0; row < table.rows; row++) {
    let slot = hashes[row]! & (size - 1);
    let other: number;
    while ((other = slots[slot]!) !== -1) {
      if (hashes[other] === hashes[row] && sameRow(table, other, row)) break;
      slot = (slot + 1) & (size - 1);
    }
    if (other === -1) slots[slot] = row;
    else duplicates++;
  }
  return duplicates;
}

/** Pairs [earlier, later] of columns with equal values in every row; each later column is named once. */
export function findDuplicatedColumns(table: Table): [string, string][] {
  const seen = new Map<number, Column[]>();
  const pairs: [string, string][] = [];
  for (const column of table.columns) {
    const hash = hashColumn(column);
    const candidates = seen.get(hash) ?? [];
    const twin = candidates.find((candidate) => sameColumn(candidate, column));
    if (twin) pairs.push([twin.name, column.name]);
    else seen.set(hash, [...candidates, column]);
  }
  return pairs;
}

/** Rows by which columns are compared before all their rows are. */
const comparedRows = 10_000;

/** Equal values in every row, of equal type. */
export function sameColumn(a: Column, b: Column): boolean {
  if (a.type !== b.type) return false;
  if (a.type === "string" && b.type === "string") {
    if (a.categories.length !== b.categories.length || !a.categories.every((text, code) => text === b.categories[code]))
      return false;
    return a.codes.every((code, row) => code === b.codes[row]);
  }
  const { values } = a as { values: Float64Array };
  const others = (b as { values: Float64Array }).values;
  for (let row = 0; row < values.length; row++)
    if (values[row] !== others[row] && !(Number.isNaN(values[row]!) && Number.isNaN(others[row]!))) return false;
  return true;
}

function hashRows(table: Table): Int32Array {
  const hashes = new Int32Array(table.rows);
  for (const column of table.columns) {
    if (column.type === "string") {
      for (let row = 0; row < hashes.length; row++) hashes[row] = mix(hashes[row]!, column.codes[row]!);
    } else {
      for (let row = 0; row < hashes.length; row++) hashes[row] = mix(hashes[row]!, hashNumber(column.values[row]!));
    }
  }
  return hashes;
}

/** Equal for equal columns: of evenly spaced rows, which tell nearly all others apart. */
function hashColumn(column: Column): number {
  const values = column.type === "string" ? column.codes : column.values;
  const step = Math.max(1, Math.floor(values.length / comparedRows));
  let hash = column.type.length;
  for (let row = 0; row < values.length; row += step) {
    hash = mix(hash, column.type === "string" ? values[row]! : hashNumber(values[row]!));
  }
  return hash;
}

function hashNumber(value: number): number {
  // Adding 0 makes -0 the 0 it equals; every NaN is one null.
  number[0] = Number.isNaN(value) ? NaN : value + 0;
  return words[0]! ^ Math.imul(words[1]!, 0x9e3779b1);
}

function mix(hash: number, value: number): number {
  let mixed = Math.imul(hash ^ value, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) + 1) | 0;
}

function sameRow(table: Table, a: number, b: number): boolean {
  return table.columns.every((column) => {
    if (column.type === "string") return column.codes[a] === column.codes[b];
    const x = column.values[a]!;
    const y = column.values[b]!;
    return x === y || (Number.isNaN(x) && Number.isNaN(y));
  });
}
