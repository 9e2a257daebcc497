import { SlipwayError, type Table } from "../base/index.ts";
import type { AutoMLEvent, AutoMLOptions, AutoMLResult } from "../automl/index.ts";
import { showLeaderboard } from "./automl-leaderboard.ts";
import { automlOptions } from "./automl-options.ts";
import { createProgress } from "./automl-progress.ts";
import { chartsJson, reportJson } from "./automl-report.ts";
import { showResult } from "./automl-result.ts";
import { readSettings, readTables, type Settings } from "./automl-settings.ts";
import type { Command, Invocation } from "./command.ts";
import { duration } from "./text.ts";
import { checkWritable, quoted } from "./values.ts";
import { writeWhole } from "./write-whole.ts";

export const automlCommand: Command = {
  name: "automl",
  summary: "Finds the best model for a column of a table and saves it to a file.",
  operands: [
    {
      name: "FILE.csv",
      optional: true,
      description: "The table to learn from: CSV or Parquet; delimiter and encoding are found out. Or --data.",
    },
  ],
  options: automlOptions,
  details: [
    "Models appear as they finish. Ctrl-C ends the search and saves the best model so far, with exit code 130; a second Ctrl-C ends at once, and a model file that is there stays as it was.",
    "With --data the run goes on where it was should the server or a worker be killed, and Ctrl-C asks it to end with the best model so far; a second one leaves it to the server.",
    "The model file records seed, options and trials: slipway automl verify makes the model again and compares.",
  ],
  example: "slipway automl examples/penguins.csv --target species --time-limit 20 --out penguins.slipway",
  writesData: (options) => "json" in options,
  run: async (invocation) => {
    const { operands, options } = invocation;
    const [file] = operands;
    if (options["data"] === undefined) return runHere(file ?? refuseWithoutFile(), invocation);
    if (file !== undefined)
      throw new SlipwayError("SLW_CLI_OPERAND", `--data takes the place of ${file}.`, { fix: "Give one of them." });
    const { runOnServer } = await import("./automl-server.ts");
    return runOnServer(options["data"], invocation);
  },
};

function refuseWithoutFile(): never {
  throw new SlipwayError("SLW_CLI_OPERAND", "slipway automl needs FILE.csv, or --data with a dataset of a server.", {
    fix: `Call it like this: ${automlCommand.example}`,
  });
}

/** @throws SLW_CLI_OPTION for options that are for a server */
async function runHere(file: string, invocation: Invocation): Promise<void> {
  const { output, options, signal, write, untilDone } = invocation;
  refuseServerOptions(options);
  const settings = await readSettings(file, options);
  checkWritable(settings.out);
  if (settings.charts !== undefined) checkWritable(settings.charts);
  const { table, ...rows } = await readTables(file, settings, invocation);
  signal.throwIfAborted();
  const { result, sha256 } = await untilDone(async () => {
    const found = await search(table, { ...remaining(settings, secondsRun()), ...rows }, invocation);
    return { result: found, sha256: await save(found, settings) };
  });

  const elapsedSeconds = secondsRun();
  showLeaderboard(output, result);
  showResult(output, result, settings.explain ?? true);
  output.line();
  if (result.interrupted) output.line(output.yellow("Interrupted; this is the best of what was finished."));
  output.line(
    `${output.green("Saved")} ${settings.out} (sha256 ${sha256.slice(0, 12)}…) after ${duration(elapsedSeconds)}.`,
  );
  if (settings.charts !== undefined) output.line(`${output.green("Saved")} ${settings.charts}.`);
  output.line(output.dim("Next:"));
  output.line(`  slipway predict ${quoted(settings.out)} ${quoted(file)} --out predictions.csv`);
  output.line(`  slipway serve ${quoted(settings.out)}`);
  if (!options["json"]) return;
  // Not by `write`, which an interruption ends.
  const line = `${JSON.stringify(reportJson(result, { modelPath: settings.out, sha256, elapsedSeconds }))}\n`;
  if (result.interrupted) process.stdout.write(line);
  else await write(line);
}

function refuseServerOptions(options: Invocation["options"]): void {
  const name = automlOptions.find((option) => option.group === "Server" && option.name in options)?.name;
  if (name === undefined) return;
  throw new SlipwayError("SLW_CLI_OPTION", `--${name} is for a run on a server, but --data is not given.`, {
    fix: "Name a dataset of the server: --data NAME. slipway data list shows them.",
    details: { option: name },
  });
}

/** @returns the SHA-256 of the model file */
async function save(result: AutoMLResult, { out, charts, chartsOf }: Settings): Promise<string> {
  const { writeModel } = await import("../model/index.ts");
  const { sha256 } = await writeModel(out, result.model);
  if (charts !== undefined) await writeWhole(charts, `${JSON.stringify(chartsJson(result, chartsOf))}\n`);
  return sha256;
}

/** Since the command was started, Node's own start included. */
function secondsRun(): number {
  return Math.round(performance.now()) / 1000;
}

/** Reading the file counts against the limit on everything. */
function remaining(settings: Settings, spentSeconds: number): AutoMLOptions {
  const { out: _out, charts: _charts, chartsOf: _chartsOf, ...options } = settings;
  const limit = options.timeLimit ?? (options.maxTrials === undefined ? 60 : undefined);
  return limit === undefined ? options : { ...options, timeLimit: Math.max(1, limit - spentSeconds) };
}

async function search(table: Table, options: AutoMLOptions, { output, signal }: Invocation): Promise<AutoMLResult> {
  const { automl } = await import("../automl/index.ts");
  const progress = createProgress(output);
  const events: AsyncGenerator<AutoMLEvent, AutoMLResult> = automl(table, { ...options, signal });
  const onAbort = (): void => progress.interrupted();
  signal.addEventListener("abort", onAbort);
  try {
    for (;;) {
      const { done, value } = await events.next();
      if (done) return value;
      progress.show(value);
    }
  } catch (error) {
    progress.stop();
    if (signal.aborted && error instanceof SlipwayError && error.code === "SLW_AUTOML_NO_MODEL")
      output.line(output.yellow("Interrupted before the first model was finished; no model file was written."));
    throw error;
  } finally {
    signal.removeEventListener("abort", onAbort);
    progress.stop();
  }
}
