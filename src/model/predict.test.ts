import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { learnerOutputs, outputWidth, predictions, score } from "./index.ts";
import { boosting, dates, logistic, numeric, table, testModel, text } from "./test-model.ts";
import type { LinearLearner, TreesLearner } from "./types.ts";

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

describe("trees", () => {
  test.each<[string, number[], number]>([
    ["numeric split, equal goes left", [40, 50, 1], -1 - 0.25],
    ["numeric split, right", [40.5, 50, 1], 1 - 0.25],
    ["NaN goes right where the flag is not set", [NaN, 50, 1], 1 - 0.25],
    ["NaN goes left where the flag is set", [40, NaN, 1], -1 - 0.25],
    ["category in the bit set", [99, 101, 2], 0.5 + 0.25],
    ["category NaN goes left where the flag is set", [99, 101, NaN], 0.5 + 0.25],
    ["category beyond the bit set goes right", [41, 100, 32], 1 - 0.25],
    ["negative category goes right", [41, 100, -1], 1 - 0.25],
  ])("%s", (_, row, leaves) => {
    const [first, second] = learnerOutputs(boosting, Float64Array.from([...row, 0]), 1) as unknown as [number, number];
    expect(second).toBeCloseTo(sigmoid(-0.5 + 2 * leaves), 15);
    expect(first).toBeCloseTo(1 - second, 15);
  });

  test("a category split without the NaN flag sends NaN right", () => {
    const flags = Uint8Array.from(boosting.trees.flags).fill(1, 0, 1);
    const learner = { ...boosting, link: "identity" as const, trees: { ...boosting.trees, flags } };
    expect(learnerOutputs(learner, Float64Array.of(30, 0, NaN, 0), 1)).toEqual(Float64Array.of(-0.5 + 2 * (-1 - 0.25)));
  });

  test("boosting of three outputs: tree t adds to output t % 3; softmax does not overflow", () => {
    const learner = stumps({
      outputs: 3,
      leafWidth: 1,
      trees: 6,
      link: "softmax",
      leafValues: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    });
    const raw = [1000 + 1 + 7, 3 + 9, 5 + 11];
    const outputs = learnerOutputs({ ...learner, base: Float64Array.of(1000, 0, 0) }, Float64Array.of(0), 1);
    expect(Array.from(outputs)).toEqual([1, Math.exp(raw[1] - 1008), Math.exp(raw[2] - 1008)]);
  });

  test("a forest averages the leaves' vectors", () => {
    const learner = stumps({
      outputs: 2,
      leafWidth: 2,
      trees: 2,
      link: "identity",
      leafValues: [1, 0, 0.5, 0.5, 0.25, 0.75, 0, 1],
    });
    const outputs = learnerOutputs({ ...learner, scale: 0.5 }, Float64Array.of(0, 1), 2);
    expect(Array.from(outputs)).toEqual([0.625, 0.375, 0.25, 0.75]);
  });

  test("no trees: the base alone; exp link", () => {
    const learner = stumps({ outputs: 1, leafWidth: 1, trees: 0, link: "exp", leafValues: [] });
    expect(learnerOutputs({ ...learner, base: Float64Array.of(2) }, Float64Array.of(0), 1)).toEqual(
      Float64Array.of(Math.exp(2)),
    );
  });
});

/** Trees of one split each: feature 0 <= 0 goes left. */
function stumps(
  spec: Pick<TreesLearner, "outputs" | "leafWidth" | "link"> & { trees: number; leafValues: number[] },
): TreesLearner {
  const trees = Array.from({ length: spec.trees }, (_, tree) => tree);
  return {
    kind: "trees",
    outputs: spec.outputs,
    leafWidth: spec.leafWidth,
    link: spec.link,
    base: new Float64Array(spec.outputs),
    scale: 1,
    trees: {
      roots: Int32Array.from(trees, (tree) => tree * 3),
      feature: Int32Array.from(trees.flatMap(() => [0, -1, -1])),
      left: Int32Array.from(trees.flatMap((tree) => [tree * 3 + 1, tree * 2, tree * 2 + 1])),
      threshold: new Float64Array(spec.trees * 3),
      flags: new Uint8Array(spec.trees * 3),
      cover: new Float32Array(spec.trees * 3),
      bitsets: new Uint32Array(0),
      leafValues: Float64Array.from(spec.leafValues),
    },
  };
}

