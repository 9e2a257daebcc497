import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import type { Client, NewPipelineRun, PipelineRun } from "../contract/index.ts";
import type { Command, Invocation } from "./command.ts";
import { followPipelineRun, printSteps } from "./pipelines-follow.ts";
import { readPipelineFile, uploadDefinition } from "./pipelines-file.ts";
import { junitReport, markdownSummary } from "./pipelines-report.ts";
import { gitOptions, parameterOption, parametersOf, parametersOption } from "./pipelines-values.ts";
import { statusText } from "./runs-resolve.ts";
import { connect, serverOptions } from "./server-client.ts";
import { printable } from "./text.ts";
import { checkWritable } from "./values.ts";
import { writeWhole } from "./write-whole.ts";

export const pipelinesRunCommand: Command = {
  name: "pipelines run",
  summary: "Starts a run of a published pipeline, or of a file that is not published.",
  operands: [
    { name: "NAME[@VERSION]|FILE", description: "A published pipeline, or a file: YAML, JSON or TypeScript." },
  ],
  options: [
    parameterOption,
    parametersOption,
    { name: "experiment", value: "NAME", description: "Made where it is not there. By default the pipeline's." },
    { name: "name", value: "TEXT", description: "Of the run." },
    { name: "no-reuse", description: "Runs every step, also those whose outputs are there from before." },
    { name: "wait", description: "Follows the run until it ends." },
    { name: "junit", value: "FILE", description: "Writes a JUnit report of the steps when it has ended; waits." },
    { name: "summary", value: "FILE", description: "Writes a summary in Markdown when it has ended; waits." },
    ...gitOptions,
    ...serverOptions,
  ],
  details: [
    "With --wait: exit code 0 where the run is FINISHED, 1 where it FAILED or was KILLED. Ctrl-C ends only the watching; `slipway runs cancel` ends the run.",
  ],
  example: "slipway pipelines run retrain --parameter metric=accuracy --wait",
  writesData: (options) => "json" in options,
  run: start,
};

async function start(invocation: Invocation): Promise<void> {
  const { operands, options, output, write, signal } = invocation;
  for (const path of [options["junit"], options["summary"]]) if (path !== undefined) checkWritable(path);
  const client = connect(options);
  const body = await toBody(client, operands[0] ?? "", invocation);
  const begun = await client.createPipelineRun({ body }, { idempotencyKey: randomUUID(), signal });
  output.line(`${output.bold(printable(begun.name))}: ${printable(begun.pipeline)} (run ${begun.id})`);
  const waits = ["wait", "junit", "summary"].some((name) => name in options);
  if (!waits) {
    output.line(output.dim("Next:"));
    output.line(`  slipway runs watch ${begun.id}`);
    if ("json" in options) await write(`${JSON.stringify(begun)}\n`);
    return;
  }
  const ended = await followPipelineRun(client, begun.id, output, signal);
  await writeReports(ended, options);
  if ("json" in options) await write(`${JSON.stringify(ended)}\n`);
  printEnd(ended, invocation);
  if (ended.status !== "FINISHED") process.exitCode = 1;
}

async function toBody(client: Client, given: string, { options, output, signal }: Invocation): Promise<NewPipelineRun> {
  const parameters = parametersOf(options);
  const { experiment, name } = options;
  const rest = {
    ...(parameters && { parameters }),
    ...(experiment !== undefined && { experiment }),
    ...(name !== undefined && { name }),
    ...("no-reuse" in options && { reuse: false }),
  };
  if (options["git"] === undefined && !isFile(given)) return { pipeline: given, ...rest };
  const found = await readPipelineFile(given, options, signal);
  return { ...(await uploadDefinition(client, found, output, signal)), ...rest };
}

/** Names of pipelines have no slash; a name with the end of a file's is one where there is no such file. */
function isFile(given: string): boolean {
  return /[/\\]/.test(given) || (/\.(ya?ml|json|[cm]?[jt]s)$/i.test(given) && existsSync(given));
}

async function writeReports(run: PipelineRun, options: Invocation["options"]): Promise<void> {
  const { junit, summary } = options;
  if (junit !== undefined) await writeWhole(junit, junitReport(run));
  if (summary !== undefined) await writeWhole(summary, markdownSummary(run));
}

function printEnd(run: PipelineRun, { output }: Invocation): void {
  printSteps(output, run);
  const good = run.status === "FINISHED";
  output.line((good ? output.green : output.yellow)(printable(statusText(run))));
  if (good) return;
  output.line(output.dim("Next:"));
  const failed = run.steps.find(({ state }) => state === "FAILED");
  if (failed?.runId) output.line(`  slipway runs logs ${failed.runId}`);
  output.line(`  slipway runs retry ${run.id}`);
}
