import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../base/index.ts";
import { createKernels } from "./index.ts";
import * as reference from "./reference/gradients.ts";
import { place, read, released } from "./test-memory.ts";

const kernels = createKernels();
const { run, arena } = kernels;
const salt = 0xdeadbeef;
const scales = { gradientScale: 65_535, hessianScale: 4 * 65_535 };
const rounding = { salt, ...scales };
const { gradientScale, hessianScale } = scales;

/** Certain and uncertain scores, and what no sane training reaches. */
function madeScores(length: number, seed: number): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length }, (_, i) => random.normal() * (i % 9 === 0 ? 400 : 3));
}

describe("exp", () => {
  it("has a relative error below 2e-7 in [-87, 88], and takes what is beyond for the nearer end", () => {
    const errorOf = (x: number): number => Math.abs(reference.exp(x) / Math.exp(Math.fround(x)) - 1);
    fc.assert(
      fc.property(fc.double({ min: -87, max: 88, noNaN: true }), (x) => errorOf(x) < 2e-7),
      { numRuns: 5_000 },
    );
    expect(reference.exp(0)).toBe(1);
    expect(reference.exp(1e9)).toBe(reference.exp(88));
    expect(reference.exp(-1e9)).toBe(reference.exp(-87));
  });

  it("is the kernels': softmax of a score and 0 for each of many scores", () => {
    const pitch = 20_000;
    const scores = new Float64Array(2 * pitch);
    for (let row = 0; row < pitch; row++) scores[row] = -90 + (row * 180) / pitch;
    expect(softmax(scores, 2, pitch)).toEqual(reference.softmax(scores, 2, pitch));
  });
});

function softmax(scores: Float64Array, classes: number, pitch: number): Float32Array {
  return released(kernels, () => {
    const probabilities = arena.allocate(classes * pitch * 4);
    run.softmax(place(kernels, scores), classes, pitch, 0, pitch, probabilities);
    return read(kernels, probabilities, classes * pitch).float32();
  });
}

describe.each([4, 32, 36, 1000])("packed gradients of %i rows", (rows) => {
  const scores = madeScores(rows, rows);
  const labels = Float32Array.from({ length: rows }, (_, i) => (i * 7) % 2);
  const weightings = [
    { name: "no weights", weights: null },
    { name: "weights", weights: Float32Array.from({ length: rows }, (_, i) => (i % 5) / 4) },
  ];

  it.each(weightings)("of the log loss, $name", ({ weights }) => {
    released(kernels, () => {
      const packed = arena.allocate(rows * 8);
      const at = [place(kernels, scores), place(kernels, labels), weights ? place(kernels, weights) : 0] as const;
      // In two parts: the dice depend on the row, not on the call.
      const middle = (rows >> 3) << 2;
      run.logisticGradients(...at, 0, middle, salt, gradientScale, hessianScale, packed);
      run.logisticGradients(...at, middle, rows, salt, gradientScale, hessianScale, packed);
      const expected = reference.logisticGradients(scores, labels, weights, rounding);
      expect(read(kernels, packed, rows).int64()).toEqual(expected);
    });
  });

  it.each(weightings)("of the softmax loss, $name", ({ weights }) => {
    const classes = 5;
    const factor = classes / (classes - 1);
    const classLabels = Float32Array.from({ length: rows }, (_, i) => i % classes);
    const probabilities = reference.softmax(madeScores(classes * rows, 3), classes, rows);
    expect(softmax(madeScores(classes * rows, 3), classes, rows)).toEqual(probabilities);
    for (let k = 0; k < classes; k++) {
      released(kernels, () => {
        const own = probabilities.slice(k * rows, (k + 1) * rows);
        const packed = arena.allocate(rows * 8);
        const at = [place(kernels, own), place(kernels, classLabels), weights ? place(kernels, weights) : 0] as const;
        run.softmaxGradients(...at, k, factor, 0, rows, salt, gradientScale, hessianScale, packed);
        const expected = reference.softmaxGradients(own, classLabels, weights, k, factor, rounding);
        expect(read(kernels, packed, rows).int64()).toEqual(expected);
      });
    }
  });

  it.each(weightings)("of the squared error, $name", ({ weights }) => {
    released(kernels, () => {
      const gradients = arena.allocate(rows * 4);
      // Large, and near the scores: the difference keeps its digits.
      const targets = scores.map((score, row) => score + 1e9 + row / 8);
      const far = scores.map((score) => score + 1e9);
      const at = [place(kernels, far), place(kernels, targets), weights ? place(kernels, weights) : 0] as const;
      run.squaredGradients(...at, 0, rows, gradients);
      const expected = reference.squaredGradients(far, targets, weights);
      expect(read(kernels, gradients, rows).float32()).toEqual(expected);
    });
  });

  it.each(weightings)("of the absolute error, quantiles and Huber's loss, $name", ({ weights }) => {
    released(kernels, () => {
      const gradients = arena.allocate(rows * 4);
      // Some equal to their score, some within a small delta of it.
      const targets = scores.map((score, row) => score + 1e6 + ((row % 7) - 3) / 2);
      const far = scores.map((score) => score + 1e6);
      const at = [place(kernels, far), place(kernels, targets), weights ? place(kernels, weights) : 0] as const;
      for (const [below, above] of [
        [-1, 1],
        [-0.9, 0.1],
      ]) {
        run.stepGradients(...at, below, above, 0, rows, gradients);
        const expected = reference.stepGradients(far, targets, weights, below, above);
        expect(read(kernels, gradients, rows).float32()).toEqual(expected);
      }
      run.clippedGradients(...at, 0.7, 0, rows, gradients);
      const expected = reference.clippedGradients(far, targets, weights, 0.7);
      expect(read(kernels, gradients, rows).float32()).toEqual(expected);
    });
  });

  it.each(weightings)("of the Poisson and Tweedie deviances, $name", ({ weights }) => {
    released(kernels, () => {
      const [gradients, hessians] = [arena.allocate(rows * 4), arena.allocate(rows * 4)];
      const targets = Float32Array.from({ length: rows }, (_, i) => (i % 3 === 0 ? 0 : (i % 50) / 3));
      const at = [place(kernels, scores), place(kernels, targets), weights ? place(kernels, weights) : 0] as const;
      for (const [power, factor] of [
        [1, 2],
        [1.5, 1],
        [1.9, 1],
      ]) {
        run.tweedieGradients(...at, power, factor, 0, rows, gradients, hessians);
        const expected = reference.tweedieGradients(scores, targets, weights, power, factor);
        expect(read(kernels, gradients, rows).float32()).toEqual(expected.gradients);
        expect(read(kernels, hessians, rows).float32()).toEqual(expected.hessians);
      }
    });
  });

  it.each([
    { name: "hessians of their own", hessians: Float32Array.from({ length: rows }, (_, i) => (i % 9) / 8) },
    { name: "hessians of 1", hessians: null },
  ])("computed elsewhere, $name", ({ hessians }) => {
    released(kernels, () => {
      const gradients = Float32Array.from(madeScores(rows, 5), (score) => Math.tanh(score));
      const packed = arena.allocate(rows * 8);
      const hessiansAt = hessians ? place(kernels, hessians) : 0;
      run.packGradients(place(kernels, gradients), hessiansAt, 0, rows, salt, gradientScale, hessianScale, packed);
      const expected = reference.packGradients(gradients, hessians, rounding);
      expect(read(kernels, packed, rows).int64()).toEqual(expected);
    });
  });
});

