/** The options of `slipway automl`, and `slipway automl verify`, as a user types them. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Value } from "typebox/value";
import { beforeAll, describe, expect, test } from "vitest";
import { AutoMLReport, ModelCharts } from "../../src/contract/index.ts";
import { readModel } from "../../src/model/index.ts";
import { penguins, root, runCli, temporaryFolder } from "./run-cli.ts";

const folder = temporaryFolder();
const inFolder = { cwd: folder };
const at = (name: string): string => join(folder, name);
const quick = ["--max-trials", "2", "--threads", "2", "--allowed", "LogisticRegression,ElasticNet"];
const automl = ["automl", "penguins.csv", "--target", "species", ...quick];
const [header = "", ...rows] = readFileSync(penguins, "utf8").trimEnd().split("\n");

beforeAll(() => {
  const every = (rest: number): string[] => rows.filter((_, row) => row % 4 === rest);
  const others = rows.filter((_, row) => row % 4 !== 0);
  writeFileSync(at("penguins.csv"), `${[header, ...rows].join("\n")}\n`);
  writeFileSync(at("training.csv"), `${[header, ...others].join("\n")}\n`);
  writeFileSync(at("others.csv"), `${[header, ...every(0)].join("\n")}\n`);
});

async function report(args: readonly string[]): Promise<AutoMLReport> {
  const { stdout, stderr, code } = await runCli([...args, "--json"], inFolder);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining("error[") });
  const found: unknown = JSON.parse(stdout);
  expect([...Value.Errors(AutoMLReport, found)]).toEqual([]);
  return found as AutoMLReport;
}

describe("rows", () => {
  test("--test-size: metrics of the final model on rows that nobody saw", async () => {
    const found = await report([...automl, "--test-size", "0.25", "--out", "a.slipway"]);
    expect(found.rows).toBe(258);
    expect(found.testMetrics?.["accuracy"]).toBeGreaterThan(0.9);
    expect(found.importance).toMatchObject({ on: "test", rows: 86 });
    expect(found.guardrails.faults.map(({ type }) => type)).toContain("TrainTestDrift");
  });

  test("--test-data and --validation-data: files of their own", async () => {
    const args = ["automl", "training.csv", "--target", "species", ...quick, "--out", "b.slipway"];
    const tested = await report([...args, "--test-data", "others.csv", "--no-explain"]);
    expect(tested).toMatchObject({ rows: 258, importance: null });
    expect(tested.testMetrics?.["accuracy"]).toBeGreaterThan(0.9);
    const judged = await report([...args, "--validation-data", "others.csv"]);
    expect(judged).toMatchObject({ validation: "data:86", testMetrics: null });
  });

  test("--weight-column and --cv-split-columns: no inputs", async () => {
    const extended = rows.map((row, i) => `${row},${1 + (i % 2)},${i % 3 === 0 ? 0 : 1}`);
    writeFileSync(at("extended.csv"), `${[`${header},weight,part`, ...extended].join("\n")}\n`);
    const args = ["automl", "extended.csv", "--target", "species", ...quick, "--out", "c.slipway"];
    const found = await report([...args, "--weight-column", "weight", "--cv-split-columns", "part"]);
    expect(found).toMatchObject({ validation: "columns:1", columns: 6 });
  });
});

describe("columns", () => {
  test("--drop-columns and --column-purpose, repeated and by commas", async () => {
    const args = ["--drop-columns", "island,sex", "--column-purpose", "body_mass_g=Ignore"];
    const found = await report([...automl, ...args, "--column-purpose", "bill_depth_mm=Ignore", "--out", "d.slipway"]);
    expect(found.columns).toBe(2);
  });

  test("--featurization FILE.json, with more by options", async () => {
    const config = { dropColumns: ["island"], imputers: { body_mass_g: { strategy: "constant", fillValue: 7 } } };
    writeFileSync(at("features.json"), JSON.stringify(config));
    const args = ["--featurization", "features.json", "--drop-columns", "sex", "--out", "e.slipway"];
    expect((await report([...automl, ...args])).columns).toBe(4);
    const { transforms } = await readModel(at("e.slipway"));
    expect(transforms).toContainEqual({ op: "Numeric", column: "body_mass_g", fill: 7 });
  });

  test("--monotone", async () => {
    const diabetes = join(root, "examples", "diabetes.csv");
    const args = ["automl", diabetes, "--target", "target", "--max-trials", "1", "--monotone", "bmi=increasing"];
    await report([...args, "--out", "f.slipway"]);
    const { provenance } = await readModel(at("f.slipway"));
    expect(provenance.recipe?.options).toMatchObject({ monotone: { bmi: "increasing" } });
  });
});

describe("--charts", () => {
  test.each([
    ["best", 1],
    ["all", 2],
  ])("of %s", async (which, least) => {
    const args = ["--charts", `${which}.json`, "--charts-of", which, "--out", "g.slipway"];
    const found = await report([...automl, ...args, "--no-voting-ensemble", "--no-stack-ensemble"]);
    const { models } = JSON.parse(readFileSync(at(`${which}.json`), "utf8"));
    expect(models).toHaveLength(least);
    expect(models[0].name).toBe(found.best.name);
    for (const { charts } of models) expect([...Value.Errors(ModelCharts, charts)]).toEqual([]);
  });
});

describe("slipway automl verify", () => {
  const train = async (out: string, ...more: string[]): Promise<string> =>
    (await report([...automl, "--out", out, ...more])).sha256;

  test("prints the same sha256 and ends with 0", async () => {
    const sha256 = await train("v.slipway", "--test-size", "0.2", "--class-balance", "oversample");
    const { stdout, stderr, code } = await runCli(["automl", "verify", "v.slipway", "penguins.csv"], inFolder);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    expect(stdout.match(new RegExp(sha256, "g"))).toHaveLength(2);
    const json = await runCli(["automl", "verify", "v.slipway", "penguins.csv", "--json"], inFolder);
    const report = JSON.parse(json.stdout) as { checked: string[]; unchecked: string[] };
    expect(report).toMatchObject({ same: true, sha256, sha256Again: sha256, differences: [] });
    expect(report.checked.length).toBeGreaterThan(0);
    expect(report.unchecked.join(" ")).toContain("the choice was among all trials");
  });

  test("with validation rows of their own", async () => {
    const train = ["automl", "training.csv", "--target", "species", ...quick];
    await report([...train, "--validation-data", "others.csv", "--out", "w.slipway"]);
    const verify = ["automl", "verify", "w.slipway", "training.csv"];
    const { code, stderr } = await runCli([...verify, "--validation-data", "others.csv"], inFolder);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const without = await runCli(verify, inFolder);
    expect(without.code).toBe(1);
    expect(without.stderr).toMatch(/error\[SLW_AUTOML_VERIFY\].*\n {2}fix: .*--validation-data/);
  });

  test("other data: ends with 1 and says what differs", async () => {
    await train("x.slipway");
    const { stderr, code } = await runCli(["automl", "verify", "x.slipway", "training.csv"], inFolder);
    expect(code).toBe(1);
    expect(stderr).toMatch(/error\[SLW_AUTOML_VERIFY\]: .*258 rows, not 344/);
  });
});
