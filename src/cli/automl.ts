import { basename, extname } from "node:path";
import { SlipwayError, type Table } from "../base/index.ts";
import type { AutoMLEvent, AutoMLOptions, AutoMLResult } from "../automl/index.ts";
import type { AutoMLReport } from "../contract/index.ts";
import { createProgress } from "./automl-progress.ts";
import { showLeaderboard } from "./automl-leaderboard.ts";
import type { Command, Invocation } from "./command.ts";
import { orAborted } from "./interruption.ts";
import { readInput } from "./read-input.ts";
import { duration } from "./text.ts";
import { checkColumn, checkWritable, choiceOption, listOption, numberOption, quoted } from "./values.ts";

export const automlCommand: Command = {
  name: "automl",
  summary: "Finds the best model for a column of a table and saves it to a file.",
  operands: [
    { name: "FILE.csv", description: "The table to learn from: CSV or Parquet; delimiter and encoding are found out." },
  ],
  options: [
    { name: "target", value: "COLUMN", required: true, description: "The column to predict." },
    {
      name: "task",
      value: "TASK",
      description:
        "classification or regression. By default classification for text and for up to 20 distinct whole numbers, otherwise regression.",
    },
    {
      name: "metric",
      value: "METRIC",
      description:
        "What the best model is best at, by Azure ML's names. By default AUC_weighted or normalized_root_mean_squared_error.",
    },
    {
      name: "time-limit",
      value: "SECONDS",
      description:
        "Seconds for everything, reading and the final training included. By default 60, or none with --max-trials.",
    },
    {
      name: "max-trials",
      value: "N",
      description: "Ends the search after N trials; the same seed then gives the same model.",
    },
    {
      name: "allowed",
      value: "A,B",
      description: "Tries these learners only (GradientBoosting, RandomForest, LogisticRegression, ElasticNet, …).",
    },
    { name: "blocked", value: "A,B", description: "Leaves these learners out, also of those that --allowed names." },
    {
      name: "validation",
      value: "HOW",
      description:
        "holdout:0.1 holds a tenth of the rows out, cv:5 uses five folds. By default 10 folds below 1,000 rows, 3 folds up to 20,000, then a tenth held out.",
    },
    { name: "seed", value: "N", description: "Seed of all that is random. By default 42." },
    {
      name: "threads",
      value: "N",
      description:
        "Worker threads, 1 to 64. By default the machine's cores. Never changes a result, only how soon it comes.",
    },
    {
      name: "out",
      value: "FILE.slipway",
      description: "The model file. By default named after FILE.csv, in this folder.",
    },
    {
      name: "json",
      description: "Ends standard output with one line of JSON; text for people goes to standard error.",
    },
  ],
  details: [
    "Models appear as they finish. Ctrl-C ends the search at once; then no model file is written, and one that is there stays as it was.",
  ],
  example: "slipway automl examples/penguins.csv --target species --time-limit 20 --out penguins.slipway",
  writesData: (options) => "json" in options,
  run: runAutoML,
};

interface Settings extends Omit<AutoMLOptions, "signal" | "target"> {
  readonly target: string;
  readonly out: string;
}

async function runAutoML(invocation: Invocation): Promise<void> {
  const { output, options, signal, write } = invocation;
  const file = invocation.operands[0] ?? "";
  const settings = readSettings(file, options);
  checkWritable(settings.out);
  const { table } = await readInput(file, output, signal);
  checkColumn(table, file, "--target", settings.target);

  const result = await search(table, remaining(settings, secondsRun()), invocation);
  const { writeModel } = await import("../model/index.ts");
  const { sha256 } = await writeModel(settings.out, result.model);

  const elapsedSeconds = secondsRun();
  showLeaderboard(output, result);
  output.line();
  output.line(
    `${output.green("Saved")} ${settings.out} (sha256 ${sha256.slice(0, 12)}…) after ${duration(elapsedSeconds)}.`,
  );
  output.line(output.dim("Next:"));
  output.line(`  slipway predict ${quoted(settings.out)} ${quoted(file)} --out predictions.csv`);
  output.line(`  slipway serve ${quoted(settings.out)}`);
  if (options["json"]) await write(`${JSON.stringify(report(result, settings.out, elapsedSeconds))}\n`);
}

