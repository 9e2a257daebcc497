import type { ArtifactEntry, Run } from "../contract/index.ts";
import type { Command, Invocation } from "./command.ts";
import { shortTime } from "./listing.ts";
import type { Output } from "./output.ts";
import { printSteps } from "./pipelines-follow.ts";
import { metricText } from "./runs-list.ts";
import { resolveRun, runOperand, secondsOf, statusText } from "./runs-resolve.ts";
import { connect, serverOptions } from "./server-client.ts";
import { count, duration, printable, table } from "./text.ts";

export const runsShowCommand: Command = {
  name: "runs show",
  summary: "Shows a run with its parameters, metrics, tags and artifacts; of a pipeline, its steps.",
  operands: [runOperand],
  options: serverOptions,
  details: [],
  example: "slipway runs show calm-otter-417",
  writesData: (options) => "json" in options,
  run: showRun,
};

async function showRun({ operands: [given = ""], options, output, write }: Invocation): Promise<void> {
  const client = connect(options);
  const run = await resolveRun(client, given, "all");
  const details = await client.getRun({ run });
  const { items: artifacts } = await client.listRunArtifacts({ run });
  const pipeline = details.kind === "pipeline" ? await client.getPipelineRun({ run }) : null;
  if ("json" in options) {
    return write(`${JSON.stringify({ ...details, artifacts, ...(pipeline && { steps: pipeline.steps }) })}\n`);
  }
  printRun(output, details, artifacts);
  if (pipeline === null) return;
  output.line();
  printSteps(output, pipeline);
}

function printRun(output: Output, run: Run, artifacts: readonly ArtifactEntry[]): void {
  const seconds = secondsOf(run);
  output.line(
    `${output.bold(printable(run.name))}  ${statusText(run)}${run.lifecycle === "deleted" ? "  deleted" : ""}`,
  );
  section(output, null, [
    ["id", run.id],
    ["kind", run.kind],
    ["experiment", String(run.experiment)],
    ["user", run.user],
    ["started", seconds === null ? "not yet" : `${shortTime(run.startedAt)}, ${duration(seconds)}`],
    ...(run.parentId === null ? [] : [["part of", run.parentId] as const]),
    ...(run.source === null
      ? []
      : [["source", run.commit === null ? run.source : `${run.source} at ${run.commit}`] as const]),
    ...run.datasets.map(({ name, digest }) => ["data", `${name} (${digest})`] as const),
  ]);
  section(
    output,
    "Metrics",
    run.metrics.map(({ key, value, step }) => [key, `${metricText(value)}${step === 0 ? "" : `  (step ${step})`}`]),
  );
  section(output, "Parameters", Object.entries(run.params));
  section(
    output,
    "Tags",
    Object.entries(run.tags).filter(([key]) => !key.startsWith("mlflow.")),
  );
  section(
    output,
    "Artifacts",
    artifacts.map(({ path, isFolder, size }) => [
      isFolder ? `${path}/` : path,
      size === null ? "" : `${count(size)} bytes`,
    ]),
  );
}

function section(output: Output, title: string | null, entries: readonly (readonly [string, string])[]): void {
  if (entries.length === 0) return;
  if (title !== null) {
    output.line();
    output.line(output.bold(title));
  }
  const rows = entries.map(([name, value]) => [`  ${name}`, value]);
  const [, ...lines] = table([{ title: "" }, { title: "", flexible: true }], rows, output.width);
  for (const line of lines) output.line(line);
}
