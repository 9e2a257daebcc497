/** The four commands on real tables, as a user types them. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Value } from "typebox/value";
import { beforeAll, describe, expect, test } from "vitest";
import { AutoMLReport, TableProfile } from "../../src/contract/index.ts";
import { penguins, root, runCli, temporaryFolder } from "./run-cli.ts";

const folder = temporaryFolder();
const inFolder = { cwd: folder };
const small = ["--max-trials", "2", "--threads", "2", "--validation", "holdout:0.2"];

beforeAll(() => copyFileSync(penguins, join(folder, "penguins.csv")));

describe("slipway automl", () => {
  test("with --json ends standard output with the report, and tells people on standard error", async () => {
    const args = ["automl", "penguins.csv", "--target", "species", ...small, "--out", "p.slipway", "--json"];
    const { stdout, stderr, code } = await runCli(args, inFolder);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(1);
    const report = JSON.parse(lines[0] ?? "") as AutoMLReport;
    expect([...Value.Errors(AutoMLReport, report)]).toEqual([]);
    expect(report).toMatchObject({
      task: "classification",
      target: "species",
      rows: 344,
      columns: 6,
      modelPath: "p.slipway",
    });
    expect(report.best).toEqual({ name: report.models[0]?.name, value: report.models[0]?.value });
    expect(stderr).toContain("Leaderboard");
    expect(stderr).toContain("slipway serve p.slipway");
    expect(statSync(join(folder, "p.slipway")).mode & 0o777).toBe(0o600);
  });

  test("without --json tells people on standard output, in plain lines", async () => {
    const args = ["automl", "penguins.csv", "--target", "species", ...small];
    const { stdout, stderr, code } = await runCli(args, inFolder);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    expect(stdout).not.toMatch(/[\u001b\r]/);
    expect(stdout).toContain("Saved penguins.slipway");
    expect(readdirSync(folder)).toContain("penguins.slipway");
  });

  test("with --quiet and --json prints the report alone", async () => {
    const args = ["automl", "penguins.csv", "--target", "species", ...small, "--quiet", "--json"];
    const { stdout, stderr, code } = await runCli(args, inFolder);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    expect(Value.Check(AutoMLReport, JSON.parse(stdout))).toBe(true);
  });

  test.each([
    [{ FORCE_COLOR: "1" }, true],
    [{ NO_COLOR: "1" }, false],
    [{}, false],
  ])("with %j colours on a pipe: %s", async (env, coloured) => {
    const { stdout } = await runCli(["profile", "penguins.csv"], { ...inFolder, env });
    expect(stdout.includes("\u001b[")).toBe(coloured);
  });

  test("the same seed and trials give the same file, whatever the threads", async () => {
    const args = [
      "automl",
      "penguins.csv",
      "--target",
      "species",
      "--max-trials",
      "3",
      "--validation",
      "holdout:0.2",
      "--quiet",
    ];
    await runCli([...args, "--threads", "1", "--out", "one.slipway"], inFolder);
    await runCli([...args, "--threads", "2", "--out", "two.slipway"], inFolder);
    expect(readFileSync(join(folder, "one.slipway")).equals(readFileSync(join(folder, "two.slipway")))).toBe(true);
  });

  test("does regression", async () => {
    const diabetes = join(root, "examples", "diabetes.csv");
    const args = ["automl", diabetes, "--target", "target", ...small, "--json", "--out", "d.slipway"];
    const { stdout, code } = await runCli(args, inFolder);
    expect(code).toBe(0);
    const report = JSON.parse(stdout) as AutoMLReport;
    expect(report.task).toBe("regression");
    expect(report.models[0]?.metrics["r2_score"]).toBeGreaterThan(0.3);
  });

  test("ends by a time limit, with a model", async () => {
    const args = ["automl", "penguins.csv", "--target", "species", "--time-limit", "3", "--json", "--out", "t.slipway"];
    const { stdout, code } = await runCli(args, inFolder);
    expect(code).toBe(0);
    expect(Value.Check(AutoMLReport, JSON.parse(stdout))).toBe(true);
    expect(existsSync(join(folder, "t.slipway"))).toBe(true);
  });
});

describe("slipway predict", () => {
  beforeAll(async () => {
    await runCli(
      ["automl", "penguins.csv", "--target", "species", ...small, "--quiet", "--out", "q.slipway"],
      inFolder,
    );
  });

  test("answers every row, in order, alike to a file and to standard output", async () => {
    const { stdout, stderr, code } = await runCli(["predict", "q.slipway", "penguins.csv", "--quiet"], inFolder);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    const [header, ...rows] = stdout
      .trimEnd()
      .split("\n")
      .map((line) => line.split(","));
    expect(header).toEqual(["prediction", "probability_Adelie", "probability_Chinstrap", "probability_Gentoo"]);
    const truth = readFileSync(penguins, "utf8")
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((line) => line.split(",")[0]);
    expect(rows).toHaveLength(truth.length);
    const right = rows.filter(([prediction], i) => prediction === truth[i]).length;
    expect(right / truth.length).toBeGreaterThan(0.95);
    for (const [, ...probabilities] of rows)
      expect(probabilities.map(Number).reduce((a, b) => a + b)).toBeCloseTo(1, 12);

    await runCli(["predict", "q.slipway", "penguins.csv", "--out", "preds.csv"], inFolder);
    expect(readFileSync(join(folder, "preds.csv"), "utf8")).toBe(stdout);
  });

  test("does not need the target, minds no order of columns, and names a column that is missing", async () => {
    writeFileSync(
      join(folder, "new.csv"),
      "sex,body_mass_g,flipper_length_mm,bill_depth_mm,bill_length_mm,island\nMALE,3750,181,18.7,39.1,Torgersen\n",
    );
    const { stdout, code } = await runCli(["predict", "q.slipway", "new.csv", "--quiet"], inFolder);
    expect(code).toBe(0);
    expect(stdout.split("\n")[1]).toMatch(/^Adelie,/);
    writeFileSync(join(folder, "less.csv"), "island,sex\nDream,MALE\n");
    const missing = await runCli(["predict", "q.slipway", "less.csv"], inFolder);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toMatch(/error\[SLW_DATA_COLUMN_MISSING\]: .*(bill|body|flipper)/);
  });

  test("refuses a value of another type and leaves no file", async () => {
    writeFileSync(
      join(folder, "wrong.csv"),
      "island,bill_length_mm,bill_depth_mm,flipper_length_mm,body_mass_g,sex\nDream,long,18,181,3750,MALE\n",
    );
    const { stderr, code } = await runCli(["predict", "q.slipway", "wrong.csv", "--out", "wrong-preds.csv"], inFolder);
    expect(code).toBe(2);
    expect(stderr).toMatch(/error\[SLW_\w+\]: .*bill_length_mm/);
    expect(existsSync(join(folder, "wrong-preds.csv"))).toBe(false);
  });
});

describe("slipway profile", () => {
  test("shows every column", async () => {
    const { stdout, stderr, code } = await runCli(["profile", "penguins.csv", "--target", "species"], inFolder);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    for (const name of readFileSync(penguins, "utf8").split("\n")[0]?.split(",") ?? [])
      expect(stdout).toMatch(new RegExp(`^${name} `, "m"));
    expect(stdout).toMatch(/^species .*Adelie 44%/m);
  });

  test("prints JSON that keeps to its schema", async () => {
    const { stdout, code } = await runCli(["profile", "penguins.csv", "--json"], inFolder);
    expect(code).toBe(0);
    const profile = JSON.parse(stdout) as TableProfile;
    expect([...Value.Errors(TableProfile, profile)]).toEqual([]);
    expect(profile.columns).toHaveLength(7);
  });

  test("reads a file whose name is not plain", async () => {
    const odd = join(folder, "odd 'name' *");
    mkdirSync(odd);
    copyFileSync(penguins, join(odd, "päng [1]?.csv"));
    expect((await runCli(["profile", join(odd, "päng [1]?.csv"), "--json"], inFolder)).code).toBe(0);
  });
});
