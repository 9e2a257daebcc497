import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom, type Table } from "../../base/index.ts";
import { explainedScale, explainRows, globalImportance, hasExactContributions, score, type Model } from "../index.ts";
import { boosting, dates, numeric, table, testModel, text } from "../test-model.ts";
import type { LinearEncoding, NeighboursLearner } from "../types.ts";
import { backgroundValues } from "./background.ts";
import { planCoalitions } from "./coalitions.ts";

const random = createRandom(7);
const scaled = (feature: number, scale: number): LinearEncoding => ({
  kind: "scaled",
  feature,
  position: feature,
  mean: 0,
  scale,
  fill: 0,
  missing: -1,
  range: [-1e6, 1e6],
});

/** Of as many numbers as the encodings have; classes drawn by the sum of the first two numbers. */
function neighbours(encodings: readonly LinearEncoding[], outputs: number): NeighboursLearner {
  const numbers = Float32Array.from({ length: 40 * 12 }, () => 0);
  const targets = Float64Array.from({ length: 40 }, (_, row) => {
    for (const { position } of encodings) numbers[12 * row + position] = random.normal();
    const signal = numbers[12 * row]! + numbers[12 * row + 1]!;
    return outputs === 1 ? signal : Math.min(outputs - 1, Math.max(0, Math.floor(signal + 1)));
  });
  return {
    kind: "neighbours",
    outputs,
    link: "identity",
    k: 5,
    weighting: "distance",
    columns: 12,
    codeCount: 0,
    encodings,
    numbers,
    codes: new Uint32Array(0),
    targets,
    rowWeights: new Float64Array(0),
    drawnFrom: 40,
  };
}

/** Numbers x0, x1, … with quantiles of their own. */
function numbersModel(columns: number, learner: NeighboursLearner): Model {
  const names = Array.from({ length: columns }, (_, i) => `x${i}`);
  return {
    ...testModel,
    task: learner.outputs === 1 ? "regression" : "classification",
    labels: ["a", "b", "c"].slice(0, learner.outputs === 1 ? 0 : learner.outputs),
    inputs: names.map((name) => ({ ...testModel.inputs[0]!, name })),
    transforms: names.map((column) => ({ op: "Numeric", column })),
    members: [{ name: "KNN", weight: 1, learner }],
    background: names.map(() => [-1.5, -0.5, -0.1, 0.2, 0.6, 1.4]),
  };
}

const encodings = (columns: number): LinearEncoding[] => Array.from({ length: columns }, (_, i) => scaled(i, 1));
const rowsOf = (rows: readonly number[][]): Table =>
  table(...rows[0]!.map((_, column) => numeric(`x${column}`, ...rows.map((row) => row[column]!))));

/** A vote of boosting, and neighbours that look at age and balance; a column of text and one of dates beside them. */
const vote: Model = {
  ...testModel,
  members: [
    { name: "GradientBoosting", weight: 0.5, learner: boosting },
    { name: "KNN", weight: 0.5, learner: neighbours([scaled(0, 40), scaled(1, 100)], 2) },
  ],
  background: [
    [20, 30, 40, 60],
    [null, 10, 100, 300],
    ["admin.", "admin.", "student", null],
    [0, 1e12, 1.5e12, null],
  ],
};
const rows = table(
  dates("since", "2020-01-01", "2021-06-30", "1999-12-31"),
  text("job", "blue-collar", "pilot", null),
  numeric("balance", 10, 200, NaN),
  numeric("age", 20, 61, 30),
);

async function sums(model: Model, explained: Table): Promise<number[]> {
  const { baseline, contributions, columns, outputs } = await explainRows(model, explained);
  return Array.from({ length: explained.rows * outputs.length }, (_, i) =>
    contributions
      .subarray(i * columns.length, (i + 1) * columns.length)
      .reduce((sum, value) => sum + value, baseline[i % outputs.length]),
  );
}

describe("baseline + contributions = the answer", () => {
  test("of a vote with neighbours: the probability of the second class", async () => {
    expect(hasExactContributions(vote)).toBe(false);
    expect(explainedScale(vote)).toBe("probability");
    const answers = score(vote, rows);
    (await sums(vote, rows)).forEach((sum, row) => expect(sum).toBeCloseTo(answers[2 * row + 1], 14));
  });

  test("of a stack", async () => {
    const stack: Model = { ...vote, combination: { kind: "stack", intercepts: [-0.5] } };
    const answers = score(stack, rows);
    (await sums(stack, rows)).forEach((sum, row) => expect(sum).toBeCloseTo(answers[2 * row + 1], 14));
  });

  test.each([
    [1, 1],
    [3, 3],
    [4, 1],
    [5, 3],
    [12, 2],
  ])("of %i columns and %i outputs, whatever the row", async (columns, outputs) => {
    const model = numbersModel(columns, neighbours(encodings(columns), outputs));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: -9, max: 9, noNaN: true }), { minLength: columns, maxLength: columns }),
        async (row) => {
          const explained = rowsOf([row]);
          const all = score(model, explained);
          const answers = outputs === 2 ? all.subarray(1) : all;
          (await sums(model, explained)).forEach((sum, k) => expect(sum).toBeCloseTo(answers[k]!, 12));
        },
      ),
      { numRuns: 8 },
    );
  });
});

