/** A model file is made again from what it records, and other data or another record is found out. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Table } from "../base/index.ts";
import { readTable } from "../data/index.ts";
import { decodeModel, encodeModel, type Model, type Recipe } from "../model/index.ts";
import { automl, verify, type AutoMLOptions, type VerifyOptions } from "./index.ts";
import { list, madeTable, numericColumn, table } from "./test-dataset.ts";

const root = join(import.meta.dirname, "..", "..");
const bank = join(root, "..", "shared", "data", "bankmarketing.csv");

async function train(data: Table, options: Partial<AutoMLOptions>): Promise<Model> {
  const running = automl(data, { target: "y", threads: 2, explain: false, ...options });
  for (;;) {
    const { done, value } = await running.next();
    // As a file gives it back.
    if (done) return decodeModel(encodeModel(value.model));
  }
}

async function expectSame(model: Model, data: Table, options: VerifyOptions = {}): Promise<void> {
  const { model: again, differences, checked, unchecked } = await verify(model, data, { threads: 1, ...options });
  expect(differences).toEqual([]);
  expect(checked).toContain("the metrics and label weights");
  expect(unchecked).toEqual([expect.stringMatching(/all trials of the run$/)]);
  expect(Buffer.compare(encodeModel(again), encodeModel(model))).toBe(0);
}

const yesNo = (rows: number, seed = 1): Table =>
  madeTable(rows, (signal, random) => (signal + random.normal() > 1 ? "yes" : "no"), seed);
const amounts = (rows: number): Table => madeTable(rows, (signal, random) => signal + 0.3 * random.normal());
/** One in ten is "rare". */
const rare = madeTable(400, (signal, random) => (signal + random.normal() > 4.2 ? "rare" : "usual"));
const split = numericColumn(
  "fold",
  list(200, (row) => (row % 3 === 0 ? 0 : 1)),
);
const weights = numericColumn(
  "w",
  list(200, (row) => 1 + (row % 4)),
);

describe("the same bytes again", () => {
  it.each<[string, Table, Partial<AutoMLOptions>, VerifyOptions?]>([
    ["classes", yesNo(200), { maxTrials: 5, validation: "cv:3" }],
    ["values", amounts(200), { maxTrials: 5, validation: "cv:3" }],
    ["decision thresholds", rare, { maxTrials: 4, metric: "f1_score_macro", validation: "cv:3" }],
    ["three classes", madeTable(150, (signal) => (signal > 2 ? "a" : signal > 0 ? "b" : "c")), { maxTrials: 3 }],
    ["test rows split off", yesNo(200), { maxTrials: 2, testSize: 0.25 }],
    ["weights", table(...yesNo(200).columns, weights), { maxTrials: 3, weightColumn: "w", validation: "holdout:0.3" }],
    ["split columns", table(...yesNo(200).columns, split), { maxTrials: 3, cvSplitColumns: ["fold"] }],
    ["oversampling", yesNo(200), { maxTrials: 3, classBalance: "oversample", validation: "cv:3" }],
    ["class weights", yesNo(200), { maxTrials: 3, classBalance: "weights", validation: "cv:3" }],
    ["monotone", amounts(200), { maxTrials: 2, monotone: { x: "increasing" } }],
    [
      "featurization",
      yesNo(200),
      { maxTrials: 3, featurization: { mode: "auto", dropColumns: ["z"], columnPurposes: { x: "Numeric" } } },
    ],
    ["another seed", yesNo(200), { maxTrials: 3, seed: 7, allowed: ["RandomForest"] }],
    [
      "own validation rows",
      yesNo(200),
      { maxTrials: 3, validationData: yesNo(80, 2) },
      { validationData: yesNo(80, 2) },
    ],
    ["an end by the clock", yesNo(300), { timeLimit: 2, allowed: ["LogisticRegression", "DecisionTree"] }],
  ])("%s", async (_, data, options, more) => {
    await expectSame(await train(data, options), data, more);
  });

  it("a search that was interrupted: the models of its first fold", async () => {
    const controller = new AbortController();
    const data = yesNo(200);
    const running = automl(data, { target: "y", threads: 2, timeLimit: 600, signal: controller.signal });
    for (;;) {
      const { done, value } = await running.next();
      if (done) {
        expect(value.interrupted).toBe(true);
        expect(value.model.provenance.recipe?.members.map(({ trainedOn }) => trainedOn)).toContain(0);
        return expectSame(value.model, data);
      }
      if (value.type === "trialFinished" && value.model.trial === 2) controller.abort();
    }
  });

  it("penguins", async () => {
    const { table: data } = await readTable(join(root, "examples", "penguins.csv"));
    await expectSame(await train(data, { target: "species", maxTrials: 5 }), data);
  });

  it.skipIf(!existsSync(bank))("bank (skipped where ../shared/data is absent)", async () => {
    const { table: data } = await readTable(bank);
    await expectSame(await train(data, { maxTrials: 2 }), data, { threads: 2 });
  });
});