it("rounds without bias: the mean of many rounded gradients is the gradient", () => {
  const rows = 100_000;
  released(kernels, () => {
    const packed = arena.allocate(rows * 8);
    const gradients = new Float32Array(rows).fill(-0.3);
    const hessians = new Float32Array(rows).fill(0.7);
    run.packGradients(place(kernels, gradients), place(kernels, hessians), 0, rows, 12345, 1, 1, packed);
    const sum = read(kernels, packed, rows)
      .int64()
      .reduce((total, cell) => total + cell, 0n);
    // Five standard errors of a coin of that share.
    const tolerance = 5 * Math.sqrt(0.21 / rows);
    expect(Math.abs(Number(sum >> 32n) / rows + 0.3)).toBeLessThan(tolerance);
    expect(Math.abs(Number(sum & 0xffffffffn) / rows - 0.7)).toBeLessThan(tolerance);
  });
});

describe("sums over listed rows", () => {
  const packedCells = fc.bigInt({ min: -(2n ** 44n), max: 2n ** 44n });
  const rowsOf = (length: number) => fc.array(fc.nat(length - 1), { maxLength: 100 });

  it("largestMagnitude and sumRows", () => {
    const values = Float32Array.from(madeScores(50, 1));
    const property = fc.property(rowsOf(values.length), (list) => {
      released(kernels, () => {
        const rows = Uint32Array.from(list);
        const at = [place(kernels, values), place(kernels, rows), rows.length] as const;
        expect(run.largestMagnitude(...at)).toBe(reference.largestMagnitude(values, rows));
        expect(run.sumRows(...at)).toBe(reference.sumRows(values, rows));
      });
    });
    fc.assert(property);
  });

  it.each([0, 1, 2, 3, 4, 5, 50])("logisticLoss of %i rows, as by Math.log1p", (count) => {
    const scores = Float64Array.from({ length: 50 }, (_, row) => (row - 25) ** 3 / 300);
    const labels = Float32Array.from({ length: 50 }, (_, row) => row % 2);
    const weights = Float32Array.from({ length: 50 }, (_, row) => row / 7);
    const rows = Uint32Array.from({ length: count }, (_, i) => (i * 7) % 50);
    for (const weighs of [false, true]) {
      let expected = 0;
      for (const row of rows) {
        const margin = labels[row] > 0 ? scores[row] : -scores[row];
        const loss = Math.max(-margin, 0) + Math.log1p(Math.exp(-Math.abs(margin)));
        expected += loss * (weighs ? weights[row] : 1);
      }
      released(kernels, () => {
        const at = [place(kernels, scores), place(kernels, labels), weighs ? place(kernels, weights) : 0] as const;
        const sum = run.logisticLoss(...at, place(kernels, rows), count);
        expect(Math.abs(sum - expected)).toBeLessThanOrEqual(1e-6 * expected + 1e-15);
      });
    }
  });

  it("sumPacked", () => {
    const property = fc.property(fc.array(packedCells, { minLength: 1, maxLength: 40 }), (cells) => {
      released(kernels, () => {
        const packed = BigInt64Array.from(cells);
        const rows = Uint32Array.from({ length: 2 * cells.length }, (_, i) => i >> 1);
        const sum = run.sumPacked(place(kernels, packed), place(kernels, rows), rows.length);
        expect(sum).toBe(reference.sumPacked(packed, rows));
      });
    });
    fc.assert(property);
  });

  it("addToRows", () => {
    const property = fc.property(rowsOf(50), fc.double({ noNaN: true, noDefaultInfinity: true }), (list, value) => {
      released(kernels, () => {
        const rows = Uint32Array.from(list);
        const expected = madeScores(50, 2);
        const scores = place(kernels, expected);
        run.addToRows(scores, place(kernels, rows), rows.length, value);
        reference.addToRows(expected, rows, value);
        expect(read(kernels, scores, 50).float64()).toEqual(expected);
      });
    });
    fc.assert(property);
  });
});
