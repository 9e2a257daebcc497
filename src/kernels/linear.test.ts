import { describe, expect, it } from "vitest";
import { createRandom } from "../base/index.ts";
import { createKernels, type Kernels } from "./index.ts";
import * as reference from "./reference/linear.ts";

const kernels = createKernels();

interface Case {
  readonly rows: number;
  /** A multiple of four. */
  readonly columns: number;
  readonly cardinalities: readonly number[];
  /** 1, or an even number. */
  readonly outputs: number;
}

const cases: Case[] = [
  { rows: 50, columns: 4, cardinalities: [], outputs: 1 },
  { rows: 200, columns: 12, cardinalities: [3, 7, 2], outputs: 1 },
  { rows: 1, columns: 8, cardinalities: [5], outputs: 1 },
  { rows: 200, columns: 12, cardinalities: [3, 7, 2], outputs: 4 },
  { rows: 77, columns: 4, cardinalities: [], outputs: 2 },
  { rows: 64, columns: 8, cardinalities: [4, 4], outputs: 10 },
];

function made({ rows, columns, cardinalities, outputs }: Case) {
  const random = createRandom(rows + outputs);
  const dense = Float32Array.from({ length: rows * columns }, () => (random.next() < 0.2 ? 0 : random.normal()));
  const codeCount = cardinalities.length;
  let positions = columns;
  const firsts = cardinalities.map((cardinality) => (positions += cardinality) - cardinality);
  const codes = Uint32Array.from({ length: rows * codeCount }, (_, i) => {
    return firsts[i % codeCount] + random.integer(cardinalities[i % codeCount]);
  });
  const normals = (length: number): Float64Array => Float64Array.from({ length }, () => random.normal());
  return {
    input: { dense, columns, codes, codeCount },
    positions,
    weights: normals(positions * outputs),
    residuals: normals(rows * outputs),
  };
}

/** Some of them 0. */
function weightsOf(rows: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) => (row % 5) / 2);
}

/** Copies values to the kernels' memory. */
function place<T extends Float32Array | Float64Array | Uint32Array>({ arena }: Kernels, values: T): number {
  const address = arena.allocate(values.byteLength);
  new Uint8Array(arena.memory.buffer, address, values.byteLength).set(
    new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
  );
  return address;
}

function numbers({ arena }: Kernels, address: number, length: number): Float64Array {
  return new Float64Array(arena.memory.buffer, address, length).slice();
}

function largestDifference(actual: Float64Array, expected: Float64Array): number {
  return expected.reduce((most, value, i) => {
    const difference = Math.abs(actual[i] - value) / Math.max(1, Math.abs(value));
    return Number.isNaN(difference) ? Infinity : Math.max(most, difference);
  }, 0);
}

describe.each(cases)("linear kernels and their twins: %o", (each) => {
  const { rows, columns, outputs } = each;
  const { input, positions, weights, residuals } = made(each);
  const { run, arena } = kernels;
  const dense = place(kernels, input.dense);
  const codes = place(kernels, input.codes);
  const at = [dense, columns, codes, input.codeCount] as const;

  it("scores", () => {
    const expected = new Float64Array(rows * outputs);
    reference.linearScores(input, 0, rows, weights, outputs, expected);
    const weightsAt = place(kernels, weights);
    const scoresAt = arena.allocate(rows * outputs * 8);
    if (outputs === 1) run.linearScores(...at, 0, rows, weightsAt, scoresAt);
    else run.linearScoresOfMany(...at, 0, rows, weightsAt, outputs, scoresAt);
    expect(largestDifference(numbers(kernels, scoresAt, rows * outputs), expected)).toBeLessThan(1e-12);
  });

  it("gradients, in two parts", () => {
    const expected = new Float64Array(positions * outputs);
    reference.linearGradient(input, 0, rows, residuals, outputs, expected);
    const residualsAt = place(kernels, residuals);
    const gradientAt = arena.allocate(positions * outputs * 8);
    const middle = rows >> 1;
    for (const [first, end] of [
      [0, middle],
      [middle, rows],
    ]) {
      if (outputs === 1) run.linearGradient(...at, first, end, residualsAt, gradientAt);
      else run.linearGradientOfMany(...at, first, end, residualsAt, outputs, gradientAt);
    }
    expect(largestDifference(numbers(kernels, gradientAt, positions * outputs), expected)).toBeLessThan(1e-12);
  });

  it.each(["without", "with"])("products of columns, %s weights", (weighted) => {
    const expected = new Float64Array(positions * positions);
    const weights = weighted === "with" ? weightsOf(rows) : undefined;
    reference.linearProducts(input, 0, rows, expected, positions, weights);
    const productsAt = arena.allocate(positions * positions * 8);
    run.linearProducts(...at, 0, rows, productsAt, positions, weights ? place(kernels, weights) : 0);
    const actual = numbers(kernels, productsAt, positions * positions).map((value, i) => {
      return i % positions <= Math.floor(i / positions) ? value : 0;
    });
    expect(largestDifference(actual, expected)).toBeLessThan(1e-12);
  });
});

describe("residuals", () => {
  const rows = 300;
  const random = createRandom(7);
  /** From certain to certain. */
  const scoresOf = (outputs: number): Float64Array =>
    Float64Array.from({ length: rows * outputs }, (_, i) => random.normal() * (i % 7 === 0 ? 300 : 2));

  it.each(["without", "with"])("of the sigmoid, %s weights", (weighted) => {
    const weights = weighted === "with" ? weightsOf(rows) : undefined;
    const weightsAt = weights ? place(kernels, weights) : 0;
    const labels = Float64Array.from({ length: rows }, () => random.integer(2));
    const expected = scoresOf(1);
    const scoresAt = place(kernels, expected);
    const loss = kernels.run.sigmoidResiduals(scoresAt, place(kernels, labels), 0, rows, weightsAt);
    const expectedLoss = reference.sigmoidResiduals(expected, labels, 0, rows, weights);
    expect(Math.abs(loss - expectedLoss)).toBeLessThan(1e-12 * expectedLoss);
    expect(largestDifference(numbers(kernels, scoresAt, rows), expected)).toBeLessThan(1e-14);
  });

  it.each([
    [3, 4, "without"],
    [4, 4, "with"],
    [10, 10, "without"],
    [3, 4, "with"],
  ])("of the softmax of %i classes in %i outputs, %s weights", (classes, outputs, weighted) => {
    const weights = weighted === "with" ? weightsOf(rows) : undefined;
    const weightsAt = weights ? place(kernels, weights) : 0;
    const labels = Float64Array.from({ length: rows }, () => random.integer(classes));
    const expected = scoresOf(outputs);
    const scoresAt = place(kernels, expected);
    const loss = kernels.run.softmaxResiduals(scoresAt, outputs, classes, place(kernels, labels), 0, rows, weightsAt);
    const expectedLoss = reference.softmaxResiduals(expected, outputs, classes, labels, 0, rows, weights);
    expect(Math.abs(loss - expectedLoss)).toBeLessThan(1e-12 * expectedLoss);
    expect(largestDifference(numbers(kernels, scoresAt, rows * outputs), expected)).toBeLessThan(1e-14);
  });
});
