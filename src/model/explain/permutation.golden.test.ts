/** The contributions that Python's shap finds for the same neighbours (test/golden/permutation_shap.py). */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Model, NeighboursLearner } from "../index.ts";
import { numeric, table, testModel } from "../test-model.ts";
import { planCoalitions, planOfOrders } from "./coalitions.ts";
import { createGame, permutationSteps } from "./permutation-contributions.ts";

interface GoldenCase {
  readonly name: string;
  /** 0: regression. */
  readonly classes: number;
  readonly stored: number[][];
  readonly targets: number[];
  readonly background: number[][];
  /** One a background row; null: all sets of columns. */
  readonly orders: number[][] | null;
  readonly rows: number[][];
  /** One an explained output. */
  readonly baseline: number[];
  /** rows x outputs x columns */
  readonly contributions: number[][][];
}

const file = new URL("../../../test/golden/permutation_shap.json", import.meta.url);
const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: GoldenCase[] };

function modelOf({ classes, stored, targets }: GoldenCase): Model {
  const names = stored[0]!.map((_, column) => `x${column}`);
  const columns = Math.ceil(names.length / 4) * 4;
  const learner: NeighboursLearner = {
    kind: "neighbours",
    outputs: classes === 0 ? 1 : classes,
    link: "identity",
    k: 7,
    weighting: "uniform",
    columns,
    codeCount: 0,
    encodings: names.map((_, feature) => ({
      kind: "scaled",
      feature,
      position: feature,
      mean: 0,
      scale: 1,
      fill: 0,
      missing: -1,
      range: [-100, 100],
    })),
    numbers: Float32Array.from(stored.flatMap((row) => [...row, ...new Array<number>(columns - row.length).fill(0)])),
    codes: new Uint32Array(0),
    targets: Float64Array.from(targets),
    rowWeights: new Float64Array(0),
    drawnFrom: stored.length,
  };
  return {
    ...testModel,
    task: classes === 0 ? "regression" : "classification",
    labels: ["a", "b", "c"].slice(0, classes),
    inputs: names.map((name) => ({ ...testModel.inputs[0]!, name })),
    transforms: names.map((column) => ({ op: "Numeric", column })),
    members: [{ name: "KNN", weight: 1, learner }],
  };
}

const columnsOf = (rows: number[][]): number[][] => rows[0]!.map((_, column) => rows.map((row) => row[column]!));

test.each(cases)("contributions equal those of Python's shap: $name", (each) => {
  const model = modelOf(each);
  const { orders, contributions } = each;
  const plan =
    orders === null ? planCoalitions(model.inputs.length) : planOfOrders(orders.map((order) => Int32Array.from(order)));
  const game = createGame(model, plan, () => columnsOf(each.background));
  const rows = table(...columnsOf(each.rows).map((values, i) => numeric(`x${i}`, ...values)));
  const expected = contributions.flat(2);
  const found = new Float64Array(expected.length);
  const size = expected.length / each.rows.length;
  for (const _ of permutationSteps(model, rows, (start, end) => found.subarray(start * size, end * size), game));
  expect(Math.max(...expected.map((value, i) => Math.abs(value - found[i]!)))).toBeLessThan(1e-10);
  expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(0.1);
  const outputs = each.baseline.length;
  each.baseline.forEach((value, output) => {
    const answers = Array.from({ length: plan.samples }, (_, sample) => game.answers[sample * outputs + output]!);
    expect(answers.reduce((sum, answer) => sum + answer / plan.samples, 0)).toBeCloseTo(value, 12);
  });
});