test.each([3, 4, 9])("of %i columns the one that the model does not look at gets exactly 0", async (columns) => {
  const model = numbersModel(columns, neighbours(encodings(columns - 1), 3));
  const { contributions } = await explainRows(model, rowsOf([Array.from({ length: columns }, (_, i) => 0.3 * i)]));
  for (let output = 0; output < 3; output++) expect(contributions[(output + 1) * columns - 1]).toBe(0);
  expect(Math.max(...contributions)).toBeGreaterThan(0.05);
});

test("columns that do the same get the same", async () => {
  const learner = neighbours(encodings(2), 1);
  // Stored rows in both orders: the answer does not change when x0 and x1 change places.
  const mirrored = learner.numbers.map((_, i) => {
    const row = Math.floor(i / 24) * 24;
    const at = i % 12;
    return at > 1 ? 0 : learner.numbers[row + (i - row < 12 ? at : 1 - at)]!;
  });
  const targets = learner.targets.map((_, row) => learner.targets[row - (row % 2)]!);
  // Two stored rows of one distance, of which one is left out, would be no symmetry.
  const model = numbersModel(2, { ...learner, k: 40, numbers: mirrored, targets });
  const even = { ...model, background: model.background!.map(() => [-1]) };
  const { contributions } = await explainRows(even, rowsOf([[1.5, 1.5]]));
  expect(contributions[0]).toBeCloseTo(contributions[1], 6);
  expect(Math.abs(contributions[0])).toBeGreaterThan(0.01);
});

test("the same row has the same bits: alone, among others, in another order of columns, from another reading", async () => {
  const all = await explainRows(vote, rows);
  for (let row = 0; row < 3; row++) {
    const one = table(
      numeric("age", [20, 61, 30][row]!),
      numeric("balance", [10, 200, NaN][row]!),
      text("job", ["blue-collar", "pilot", null][row]!),
      dates("since", ["2020-01-01", "2021-06-30", "1999-12-31"][row]!),
    );
    const alone = await explainRows({ ...vote }, one);
    expect(alone.contributions).toEqual(all.contributions.slice(4 * row, 4 * row + 4));
    expect(alone.baseline).toEqual(all.baseline);
  }
});

test("a model file without a background: medians and most frequent texts stand for what is not known", async () => {
  const { background: _, ...old } = vote;
  const { baseline, contributions } = await explainRows(old, rows);
  const example = table(
    numeric("age", 41),
    numeric("balance", 80.5),
    text("job", "admin."),
    dates("since", "2020-02-29"),
  );
  expect(baseline[0]).toBeCloseTo(score(vote, example)[1], 14);
  expect((await explainRows(old, example)).contributions).toEqual(new Float64Array(4));
  expect(contributions.some((value) => Math.abs(value) > 0.05)).toBe(true);
});

test("text in the place of numbers and dates is read as scoring reads it", async () => {
  const written = table(
    text("age", "20", "61", "30"),
    text("balance", "10", "200", null),
    text("job", "blue-collar", "pilot", null),
    text("since", "2020-01-01", "2021-06-30", "1999-12-31"),
  );
  expect((await explainRows(vote, written)).contributions).toEqual((await explainRows(vote, rows)).contributions);
});

test("global importance is the mean of the absolute contributions", async () => {
  const { contributions } = await explainRows(vote, rows);
  const { overall } = await globalImportance(vote, rows);
  for (let column = 0; column < 4; column++) {
    const mean = [0, 1, 2].reduce((sum, row) => sum + Math.abs(contributions[4 * row + column]) / 3, 0);
    expect(overall[column]).toBeCloseTo(mean, 14);
  }
});

test("aborted: the signal's reason; a column that is missing: its name", async () => {
  const reason = new Error("stop");
  await expect(explainRows(vote, rows, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  const less = { rows: 3, columns: rows.columns.slice(0, 3) };
  await expect(explainRows(vote, less)).rejects.toMatchObject({ code: "SLW_SCORE_COLUMN_MISSING" });
});

describe("the plan", () => {
  test.each([1, 2, 4, 5, 20, 60, 65, 500])(
    "of %i columns: bounded, and every column joins once an order",
    (columns) => {
      const { samples, coalitions, steps } = planCoalitions(columns);
      expect(coalitions.length).toBeLessThanOrEqual(Math.max(512, 4 * 2 * (columns - 1)));
      expect(samples).toBeGreaterThanOrEqual(4);
      const shares = new Float64Array(columns);
      for (const { column, weight } of steps) shares[column] += weight;
      for (const share of shares) expect(share).toBeCloseTo(1, 12);
    },
  );

  test("background: of each column its own values at even distances, mixed", () => {
    const [ages] = backgroundValues(vote, 8);
    expect(ages!.toSorted()).toEqual([20, 20, 30, 30, 40, 40, 60, 60]);
    expect(backgroundValues(vote, 8)).toEqual(backgroundValues(vote, 8));
  });
});
