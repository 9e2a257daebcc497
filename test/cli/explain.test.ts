/** `slipway explain` as a user types it. */
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { penguins, root, runCli, temporaryFolder } from "./run-cli.ts";

const folder = temporaryFolder();
const inFolder = { cwd: folder };
const inputs = ["island", "bill_length_mm", "bill_depth_mm", "flipper_length_mm", "body_mass_g", "sex"];

interface ExplanationJson {
  readonly scale: string;
  readonly rows: number;
  readonly importance: { column: string; value: number; outputs: Record<string, number> }[];
  readonly baseline: Record<string, number>;
  readonly firstRow: {
    readonly prediction: string | number;
    readonly values: Record<string, string | number | null>;
    readonly contributions: Record<string, Record<string, number>>;
  };
}

beforeAll(async () => {
  copyFileSync(penguins, join(folder, "penguins.csv"));
  // One bird's sex is written as ".".
  const known = readFileSync(penguins, "utf8")
    .split("\n")
    .filter((line) => !line.endsWith(",."));
  writeFileSync(join(folder, "sexes.csv"), known.join("\n"));
  const common = ["--validation", "holdout:0.2", "--max-trials", "1", "--threads", "1", "--quiet"];
  const trained = await Promise.all([
    runCli(
      [
        "automl",
        "penguins.csv",
        "--target",
        "species",
        ...common,
        "--allowed",
        "GradientBoosting",
        "--out",
        "three.slipway",
      ],
      inFolder,
    ),
    runCli(
      ["automl", "sexes.csv", "--target", "sex", ...common, "--allowed", "LogisticRegression", "--out", "two.slipway"],
      inFolder,
    ),
    runCli(
      [
        "automl",
        join(root, "examples/diabetes.csv"),
        "--target",
        "target",
        ...common,
        "--allowed",
        "RandomForest",
        "--out",
        "number.slipway",
      ],
      inFolder,
    ),
  ]);
  for (const { stderr, code } of trained) if (code !== 0) throw new Error(stderr);
});

function parse(text: string): string[][] {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => line.split(","));
}

