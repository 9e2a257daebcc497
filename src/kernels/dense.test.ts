import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../base/index.ts";
import { createKernels } from "./index.ts";
import * as reference from "./reference/dense.ts";
import { place, read, released } from "./test-memory.ts";

const kernels = createKernels();
const { run } = kernels;

const seeds = fc.integer({ min: 0, max: 2 ** 31 });
const rowCounts = fc.integer({ min: 1, max: 21 });
const widths = fc.integer({ min: 1, max: 9 }).map((fours) => 4 * fours);

function normals(seed: number, length: number): Float32Array {
  const random = createRandom(seed, length);
  return Float32Array.from({ length }, () => random.normal());
}

/** 32-bit sums of at most some hundred numbers of about 1. */
function expectClose(actual: Float32Array, expected: Float32Array, tolerance = 1e-4): void {
  expect(actual.length).toBe(expected.length);
  expect(actual.findIndex((value, i) => !(Math.abs(value - expected[i]) <= tolerance))).toBe(-1);
}

const floats = (address: number, length: number): Float32Array => read(kernels, address, length).float32();

describe("matrixProduct", () => {
  it("equals its twin for any shape, transposed or not, added or not", () => {
    fc.assert(
      fc.property(rowCounts, rowCounts, widths, fc.boolean(), fc.boolean(), seeds, (m, inner, n, turned, add, seed) =>
        released(kernels, () => {
          const a = normals(seed, m * inner);
          const b = normals(seed + 1, inner * n);
          const c = normals(seed + 2, m * n);
          const at = place(kernels, c);
          const [aRow, aColumn] = turned ? [1, m] : [inner, 1];
          run.matrixProduct(place(kernels, a), aRow, aColumn, place(kernels, b), n, at, n, m, inner, n, add);
          reference.matrixProduct(a, turned, b, c, [m, inner, n], add);
          expectClose(floats(at, m * n), c);
        }),
      ),
    );
  });

  it("reads and writes only within rows that lie apart", () => {
    released(kernels, () => {
      const [m, inner, n] = [5, 3, 12];
      const a = normals(1, m * 8);
      const b = normals(2, inner * 16);
      const c = new Float32Array(m * 20).fill(7);
      const at = place(kernels, c);
      run.matrixProduct(place(kernels, a), 8, 1, place(kernels, b), 16, at, 20, m, inner, n, false);
      const packed = (from: Float32Array, rows: number, pitch: number, width: number): Float32Array =>
        Float32Array.from({ length: rows * width }, (_, i) => from[Math.floor(i / width) * pitch + (i % width)]);
      const expected = new Float32Array(m * n);
      reference.matrixProduct(packed(a, m, 8, inner), false, packed(b, inner, 16, n), expected, [m, inner, n], false);
      const written = floats(at, m * 20);
      expectClose(packed(written, m, 20, n), expected);
      expect(written.filter((_, i) => i % 20 >= n).every((value) => value === 7)).toBe(true);
    });
  });
});

describe("rows and columns", () => {
  it("transpose, fillRows and addColumnSums do what they say", () => {
    fc.assert(
      fc.property(rowCounts, widths, seeds, (rows, columns, seed) =>
        released(kernels, () => {
          const values = normals(seed, rows * columns);
          const at = place(kernels, values);
          const turned = kernels.arena.allocate(values.byteLength);
          run.transpose(at, rows, columns, turned);
          expect(floats(turned, values.length)).toEqual(
            values.map((_, i) => values[(i % rows) * columns + Math.floor(i / rows)]),
          );
          const sums = normals(seed + 1, columns);
          const sumsAt = place(kernels, sums);
          run.addColumnSums(at, rows, columns, sumsAt);
          const expected = sums.slice();
          reference.addColumnSums(values, rows, columns, expected);
          expectClose(floats(sumsAt, columns), expected);
          run.fillRows(place(kernels, sums), rows, columns, at);
          expect(floats(at, values.length)).toEqual(values.map((_, i) => sums[i % columns]));
        }),
      ),
    );
  });
});

