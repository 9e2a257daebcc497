import { SlipwayError } from "../base/index.ts";
import type { CsvValue } from "../data/index.ts";
import type { Label, Model } from "../model/index.ts";
import type { Command, Invocation } from "./command.ts";
import { readInput } from "./read-input.ts";
import { count, duration } from "./text.ts";
import { checkWritable } from "./values.ts";

export const predictCommand: Command = {
  name: "predict",
  summary: "Scores the rows of a file with a model file.",
  operands: [
    { name: "FILE.slipway", description: "The model file, as slipway automl writes it." },
    { name: "ROWS.csv", description: "The rows, CSV or Parquet; columns that the model does not use are left alone." },
  ],
  options: [
    {
      name: "out",
      value: "PREDS.csv",
      description: "The file to write, whole or not at all. By default the CSV goes to standard output.",
    },
  ],
  details: [
    "The CSV has the column `prediction` and, for classification, one column `probability_<label>` for each label; its rows are in the order of ROWS.csv.",
    "Datasets of a server are scored there: slipway endpoints batch",
  ],
  example: "slipway predict penguins.slipway examples/penguins.csv --out predictions.csv",
  writesData: (options) => !("out" in options),
  run: runPredict,
};

/** Characters written to standard output at once. */
const chunkLength = 65_536;

async function runPredict({ operands, options, output, write, signal }: Invocation): Promise<void> {
  const [modelPath = "", rowsPath = ""] = operands;
  const out = options["out"];
  if (out !== undefined) checkWritable(out);
  const { predictions, readModel, score } = await import("../model/index.ts");
  const model = await readModel(modelPath);
  const types = Object.fromEntries(model.inputs.map(({ name, type }) => [name, type]));
  const { table, rows } = await readInput(rowsPath, output, signal, { types });
  if (rows.reported.length > 0) throw leftOut(rowsPath, rows.reported[0]);

  const start = performance.now();
  const outputs = score(model, table);
  const answers = predictions(model, outputs);
  const seconds = (performance.now() - start) / 1000;
  const answerRows = csvRows(model, answers, outputs);
  const { formatCsvRow, writeCsv } = await import("../data/index.ts");
  if (out !== undefined) await writeCsv(out, csvHeader(model), answerRows, { signal });
  else {
    let chunk = formatCsvRow(csvHeader(model));
    for (const row of answerRows) {
      chunk += formatCsvRow(row);
      if (chunk.length < chunkLength) continue;
      await write(chunk);
      chunk = "";
    }
    await write(chunk);
  }
  output.line(
    `Scored ${count(table.rows)} rows in ${duration(seconds)}${out === undefined ? "" : `; they are in ${out}`}.`,
  );
}

/** The rows of the answer must be those of the question, one for one. */
function leftOut(path: string, row: { line: number; reason: string } | undefined): SlipwayError {
  return new SlipwayError("SLW_CLI_OPERAND", `${path}: line ${row?.line} cannot be scored: ${row?.reason}`, {
    fix: "Mend that line, or take it out, so that every row has its prediction.",
  });
}

function csvHeader({ task, labels }: Model): string[] {
  return ["prediction", ...(task === "classification" ? labels.map((label) => `probability_${label}`) : [])];
}

/** Classification: `outputs` holds the probabilities of all labels, row after row. */
function* csvRows({ task, labels }: Model, answers: readonly Label[], outputs: Float64Array): Generator<CsvValue[]> {
  const width = task === "classification" ? labels.length : 0;
  for (const [row, answer] of answers.entries()) yield [answer, ...outputs.subarray(row * width, (row + 1) * width)];
}