describe("slipway explain", () => {
  test("shows the importance of every column, and the first row in words", async () => {
    const { stdout, stderr, code } = await runCli(["explain", "three.slipway", "penguins.csv"], inFolder);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    expect(stdout).toContain("the score before softmax of each species, 344 rows");
    for (const name of inputs) expect(stdout).toMatch(new RegExp(`^${name} +[\\d.]+ +\\d+%( +[█▏▎▍▌▋▊▉]+)?$`, "m"));
    const shares = [...stdout.matchAll(/ (\d+)%/g)].map(([, share]) => Number(share));
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    expect(stdout).toMatch(/^First row: species Adelie, probability [\d.]+$/m);
    expect(stdout).toMatch(/^ {2}bill_length_mm 39\.1 (raises|lowers) Adelie by [\d.]+$/m);
    expect(stdout).toMatch(/^ {2}from the baseline \S+ to \S+, the score before softmax of Adelie$/m);
    expect(stdout).not.toContain("\u001b");
  });

  test.each([
    ["two.slipway", "sexes.csv", "logOdds", ["MALE"]],
    ["three.slipway", "penguins.csv", "score", ["Adelie", "Chinstrap", "Gentoo"]],
    ["number.slipway", join(root, "examples/diabetes.csv"), "value", ["target"]],
  ])("--json of %s: what is explained, and the columns by their importance", async (model, rows, scale, outputs) => {
    const { stdout, stderr, code } = await runCli(["explain", model, rows, "--json", "--quiet"], inFolder);
    expect({ stderr, code, lines: stdout.split("\n").length }).toEqual({ stderr: "", code: 0, lines: 2 });
    const found = JSON.parse(stdout) as ExplanationJson;
    expect(found.scale).toBe(scale);
    expect(Object.keys(found.baseline)).toEqual(outputs);
    expect(Object.keys(found.firstRow.contributions)).toEqual(outputs);
    const values = found.importance.map(({ value }) => value);
    expect(values).toEqual(values.toSorted((a, b) => b - a));
    for (const { value, outputs: of } of found.importance) {
      const all = Object.values(of);
      expect(value).toBeCloseTo(all.reduce((a, b) => a + b) / all.length, 12);
    }
  });

  test("the log-odds of the CSV are those of the predictions, row by row", async () => {
    const written = await runCli(["explain", "two.slipway", "sexes.csv", "--out", "two.csv"], inFolder);
    expect(written).toMatchObject({ code: 0, stderr: "" });
    expect(written.stdout).toMatch(/^Explained 343 rows in .* s; their contributions are in two\.csv\.$/m);
    const predicted = await runCli(["predict", "two.slipway", "sexes.csv", "--quiet"], inFolder);
    const [header = [], ...rows] = parse(readFileSync(join(folder, "two.csv"), "utf8"));
    expect(header[0]).toBe("baseline");
    expect(header.slice(1).toSorted()).toEqual(
      ["species", ...inputs.slice(0, 5)].map((name) => `contribution_${name}`).toSorted(),
    );
    const probabilities = parse(predicted.stdout).slice(1);
    expect(rows).toHaveLength(343);
    rows.forEach((row, i) => {
      const [, no, yes] = (probabilities[i] ?? []).map(Number);
      expect(row.map(Number).reduce((a, b) => a + b)).toBeCloseTo(Math.log((yes ?? NaN) / (no ?? NaN)), 9);
    });
  });

  test("--out with three classes has a baseline and the columns for each; --rows takes the first rows", async () => {
    const args = ["explain", "three.slipway", "penguins.csv", "--rows", "3", "--out", "three.csv", "--quiet"];
    expect(await runCli(args, inFolder)).toEqual({ stdout: "", stderr: "", code: 0 });
    const [header, ...rows] = parse(readFileSync(join(folder, "three.csv"), "utf8"));
    expect(header).toEqual(
      ["Adelie", "Chinstrap", "Gentoo"].flatMap((label) => [
        `baseline_${label}`,
        ...inputs.map((name) => `contribution_${label}_${name}`),
      ]),
    );
    expect(rows).toHaveLength(3);
    const { stdout } = await runCli(["explain", "three.slipway", "penguins.csv", "--rows", "1", "--json"], inFolder);
    const { firstRow, baseline, rows: explained } = JSON.parse(stdout) as ExplanationJson;
    expect(explained).toBe(1);
    const flat = Object.keys(baseline).flatMap((label) => [
      baseline[label],
      ...Object.values(firstRow.contributions[label] ?? {}),
    ]);
    expect(rows[0]?.map(Number)).toEqual(flat);
  });

  test.each([
    ["--rows 0", ["--rows", "0"], "SLW_CLI_VALUE"],
    ["--rows 1.5", ["--rows", "1.5"], "SLW_CLI_VALUE"],
    ["--out in no folder", ["--out", "absent/c.csv"], "SLW_CLI_OUTPUT"],
  ])("%s is refused", async (_, args, error) => {
    const { stderr, code } = await runCli(["explain", "two.slipway", "penguins.csv", ...args], inFolder);
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`^error\\[${error}\\]: .+\\n  fix: .+\\n$`));
  });

  test("a column that is missing is named, and no file is left", async () => {
    writeFileSync(join(folder, "less.csv"), "island,sex\nDream,MALE\n");
    const { stderr, code } = await runCli(["explain", "three.slipway", "less.csv", "--out", "less-out.csv"], inFolder);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error\[SLW_\w+_COLUMN_MISSING\]: .*(bill|body|flipper)/m);
    expect(existsSync(join(folder, "less-out.csv"))).toBe(false);
  });

  test("a model of neighbours: by permutations, in probabilities, the same each time", async () => {
    const common = ["--validation", "holdout:0.2", "--max-trials", "1", "--threads", "1", "--quiet"];
    const train = ["automl", "sexes.csv", "--target", "sex", "--allowed", "KNN", "--out", "near.slipway", ...common];
    expect(await runCli(train, inFolder)).toMatchObject({ code: 0, stderr: "" });
    const shown = await runCli(["explain", "near.slipway", "sexes.csv", "--rows", "3"], inFolder);
    expect(shown).toMatchObject({ code: 0, stderr: "" });
    expect(shown.stdout).toContain("the probability of MALE, 3 of 343 rows");
    expect(shown.stdout).toMatch(/^Estimated by permutations: /m);
    const json = await runCli(["explain", "near.slipway", "sexes.csv", "--json", "--quiet", "--rows", "3"], inFolder);
    const found = JSON.parse(json.stdout) as ExplanationJson & { method: string };
    expect(found).toMatchObject({ method: "permutationShap", scale: "probability" });
    const written = await runCli(
      ["explain", "near.slipway", "sexes.csv", "--rows", "3", "--out", "near.csv"],
      inFolder,
    );
    expect(written).toMatchObject({ code: 0, stderr: "" });
    const [, ...rows] = parse(readFileSync(join(folder, "near.csv"), "utf8")).map((row) => row.map(Number));
    expect(rows[0]?.slice(1)).toEqual(Object.values(found.firstRow.contributions["MALE"] ?? {}));
    const predicted = await runCli(["predict", "near.slipway", "sexes.csv", "--quiet"], inFolder);
    const probabilities = parse(predicted.stdout).slice(1);
    rows.forEach((row, i) => expect(row.reduce((a, b) => a + b)).toBeCloseTo(Number(probabilities[i]?.[2]), 9));
  });

  test("--help says what a contribution is, with an example", async () => {
    const { stdout, stderr, code } = await runCli(["explain", "--help"]);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    expect(stdout).toContain("Usage: slipway explain FILE.slipway ROWS.csv");
    expect(stdout).toContain("exact SHAP values");
    expect(stdout.match(/^Example:\n {2}slipway explain .+$/gm)).toHaveLength(1);
    expect(Math.max(...stdout.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });
});
