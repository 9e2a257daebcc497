import { randomUUID } from "node:crypto";
import type { BatchScoring, Client } from "../contract/index.ts";
import type { Command, Invocation } from "./command.ts";
import { datasetVersion } from "./data-values.ts";
import { endpointOperand } from "./endpoints-values.ts";
import { followEvents } from "./follow-events.ts";
import { statusText } from "./runs-resolve.ts";
import { connect, serverOptions } from "./server-client.ts";
import { count, cut, duration, printable } from "./text.ts";
import { choiceOption, quoted } from "./values.ts";

const formats = ["csv", "parquet"] as const;

export const endpointsBatchCommand: Command = {
  name: "endpoints batch",
  summary: "Scores a whole dataset with the model of an endpoint.",
  operands: [endpointOperand],
  options: [
    {
      name: "data",
      value: "DATASET[@VERSION]",
      required: true,
      description: "The rows; by default its newest version.",
    },
    { name: "out", value: "DATASET", required: true, description: "It gets a version with the predictions." },
    { name: "proba", description: "Adds the probability of each label: columns probability_LABEL." },
    { name: "predictions-only", description: "Leaves the columns of the data out." },
    { name: "format", value: "FORMAT", description: "Of the output: csv or parquet. By default that of the data." },
    { name: "no-wait", description: "Returns when the scoring is queued." },
    ...serverOptions,
  ],
  details: [
    "A worker of the server scores, not the endpoint: its requests go on undisturbed. The model is that of the healthy deployment with the most traffic.",
    "The output has one row for each row of the data, in the same order. Ctrl-C ends only the watching; `slipway runs cancel` ends the run, `slipway runs resume` goes on with what was scored.",
    "Exit code 0 where it is FINISHED, 1 where it FAILED or was KILLED.",
  ],
  example: "slipway endpoints batch bank --data customers --out customers-scored --proba",
  writesData: (options) => "json" in options,
  run: score,
};

async function score(invocation: Invocation): Promise<void> {
  const { operands, options, output, write, signal } = invocation;
  const client = connect(options);
  const body = toBody(operands[0] ?? "", options);
  const begun = await client.createBatchScoring({ body }, { idempotencyKey: randomUUID(), signal });
  const { model, data } = begun;
  const place = begun.queuePosition === null ? "" : `, place ${begun.queuePosition} in the queue`;
  const what = `${data.dataset}@${data.version} by ${model.name}@${model.version}`;
  output.line(`${output.bold(printable(begun.name))}: ${printable(what)} (run ${begun.id}${place})`);
  if ("no-wait" in options) {
    output.line(output.dim("Next:"));
    output.line(`  slipway runs watch ${begun.id}`);
    if ("json" in options) await write(`${JSON.stringify(begun)}\n`);
    return;
  }
  const ended = await follow(client, begun, invocation);
  if ("json" in options) await write(`${JSON.stringify(ended)}\n`);
  show(ended, invocation);
  if (ended.status !== "FINISHED") process.exitCode = 1;
}

function toBody(endpoint: string, options: Invocation["options"]) {
  const { dataset, version } = datasetVersion(options["data"] ?? "");
  const format = choiceOption(options, "format", formats);
  return {
    endpoint,
    data: version === "latest" ? { dataset } : { dataset, version: Number(version) },
    output: options["out"] ?? "",
    method: "proba" in options ? ("predict_proba" as const) : ("predict" as const),
    keepInputs: !("predictions-only" in options),
    ...(format !== undefined && { format }),
  };
}

/** @returns it at its end */
async function follow(client: Client, { id }: BatchScoring, { output, signal }: Invocation): Promise<BatchScoring> {
  try {
    for await (const _event of followEvents(client, { subject: `run/${id}` }, signal)) {
      const found = await client.getBatchScoring({ run: id }, { signal });
      if (["FINISHED", "FAILED", "KILLED"].includes(found.status)) return found;
      output.status(output.dim(cut(progressText(found), output.width - 1)));
    }
    throw signal.reason;
  } finally {
    output.status("");
  }
}

function progressText({ status, progress }: BatchScoring): string {
  const { rows, totalRows, rowsPerSecond } = progress;
  if (rows === 0) return status;
  const rate = rowsPerSecond
    ? `, ${count(rowsPerSecond)} rows/s, ${duration((totalRows - rows) / rowsPerSecond)} left`
    : "";
  const what =
    rows === totalRows ? `all ${count(rows)} rows; writing the output` : `${count(rows)} of ${count(totalRows)} rows`;
  return `${status}  ${what}${rows === totalRows ? "" : rate}`;
}

function show(ended: BatchScoring, { output }: Invocation): void {
  const { status, progress, id } = ended;
  const rate = progress.rowsPerSecond === null ? "" : ` at ${count(progress.rowsPerSecond)} rows/s`;
  if (status !== "FINISHED") {
    output.line(output.yellow(statusText(ended)));
    output.line(output.dim("Next:"));
    output.line(`  slipway runs resume ${id}`);
    return;
  }
  const name = quoted(`${ended.output.dataset}@${ended.output.version}`);
  output.line(`${output.green(status)}: ${count(progress.rows)} rows${rate}, in ${name}.`);
  output.line(output.dim("Next:"));
  output.line(`  slipway data show ${name}`);
}
