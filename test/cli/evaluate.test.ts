/** `slipway evaluate` as a user types it. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Value } from "typebox/value";
import { beforeAll, describe, expect, test } from "vitest";
import { ModelCharts } from "../../src/contract/index.ts";
import { penguins, root, runCli, temporaryFolder } from "./run-cli.ts";

const folder = temporaryFolder();
const inFolder = { cwd: folder };
const diabetes = join(root, "examples/diabetes.csv");

interface EvaluationJson {
  readonly rows: number;
  readonly metrics: Record<string, number | null>;
  readonly confusionMatrix?: { readonly class_labels: string[]; readonly matrix: number[][] };
  readonly thresholds: {
    readonly label: string;
    readonly current: number;
    readonly rows: { threshold: number; truePositives: number; falseNegatives: number; accuracy: number }[];
  } | null;
  readonly importance: { readonly metric: string; readonly importance: { column: string; value: number }[] } | null;
}

beforeAll(async () => {
  // One bird's sex is written as ".", and ten birds' is not known.
  const lines = readFileSync(penguins, "utf8").split("\n");
  writeFileSync(join(folder, "sexes.csv"), lines.filter((line) => !line.endsWith(",.")).join("\n"));
  writeFileSync(join(folder, "renamed.csv"), lines.join("\n").replace("species", "kind").replace("sex", "SEX"));
  const common = ["--max-trials", "1", "--threads", "1", "--quiet", "--validation", "holdout:0.2"];
  const train = (data: string, target: string, learner: string, out: string) =>
    runCli(["automl", data, "--target", target, "--allowed", learner, "--out", out, ...common], inFolder);
  const trained = [
    await train(penguins, "species", "LogisticRegression", "three.slipway"),
    await train("sexes.csv", "sex", "LogisticRegression", "two.slipway"),
    await train(diabetes, "target", "ElasticNet", "number.slipway"),
  ];
  for (const { stderr, code } of trained) if (code !== 0) throw new Error(stderr);
});

describe("slipway evaluate", () => {
  test("shows all metrics, the confusion matrix and thresholds", async () => {
    const { stdout, stderr, code } = await runCli(["evaluate", "two.slipway", "sexes.csv"], inFolder);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    expect(stdout).toMatch(/LogisticRegression: sex of 333 rows; 10 rows without an answer are left out$/m);
    expect(stdout).toMatch(/^AUC_weighted +0\.9\d+ +0\.9\d+$/m);
    const names = [...stdout.matchAll(/^([A-Za-z]\w+) {2,}[\d.]+ +[\d.]+$/gm)].map(([, name]) => name);
    expect(names).toHaveLength(26);
    expect(names[0]).toBe("AUC_weighted");
    expect(stdout).toMatch(/^true \\ answer +FEMALE +MALE +recall$/m);
    expect(stdout).toMatch(/^FEMALE +\d+ +\d+ +\d+\.\d%$/m);
    expect(stdout).toMatch(/^▶ +0\.500 /m);
  });

  test("--json: one line; thresholds, confusion matrix and importance fit together", async () => {
    const args = ["evaluate", "two.slipway", "sexes.csv", "--json", "--quiet", "--importance"];
    const { stdout, stderr, code } = await runCli(args, inFolder);
    expect({ stderr, code, lines: stdout.split("\n").length }).toEqual({ stderr: "", code: 0, lines: 2 });
    const found = JSON.parse(stdout) as EvaluationJson;
    expect(found.rows).toBe(333);
    expect(Object.keys(found.metrics)).toHaveLength(26);
    const own = found.thresholds?.rows.find(({ threshold }) => threshold === found.thresholds?.current);
    expect(own?.accuracy).toBeCloseTo(found.metrics["accuracy"] ?? NaN, 12);
    const { class_labels: labels, matrix } = found.confusionMatrix!;
    expect(labels).toEqual(["FEMALE", "MALE"]);
    expect([own?.falseNegatives, own?.truePositives]).toEqual(matrix[1]);
    expect(found.importance?.metric).toBe("AUC_weighted");
    const values = found.importance?.importance.map(({ value }) => value) ?? [];
    expect(values).toHaveLength(6);
    expect(values).toEqual(values.toSorted((a, b) => b - a));
  });

  test.each([
    ["three.slipway", penguins, "classification"],
    ["two.slipway", "sexes.csv", "classification"],
    ["number.slipway", diabetes, "regression"],
  ])("--charts of %s fit their schema", async (model, data, task) => {
    const out = `${model}.json`;
    const { stderr, code } = await runCli(["evaluate", model, data, "--charts", out, "--quiet"], inFolder);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    const charts = JSON.parse(readFileSync(join(folder, out), "utf8")) as { task: string };
    expect(charts.task).toBe(task);
    expect([...Value.Errors(ModelCharts, charts)].slice(0, 1)).toEqual([]);
    expect(Value.Check(ModelCharts, { ...charts, extra: 1 })).toBe(false);
  });

  test("a regression has neither confusion matrix nor thresholds", async () => {
    const { stdout } = await runCli(["evaluate", "number.slipway", diabetes, "--json", "--quiet"], inFolder);
    const found = JSON.parse(stdout) as EvaluationJson;
    expect(found).toMatchObject({ thresholds: null, importance: null });
    expect(found.confusionMatrix).toBeUndefined();
    expect(Object.keys(found.metrics)).toHaveLength(12);
  });

  test.each([
    ["no such column", ["two.slipway", "sexes.csv", "--target", "sexx"], "SLW_CLI_COLUMN"],
    ["a class that the model does not know", ["two.slipway", penguins], "SLW_AUTOML_TARGET"],
    ["the model's column under another name", ["three.slipway", "renamed.csv"], "SLW_DATA_COLUMN_MISSING"],
    ["--charts in no folder", ["two.slipway", "sexes.csv", "--charts", "absent/c.json"], "SLW_CLI_OUTPUT"],
  ])("%s is refused", async (_, args, error) => {
    const { stderr, code } = await runCli(["evaluate", ...args], inFolder);
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`^error\\[${error}\\]: .+\\n  fix: .+\\n$`));
    expect(existsSync(join(folder, "absent"))).toBe(false);
  });
});