describe("rectify", () => {
  it("equals its twin, with and without dropout, forward and backward", () => {
    fc.assert(
      fc.property(widths, seeds, fc.constantFrom(0, 0.1, 0.5, 0.9), (count, seed, share) =>
        released(kernels, () => {
          const values = normals(seed, count);
          const gradients = normals(seed + 1, count);
          const [threshold, scale] = [Math.floor(share * 2 ** 32), 1 / (1 - share)];
          const at = place(kernels, values);
          const gradientsAt = place(kernels, gradients);
          run.rectify(at, count, seed, threshold, scale);
          reference.rectify(values, seed, threshold, scale);
          expectClose(floats(at, count), values, 1e-5);
          run.rectifyBackward(at, gradientsAt, count, scale);
          reference.rectifyBackward(values, gradients, scale);
          expectClose(floats(gradientsAt, count), gradients, 1e-5);
        }),
      ),
    );
  });

  it("drops the wanted share, and other units with another salt", () => {
    const count = 40_000;
    const kept = [1, 2].map((salt) =>
      released(kernels, () => {
        const at = place(kernels, new Float32Array(count).fill(1));
        run.rectify(at, count, salt * 1_000_003, Math.floor(0.3 * 2 ** 32), 1);
        return floats(at, count);
      }),
    );
    const share = (values: Float32Array): number => values.reduce((sum, value) => sum + value / count, 0);
    expect(Math.abs(share(kept[0]) - 0.7)).toBeLessThan(0.01);
    expect(Math.abs(share(kept[0].map((value, i) => value * kept[1][i])) - 0.49)).toBeLessThan(0.01);
  });

  it("makes 0 of what is not a number", () => {
    released(kernels, () => {
      const at = place(kernels, Float32Array.of(NaN, 1, -1, 0));
      run.rectify(at, 4, 0, 0, 1);
      expect(floats(at, 4)).toEqual(Float32Array.of(0, 1, 0, 0));
    });
  });
});

describe("adapters", () => {
  it("equal their twins, forward and backward", () => {
    fc.assert(
      fc.property(rowCounts, widths, seeds, (rows, columns, seed) =>
        released(kernels, () => {
          const each = (from: number) => ({
            weights: normals(seed + from, rows * columns),
            left: normals(seed + from + 1, rows),
            right: normals(seed + from + 2, columns),
          });
          const factors = each(0);
          const sums = each(3);
          const gradient = normals(seed + 6, rows * columns);
          const at = [factors.weights, factors.left, factors.right].map((values) => place(kernels, values));
          const sumsAt = [sums.weights, sums.left, sums.right].map((values) => place(kernels, values));
          const adapted = kernels.arena.allocate(gradient.byteLength);
          run.adapt(at[0], at[1], at[2], rows, columns, adapted);
          expectClose(floats(adapted, gradient.length), reference.adapt(factors));
          const [weights, left, right] = at;
          run.adaptBackward(
            place(kernels, gradient),
            weights,
            left,
            right,
            rows,
            columns,
            sumsAt[0],
            sumsAt[1],
            sumsAt[2],
          );
          reference.adaptBackward(gradient, factors, sums);
          expectClose(floats(sumsAt[0], sums.weights.length), sums.weights);
          expectClose(floats(sumsAt[1], rows), sums.left);
          expectClose(floats(sumsAt[2], columns), sums.right);
        }),
      ),
    );
  });
});

