/** `slipway export` of models that `slipway automl` trained, as a user types it. */
import { copyFileSync, existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, test } from "vitest";
import type { Table } from "../../src/base/index.ts";
import { readTable } from "../../src/data/index.ts";
import { predictions, readModel, score, type Model } from "../../src/model/index.ts";
import { penguins, root, runCli, temporaryFolder } from "./run-cli.ts";

const folder = temporaryFolder();
const inFolder = { cwd: folder };
const bank = resolve(root, "../shared/data/bankmarketing.csv");
const bike = resolve(root, "../shared/data/bike.csv");

interface Exported {
  readonly predict: (rows: readonly object[]) => unknown[];
  readonly predictProba?: (rows: readonly object[]) => number[][];
}

/** Rows of a scoring request. */
function records({ columns, rows }: Table, { inputs }: Model): object[] {
  const used = inputs.map(({ name }) => columns.find((column) => column.name === name)!);
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(
      used.map((column) => {
        if (column.type === "string") return [column.name, column.categories[column.codes[row]] ?? null];
        const value = column.values[row];
        if (Number.isNaN(value)) return [column.name, null];
        return [column.name, column.type === "datetime" ? new Date(value).toISOString() : value];
      }),
    ),
  );
}

/** Trains, exports as JavaScript and compares all rows of the file, bit for bit. */
async function checkJavaScript(file: string, target: string, name: string, trials: string): Promise<void> {
  const train = [
    "automl",
    file,
    "--target",
    target,
    "--max-trials",
    trials,
    "--threads",
    "2",
    "--onnx-only",
    "--quiet",
  ];
  const trained = await runCli([...train, "--out", `${name}.slipway`], inFolder);
  expect(trained).toMatchObject({ stderr: "", code: 0 });
  const { stderr, code } = await runCli(["export", `${name}.slipway`, "--format", "js"], inFolder);
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  const model = await readModel(join(folder, `${name}.slipway`));
  const types = Object.fromEntries(model.inputs.map((input) => [input.name, input.type]));
  const { table } = await readTable(file, { types });
  const module = (await import(/* @vite-ignore */ pathToFileURL(join(folder, `${name}.mjs`)).href)) as Exported;
  const rows = records(table, model);
  const ours = score(model, table);
  expect(module.predict(rows)).toEqual(predictions(model, ours));
  if (model.task === "classification") expect(module.predictProba?.(rows).flat()).toEqual([...ours]);
}

describe("a trained model as JavaScript answers all rows bit for bit", () => {
  test.each([
    ["penguins: three classes", penguins, "species"],
    ["diabetes: regression", join(root, "examples", "diabetes.csv"), "target"],
  ])("%s", (_name, file, target) => checkJavaScript(file, target, target, "5"));

  test.skipIf(!existsSync(bank))("bank marketing (skipped where ../shared/data is absent)", () =>
    checkJavaScript(bank, "y", "bank", "3"),
  );

  test.skipIf(!existsSync(bike))("bike: dates, regression (skipped where ../shared/data is absent)", () =>
    checkJavaScript(bike, "cnt", "bike", "3"),
  );
});

describe("slipway export", () => {
  beforeAll(async () => {
    copyFileSync(penguins, join(folder, "penguins.csv"));
    const train = ["automl", "penguins.csv", "--target", "species", "--max-trials", "1", "--validation", "holdout:0.2"];
    await runCli([...train, "--out", "m.slipway", "--quiet"], inFolder);
  });

  test.each([
    ["onnx", [], "m.onnx"],
    ["js", [], "m.mjs"],
    ["onnx", ["--out", "other name.bin"], "other name.bin"],
  ])("--format %s %j says what it wrote, and writes the same again", async (format, more, name) => {
    const args = ["export", "m.slipway", "--format", format, ...more];
    const { stdout, stderr, code } = await runCli(args, inFolder);
    expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
    const bytes = readFileSync(join(folder, name));
    expect(stdout).toBe(`Saved ${name} (${bytes.length.toLocaleString("en-US")} bytes).\n`);
    expect((await runCli([...args, "--quiet"], inFolder)).stdout).toBe("");
    expect(readFileSync(join(folder, name)).equals(bytes)).toBe(true);
    // Field 1, the IR version, and field 2, the producer.
    if (format === "onnx") expect(bytes.subarray(0, 11).toString("latin1")).toBe("\u0008\u000a\u0012\u0007slipway");
    expect(readdirSync(folder).filter((file) => file.endsWith(".tmp"))).toEqual([]);
  });

  test.each([
    ["no format", ["m.slipway"], "SLW_CLI_OPTION", "--format FORMAT"],
    ["another format", ["m.slipway", "--format", "onx"], "SLW_CLI_VALUE", "Did you mean --format onnx?"],
    ["onto itself", ["m.slipway", "--format", "js", "--out", "./m.slipway"], "SLW_CLI_OUTPUT", "the model file itself"],
    ["into no folder", ["m.slipway", "--format", "js", "--out", "absent/m.mjs"], "SLW_CLI_OUTPUT", "does not exist"],
    ["no model", ["penguins.csv", "--format", "onnx"], "SLW_MODEL_FORMAT", "penguins.csv"],
    ["absent model", ["absent.slipway", "--format", "onnx"], "SLW_MODEL_UNREADABLE", "absent.slipway"],
  ])("refuses %s, and leaves no file", async (_name, args, errorCode, named) => {
    writeFileSync(join(folder, "kept.txt"), "");
    const before = readdirSync(folder);
    const { stderr, code } = await runCli(["export", ...args], inFolder);
    expect(code).toBe(2);
    expect(stderr).toMatch(new RegExp(`^error\\[${errorCode}\\]: `));
    expect(stderr).toContain(named);
    expect(readdirSync(folder)).toEqual(before);
  });
});
