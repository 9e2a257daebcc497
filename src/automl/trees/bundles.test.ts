/** Bundled features have the histograms that they have one by one, to the last bit. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../base/index.ts";
import { createKernels, type Kernels } from "../../kernels/index.ts";
import { bundleFeatures, writeSlots, type BinColumns, type Slot } from "./bundles.ts";
import { FEATURE_BYTES } from "./workspace.ts";

const kernels = createKernels();

/** Columns of bytes in the kernels' memory, and how many cells each has. */
function placeColumns({ arena }: Kernels, columns: readonly Uint8Array[]): BinColumns {
  const rows = columns[0].length;
  const address = arena.allocate(rows * columns.length);
  columns.forEach((column, f) => new Uint8Array(arena.memory.buffer, address + f * rows, rows).set(column));
  const cellCounts = columns.map((column) => 1 + column.reduce((most, bin) => Math.max(most, bin), 0));
  return { rows, columns: address, cellCounts };
}

/** The compact histogram of every third row by the slots, harvested twice: the second finds nothing of the first. */
function histogramOf({ run, arena }: Kernels, binned: BinColumns, slots: readonly Slot[]): BigInt64Array {
  const { rows, cellCounts } = binned;
  let cells = 0;
  const offsets = Uint32Array.from(cellCounts, (count) => (cells += count) - count);
  const stride = Math.ceil(slots.length / 4) * 4;
  const [bins, addresses] = [arena.allocate(rows * stride), arena.allocate(slots.length * 4)];
  const [list, packed] = [arena.allocate(rows * 4), arena.allocate(rows * 8)];
  const [scratch, out] = [arena.allocate(stride * FEATURE_BYTES), arena.allocate(cells * 8)];
  const { buffer } = arena.memory;
  new Uint32Array(buffer, addresses, slots.length).set(slots.map(({ column }) => column));
  run.interleave(addresses, rows, slots.length, bins, stride);
  const chosen = Array.from({ length: Math.ceil(rows / 3) }, (_, i) => i * 3);
  new Uint32Array(buffer, list, chosen.length).set(chosen);
  const random = createRandom(rows);
  new BigInt64Array(buffer, packed, rows).set(
    BigInt64Array.from({ length: rows }, () => {
      return (BigInt(random.integer(131_071) - 65_535) << 32n) + BigInt(random.integer(65_536));
    }),
  );
  const table = writeSlots(kernels, slots, offsets, cellCounts);
  for (let time = 0; time < 2; time++) {
    run.histogram(bins, stride, slots.length, list, chosen.length, packed, scratch);
    run.harvest(scratch, 1, 0, table, 0, slots.length, out);
  }
  return new BigInt64Array(buffer, out, cells).slice();
}

function singles({ rows, columns, cellCounts }: BinColumns): Slot[] {
  return cellCounts.map((codes, f) => ({
    members: [f],
    column: columns + f * rows,
    codes,
    combinations: new Uint8Array(0),
  }));
}

/** How many slots the columns take; checks their histograms. */
function bundledSlots(columns: readonly Uint8Array[]): number {
  const mark = kernels.arena.mark();
  try {
    const binned = placeColumns(kernels, columns);
    const slots = bundleFeatures(kernels, binned);
    expect(slots.flatMap(({ members }) => members).toSorted((a, b) => a - b)).toEqual(columns.map((_, f) => f));
    expect(histogramOf(kernels, binned, slots)).toEqual(histogramOf(kernels, binned, singles(binned)));
    return slots.length;
  } finally {
    kernels.arena.release(mark);
  }
}

const ROWS = 9_000;
const made = (seed: number, of: (row: number, random: ReturnType<typeof createRandom>) => number): Uint8Array => {
  const random = createRandom(seed);
  return Uint8Array.from({ length: ROWS }, (_, row) => of(row, random));
};

describe("bundles", () => {
  it("hold columns of few values: 3 x 4 x 5 x 4 fit a byte", () => {
    const columns = [3, 4, 5, 4, 200].map((values, f) => made(f, (_, random) => random.integer(values)));
    expect(bundledSlots(columns)).toBe(2);
  });

  it("hold exclusive columns: a hundred of which at most one is not 1 in a row", () => {
    const hot = made(1, (_, random) => random.integer(130));
    const columns = Array.from({ length: 100 }, (_, f) => hot.map((value) => (value === f ? 2 : 1)));
    expect(bundledSlots(columns)).toBe(1);
  });

  it("hold columns that follow from each other", () => {
    const month = made(1, (_, random) => random.integer(120));
    const columns = [month, ...[2, 3, 5, 7, 11].map((step) => month.map((value) => Math.floor(value / step)))];
    expect(bundledSlots(columns)).toBe(1);
  });

  it("are not made for one byte less", () => {
    const columns = [2, 2, 255, 255].map((values, f) => made(f, (_, random) => random.integer(values)));
    expect(bundledSlots(columns)).toBe(4);
  });

  it("are not made of columns of many values", () => {
    const columns = Array.from({ length: 5 }, (_, f) => made(f, (_, random) => random.integer(200)));
    expect(bundledSlots(columns)).toBe(5);
  });

  it("are not made of few rows", () => {
    const columns = Array.from({ length: 8 }, (_, f) => new Uint8Array(100).fill(f % 2));
    expect(bundledSlots(columns)).toBe(8);
  });

  it("look at all rows, not only at some: one row may need another code", () => {
    // By every third row all columns follow from the first; the others tell them apart.
    const columns = Array.from({ length: 6 }, (_, f) =>
      made(7, (row, random) => {
        const value = random.integer(200);
        return row % 3 === 0 ? value : (value * (f + 1) * 31) % 199;
      }),
    );
    expect(bundledSlots(columns)).toBe(6);
  });

  it("change no histogram, whatever the columns", () => {
    const property = fc.property(
      fc.array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 3 })), {
        minLength: 2,
        maxLength: 14,
      }),
      fc.integer({ min: 1, max: 3_000 }),
      fc.nat(1_000),
      (shapes, rows, seed) => {
        const random = createRandom(seed);
        const hidden = Uint8Array.from({ length: rows }, () => random.integer(256));
        const columns = shapes.map(([values, kind], f) =>
          hidden.map((value) => {
            if (kind === 1) return random.integer(values);
            return kind === 2 ? value % values : Number(value === f) * values;
          }),
        );
        bundledSlots(columns);
      },
    );
    fc.assert(property, { numRuns: 40 });
  });
});
