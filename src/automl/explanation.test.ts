import { describe, expect, it } from "vitest";
import type { Table } from "../base/index.ts";
import { explainRows, globalImportance, learnerOutputs, type Learner, type Model } from "../model/index.ts";
import { permutationImportance } from "./explanation.ts";
import { featurize } from "./featurize.ts";
import { fit, madeTable, numericColumn, rowsBetween, stringColumn, table } from "./test-dataset.ts";

/** Trained members in a vote of equal shares. */
function train(rows: Table, target: string, algorithms: readonly string[]): Model {
  const { dataset, labels, inputs, transforms } = featurize(rows, { target, featurization: { mode: "auto" } });
  const members = algorithms.map((name) => ({
    name,
    weight: 1 / algorithms.length,
    learner: fit(name, dataset, rowsBetween(0, dataset.rows)).learner,
  }));
  return {
    task: dataset.task,
    target,
    labels,
    inputs,
    transforms,
    members,
    combination: { kind: "vote" },
    labelWeights: null,
    name: algorithms.length > 1 ? "VotingEnsemble" : algorithms[0],
    metrics: {},
    provenance: {
      slipway: "0.1.0",
      primaryMetric: "accuracy",
      seed: 1,
      validation: "holdout:0.1",
      rows: rows.rows,
      featurization: [],
      trials: [],
    },
  };
}

const binary = madeTable(400, (signal, random) => (signal + random.normal() > 1 ? "yes" : "no"));
const three = madeTable(400, (signal) => ["a", "b", "c"][signal < 0 ? 0 : signal < 2 ? 1 : 2]);
const number = madeTable(400, (signal, random) => signal + 0.1 * random.normal());

/** Raw outputs of a member: its answers where the link is left out. */
function rawOutputs({ members, transforms }: Model, rows: Table, member: number): Float64Array {
  const { learner } = members[member];
  const features = featurize(rows, { target: "y", featurization: { mode: "auto" } }).dataset.features;
  const flat = Float64Array.from(
    { length: rows.rows * transforms.length },
    (_, i) => features[i % transforms.length].values[Math.floor(i / transforms.length)],
  );
  return learnerOutputs({ ...learner, link: "identity" } as Learner, flat, rows.rows);
}

describe("baseline + contributions = the raw outputs of trained models, within 1e-9", () => {
  it.each<[string, Table, string[]]>([
    ["binary", binary, ["GradientBoosting"]],
    ["binary", binary, ["RandomForest"]],
    ["binary", binary, ["ExtremeRandomTrees"]],
    ["binary", binary, ["LogisticRegression"]],
    ["binary", binary, ["GradientBoosting", "LogisticRegression"]],
    ["three classes", three, ["GradientBoosting"]],
    ["three classes", three, ["RandomForest"]],
    ["three classes", three, ["LogisticRegression"]],
    ["regression", number, ["GradientBoosting"]],
    ["regression", number, ["RandomForest", "ElasticNet", "GradientBoosting"]],
  ])("%s: %j", async (_, rows, algorithms) => {
    const model = train(rows, "y", algorithms);
    const { baseline, contributions, columns, outputs } = await explainRows(model, rows);
    const raw = model.members.map((_, member) => rawOutputs(model, rows, member));
    let largest = 0;
    for (let i = 0; i < rows.rows * outputs.length; i++) {
      const parts = contributions.subarray(i * columns.length, (i + 1) * columns.length);
      const row = Math.floor(i / outputs.length);
      const expected = model.members.reduce((sum, { learner, weight }, member) => {
        // Of two classes the second is explained.
        const output = outputs.length === 1 ? learner.outputs - 1 : i % outputs.length;
        return sum + weight * raw[member][row * learner.outputs + output];
      }, 0);
      const sum = parts.reduce((total, value) => total + value, baseline[i % outputs.length]);
      expect(Math.abs(sum - expected)).toBeLessThan(1e-9);
      largest = Math.max(largest, ...parts.map(Math.abs));
    }
    expect(largest).toBeGreaterThan(0.1);
  });
});

