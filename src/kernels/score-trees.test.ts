import { describe, expect, it } from "vitest";
import { createRandom, type Random } from "../base/index.ts";
import {
  createKernels,
  placeTreeProgram,
  type CategoryColumn,
  type NumberColumn,
  type ProgramTree,
  type TreeProgram,
} from "./index.ts";
import * as reference from "./reference/score-trees.ts";
import { place, read, released } from "./test-memory.ts";

const kernels = createKernels();

interface Case {
  readonly rows: number;
  readonly trees: number;
  readonly leaves: number;
  readonly outputs: number;
  readonly leafWidth: number;
  readonly cuts: number;
  readonly categories: number;
}

const usual: Case = { rows: 77, trees: 40, leaves: 31, outputs: 1, leafWidth: 1, cuts: 20, categories: 10 };

const cases: [string, Case][] = [
  ...[1, 2, 3, 4, 5, 7, 8, 15, 16, 17, 20, 31, 32, 33, 64, 100].map((rows): [string, Case] => [
    `${rows} rows`,
    { ...usual, rows },
  ]),
  ["no trees", { ...usual, trees: 0 }],
  ["trees of one leaf", { ...usual, leaves: 1 }],
  ["trees of two leaves", { ...usual, leaves: 2 }],
  ["256 leaves", { ...usual, leaves: 256 }],
  ["257 leaves: rows only go down", { ...usual, leaves: 257 }],
  ["more trees than a group holds", { ...usual, trees: 100 }],
  ["no cuts", { ...usual, cuts: 0 }],
  ["one cut", { ...usual, cuts: 1 }],
  ["254 cuts", { ...usual, cuts: 254, trees: 60 }],
  ["no category is told apart", { ...usual, categories: 0 }],
  ["14 categories: a table of 16 bytes", { ...usual, categories: 14 }],
  ["15 categories: a table of 32 bytes", { ...usual, categories: 15 }],
  ["254 categories", { ...usual, categories: 254 }],
  ["three outputs, a tree adds to one", { ...usual, outputs: 3 }],
  ["two outputs, a tree adds to both", { ...usual, outputs: 2, leafWidth: 2 }],
  ["three outputs, few rows", { ...usual, outputs: 3, leafWidth: 3, rows: 3 }],
  ["three outputs, a tree adds to all", { ...usual, outputs: 3, leafWidth: 3 }],
];

const width = 5;

function programOf({ trees, leaves, outputs, leafWidth, cuts, categories }: Case, random: Random): TreeProgram {
  const numbers = [0, 3].map((feature): NumberColumn => {
    const places = Uint8Array.from({ length: cuts }, (_, cut) => cut);
    const missingLeft = places.filter(() => random.integer(2) === 0);
    return { feature, cuts: Float64Array.from(places, (cut) => cut - 5), missingLeft, missingRight: places };
  });
  const columns = [1, 4].map((feature): CategoryColumn => {
    const rights = Array.from({ length: 9 }, () =>
      Uint8Array.from({ length: categories + 2 }, () => 255 * random.integer(2)),
    );
    return { feature, categories, rights };
  });
  const comparisons = numbers.map(({ missingLeft, missingRight }) => missingLeft.length + missingRight.length);
  const tests = comparisons.reduce((sum, count) => sum + count, 18);
  return {
    outputs,
    leafWidth,
    numbers,
    categories: columns,
    trees: Array.from({ length: trees }, (_, tree): ProgramTree => ({
      splits: splitsOf(leaves, tests, random),
      output: leafWidth === 1 ? tree % outputs : 0,
      values: Float64Array.from({ length: leaves * leafWidth }, () => random.normal()),
    })),
  };
}

/** A tree of any shape. */
function splitsOf(leaves: number, tests: number, random: Random): Int32Array {
  const splits: number[] = [];
  const split = (first: number, count: number): number => {
    if (count === 1) return first;
    const left = 1 + random.integer(count - 1);
    const children = [split(first, left), split(first + left, count - left)];
    splits.push(random.integer(tests), ...children);
    return -splits.length / 3;
  };
  split(0, leaves);
  return Int32Array.from(splits);
}

const special = [NaN, Infinity, -Infinity, -0, -0.5, 1e300, 2 ** 32 + 3, -(2 ** 32) + 3, 2 ** 53, 3.7, -1];

function featuresOf(rows: number, random: Random): Float64Array {
  return Float64Array.from({ length: rows * width }, (_, i) => {
    if (random.integer(4) === 0) return special[random.integer(special.length)] as number;
    return i % width === 0 ? random.normal() * 20 : random.integer(i % 2 === 0 ? 300 : 20);
  });
}

describe("trees scored many rows at a time, and their twin", () => {
  it.each(cases)("%s: bit for bit", (_, each) => {
    const random = createRandom(each.rows * 1000 + each.leaves);
    const program = programOf(each, random);
    const features = featuresOf(each.rows, random);
    const expected = new Float64Array(each.rows * each.outputs).fill(0.5);
    reference.scoreTrees(program, features, width, each.rows, expected);
    const sums = released(kernels, () => {
      const { address } = placeTreeProgram(kernels.arena, program);
      const out = place(kernels, new Float64Array(each.rows * each.outputs).fill(0.5));
      kernels.run.scoreTrees(address, place(kernels, features), width, each.rows, out);
      return read(kernels, out, each.rows * each.outputs).float64();
    });
    expect(sums).toEqual(expected);
  });
});
