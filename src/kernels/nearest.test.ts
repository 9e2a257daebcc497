import { describe, expect, it } from "vitest";
import { createRandom } from "../base/index.ts";
import { createKernels } from "./index.ts";
import * as reference from "./reference/nearest.ts";

const kernels = createKernels();
const { run, arena } = kernels;

interface Case {
  readonly rows: number;
  readonly queries: number;
  readonly columns: number;
  readonly codeCount: number;
  readonly k: number;
  /** Numbers are whole ones below it, so that distances tie; 0: any number. */
  readonly whole: number;
}

const cases: Case[] = [
  { rows: 1, queries: 3, columns: 4, codeCount: 0, k: 1, whole: 0 },
  { rows: 300, queries: 40, columns: 8, codeCount: 4, k: 7, whole: 0 },
  { rows: 300, queries: 40, columns: 4, codeCount: 8, k: 31, whole: 3 },
  { rows: 130, queries: 5, columns: 0, codeCount: 4, k: 130, whole: 2 },
  { rows: 129, queries: 5, columns: 12, codeCount: 0, k: 128, whole: 0 },
  { rows: 257, queries: 1, columns: 0, codeCount: 0, k: 5, whole: 0 },
];

function rowsOf(count: number, { columns, codeCount, whole }: Case, seed: number): reference.CodedRows {
  const random = createRandom(seed);
  return {
    numbers: Float32Array.from({ length: count * columns }, () => (whole ? random.integer(whole) : random.normal())),
    columns,
    codes: Uint32Array.from({ length: count * codeCount }, () => random.integer(3)),
    codeCount,
  };
}

function place(values: Float32Array | Uint32Array): number {
  const address = arena.allocate(values.byteLength);
  new Uint8Array(arena.memory.buffer, address, values.byteLength).set(
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  );
  return address;
}

function nearest(stored: reference.CodedRows, rows: number, queried: reference.CodedRows, queries: number, k: number) {
  const distances = arena.allocate(queries * k * 4);
  const found = arena.allocate(queries * k * 4);
  run.nearestRows(
    place(stored.numbers),
    stored.columns,
    place(stored.codes),
    stored.codeCount,
    rows,
    place(queried.numbers),
    place(queried.codes),
    queries,
    k,
    distances,
    found,
  );
  const at = (i: number) => ({
    row: new Uint32Array(arena.memory.buffer, found)[i],
    distance: new Float32Array(arena.memory.buffer, distances)[i],
  });
  return Array.from({ length: queries }, (_, query) => Array.from({ length: k }, (_, i) => at(query * k + i)));
}

describe("nearest rows and their twin", () => {
  it.each(cases)("bit for bit, of equally distant rows the first: %o", (each) => {
    const stored = rowsOf(each.rows, each, 1);
    const queried = rowsOf(each.queries, each, 2);
    const expected = reference.nearestRows(stored, each.rows, queried, each.queries, each.k);
    expect(nearest(stored, each.rows, queried, each.queries, each.k)).toEqual(expected);
  });

  it("finds rows whose distance is beyond 32 bits", () => {
    const stored = { numbers: Float32Array.of(3e38, 0, 0, 0, 1, 0, 0, 0), columns: 4, codes: new Uint32Array(0) };
    const queried = { ...stored, numbers: Float32Array.of(-3e38, 0, 0, 0), codeCount: 0 };
    const [found] = nearest({ ...stored, codeCount: 0 }, 2, queried, 1, 2);
    expect(found?.map(({ row }) => row)).toEqual([0, 1]);
  });
});
