import { describe, expect, test } from "vitest";
import {
  convertedMembers,
  explainedScale,
  explainRows,
  featureRows,
  globalImportance,
  hasExactContributions,
  partialDependence,
  score,
  type Member,
  type Model,
} from "../index.ts";
import { linearRawOutputs } from "../linear.ts";
import { boosting, dates, logistic, numeric, table, testModel, text } from "../test-model.ts";
import { treesRawOutputs } from "../trees.ts";
import type { Learner, LinearLearner, TreesLearner } from "../types.ts";
import { contributionSteps, membersOf } from "./explain-rows.ts";
import { takeSteps } from "./take-steps.ts";

const rows = table(
  dates("since", "2020-01-01", "2021-06-30", "1999-12-31"),
  text("job", "admin.", "pilot", null),
  numeric("balance", 10, 200, NaN),
  numeric("age", 20, 500, 30),
);

const rawOutputs = (learner: Learner, features: Float64Array, count: number): Float64Array =>
  learner.kind === "trees"
    ? treesRawOutputs(learner, features, count)
    : linearRawOutputs(learner as LinearLearner, features, count);

const withMembers = (members: Member[], labels: string[] = ["no", "yes"]): Model => ({ ...testModel, members, labels });
const stacked = (model: Model, ...intercepts: number[]): Model => ({
  ...model,
  combination: { kind: "stack", intercepts },
});
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const logit = (p: number): number => Math.log(p / (1 - p));

/** Three outputs: from `logistic`, each its own weights. */
const softmax: LinearLearner = {
  ...logistic,
  outputs: 3,
  link: "softmax",
  weights: Float64Array.from({ length: 21 }, (_, i) => Math.sin(i)),
  intercepts: Float64Array.of(0.1, -0.2, 0.3),
};

/** Two trees whose leaves hold the shares of `outputs` classes. */
function forest(outputs: number): TreesLearner {
  const { trees } = boosting;
  const shares = Float64Array.from({ length: 5 * outputs }, (_, i) => (1 + ((7 * i) % 5)) / 20);
  return {
    ...boosting,
    outputs,
    leafWidth: outputs,
    base: new Float64Array(outputs),
    scale: 0.5,
    link: "identity",
    trees: { ...trees, leafValues: shares },
  };
}

