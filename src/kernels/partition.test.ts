import fc from "fast-check";
import { expect, it } from "vitest";
import { createKernels } from "./index.ts";
import * as reference from "./reference/partition.ts";
import { place, read, released } from "./test-memory.ts";

const kernels = createKernels();
const { run, arena } = kernels;

function partition(rows: Uint32Array, column: Uint8Array, goesLeft: Uint32Array) {
  return released(kernels, () => {
    const rowsAt = place(kernels, rows);
    const spare = arena.allocate(rows.length * 4);
    const table = arena.allocate(256);
    run.expandSet(place(kernels, goesLeft), table);
    const leftCount = run.partition(rowsAt, rows.length, place(kernels, column), table, spare);
    return { rows: read(kernels, rowsAt, rows.length).uint32(), leftCount };
  });
}

const everyBin = Array.from({ length: 256 }, (_, bin) => bin);

it("expands a set to a byte a number", () => {
  const property = fc.property(fc.uint32Array({ minLength: 8, maxLength: 8 }), (set) => {
    released(kernels, () => {
      const table = arena.allocate(256);
      run.expandSet(place(kernels, set), table);
      expect([...read(kernels, table, 256).bytes()]).toEqual(everyBin.map((bin) => Number(reference.inSet(set, bin))));
    });
  });
  fc.assert(property);
});

it.each([0, 1, 31, 32, 33].flatMap((count) => ["none", "all", "odd", "missing"].map((left) => ({ count, left }))))(
  "$count rows, $left to the left",
  ({ count, left }) => {
    const chosen = { none: [], all: everyBin, odd: everyBin.filter((bin) => bin % 2 === 1), missing: [0] }[left];
    const goesLeft = reference.setOf(chosen as number[]);
    const column = Uint8Array.from({ length: count }, (_, row) => (row * 85) % 256);
    const rows = Uint32Array.from({ length: count }, (_, i) => i);
    expect(partition(rows, column, goesLeft)).toEqual(reference.partition(rows, column, goesLeft));
  },
);

it("agrees with its twin: stable, for rows in any order and repeated, for any set of bins", () => {
  const column = fc.uint8Array({ minLength: 1, maxLength: 300 });
  const property = fc.property(
    column,
    fc.array(fc.nat(), { maxLength: 200 }),
    fc.uint32Array({ minLength: 8, maxLength: 8 }),
    (bins, numbers, goesLeft) => {
      const rows = Uint32Array.from(numbers, (number) => number % bins.length);
      expect(partition(rows, bins, goesLeft)).toEqual(reference.partition(rows, bins, goesLeft));
    },
  );
  fc.assert(property);
});
