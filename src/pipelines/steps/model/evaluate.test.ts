/** The new model against the one in production: real models on real rows, in the thread that judges. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { evaluateModel } from "../../../automl/index.ts";
import { newId } from "../../../base/index.ts";
import { readTable } from "../../../data/index.ts";
import { exportOnnx, readModel } from "../../../model/index.ts";
import { setAlias } from "../../../registry/index.ts";
import { serverActor } from "../../../store/index.ts";
import { getRun, getRunArtifact } from "../../../tracking/index.ts";
import type { EvaluateStep, StepValue } from "../../../definition/index.ts";
import { addModel, registerModel } from "../../jobs/test-batch.ts";
import { openTestWorkspace, penguins, type TestWorkspace } from "../../jobs/test-workspace.ts";
import { addArtifact, runStep, type RanStep, type TestStep } from "../test-steps.ts";
import { runEvaluate } from "./index.ts";
import { findProduction } from "./production.ts";

let workspace: TestWorkspace;
const folder = mkdtempSync(join(tmpdir(), "slipway-evaluate-test-"));
const diabetes = join(dirname(penguins), "diabetes.csv");
const fileOf = (name: string): string => join(folder, `${name}.slipway`);
/** Accuracy on all penguins, as the engine says. */
const accuracy: Record<string, number> = {};

beforeAll(async () => {
  workspace = await openTestWorkspace();
  const weak = {
    data: penguins,
    target: "species",
    metric: "accuracy",
    featurization: {
      mode: "auto" as const,
      dropColumns: ["bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g"],
    },
  };
  await addModel(workspace, "weak", { ...weak, file: fileOf("weak"), allowed: ["DecisionTree"] });
  await addModel(workspace, "strong", {
    data: penguins,
    target: "species",
    metric: "accuracy",
    file: fileOf("strong"),
    allowed: ["LightGBM"],
  });
  const { table } = await readTable(penguins);
  for (const name of ["weak", "strong"]) {
    accuracy[name] = evaluateModel(await readModel(fileOf(name)), table, "species").metrics["accuracy"] ?? NaN;
  }
});

afterAll(async () => {
  await workspace.close();
  rmSync(folder, { recursive: true });
});

function evaluate(step: Partial<EvaluateStep>, more: Omit<TestStep, "step"> = {}): Promise<RanStep> {
  const whole: EvaluateStep = { type: "evaluate", model: "strong", data: "penguins", ...step };
  return runStep(workspace, runEvaluate, { step: whole, ...more });
}

const valueOf = ({ outputs }: RanStep, name: string): unknown => (outputs[name] as { value?: unknown }).value;

async function reportOf({ runId }: Pick<RanStep, "runId">): Promise<Record<string, unknown>> {
  const ref = { workspaceId: workspace.id, runId, path: "evaluation.json" };
  const { sha256 } = await getRunArtifact(workspace.database, ref);
  return JSON.parse(await text(await workspace.artifacts.read(sha256))) as Record<string, unknown>;
}

const artifact = (path: string, bytes: Uint8Array): Promise<StepValue> =>
  addArtifact(workspace, { [path]: bytes }, path);

describe("an evaluate step", () => {
  test("finds a better model better, by the metric that it was chosen by", async () => {
    const model = await artifact("model.slipway", readFileSync(fileOf("strong")));
    const ran = await evaluate({ against: "weak" }, { values: { model } });
    expect(accuracy["strong"]).toBeGreaterThan((accuracy["weak"] ?? 1) + 0.05);
    expect(ran.cancelRest).toBeUndefined();
    expect(ran.outputs).toEqual({
      better: { type: "value", value: true },
      value: { type: "value", value: accuracy["strong"] },
      against_value: { type: "value", value: accuracy["weak"] },
      model,
    });
    const { metrics } = await getRun(workspace.database, { workspaceId: workspace.id, runId: ran.runId });
    expect(metrics.map(({ key, value }) => [key, value])).toEqual([
      ["accuracy", accuracy["strong"]],
      ["production_accuracy", accuracy["weak"]],
    ]);
    expect(await reportOf(ran)).toMatchObject({
      better: true,
      metric: "accuracy",
      target: "species",
      task: "classification",
      data: "penguins@1",
      production: "weak@1",
      metrics: { accuracy: { model: accuracy["strong"], production: accuracy["weak"] }, AUC_weighted: {} },
    });
  });

  test("lets the rest of the run end where it is not, and says why", async () => {
    const ran = await evaluate({ model: "weak", against: "strong@1" });
    expect(valueOf(ran, "better")).toBe(false);
    expect(ran.cancelRest).toMatch(/^the new model is not better: accuracy of weak@1 is 0\.\d+, that of strong@1 1$/);
  });

  test("goes on where it is asked to: as good is not better", async () => {
    const ran = await evaluate({ against: "strong", when_not_better: "continue" });
    expect(valueOf(ran, "better")).toBe(false);
    expect(valueOf(ran, "value")).toBe(valueOf(ran, "against_value"));
    expect(ran.cancelRest).toBeUndefined();
  });

  test("fails where it is asked to, and leaves its report", async () => {
    const runId = newId();
    const failed = evaluate({ model: "weak", against: "strong", when_not_better: "fail" }, { runId });
    await expect(failed).rejects.toMatchObject({
      code: "SLW_EVALUATE_NOT_BETTER",
      message: expect.stringContaining("accuracy of weak@1 is 0.7") as string,
    });
    expect(await reportOf({ runId })).toMatchObject({ better: false, production: "strong@1" });
  });

  test("takes its terms as text too, as parameters give them", async () => {
    const ran = await evaluate({ against: "weak", metric: "log_loss", min_improvement: "50", threshold: "" });
    expect(ran.cancelRest).toContain("it must be better by 50");
  });

  test("finds what nothing is in production for better, unless it falls short of the threshold", async () => {
    const ran = await evaluate({ against: "strong@production" });
    expect([valueOf(ran, "better"), valueOf(ran, "against_value")]).toEqual([true, null]);
    expect(ran.log.join("\n")).toContain("strong@production is not there");
    const short = await evaluate({ model: "weak", threshold: 0.99 });
    expect(short.cancelRest).toContain("at least 0.99 is needed");
  });

  test("takes nothing for production where no model, alias, stage or endpoint is, but misses a version by its number", async () => {
    const { database, artifacts, id: workspaceId } = workspace;
    const find = (against: string): Promise<unknown> =>
      findProduction({ database, artifacts }, { workspaceId, value: undefined, text: against });
    for (const against of ["", "nobody@production", "strong@champion", "strong@Staging", "endpoint:nobody"]) {
      expect([against, await find(against)]).toEqual([against, null]);
    }
    await expect(find("strong@7")).rejects.toMatchObject({ code: "SLW_REGISTRY_VERSION" });
  });

  test("follows an alias", async () => {
    const ref = { workspaceId: workspace.id, model: "weak", version: 1, actor: serverActor };
    await setAlias(workspace.database, { ...ref, alias: "production" });
    const ran = await evaluate({ against: "weak@production" });
    expect(valueOf(ran, "against_value")).toBe(accuracy["weak"]);
  });

  test("judges an ONNX file by what it answers, as the engine judges the model that it came from", async () => {
    await workspace.addDataset("diabetes", diabetes);
    const file = fileOf("diabetes");
    await addModel(workspace, "diabetes", {
      data: diabetes,
      target: "target",
      metric: "r2_score",
      file,
      onnxOnly: true,
    });
    await registerModel(workspace, "graph", exportOnnx(await readModel(file)), "model.onnx");
    const step = { model: "graph", against: "diabetes", data: "diabetes", when_not_better: "continue" } as const;
    const ran = await evaluate(step);
    expect(valueOf(ran, "value")).toBeCloseTo(valueOf(ran, "against_value") as number, 5);
    expect(await reportOf(ran)).toMatchObject({ task: "regression", target: "target", metric: "r2_score", rows: 442 });
  });
});

