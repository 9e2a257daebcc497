import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../base/index.ts";
import { createKernels } from "./index.ts";
import * as reference from "./reference/histogram.ts";
import { place, read, released, slotTable } from "./test-memory.ts";

const kernels = createKernels();
const { run, arena } = kernels;

/** Bytes of one feature in the scratch histogram (assembly/histogram.ts). */
const FEATURE_BYTES = 2112;

interface Made extends reference.BinnedRows {
  readonly datasetRows: number;
  readonly packed: BigInt64Array;
}

function made(datasetRows: number, features: number, binsOf: (feature: number) => number, seed: number): Made {
  const random = createRandom(seed);
  const stride = Math.ceil(features / 4) * 4;
  const binCounts = Uint32Array.from({ length: features }, (_, f) => binsOf(f));
  const bins = new Uint8Array(datasetRows * stride);
  for (let row = 0; row < datasetRows; row++)
    for (let f = 0; f < features; f++) bins[row * stride + f] = random.integer(binCounts[f]);
  const packed = BigInt64Array.from({ length: datasetRows }, () => {
    return (BigInt(random.integer(131_071) - 65_535) << 32n) + BigInt(random.integer(65_536));
  });
  return { datasetRows, bins, stride, binCounts, packed };
}

/** Histograms of the parts of `rows`, harvested as one; `times` over in the same scratch. */
function histogram(data: Made, rows: Uint32Array, parts: number, times = 1): BigInt64Array {
  return released(kernels, () => {
    const bins = place(kernels, data.bins);
    const packed = place(kernels, data.packed);
    const rowsAt = place(kernels, rows);
    const slotCount = data.binCounts.length;
    const slots = place(kernels, slotTable(data.binCounts));
    const cells = data.binCounts.reduce((sum, count) => sum + count, 0);
    const out = arena.allocate(cells * 8);
    const partBytes = data.stride * FEATURE_BYTES;
    const scratch = arena.allocate(parts * partBytes);
    const size = Math.ceil(rows.length / parts);
    for (let time = 0; time < times; time++) {
      for (let part = 0; part < parts; part++) {
        const first = Math.min(rows.length, part * size);
        const count = Math.min(size, rows.length - first);
        const partAt = scratch + part * partBytes;
        run.histogram(bins, data.stride, slotCount, rowsAt + first * 4, count, packed, partAt);
      }
      // In two shares, as by two threads.
      const half = slotCount >> 1;
      run.harvest(scratch, parts, partBytes, slots, 0, half, out);
      run.harvest(scratch, parts, partBytes, slots, half, slotCount, out);
    }
    return read(kernels, out, cells).int64();
  });
}

const featureCounts = [
  ...Array.from({ length: 9 }, (_, i) => i + 1),
  ...Array.from({ length: 10 }, (_, i) => i + 31),
  70,
];

describe.each(featureCounts)("%i features", (features) => {
  const data = made(80, features, (f) => [256, 2, 17, 255][f % 4], features);

  it.each([0, 1, 31, 32, 33, 65])("%i rows", (count) => {
    // Every row number of the dataset may come, also twice, in any order.
    const random = createRandom(count);
    const rows = Uint32Array.from({ length: count }, () => random.integer(data.datasetRows));
    expect(histogram(data, rows, 1)).toEqual(reference.histogram(data, rows, data.packed));
  });
});

it("adds nothing of an earlier call: harvest clears what it takes", () => {
  const data = made(50, 6, () => 256, 1);
  const rows = Uint32Array.from({ length: 50 }, (_, i) => i);
  for (const parts of [1, 3]) {
    expect(histogram(data, rows, parts, 3)).toEqual(reference.histogram(data, rows, data.packed));
  }
});

it("holds for all rows missing, and for one bin", () => {
  const data = made(40, 3, () => 1, 2);
  const rows = Uint32Array.from({ length: 40 }, (_, i) => i);
  const sum = data.packed.reduce((total, cell) => total + cell, 0n);
  expect([...histogram(data, rows, 1)]).toEqual([sum, sum, sum]);
});

it("agrees with its twin whatever the rows, features, bins and parts", () => {
  const property = fc.property(
    fc.integer({ min: 1, max: 60 }),
    fc.integer({ min: 1, max: 45 }),
    fc.integer({ min: 1, max: 256 }),
    fc.integer({ min: 1, max: 4 }),
    fc.infiniteStream(fc.nat()),
    fc.nat(100),
    (datasetRows, features, bins, parts, numbers, count) => {
      const data = made(datasetRows, features, (f) => 1 + ((bins + f * 31) % 256), count);
      const rows = Uint32Array.from(numbers.take(count), (number) => number % datasetRows);
      expect(histogram(data, rows, parts)).toEqual(reference.histogram(data, rows, data.packed));
    },
  );
  fc.assert(property, { numRuns: 60 });
});

it("subtracts", () => {
  const cell = fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n });
  const property = fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 40 }), (pairs) => {
    released(kernels, () => {
      const parent = BigInt64Array.from(pairs, ([a]) => a);
      const child = BigInt64Array.from(pairs, ([, b]) => b);
      const at = place(kernels, parent);
      run.subtract(at, place(kernels, child), pairs.length);
      expect(read(kernels, at, pairs.length).int64()).toEqual(reference.subtract(parent, child));
    });
  });
  fc.assert(property);
});