describe("what differs is said", () => {
  const data = yesNo(200);
  const trained = train(data, { maxTrials: 2, validation: "holdout:0.3", allowed: ["LogisticRegression"] });

  const changed = (row: number): Table => {
    const [x, ...others] = data.columns;
    const values = Array.from((x as { values: Float64Array }).values, (value, i) => (i === row ? value + 1 : value));
    return table(numericColumn("x", values), ...others);
  };

  it.each<[string, Table, string]>([
    ["a row fewer", yesNo(199), "it has 199 rows, not 200"],
    ["one value", changed(77), "values differ"],
    ["a column more", table(...data.columns, weights), "its columns are x, z, colour, y, w, not x, z, colour, y"],
  ])("%s", async (_, other, words) => {
    await expect(verify(await trained, other)).rejects.toMatchObject({
      code: "SLW_AUTOML_VERIFY",
      message: expect.stringContaining(words),
    });
  });

  it("validation rows too many", async () => {
    await expect(verify(await trained, data, { validationData: data })).rejects.toMatchObject({
      code: "SLW_AUTOML_VERIFY",
    });
  });

  it("a member that was trained otherwise", async () => {
    const model = await trained;
    const [first, ...rest] = model.members;
    const intercepts = Float64Array.of(123);
    const forged = {
      ...model,
      members: [{ ...first, learner: { ...first.learner, intercepts } as typeof first.learner }, ...rest],
    };
    expect((await verify(forged, data)).differences).toEqual([`member 1, ${first.name}, differs`]);
  });

  it.each<[string, (model: Model) => Model, string]>([
    [
      "metrics that were made better",
      (model) => ({ ...model, metrics: { ...model.metrics, AUC_weighted: 0.999 } }),
      "the metrics differ",
    ],
    ["label weights of another hand", (model) => ({ ...model, labelWeights: [0.9, 0.1] }), "the label weights differ"],
    ["another name", (model) => ({ ...model, name: "Oracle" }), "the name is Oracle, not"],
  ])("%s", async (_, forge, words) => {
    const { differences } = await verify(forge(await trained), data);
    expect(differences).toEqual([expect.stringContaining(words)]);
  });

  it("a vote whose weights were changed: its metrics are others", async () => {
    const vote = await train(amounts(200), { maxTrials: 5, validation: "cv:3", stackEnsemble: false });
    expect(vote.name).toBe("VotingEnsemble");
    const [first, ...rest] = vote.members;
    const weight = first.weight / 2;
    const members = [{ ...first, weight }, { ...rest[0], weight: rest[0].weight + weight }, ...rest.slice(1)];
    const { differences } = await verify({ ...vote, members }, amounts(200));
    expect(differences).toEqual(["the metrics differ"]);
  });

  it("a trial that the clock had ended is not judged again, and that is said", async () => {
    const model = await trained;
    const { recipe, ...provenance } = model.provenance;
    const members = (recipe as Recipe).members.map((member) => ({ ...member, rounds: 7 }));
    const cut = { ...model, provenance: { ...provenance, recipe: { ...(recipe as Recipe), members } } };
    const { differences, unchecked } = await verify(cut, data);
    expect(differences).toEqual([]);
    expect(unchecked[1]).toMatch(/metrics and label weights: trial \d was ended by the clock, after 7 rounds/);
  });

  it("a trial that this release does not know", async () => {
    const model = await trained;
    const { recipe, ...provenance } = model.provenance;
    const members = (recipe?.members ?? []).map((member) => ({ ...member, algorithm: "Oracle" }));
    const changed = { ...model, provenance: { ...provenance, recipe: { ...(recipe as Recipe), members } } };
    await expect(verify(changed, data)).rejects.toMatchObject({
      code: "SLW_AUTOML_VERIFY",
      message: expect.stringContaining("Oracle"),
    });
  });

  it("a model without a record", async () => {
    const { recipe: _, ...provenance } = (await trained).provenance;
    await expect(verify({ ...(await trained), provenance }, data)).rejects.toMatchObject({ code: "SLW_AUTOML_VERIFY" });
  });
});