describe("what cannot be judged", () => {
  test.each<[string, Partial<EvaluateStep>, string, RegExp]>([
    ["another metric's name", { metric: "acuracy" }, "SLW_METRIC_UNKNOWN", /no metric named "acuracy"/],
    ["a metric of another task", { metric: "r2_score" }, "SLW_EVALUATE_METRIC", /model of classification/],
    [
      "a negative improvement",
      { min_improvement: -1 },
      "SLW_STEP_OPTION",
      /^min_improvement: expected a number from 0/,
    ],
    ["a text for a number", { threshold: "good" }, "SLW_STEP_OPTION", /^threshold: expected a number, got "good"/],
    ["a model that is not there", { model: "absent" }, "SLW_REGISTRY_MODEL", /absent/],
    ["a dataset that is not there", { data: "absent" }, "SLW_DATASET_UNKNOWN", /absent/],
    ["a target that is not there", { target: "kind" }, "SLW_EVALUATE_COLUMNS", /lacks "kind", the target of strong@1/],
  ])("%s is refused by name", async (_name, step, code, message) => {
    const error = await evaluate(step).then(
      () => null,
      (cause: unknown) => cause as Error,
    );
    expect(error).toMatchObject({ code, message: expect.stringMatching(message) as string });
  });

  test("data without columns that production was trained on", async () => {
    const narrow = join(folder, "narrow.csv");
    const { table } = await readTable(penguins);
    const [species, island] = ["species", "island"].map((name) => table.columns.find((each) => each.name === name));
    const cell = (column: typeof species, row: number): string =>
      column?.type === "string" ? (column.categories[column.codes[row] ?? -1] ?? "") : "";
    const lines = Array.from({ length: table.rows }, (_, row) => `${cell(species, row)},${cell(island, row)}`);
    writeFileSync(narrow, `species,island\n${lines.join("\n")}\n`);
    await workspace.addDataset("narrow", narrow);
    await addModel(workspace, "narrow", { data: narrow, target: "species", file: fileOf("narrow") });
    await expect(evaluate({ model: "narrow", data: "narrow", against: "strong" })).rejects.toMatchObject({
      code: "SLW_EVALUATE_COLUMNS",
      message: expect.stringMatching(/^narrow@1 lacks ".+, which strong@1 was trained on\.$/) as string,
    });
  });

  test("a model that predicts another column", async () => {
    await addModel(workspace, "island", { data: penguins, target: "island", file: fileOf("island") });
    await expect(evaluate({ against: "island" })).rejects.toMatchObject({
      code: "SLW_EVALUATE_COLUMNS",
      message: 'strong@1 predicts "species", but island@1 in production predicts "island".',
    });
  });

  test("an artifact that was changed since the step that made it", async () => {
    const model = await artifact("model.slipway", readFileSync(fileOf("strong")));
    const other = { ...model, sha256: "0".repeat(64) } as StepValue;
    await expect(evaluate({}, { values: { model: other } })).rejects.toMatchObject({ code: "SLW_ARTIFACT_CORRUPT" });
  });

  test("a step that is cancelled ends at once", async () => {
    const controller = new AbortController();
    controller.abort(new Error("cancelled"));
    await expect(evaluate({}, { signal: controller.signal })).rejects.toThrow("cancelled");
  });
});