const cases: [string, Model, string[], string, (raw: Float64Array[], row: number, output: number) => number][] = [
  [
    "a vote on the log-odds of the second class",
    testModel,
    ["yes"],
    "logOdds",
    ([a, b], row) => 0.75 * a[row] + 0.25 * b[row],
  ],
  [
    "a forest of two classes: the share of the second",
    withMembers([{ name: "RandomForest", weight: 1, learner: forest(2) }]),
    ["yes"],
    "probability",
    ([a], row) => a[2 * row + 1],
  ],
  [
    "boosting and a forest: the probability that is answered",
    withMembers([
      { name: "GradientBoosting", weight: 0.5, learner: boosting },
      { name: "RandomForest", weight: 0.5, learner: forest(2) },
    ]),
    ["yes"],
    "probability",
    ([a, b], row) => 0.5 * sigmoid(a[row]) + 0.5 * b[2 * row + 1],
  ],
  [
    "boosting and a forest in a stack of two classes: its log-odds",
    stacked(
      withMembers([
        { name: "GradientBoosting", weight: 0.5, learner: boosting },
        { name: "RandomForest", weight: 2, learner: forest(2) },
      ]),
      -1,
    ),
    ["yes"],
    "logOdds",
    ([a, b], row) => -1 + 0.5 * a[row] + 2 * logit(b[2 * row + 1]),
  ],
  [
    "a forest in a stack, of which a class never occurs: kept within the bounds",
    stacked(withMembers([{ name: "RandomForest", weight: 1, learner: { ...forest(2), scale: 0 } }]), 0),
    ["yes"],
    "logOdds",
    () => logit(1e-6),
  ],
  [
    "three classes, softmax and a forest: the probabilities that are answered",
    withMembers(
      [
        { name: "it", weight: 0.25, learner: softmax },
        { name: "steep", weight: 0.25, learner: { ...softmax, weights: softmax.weights.map((w) => 40 * w) } },
        { name: "RandomForest", weight: 0.5, learner: forest(3) },
      ],
      ["a", "b", "c"],
    ),
    ["a", "b", "c"],
    "probability",
    ([a, steep, b], row, k) => 0.25 * share(a, row, k) + 0.25 * share(steep, row, k) + 0.5 * b[3 * row + k],
  ],
  [
    "three classes in a stack: scores whose softmax is the answer",
    stacked(
      withMembers(
        [
          { name: "it", weight: 1.5, learner: softmax },
          { name: "RandomForest", weight: -0.5, learner: forest(3) },
        ],
        ["a", "b", "c"],
      ),
      1,
      0,
      -1,
    ),
    ["a", "b", "c"],
    "score",
    ([a, b], row, k) => 1 - k + 1.5 * a[3 * row + k] - 0.5 * Math.log(b[3 * row + k]),
  ],
  [
    "a stack of two classes: its log-odds",
    stacked(
      withMembers([
        { name: "GradientBoosting", weight: 1.5, learner: boosting },
        { name: "LogisticRegression", weight: -0.5, learner: logistic },
      ]),
      0.75,
    ),
    ["yes"],
    "logOdds",
    ([a, b], row) => 0.75 + 1.5 * a[row] - 0.5 * b[row],
  ],
  [
    "softmax of two classes: the log-odds",
    withMembers([
      { name: "it", weight: 1, learner: { ...softmax, outputs: 2, weights: softmax.weights.subarray(0, 14) } },
    ]),
    ["yes"],
    "logOdds",
    ([a], row) => a[2 * row + 1] - a[2 * row],
  ],
  [
    "three classes, each explained",
    withMembers([{ name: "it", weight: 1, learner: softmax }], ["a", "b", "c"]),
    ["a", "b", "c"],
    "score",
    ([a], row, output) => a[3 * row + output],
  ],
  [
    "a forest of three classes",
    withMembers([{ name: "it", weight: 1, learner: forest(3) }], ["a", "b", "c"]),
    ["a", "b", "c"],
    "probability",
    ([a], row, output) => a[3 * row + output],
  ],
  [
    "regression",
    {
      ...withMembers([{ name: "it", weight: 1, learner: { ...boosting, link: "identity" } }], []),
      task: "regression",
      target: "cnt",
    },
    ["cnt"],
    "value",
    ([a], row) => a[row],
  ],
  [
    "regression in a stack, a logarithm among values",
    {
      ...stacked(
        withMembers(
          [
            { name: "it", weight: 2, learner: { ...boosting, link: "identity" } },
            { name: "logarithm", weight: -1, learner: { ...boosting, link: "exp" } },
          ],
          [],
        ),
        10,
      ),
      task: "regression",
      target: "cnt",
    },
    ["cnt"],
    "value",
    ([a, b], row) => 10 + 2 * a[row] - Math.exp(b[row]),
  ],
];

/** Of class k in the softmax of a row of three. */
function share(raw: Float64Array, row: number, k: number): number {
  const powers = [0, 1, 2].map((other) => Math.exp(raw[3 * row + other] - raw[3 * row + k]));
  return 1 / powers.reduce((a, b) => a + b);
}

describe("baseline + contributions = the explained output", () => {
  test.each(cases)("%s", async (_, model, outputs, scale, expected) => {
    const found = await explainRows(model, rows);
    expect(found.outputs).toEqual(outputs);
    expect(found.columns).toEqual(["age", "balance", "job", "since"]);
    expect(explainedScale(model)).toBe(scale);
    const raw = model.members.map(({ learner }) => rawOutputs(learner, featureRows(model.transforms, rows), 3));
    for (let row = 0; row < 3; row++) {
      for (let output = 0; output < outputs.length; output++) {
        const start = (row * outputs.length + output) * 4;
        const sum = found.contributions.subarray(start, start + 4).reduce((a, b) => a + b, found.baseline[output]);
        expect(sum).toBeCloseTo(expected(raw, row, output), convertedMembers(model).length > 0 ? 9 : 12);
      }
    }
  });
});