describe("linear", () => {
  test.each<[string, number[], number]>([
    ["scaled and one-hot", [50, 150, 1], 0.5 - 0.25 + 0.2],
    ["a missing number: fill and indicator", [40, NaN, 0], -0.25 * (-20 / 50) + 1 + 0.1],
    ["a missing number without indicator: fill alone", [NaN, 100, 0], 0.1],
    ["values beyond the range are cut", [1e9, -1e9, 2], 0.5 * 5 - 0.25 * -2 + 0.3],
    ["a missing category", [40, 100, NaN], 0.4],
    ["a category beyond the cardinality counts as missing", [40, 100, 3], 0.4],
  ])("%s", (_, row, sum) => {
    const outputs = learnerOutputs(logistic, Float64Array.from([...row, 0]), 1);
    expect(outputs[1]).toBeCloseTo(sigmoid(0.125 + sum), 15);
  });

  test("several outputs take their own weights", () => {
    const learner: LinearLearner = {
      kind: "linear",
      outputs: 2,
      link: "identity",
      width: 1,
      encodings: [{ kind: "scaled", feature: 0, position: 0, mean: 0, scale: 1, fill: 0, missing: -1, range: [-9, 9] }],
      weights: Float64Array.of(2, 3),
      intercepts: Float64Array.of(10, 20),
    };
    expect(learnerOutputs(learner, Float64Array.of(1, 2), 2)).toEqual(Float64Array.of(12, 23, 14, 26));
  });
});

describe("score", () => {
  const columns = [
    text("job", "admin.", "pilot", null),
    dates("since", "2020-01-01", "2020-01-01", "2020-01-01"),
    numeric("balance", 10, 200, NaN),
    numeric("age", 20, 50, 30),
  ];

  test("the members' probabilities by their weights", () => {
    const features = [20, 10, 0, 18262];
    const expected =
      0.75 * sigmoid(-0.5 + 2 * 0.25) + 0.25 * (learnerOutputs(logistic, Float64Array.from(features), 1)[1] as number);
    expect(score(testModel, table(...columns))[1]).toBeCloseTo(expected, 15);
  });

  test("rows in a batch of any size get the bits that they get alone", () => {
    const value = fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constant(NaN));
    const row = fc.record({
      age: value,
      balance: value,
      job: fc.constantFrom("admin.", "blue-collar", "student", "?", null),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 300 }), (rows) => {
        const batch = (some: typeof rows): Float64Array =>
          score(
            testModel,
            table(
              numeric("age", ...some.map((r) => r.age)),
              numeric("balance", ...some.map((r) => r.balance)),
              text("job", ...some.map((r) => r.job)),
              dates("since", ...some.map(() => "2020-01-01")),
            ),
          );
        const alone = rows.flatMap((r) => Array.from(batch([r])));
        expect(Array.from(batch(rows))).toEqual(alone);
      }),
      { numRuns: 50 },
    );
  });

  test("no rows, no answers", () => {
    expect(score(testModel, table(numeric("age"), numeric("balance"), text("job"), dates("since")))).toEqual(
      new Float64Array(0),
    );
  });
});

describe("predictions", () => {
  test("the most probable label; of equals the first", () => {
    const model = { task: "classification", labels: ["a", "b", "c"], labelWeights: null } as const;
    expect(predictions(model, Float64Array.of(0.2, 0.4, 0.4, 0.1, 0.1, 0.8, 1 / 3, 1 / 3, 1 / 3))).toEqual([
      "b",
      "c",
      "a",
    ]);
    expect(outputWidth(model)).toBe(3);
  });

  test("numbers for regression and for numeric labels", () => {
    expect(predictions({ task: "regression", labels: [], labelWeights: null }, Float64Array.of(1.5, -2))).toEqual([
      1.5, -2,
    ]);
    expect(
      predictions({ task: "classification", labels: [0, 1], labelWeights: null }, Float64Array.of(0.4, 0.6)),
    ).toEqual([1]);
    expect(outputWidth({ task: "regression", labels: [] })).toBe(1);
  });
});
