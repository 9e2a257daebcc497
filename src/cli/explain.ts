import { SlipwayError, type Table } from "../base/index.ts";
import type { CsvValue } from "../data/index.ts";
import type { Model } from "../model/index.ts";
import type { Command, Invocation } from "./command.ts";
import { explanationJson, explainOverall, showExplanation } from "./explain-report.ts";
import { readInput } from "./read-input.ts";
import { count, duration } from "./text.ts";
import { checkWritable, numberOption } from "./values.ts";

/** Rows that tell the importance of columns well enough when none were asked for. One by permutations takes 50 ms. */
const sampleRows = { exact: 1000, permutations: 100 } as const;
/** Rows whose contributions are in memory at once while a file is written. */
const blockRows = 256;

export const explainCommand: Command = {
  name: "explain",
  summary: "Shows what a model's answers come from: how much each column matters, and what it did in each row.",
  operands: [
    { name: "FILE.slipway", description: "The model file, as slipway automl writes it." },
    { name: "ROWS.csv", description: "The rows to explain, CSV or Parquet, with the columns that the model uses." },
  ],
  options: [
    {
      name: "out",
      value: "FILE.csv",
      description: "The file to write the contributions of every row to, whole or not at all.",
    },
    {
      name: "rows",
      value: "N",
      description: `Explains the first N rows only. By default all rows with --out, otherwise up to ${count(sampleRows.exact)} rows at even distances, or ${sampleRows.permutations} where they are explained by permutations.`,
    },
    { name: "json", description: "Prints one line of JSON instead of text." },
  ],
  details: [
    "A contribution says how far knowing the column moved the answer: exact SHAP values (path-dependent TreeSHAP for trees, Linear SHAP for linear models). Of a row they add up: baseline + contributions = the explained output, which is the weighted sum of the members' outputs before they become probabilities: log-odds for boosting and logistic regression, the share of the class for forests. Of two classes the second is explained.",
    "A stack of two classes is explained in log-odds, of more in scores before softmax. Members of another unit are converted: a forest in a stack of classes to logarithms of its probabilities; in a vote that has a forest the members with log-odds, to probabilities. Of a converted member the contributions are scaled so that they still add up.",
    "A model with a nearest-neighbour or neural-network member is explained as a whole by permutation SHAP, in probabilities or values: up to 512 mixtures of the row with the columns' values in training, the same for every row, so that the same row always gets the same answer. They add up to the answer as well; each is an estimate, of up to four columns over all their sets.",
    "The importance of a column is the mean size of its contributions, whatever their sign.",
    "The CSV has the columns `baseline` and `contribution_<column>`, or for more than two classes `baseline_<label>` and `contribution_<label>_<column>`; its rows are in the order of ROWS.csv.",
  ],
  example: "slipway explain penguins.slipway examples/penguins.csv --out contributions.csv",
  writesData: (options) => "json" in options,
  run: runExplain,
};

async function runExplain(invocation: Invocation): Promise<void> {
  const { operands, options, output, write, signal } = invocation;
  const [modelPath = "", rowsPath = ""] = operands;
  const out = options["out"];
  const wanted = numberOption(options, "rows", { min: 1, max: 1_000_000_000, whole: true });
  if (out !== undefined) checkWritable(out);
  const { readModel } = await import("../model/index.ts");
  const model = await readModel(modelPath);
  const types = Object.fromEntries(model.inputs.map(({ name, type }) => [name, type]));
  const { table, rows } = await readInput(rowsPath, output, signal, { types });
  const [first] = rows.reported;
  // With --out the rows of the answer must be those of the question, one for one.
  if (out !== undefined && first !== undefined) throw leftOut(rowsPath, first);

  const { takeRows } = await import("../data/index.ts");
  const { hasExactContributions } = await import("../model/index.ts");
  const most = hasExactContributions(model) ? sampleRows.exact : sampleRows.permutations;
  const start = performance.now();
  if (out !== undefined) {
    const explained = Math.min(wanted ?? table.rows, table.rows);
    await writeContributions(out, model, takeRows(table, rowNumbers(explained, 1)), invocation);
    const seconds = duration((performance.now() - start) / 1000);
    output.line(`Explained ${count(explained)} rows in ${seconds}; their contributions are in ${out}.`);
    if (options["json"] === undefined) return;
  }
  const step = wanted === undefined ? Math.max(1, table.rows / most) : 1;
  const sample = takeRows(table, rowNumbers(Math.min(wanted ?? most, table.rows), step));
  output.status(output.dim(`explaining ${count(sample.rows)} rows`));
  const explanation = await explainOverall(model, sample, table.rows, signal);
  output.status("");
  if (options["json"]) await write(`${JSON.stringify(explanationJson(model, explanation))}\n`);
  else showExplanation(output, model, explanation);
}

function rowNumbers(length: number, step: number): Uint32Array {
  return Uint32Array.from({ length }, (_, i) => Math.floor(i * step));
}

function leftOut(path: string, row: { line: number; reason: string }): SlipwayError {
  return new SlipwayError("SLW_CLI_OPERAND", `${path}: line ${row.line} cannot be explained: ${row.reason}`, {
    fix: "Mend that line, or take it out, so that every row has its contributions.",
  });
}

async function writeContributions(
  path: string,
  model: Model,
  table: Table,
  { output, signal }: Pick<Invocation, "output" | "signal">,
): Promise<void> {
  const { explainRows } = await import("../model/index.ts");
  const { takeRows, writeCsv } = await import("../data/index.ts");
  const { columns, outputs, baseline } = await explainRows(model, takeRows(table, rowNumbers(0, 1)));

  async function* lines(): AsyncGenerator<CsvValue[]> {
    for (let start = 0; start < table.rows; start += blockRows) {
      output.status(output.dim(`explaining row ${count(start + 1)} of ${count(table.rows)}`));
      const numbers = rowNumbers(Math.min(blockRows, table.rows - start), 1).map((row) => start + row);
      const { contributions } = await explainRows(model, takeRows(table, numbers), { signal });
      for (let at = 0; at < contributions.length; at += outputs.length * columns.length) {
        yield outputs.flatMap((_, k) => [
          baseline[k] ?? NaN,
          ...contributions.subarray(at + k * columns.length, at + (k + 1) * columns.length),
        ]);
      }
    }
  }
  const header = outputs.flatMap((label) => {
    const of = outputs.length === 1 ? "" : `_${label}`;
    return [`baseline${of}`, ...columns.map((column) => `contribution${of}_${column}`)];
  });
  await writeCsv(path, header, lines(), { signal });
  output.status("");
}