describe("members of another unit than the whole", () => {
  const mixed = withMembers([
    { name: "GradientBoosting", weight: 0.5, learner: boosting },
    { name: "RandomForest", weight: 0.5, learner: forest(2) },
  ]);

  test("are named", () => {
    expect(convertedMembers(mixed)).toEqual(["GradientBoosting"]);
    expect(convertedMembers(stacked(mixed, 0))).toEqual(["RandomForest"]);
    expect(convertedMembers(testModel)).toEqual([]);
    const silent = mixed.members.map((member, i) => ({ ...member, weight: i }));
    expect(convertedMembers({ ...mixed, members: silent })).toEqual([]);
  });

  test("of one number: every column keeps its sign and its share", async () => {
    const [first] = mixed.members as [Member, Member];
    const alone = await explainRows(withMembers([{ ...first, weight: 1 }]), rows);
    const none = { ...forest(2), scale: 0 };
    const among = await explainRows(
      withMembers([
        { ...first, weight: 1 },
        { name: "f", weight: 1, learner: none },
      ]),
      rows,
    );
    for (let row = 0; row < 3; row++) {
      const start = 4 * row;
      const sum = alone.contributions.subarray(start, start + 4).reduce((a, b) => a + b);
      const base = alone.baseline[0];
      const factor = (sigmoid(base + sum) - sigmoid(base)) / sum;
      expect(factor).toBeGreaterThan(0);
      for (let i = start; i < start + 4; i++) {
        expect(among.contributions[i]).toBeCloseTo(factor * alone.contributions[i], 13);
      }
    }
  });
});

test("a member without exact contributions that has no say changes nothing", async () => {
  const neighbours = { kind: "neighbours", link: "identity", outputs: 2 } as unknown as Learner;
  const alone = withMembers([testModel.members[0]!]);
  const silent = withMembers([testModel.members[0]!, { name: "KNN", weight: 0, learner: neighbours }]);
  expect(hasExactContributions(silent)).toBe(true);
  expect(await explainRows(silent, rows)).toEqual(await explainRows(alone, rows));
});

describe("linear contributions", () => {
  const model = withMembers([{ name: "it", weight: 1, learner: logistic }]);

  test("weight * (encoded - mean): numbers cut and filled, missing marks, categories against their mean", async () => {
    const { baseline, contributions } = await explainRows(model, rows);
    expect(baseline[0]).toBeCloseTo(0.125 + 0.2, 15);
    const expected = [
      [0.5 * -2, -0.25 * -1.8, 0.1 - 0.2, 0],
      [0.5 * 5, -0.25 * 2, 0.4 - 0.2, 0],
      [0.5 * -1, -0.25 * -0.4 + 1, 0.4 - 0.2, 0],
    ];
    expected.flat().forEach((value, i) => expect(contributions[i]).toBeCloseTo(value, 14));
  });

  test("a category of which none was kept", async () => {
    const learner: LinearLearner = {
      ...logistic,
      encodings: [{ kind: "oneHot", feature: 2, position: 3, cardinality: 0 }],
    };
    const { baseline, contributions } = await explainRows(withMembers([{ name: "it", weight: 1, learner }]), rows);
    expect(baseline[0]).toBeCloseTo(0.125 + 0.1, 15);
    expect(Array.from(contributions)).toEqual(new Array(12).fill(0));
  });
});

test("the features made from one column are added up", async () => {
  const month = { op: "DatePart", column: "since", part: "month" } as const;
  const parts = { ...testModel, inputs: testModel.inputs.slice(3), transforms: [month, month, month, month] };
  const apart = await explainRows(
    {
      ...testModel,
      inputs: ["a", "b", "c", "d"].map((name) => ({ ...testModel.inputs[0], name })),
      transforms: ["a", "b", "c", "d"].map((column) => ({ op: "Numeric" as const, column })),
    },
    table(...["a", "b", "c", "d"].map((name) => numeric(name, 1, 6, 12))),
  );
  const { columns, contributions } = await explainRows(parts, rows);
  expect(columns).toEqual(["since"]);
  for (let row = 0; row < 3; row++) {
    const sum = apart.contributions.subarray(4 * row, 4 * row + 4).reduce((a, b) => a + b);
    expect(contributions[row]).toBeCloseTo(sum, 13);
  }
});