function readSettings(file: string, options: Invocation["options"]): Settings {
  const allowed = listOption(options, "allowed");
  const blocked = listOption(options, "blocked");
  const task = choiceOption(options, "task", ["classification", "regression"]);
  const timeLimit = numberOption(options, "time-limit", { min: 1, max: 604_800 });
  const maxTrials = numberOption(options, "max-trials", { min: 1, max: 100_000, whole: true });
  const seed = numberOption(options, "seed", { min: 0, max: 4_294_967_295, whole: true });
  const threads = numberOption(options, "threads", { min: 1, max: 64, whole: true });
  return {
    target: options["target"] ?? "",
    out: options["out"] ?? `${basename(file, extname(file))}.slipway`,
    ...(task && { task }),
    ...(options["metric"] && { metric: options["metric"] }),
    ...(timeLimit !== undefined && { timeLimit }),
    ...(maxTrials !== undefined && { maxTrials }),
    ...(allowed && { allowed }),
    ...(blocked && { blocked }),
    ...(options["validation"] && { validation: checkValidation(options["validation"]) }),
    ...(seed !== undefined && { seed }),
    ...(threads !== undefined && { threads }),
  };
}

function checkValidation(text: string): string {
  const [, kind, size] = /^(auto|holdout|cv)(?::([\d.]+))?$/.exec(text) ?? [];
  const value = Number(size);
  const fits =
    (kind === "auto" && size === undefined) ||
    (kind === "holdout" && value >= 0.01 && value <= 0.5) ||
    (kind === "cv" && Number.isInteger(value) && value >= 2 && value <= 20);
  if (fits) return text;
  throw new SlipwayError("SLW_CLI_VALUE", `--validation must be auto, holdout:SHARE or cv:FOLDS, got "${text}".`, {
    fix: "Give a share from 0.01 to 0.5 (--validation holdout:0.1) or from 2 to 20 folds (--validation cv:5).",
  });
}

/** Since the command was started, Node's own start included. */
function secondsRun(): number {
  return Math.round(performance.now()) / 1000;
}

/** Reading the file counts against the limit on everything. */
function remaining(settings: Settings, spentSeconds: number): AutoMLOptions {
  const { out: _out, ...options } = settings;
  const limit = options.timeLimit ?? (options.maxTrials === undefined ? 60 : undefined);
  return limit === undefined ? options : { ...options, timeLimit: Math.max(1, limit - spentSeconds) };
}

async function search(table: Table, options: AutoMLOptions, { output, signal }: Invocation): Promise<AutoMLResult> {
  const { automl } = await import("../automl/index.ts");
  const progress = createProgress(output);
  const events: AsyncGenerator<AutoMLEvent, AutoMLResult> = automl(table, { ...options, signal });
  try {
    for (;;) {
      const { done, value } = await orAborted(events.next(), signal);
      if (done) return value;
      progress.show(value);
    }
  } finally {
    progress.stop();
  }
}

/** The object of `--json`. */
function report(result: AutoMLResult, modelPath: string, elapsedSeconds: number): AutoMLReport {
  const { task, target, metric, best, models, validation, rows, columns } = result;
  return {
    task,
    target,
    metric,
    best: { name: best.name, value: best.value },
    models: models.map(({ name, value, metrics, trainSeconds, predictMicrosPerRow }) => ({
      name,
      value,
      metrics,
      trainSeconds,
      predictMicrosPerRow,
    })),
    validation,
    rows,
    columns,
    elapsedSeconds,
    modelPath,
  };
}
