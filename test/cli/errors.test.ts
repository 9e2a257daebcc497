import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { penguins, runCli, temporaryFolder } from "./run-cli.ts";

const folder = temporaryFolder();
const at = (name: string): string => join(folder, name);
writeFileSync(at("ragged.csv"), "a,b\n1,2\n1,2,3\n");
writeFileSync(at("no-model.slipway"), "not a model at all, only text\n");
writeFileSync(at("wrong.json"), '{"drop_columns": ["island"]}');
mkdirSync(at("folder"));

const automl = ["automl", penguins, "--target", "species"];

/** Arguments, the error's code, and what the message or its way out must name. */
const cases: [string, string[], string, string][] = [
  ["unknown command", ["autml"], "SLW_CLI_COMMAND", "Did you mean slipway automl?"],
  ["far-off command", ["xyzzy"], "SLW_CLI_COMMAND", "profile, automl, predict, "],
  ["option before a command", ["--target", "x"], "SLW_CLI_COMMAND", "--target"],
  ["unknown option", [...automl, "--tiem-limit", "5"], "SLW_CLI_OPTION", "Did you mean --time-limit?"],
  ["unknown short option", ["profile", penguins, "-x"], "SLW_CLI_OPTION", "-x"],
  ["option twice", [...automl, "--seed", "1", "--seed", "2"], "SLW_CLI_OPTION", "--seed is given twice"],
  ["option without value", [...automl, "--seed"], "SLW_CLI_OPTION", "--seed needs a value"],
  ["empty value", [...automl, "--metric="], "SLW_CLI_OPTION", "--metric needs a value"],
  ["switch with a value", [...automl, "--json=yes"], "SLW_CLI_OPTION", "--json takes no value"],
  ["target missing", ["automl", penguins], "SLW_CLI_OPTION", "--target COLUMN"],
  ["file missing", ["automl", "--target", "species"], "SLW_CLI_OPERAND", "FILE.csv"],
  ["second file missing", ["predict", "m.slipway"], "SLW_CLI_OPERAND", "ROWS.csv"],
  ["file too many", ["profile", penguins, "other.csv"], "SLW_CLI_OPERAND", "other.csv"],
  [
    "nothing left of the lists",
    [...automl, "--allowed", "LightGBM", "--blocked", "GradientBoosting"],
    "SLW_AUTOML_MODELS",
    "No learner",
  ],
  ["empty name in a list", [...automl, "--blocked", "A,,B"], "SLW_CLI_VALUE", "empty name"],
  ["task unknown", [...automl, "--task", "clasification"], "SLW_CLI_VALUE", "--task classification"],
  ["time limit no number", [...automl, "--time-limit", "soon"], "SLW_CLI_VALUE", '"soon"'],
  ["time limit 0", [...automl, "--time-limit", "0"], "SLW_CLI_VALUE", "from 1 to 604800"],
  ["time limit hexadecimal", [...automl, "--time-limit", "0x10"], "SLW_CLI_VALUE", "0x10"],
  ["time limit infinite", [...automl, "--time-limit", "1e999"], "SLW_CLI_VALUE", "1e999"],
  ["threads 65", [...automl, "--threads", "65"], "SLW_CLI_VALUE", "from 1 to 64"],
  ["threads 1.5", [...automl, "--threads", "1.5"], "SLW_CLI_VALUE", "whole number"],
  ["seed negative", [...automl, "--seed=-1"], "SLW_CLI_VALUE", "from 0"],
  ["trials 0", [...automl, "--max-trials", "0"], "SLW_CLI_VALUE", "from 1"],
  ["validation unknown", [...automl, "--validation", "loo"], "SLW_CLI_VALUE", "cv:5"],
  ["validation with one fold", [...automl, "--validation", "cv:1"], "SLW_CLI_VALUE", "from 2 to 20 folds"],
  ["holdout of all", [...automl, "--validation", "holdout:1"], "SLW_CLI_VALUE", "from 0.01 to 0.5"],
  ["metric unknown", [...automl, "--metric", "AUC_wieghted", "--max-trials", "1"], "SLW_", "AUC_weighted"],
  ["learner unknown", [...automl, "--allowed", "RandomForst", "--max-trials", "1"], "SLW_", "RandomForest"],
  ["exit score no number", [...automl, "--exit-score", "high"], "SLW_CLI_VALUE", '"high"'],
  ["two validations", [...automl, "--validation", "cv:3", "--cv-split-columns", "sex"], "SLW_CLI_OPTION", "exclude"],
  ["two kinds of test rows", [...automl, "--test-size", "0.1", "--test-data", penguins], "SLW_CLI_OPTION", "exclude"],
  ["all rows as test rows", [...automl, "--test-size", "1"], "SLW_CLI_VALUE", "0.999"],
  ["weights from no column", [...automl, "--weight-column", "wieght"], "SLW_CLI_COLUMN", "--weight-column"],
  ["no column to drop", [...automl, "--drop-columns", "iland"], "SLW_CLI_COLUMN", "--drop-columns island"],
  ["no such purpose", [...automl, "--column-purpose", "island=Txt"], "SLW_CLI_VALUE", "--column-purpose Text"],
  ["a purpose without a column", [...automl, "--column-purpose", "Text"], "SLW_CLI_VALUE", "A=Numeric"],
  ["no such direction", [...automl, "--monotone", "body_mass_g=up"], "SLW_CLI_VALUE", "increasing"],
  [
    "a direction twice",
    [...automl, "--monotone", "body_mass_g=increasing", "--monotone", "body_mass_g=decreasing"],
    "SLW_CLI_VALUE",
    "each column once",
  ],
  [
    "monotone with three classes",
    [...automl, "--monotone", "body_mass_g=increasing"],
    "SLW_AUTOML_OPTION",
    "3 classes",
  ],
  ["no such featurization", [...automl, "--featurization", "none"], "SLW_CLI_VALUE", "auto, off"],
  ["featurization from no file", [...automl, "--featurization", at("absent.json")], "SLW_CLI_VALUE", "absent.json"],
  ["featurization with a wrong key", [...automl, "--featurization", at("wrong.json")], "SLW_CLI_VALUE", "wrong.json"],
  ["balance unknown", [...automl, "--class-balance", "smote"], "SLW_CLI_VALUE", "oversample"],
  ["charts of which file", [...automl, "--charts-of", "all"], "SLW_CLI_OPTION", "--charts FILE.json"],
  ["charts in no folder", [...automl, "--charts", at("absent/c.json")], "SLW_CLI_OUTPUT", "does not exist"],
  ["verify without data", ["automl", "verify", at("no-model.slipway")], "SLW_CLI_OPERAND", "DATA.csv"],
  ["verify no model", ["automl", "verify", at("no-model.slipway"), penguins], "SLW_MODEL_FORMAT", "no-model.slipway"],
  ["out in no folder", [...automl, "--out", at("absent/m.slipway")], "SLW_CLI_OUTPUT", "does not exist"],
  ["out is a folder", [...automl, "--out", at("folder")], "SLW_CLI_OUTPUT", "is a folder"],
  ["target not a column", ["automl", penguins, "--target", "specis"], "SLW_CLI_COLUMN", "--target species"],
  ["file absent", ["profile", at("absent.csv")], "SLW_DATA_NOT_FOUND", "absent.csv"],
  ["file a folder", ["profile", folder], "SLW_DATA_NOT_A_FILE", "folder"],
  ["ragged row", ["profile", at("ragged.csv")], "SLW_DATA_", "ine 3"],
  ["model absent", ["predict", at("absent.slipway"), penguins], "SLW_MODEL_UNREADABLE", "absent.slipway"],
  ["model is none", ["predict", at("no-model.slipway"), penguins], "SLW_MODEL_FORMAT", "no-model.slipway"],
  ["serve no model", ["serve", at("no-model.slipway")], "SLW_MODEL_FORMAT", "no-model.slipway"],
  ["port out of range", ["serve", at("no-model.slipway"), "--port", "65536"], "SLW_CLI_VALUE", "65535"],
  ["key with a space", ["serve", at("no-model.slipway"), "--key", "a b"], "SLW_CLI_VALUE", "--key"],
];

test.each(cases)("%s", async (_name, args, code, named) => {
  const result = await runCli(args, { cwd: folder });
  expect(result.stderr).toMatch(new RegExp(`^error\\[${code}\\w*\\]: .+\\n  fix: .+\\n$`, "m"));
  expect(result.stderr).toContain(named);
  expect(result.code).toBe(2);
  expect(result.stderr).not.toContain("    at ");
});

test("SLIPWAY_DEBUG=1 adds the stack", async () => {
  const { stderr } = await runCli(["nothing"], { env: { SLIPWAY_DEBUG: "1" } });
  expect(stderr).toMatch(/^error\[SLW_CLI_COMMAND\]/);
  expect(stderr).toContain("    at ");
});