test("of a feature of two columns each gets half", async () => {
  const days = [4, 9, 30];
  const apart = {
    ...testModel,
    inputs: ["a", "b"].map((name) => ({ ...testModel.inputs[0]!, name })),
    transforms: ["a", "a", "a", "b"].map((column) => ({ op: "Numeric" as const, column })),
  };
  const between = {
    ...testModel,
    inputs: ["from", "to", "b"].map((name) => ({ ...testModel.inputs[3]!, name })),
    transforms: [
      ...[0, 1, 2].map(() => ({ op: "DaysBetween" as const, from: "from", column: "to" })),
      { op: "DatePart" as const, column: "b", part: "year" as const },
    ],
  };
  const date = (day: number): string => new Date(86_400_000 * day).toISOString();
  const expected = await explainRows(apart, table(numeric("a", ...days), numeric("b", 1, 1, 1)));
  const found = await explainRows(
    between,
    table(
      dates("from", ...days.map(() => date(7))),
      dates("to", ...days.map((day) => date(7 + day))),
      dates("b", ...days.map(date)),
    ),
  );
  expect(found.columns).toEqual(["from", "to", "b"]);
  days.forEach((_, row) => {
    const half = expected.contributions[2 * row] / 2;
    expect(half).not.toBe(0);
    expect(found.contributions[3 * row]).toBeCloseTo(half, 12);
    expect(found.contributions[3 * row + 1]).toBeCloseTo(half, 12);
  });
});

test("a row alone and among a thousand gets the same bits", async () => {
  const many = Array.from({ length: 1000 }, (_, i) => i);
  const of = (picked: number[]) =>
    explainRows(
      testModel,
      table(
        numeric("age", ...picked.map((i) => 18 + (i % 60))),
        numeric("balance", ...picked.map((i) => (i % 7 === 0 ? NaN : i))),
        text("job", ...picked.map((i) => ["admin.", "student", null][i % 3])),
        dates("since", ...picked.map(() => "2020-01-01")),
      ),
    );
  const all = await of(many);
  for (const i of [0, 255, 256, 999]) {
    const alone = await of([i]);
    expect(alone.contributions).toEqual(all.contributions.slice(4 * i, 4 * i + 4));
  }
});

test("no rows, no contributions", async () => {
  const none = table(numeric("age"), numeric("balance"), text("job"), dates("since"));
  expect((await explainRows(testModel, none)).contributions).toHaveLength(0);
  await expect(globalImportance(testModel, none)).rejects.toMatchObject({ code: "SLW_EXPLAIN_NO_ROWS" });
  await expect(partialDependence(testModel, none, "age", 5)).rejects.toMatchObject({ code: "SLW_EXPLAIN_NO_ROWS" });
});

