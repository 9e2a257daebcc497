import type { ModelEvaluation, PermutationImportance } from "../automl/index.ts";
import type { Table } from "../base/index.ts";
import type { Model } from "../model/index.ts";
import type { Command, Invocation } from "./command.ts";
import { showEvaluation } from "./evaluate-report.ts";
import { importanceJson, showImportance } from "./importance-report.ts";
import { readInput } from "./read-input.ts";
import { count } from "./text.ts";
import { checkColumn, checkWritable } from "./values.ts";
import { writeWhole } from "./write-whole.ts";

export const evaluateCommand: Command = {
  name: "evaluate",
  summary: "Measures a model file on rows whose answers are known: metrics, confusion matrix, thresholds, charts.",
  operands: [
    { name: "FILE.slipway", description: "The model file, as slipway automl writes it." },
    { name: "DATA.csv", description: "Rows with the columns that the model uses and the column it predicts." },
  ],
  options: [
    {
      name: "target",
      value: "COLUMN",
      description: "The column that holds the right answers. By default the one that the model was trained for.",
    },
    {
      name: "charts",
      value: "FILE.json",
      description:
        "Writes the charts as data: ROC, precision-recall, gain, lift and calibration curves, or residuals and predicted against true values.",
    },
    {
      name: "importance",
      description:
        "Shows too how much worse the model gets when a column's values are shuffled: it scores the rows 5 times a column.",
    },
    { name: "json", description: "Prints one line of JSON instead of text." },
  ],
  details: [
    "Rows that the model was trained on flatter it: give others. Rows without an answer are left out. Metrics are those of Azure ML, by its names; labels are judged as the model gives them, at its own threshold where it has one.",
    "Of two classes the threshold table says what would be found if the second were given from another probability on.",
  ],
  example: "slipway evaluate penguins.slipway examples/penguins.csv",
  writesData: (options) => "json" in options,
  run: runEvaluate,
};

async function runEvaluate(invocation: Invocation): Promise<void> {
  const { operands, options, output, write, signal } = invocation;
  const [modelPath = "", dataPath = ""] = operands;
  const { charts: chartsPath } = options;
  if (chartsPath !== undefined) checkWritable(chartsPath);
  const { readModel } = await import("../model/index.ts");
  const model = await readModel(modelPath);
  const target = options["target"] ?? model.target;
  const { table } = await readInput(dataPath, output, signal, { types: typesOf(model) });
  checkColumn(table, dataPath, "--target", target);
  const { evaluateModel } = await import("../automl/index.ts");
  output.status(output.dim(`scoring ${count(table.rows)} rows`));
  const evaluation = evaluateModel(model, table, target);
  const importance = options["importance"] === undefined ? null : await importanceOf(model, table, target, invocation);
  output.status("");
  if (chartsPath !== undefined) await writeWhole(chartsPath, `${JSON.stringify(evaluation.charts)}\n`);
  if (options["json"]) {
    await write(`${JSON.stringify(evaluationJson(model, target, evaluation, importance))}\n`);
    return;
  }
  showEvaluation(output, model, target, evaluation, table.rows);
  if (importance) showImportance(output, importance, evaluation.rows);
  if (chartsPath !== undefined) output.line(`\nThe charts are in ${chartsPath}.`);
}

/** Of the columns that the model reads; and labels that are text stay text, whatever they look like. */
function typesOf({ inputs, labels, target }: Model): Record<string, "numeric" | "string" | "datetime"> {
  const types = Object.fromEntries(inputs.map(({ name, type }) => [name, type]));
  return labels.some((label) => typeof label === "string") ? { ...types, [target]: "string" } : types;
}

async function importanceOf(
  model: Model,
  table: Table,
  target: string,
  { output, signal }: Invocation,
): Promise<PermutationImportance> {
  const { permutationImportance } = await import("../automl/index.ts");
  output.status(output.dim(`shuffling ${count(model.inputs.length)} columns`));
  const { primaryMetric, seed } = model.provenance;
  return permutationImportance(model, table, target, primaryMetric, seed, { signal });
}

/** NaN, which JSON does not have, becomes null. */
function evaluationJson(
  { name, task, provenance }: Model,
  target: string,
  { rows, metrics, thresholds, charts }: ModelEvaluation,
  importance: PermutationImportance | null,
): object {
  return {
    model: name,
    task,
    target,
    rows,
    primaryMetric: provenance.primaryMetric,
    metrics,
    ...(charts.task === "classification" && { confusionMatrix: charts.confusion_matrix.data }),
    thresholds,
    importance: importance && importanceJson(importance),
  };
}