/** What the target is made of is x; noise has nothing to do with it. */
const noisy = table(
  ...madeTable(300, (signal, random) => (signal + 0.5 * random.normal() > 1 ? "yes" : "no"), 3).columns,
  numericColumn(
    "noise",
    Array.from({ length: 300 }, (_, i) => (i * 7919) % 101),
  ),
);

describe("permutation importance", () => {
  it.each(["AUC_weighted", "log_loss"])(
    "of %s: most for what the target is made of, near 0 for noise",
    async (metric) => {
      const model = train(noisy, "y", ["LogisticRegression"]);
      const found = await permutationImportance(model, noisy, "y", metric, 1);
      const mean = Object.fromEntries(found.columns.map(({ name, mean }) => [name, mean]));
      expect(Object.keys(mean)).toEqual(model.inputs.map(({ name }) => name));
      expect(mean["x"]).toBeGreaterThan(0.1);
      expect(mean["x"]).toBe(Math.max(...Object.values(mean)));
      expect(Math.abs(mean["noise"])).toBeLessThan(0.02);
      expect(found.columns[0].deviation).toBeGreaterThan(0);
      expect((await globalImportance(model, noisy)).overall[0]).toBeGreaterThan(0);
    },
  );

  it("is the same for the same seed, another for another", async () => {
    const model = train(number, "y", ["ElasticNet"]);
    const [first, again, other] = await Promise.all(
      [5, 5, 6].map((seed) => permutationImportance(model, number, "y", "r2_score", seed)),
    );
    expect(again).toEqual(first);
    expect(other.columns).not.toEqual(first.columns);
    expect(other.value).toBe(first.value);
  });

  it("of a column that the model does not look at is exactly 0", async () => {
    const model = train(number, "y", ["ElasticNet"]);
    const blind: Model = {
      ...model,
      members: model.members.map((member) => ({
        ...member,
        learner:
          member.learner.kind === "linear"
            ? { ...member.learner, encodings: member.learner.encodings.filter(({ feature }) => feature !== 0) }
            : member.learner,
      })),
    };
    const [first] = (await permutationImportance(blind, number, "y", "r2_score", 1)).columns;
    expect(first).toEqual({ name: model.inputs[0].name, mean: 0, deviation: 0 });
  });

  it("rows without a target are left out", async () => {
    const model = train(number, "y", ["ElasticNet"]);
    const holes = table(...number.columns.slice(0, 3), {
      ...numericColumn(
        "y",
        Array.from({ length: 400 }, (_, row) =>
          row < 200 ? null : (number.columns[3] as { values: Float64Array }).values[row],
        ),
      ),
    });
    const found = await permutationImportance(model, holes, "y", "r2_score", 1);
    expect(found.value).toBeGreaterThan(0.8);
  });

  it.each<[string, string, Table, string]>([
    ["a metric of the other task", "y", binary, "r2_score"],
    ["no such column", "z2", binary, "accuracy"],
    [
      "a class that the model does not know",
      "y",
      table(...binary.columns.slice(0, 3), stringColumn("y", new Array(400).fill("perhaps"))),
      "accuracy",
    ],
    [
      "no truth at all",
      "y",
      table(...binary.columns.slice(0, 3), stringColumn("y", new Array(400).fill(null))),
      "accuracy",
    ],
  ])("refused: %s", async (_, target, rows, metric) => {
    const model = train(binary, "y", ["LogisticRegression"]);
    const code = metric === "r2_score" ? "SLW_AUTOML_METRIC" : "SLW_AUTOML_TARGET";
    await expect(permutationImportance(model, rows, target, metric, 1)).rejects.toMatchObject({ code });
  });

  it("ends with the signal's reason", async () => {
    const reason = new Error("stop");
    const options = { signal: AbortSignal.abort(reason) };
    const model = train(binary, "y", ["LogisticRegression"]);
    await expect(permutationImportance(model, binary, "y", "accuracy", 1, options)).rejects.toBe(reason);
  });
});