describe("embedding", () => {
  it("equals its twin, forward and backward; a fraction of 0 never touches the next row", () => {
    fc.assert(
      fc.property(rowCounts, fc.integer({ min: 0, max: 5 }), widths, seeds, (rows, features, width, seed) =>
        released(kernels, () => {
          const tableRows = 7;
          const random = createRandom(seed);
          const cells = rows * features;
          const codes = Uint32Array.from({ length: cells }, () => random.integer(tableRows));
          const fractions = Float32Array.from(codes, (code) =>
            code === tableRows - 1 || random.next() < 0.3 ? 0 : random.next(),
          );
          const encoded = { features: Math.max(1, features), codes, fractions };
          const table = normals(seed, tableRows * width);
          const bias = normals(seed + 1, width);
          const out = kernels.arena.allocate(rows * width * 4);
          const at = [place(kernels, codes), place(kernels, fractions)] as const;
          run.embedRows(...at, features, rows, place(kernels, table), width, place(kernels, bias), out);
          const expected =
            features === 0
              ? Float32Array.from({ length: rows * width }, (_, i) => bias[i % width])
              : reference.embedRows(encoded, table, bias);
          expectClose(floats(out, rows * width), expected);
          const gradients = normals(seed + 2, rows * width);
          const sums = normals(seed + 3, tableRows * width);
          const sumsAt = place(kernels, sums);
          run.embedRowsBackward(...at, features, rows, place(kernels, gradients), width, sumsAt);
          if (features > 0) reference.embedRowsBackward(encoded, gradients, width, sums);
          expectClose(floats(sumsAt, sums.length), sums);
        }),
      ),
    );
  });

  it("sums rows from the top and from the end as its twins do", () => {
    fc.assert(
      fc.property(rowCounts, widths, seeds, (rows, width, seed) =>
        released(kernels, () => {
          const source = normals(seed, rows * width);
          const target = normals(seed + 1, rows * width);
          const sourceAt = place(kernels, source);
          const targetAt = place(kernels, target);
          run.addRunningSums(sourceAt, rows, width, targetAt);
          reference.addRunningSums(source, width, target);
          expectClose(floats(targetAt, target.length), target);
          run.tailSums(sourceAt, rows, width, targetAt);
          expectClose(floats(targetAt, target.length), reference.tailSums(source, width));
        }),
      ),
    );
  });
});

describe("the optimiser", () => {
  it("steps as its twin does, several times", () => {
    fc.assert(
      fc.property(widths, seeds, fc.constantFrom(1, 0.1), (count, seed, clip) =>
        released(kernels, () => {
          const state = {
            parameters: normals(seed, count),
            gradients: normals(seed + 1, count),
            firsts: new Float32Array(count),
            seconds: new Float32Array(count),
            averages: normals(seed + 2, count),
          };
          const { parameters, gradients, firsts, seconds, averages } = state;
          const at = [parameters, gradients, firsts, seconds, averages].map((values) => place(kernels, values));
          const [p, g, m, v, a] = at;
          for (let step = 1; step <= 3; step++) {
            const [rate, correction] = [0.01 / (1 - 0.9 ** step), 1 / Math.sqrt(1 - 0.999 ** step)];
            run.adamStep(p, g, m, v, a, count, clip, 0.9, 0.999, 0.999, rate, correction, 1e-8, 0.3);
            reference.adamStep(state, [clip, 0.9, 0.999, 0.999, rate, correction, 1e-8, 0.3]);
            const next = normals(seed + 3 + step, count);
            expect(floats(g, count)).toEqual(new Float32Array(count));
            new Float32Array(kernels.arena.memory.buffer, g, count).set(next);
            gradients.set(next);
          }
          expectClose(floats(p, count), parameters, 1e-5);
          expectClose(floats(a, count), averages, 1e-5);
        }),
      ),
    );
  });

  it("sums squares in 64 bits", () => {
    released(kernels, () => {
      const values = normals(4, 1_000);
      const expected = values.reduce((sum, value) => sum + value ** 2, 0);
      expect(run.sumOfSquares(place(kernels, values), 1_000)).toBeCloseTo(expected, 9);
      values[17] = Infinity;
      expect(run.sumOfSquares(place(kernels, values), 1_000)).toBe(Infinity);
    });
  });
});