describe("a signal", () => {
  test("aborted before: its reason is thrown", async () => {
    const reason = new Error("stop");
    await expect(explainRows(testModel, rows, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  test("aborted while it runs: timers have their turn, and work without end ends", async () => {
    const controller = new AbortController();
    const reason = new Error("stop");
    setTimeout(() => controller.abort(reason), 0);
    function* endless(): Generator<void> {
      for (;;) yield;
    }
    await expect(takeSteps(endless(), controller.signal)).rejects.toBe(reason);
  });

  test("is looked at many times in a large tree: steps do not grow with the rows of a block", () => {
    const depth = 2000;
    const isSplit = (node: number): boolean => node % 2 === 0 && node < 2 * depth;
    const indices = Int32Array.from({ length: 2 * depth + 1 }, (_, node) => node);
    const learner: TreesLearner = {
      ...boosting,
      trees: {
        ...boosting.trees,
        roots: Int32Array.of(0),
        feature: indices.map((node) => (isSplit(node) ? (node % 8) >> 1 : -1)),
        left: indices.map((node) => (isSplit(node) ? node + 1 : 0)),
        threshold: new Float64Array(indices.length).fill(-1),
        flags: new Uint8Array(indices.length),
        cover: new Float32Array(indices.length).fill(1),
      },
    };
    const model = withMembers([{ name: "it", weight: 1, learner }]);
    const contributions = new Float64Array(256 * 4);
    const steps = contributionSteps(model, membersOf(model), new Float64Array(256 * 4), 256, () => contributions);
    expect([...steps].length).toBeGreaterThan(1);
  });
});

test("global importance is the mean of the absolute contributions", async () => {
  const model = withMembers([{ name: "it", weight: 1, learner: softmax }], ["a", "b", "c"]);
  const { contributions } = await explainRows(model, rows);
  const { byOutput, overall, columns, outputs } = await globalImportance(model, rows);
  expect({ columns, outputs }).toEqual({ columns: ["age", "balance", "job", "since"], outputs: ["a", "b", "c"] });
  for (let at = 0; at < 12; at++) {
    const mean = [0, 1, 2].reduce((sum, row) => sum + Math.abs(contributions[row * 12 + at]) / 3, 0);
    expect(byOutput[at]).toBeCloseTo(mean, 14);
  }
  for (let column = 0; column < 4; column++) {
    expect(overall[column]).toBeCloseTo((byOutput[column] + byOutput[4 + column] + byOutput[8 + column]) / 3, 14);
  }
  expect(overall[3]).toBe(0);
});

describe("partial dependence", () => {
  test("the mean answer with the column set in every row", async () => {
    const found = await partialDependence(testModel, rows, "age", 10);
    expect(found).toMatchObject({ column: "age", values: [20, 30, 500], outputs: ["no", "yes"] });
    const set = score(testModel, { rows: 3, columns: [numeric("age", 30, 30, 30), ...rows.columns.slice(0, 3)] });
    expect(found.means[2]).toBeCloseTo((set[0] + set[2] + set[4]) / 3, 14);
    expect(found.means[3]).toBeCloseTo((set[1] + set[3] + set[5]) / 3, 14);
  });

  test.each<[string, number, (string | number)[]]>([
    ["balance", 2, [10, 200]],
    ["age", 2, [20, 500]],
    ["job", 9, ["admin.", "pilot"]],
    ["since", 2, ["1999-12-31T00:00:00.000Z", "2021-06-30T00:00:00.000Z"]],
  ])("of %s at %i points: %j", async (column, points, values) => {
    expect((await partialDependence(testModel, rows, column, points)).values).toEqual(values);
  });

  test("quantiles where there are more values than points; the most frequent texts first", async () => {
    const many = Array.from({ length: 101 }, (_, i) => i);
    const large = table(
      numeric("age", ...many),
      numeric("balance", ...many),
      text("job", ...many.map((i) => (i < 60 ? "student" : i < 90 ? "admin." : "pilot"))),
      dates("since", ...many.map(() => "2020-01-01")),
    );
    expect((await partialDependence(testModel, large, "age", 5)).values).toEqual([0, 25, 50, 75, 100]);
    expect((await partialDependence(testModel, large, "job", 2)).values).toEqual(["student", "admin."]);
  });

  test.each<[string, number, string]>([
    ["nothing", 5, "SLW_EXPLAIN_COLUMN"],
    ["age", 1, "SLW_EXPLAIN_POINTS"],
    ["age", 2.5, "SLW_EXPLAIN_POINTS"],
    ["age", NaN, "SLW_EXPLAIN_POINTS"],
  ])("of %s at %d points: %s", async (column, points, code) => {
    await expect(partialDependence(testModel, rows, column, points)).rejects.toMatchObject({ code });
  });

  test("of a column that is empty, and of one that the model does not use", async () => {
    const empty = {
      ...rows,
      columns: [numeric("age", NaN, NaN, NaN), numeric("id", 1, 2, 3), ...rows.columns.slice(0, 3)],
    };
    await expect(partialDependence(testModel, empty, "age", 5)).rejects.toMatchObject({ code: "SLW_EXPLAIN_COLUMN" });
    await expect(partialDependence(testModel, empty, "id", 5)).rejects.toMatchObject({
      code: "SLW_EXPLAIN_COLUMN",
      fix: "Choose one of: age, balance, job, since.",
    });
  });
});
