import { SlipwayError, type Table } from "../base/index.ts";
import type { Command, Invocation } from "./command.ts";
import { readInput } from "./read-input.ts";
import { duration } from "./text.ts";
import { numberOption } from "./values.ts";

export const automlVerifyCommand: Command = {
  name: "automl verify",
  summary: "Trains a model again from what its file records, and says whether it is the same bit for bit.",
  operands: [
    { name: "FILE.slipway", description: "The model file, as slipway automl wrote it." },
    { name: "DATA.csv", description: "The file that it was trained on." },
  ],
  options: [
    {
      name: "validation-data",
      value: "FILE",
      description: "The rows that judged the models, where they were a file of their own.",
    },
    { name: "threads", value: "N", description: "Worker threads, 1 to 64. By default the machine's cores." },
    { name: "json", description: "Prints one line of JSON; text for people goes to standard error." },
  ],
  details: [
    "The features and the members of the model are made anew from the recorded options, seed and trials, and the members are judged again on all folds for the metrics. The members' weights are taken from the file: they were chosen among all trials of the run, which it does not record. What was checked and what was not is said. Exit code 0: the same SHA-256. Exit code 1: what differs is said, as when DATA.csv is not the file that the model was trained on.",
  ],
  example: "slipway automl verify penguins.slipway examples/penguins.csv",
  writesData: (options) => "json" in options,
  run: runVerify,
};

async function runVerify({ operands, options, output, signal, write }: Invocation): Promise<void> {
  const [modelPath = "", dataPath = ""] = operands;
  const threads = numberOption(options, "threads", { min: 1, max: 64, whole: true });
  const { encodeModel, readModel } = await import("../model/index.ts");
  const { verify } = await import("../automl/index.ts");
  const { createHash } = await import("node:crypto");
  const { sha256, ...model } = await readModel(modelPath);
  const { table } = await readInput(dataPath, output, signal);
  const validationData = await readValidationData(options["validation-data"], table, output, signal);
  const {
    model: again,
    differences,
    checked,
    unchecked,
  } = await verify(model, table, {
    signal,
    ...(threads !== undefined && { threads }),
    ...(validationData && { validationData }),
    onTraining: (members) =>
      output.line(`training ${members.length === 1 ? members[0] : `${members.length} members`} again`),
  });
  const sha256Again = createHash("sha256").update(encodeModel(again)).digest("hex");
  const isSame = sha256Again === sha256;
  output.line(`recorded  ${sha256}  ${modelPath}`);
  output.line(`again     ${sha256Again}`);
  output.line(`checked   ${checked.join(", ")}`);
  for (const each of unchecked) output.line(`${output.yellow("not checked")}: ${each}`);
  const report = { same: isSame, sha256, sha256Again, differences, checked, unchecked };
  if (options["json"]) await write(`${JSON.stringify(report)}\n`);
  if (isSame)
    return output.line(`${output.green("The same")}, bit for bit, after ${duration(performance.now() / 1000)}.`);
  throw new SlipwayError(
    "SLW_AUTOML_VERIFY",
    `${modelPath} is not what its record gives: ${differences.join("; ") || "bytes differ"}.`,
    { details: { sha256, sha256Again, differences } },
  );
}

async function readValidationData(
  path: string | undefined,
  table: Table,
  output: Invocation["output"],
  signal: AbortSignal,
): Promise<Table | undefined> {
  if (path === undefined) return undefined;
  const types = Object.fromEntries(table.columns.map(({ name, type }) => [name, type]));
  return (await readInput(path, output, signal, { types })).table;
}
