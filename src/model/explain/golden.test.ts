/** The contributions that the Python package shap finds for the very same trees (test/golden/shap.py). */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { explainRows, type Model, type TreesLearner } from "../index.ts";
import { numeric, table, testModel } from "../test-model.ts";

interface GoldenCase {
  readonly name: string;
  readonly outputs: number;
  readonly leafWidth: number;
  readonly base: number[];
  readonly scale: number;
  readonly trees: Record<"roots" | "feature" | "left" | "threshold" | "flags" | "cover" | "leafValues", number[]>;
  readonly rows: (number | null)[][];
  readonly baseline: number[];
  /** rows x outputs x features */
  readonly contributions: number[][][];
}

const file = new URL("../../../test/golden/shap.json", import.meta.url);
const golden = JSON.parse(readFileSync(file, "utf8")) as { cases: GoldenCase[] };

function learnerOf({ outputs, leafWidth, base, scale, trees }: GoldenCase): TreesLearner {
  return {
    kind: "trees",
    outputs,
    leafWidth,
    base: Float64Array.from(base),
    scale,
    link: "identity",
    trees: {
      roots: Int32Array.from(trees.roots),
      feature: Int32Array.from(trees.feature),
      left: Int32Array.from(trees.left),
      threshold: Float64Array.from(trees.threshold),
      flags: Uint8Array.from(trees.flags),
      cover: Float32Array.from(trees.cover),
      bitsets: new Uint32Array(0),
      leafValues: Float64Array.from(trees.leafValues),
    },
  };
}

function modelOf(each: GoldenCase): Model {
  const names = each.rows[0].map((_, feature) => `x${feature}`);
  const isRegression = each.outputs === 1;
  return {
    ...testModel,
    task: isRegression ? "regression" : "classification",
    labels: isRegression ? [] : ["a", "b", "c"],
    inputs: names.map((name) => ({
      name,
      type: "numeric",
      integer: false,
      nullable: true,
      range: [-9, 9],
      example: 0,
    })),
    transforms: names.map((column) => ({ op: "Numeric", column })),
    members: [{ name: "it", weight: 1, learner: learnerOf(each) }],
  };
}

describe("contributions equal those of Python's shap within 1e-6", () => {
  test.each(golden.cases)("$name", async (each) => {
    const model = modelOf(each);
    const columns = model.inputs.map(({ name }, i) => numeric(name, ...each.rows.map((row) => row[i] ?? NaN)));
    const { baseline, contributions } = await explainRows(model, table(...columns));
    const expected = each.contributions.flat(2);
    expect(contributions).toHaveLength(expected.length);
    expect(Math.max(...expected.map((value, i) => Math.abs(value - contributions[i])))).toBeLessThan(1e-6);
    expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(0.1);
    each.baseline.forEach((value, output) => expect(baseline[output]).toBeCloseTo(value, 6));
  });
});
