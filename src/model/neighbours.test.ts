import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createRandom } from "../base/index.ts";
import {
  decodeModel,
  encodeModel,
  exportJavaScript,
  exportOnnx,
  learnerOutputs,
  readModel,
  score,
  writeModel,
} from "./index.ts";
import { dates, numeric, table, testModel, text } from "./test-model.ts";
import type { Model, NeighboursLearner } from "./types.ts";

/** Three rows: one number (age), one category (job): (0, student) no, (1, student) yes, (0, missing) yes. */
const three: NeighboursLearner = {
  kind: "neighbours",
  outputs: 2,
  link: "identity",
  k: 2,
  weighting: "uniform",
  columns: 4,
  codeCount: 4,
  encodings: [
    { kind: "scaled", feature: 0, position: 0, mean: 40, scale: 10, fill: 50, missing: 1, range: [30, 60] },
    { kind: "oneHot", feature: 2, position: 0, cardinality: 3 },
  ],
  numbers: Float32Array.of(0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0),
  codes: Uint32Array.of(2, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0),
  targets: Float64Array.of(0, 1, 1),
  rowWeights: new Float64Array(0),
  drawnFrom: 3,
};

const modelWith = (learner: NeighboursLearner): Model => ({
  ...testModel,
  name: "KNN",
  members: [{ name: "StandardScaler KNN", weight: 1, learner }],
});
const answer = (learner: NeighboursLearner, age: number, job: number): number[] =>
  Array.from(learnerOutputs(learner, Float64Array.of(age, 0, job, 0), 1));

/** Random rows, some missing, some of codes that training did not see. */
function made(rows: number, changes: Partial<NeighboursLearner> = {}): NeighboursLearner {
  const random = createRandom(rows);
  return {
    ...three,
    k: 5,
    weighting: "distance",
    numbers: Float32Array.from({ length: rows * 4 }, (_, i) => (i % 4 < 2 ? random.normal() : 0)),
    codes: Uint32Array.from({ length: rows * 4 }, (_, i) => (i % 4 === 0 ? random.integer(4) : 0)),
    targets: Float64Array.from({ length: rows }, () => random.integer(2)),
    drawnFrom: rows,
    ...changes,
  };
}

describe("the answer", () => {
  test.each<[string, Partial<NeighboursLearner>, number, number, number[]]>([
    ["the nearest alone", { k: 1 }, 40, 2, [1, 0]],
    ["half of the votes of two", { k: 2 }, 40, 2, [0.5, 0.5]],
    ["all rows where k is beyond them", { k: 99 }, 40, 2, [1 / 3, 2 / 3]],
    ["of equally near rows the first", { k: 1 }, 45, 2, [1, 0]],
    ["categories tell rows apart", { k: 1 }, 40, NaN, [0, 1]],
    ["an unknown category is a missing one", { k: 1 }, 40, 77, [0, 1]],
    ["a number beyond the range is cut to it", { k: 1 }, 1e300, 2, [0, 1]],
    ["by distance: only those at distance 0", { k: 3, weighting: "distance" }, 40, 2, [1, 0]],
    ["by distance: 1 / distance", { k: 2, weighting: "distance" }, 42.5, 2, [0.75, 0.25]],
    ["rows by their weights", { k: 2, rowWeights: Float64Array.of(3, 1, 1) }, 40, 2, [0.75, 0.25]],
    ["no weight at all: all the same", { k: 2, rowWeights: Float64Array.of(0, 0, 1) }, 40, 2, [0.5, 0.5]],
    ["regression: the mean", { k: 2, outputs: 1, targets: Float64Array.of(10, 20, 90) }, 40, 2, [15]],
  ])("%s", (_, changes, age, job, expected) => {
    answer({ ...three, ...changes }, age, job).forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 6));
  });

  test("a missing number is the fill, and marked", () => {
    const marked = { ...three, k: 1, numbers: Float32Array.of(1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0) };
    expect(answer(marked, NaN, 2)).toEqual([0, 1]);
    expect(answer(marked, 50, 2)).toEqual([1, 0]);
  });
});

test("a model file gives back the learner; plain search and the kernel, which readModel loads, answer bit for bit alike", async () => {
  const folder = await mkdtemp(join(tmpdir(), "slipway-neighbours-"));
  try {
    const path = join(folder, "knn.slipway");
    const model = modelWith(made(777, { rowWeights: Float64Array.from({ length: 777 }, (_, i) => i % 3) }));
    expect(decodeModel(encodeModel(model))).toEqual(model);
    const ages = Array.from({ length: 600 }, (_, i) => (i % 7 === 0 ? NaN : 20 + (i % 61)));
    const jobs = ages.map((_, i) => ["admin.", "blue-collar", "student", "pilot", null][i % 5] ?? null);
    const rows = table(
      numeric("age", ...ages),
      numeric("balance", ...ages),
      text("job", ...jobs),
      dates("since", ...ages.map(() => "2020-01-01")),
    );
    const plain = score(model, rows);
    await writeModel(path, model);
    const read = await readModel(path);
    expect(score(read, rows)).toEqual(plain);
    expect(score(model, rows)).toEqual(plain);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("what cannot be exported says so, by its name", () => {
  const model = modelWith(three);
  for (const exported of [exportOnnx, exportJavaScript]) {
    const message = expect.stringContaining("StandardScaler KNN");
    const fix = expect.stringContaining("Train with --onnx-only");
    expect(() => exported(model)).toThrow(expect.objectContaining({ code: "SLW_EXPORT_UNSUPPORTED", message, fix }));
  }
});

test.each<[string, Partial<NeighboursLearner>]>([
  ["no row", { numbers: new Float32Array(0), codes: new Uint32Array(0), targets: new Float64Array(0) }],
  ["numbers off the grid of four", { columns: 3, numbers: new Float32Array(9) }],
  ["codes off the grid of four", { codeCount: 1, codes: new Uint32Array(3) }],
  ["numbers too few", { numbers: new Float32Array(8) }],
  ["codes too many", { codes: new Uint32Array(16) }],
  ["row weights too few", { rowWeights: Float64Array.of(1, 1) }],
  ["a negative row weight", { rowWeights: Float64Array.of(1, -1, 1) }],
  ["a number that is NaN", { numbers: three.numbers.map(() => NaN) }],
  ["a class beyond the labels", { targets: Float64Array.of(0, 1, 2) }],
  ["half a class", { targets: Float64Array.of(0, 1, 0.5) }],
  ["a negative class", { targets: Float64Array.of(0, 1, -1) }],
  ["k of 0", { k: 0 }],
  ["an unknown weighting", { weighting: "gaussian" as never }],
  ["another link", { link: "sigmoid" as never }],
  ["outputs that do not fit the labels", { outputs: 3 }],
  ["an encoding beyond the features", { encodings: [{ ...three.encodings[0]!, feature: 4 }] }],
  ["a number beyond the columns", { encodings: [{ ...three.encodings[0]!, position: 4 }] }],
  ["a mark beyond the columns", { encodings: [{ ...three.encodings[0]!, missing: 4 } as never] }],
  ["a code beyond the codes", { encodings: [{ ...three.encodings[1]!, position: 4 }] }],
  ["a scale of 0", { encodings: [{ ...three.encodings[0]!, scale: 0 } as never] }],
  ["a binned encoding", { encodings: [{ kind: "binned", feature: 0, position: 0, cuts: [1] }] }],
])("a file with %s is refused", (_, changes) => {
  expect(() => decodeModel(encodeModel(modelWith({ ...three, ...changes })))).toThrow(
    expect.objectContaining({ code: "SLW_MODEL_INVALID" }),
  );
});
