import { randomUUID } from "node:crypto";
import type { PipelineVersion } from "../contract/index.ts";
import type { Command, Invocation } from "./command.ts";
import { readPipelineFile, uploadDefinition } from "./pipelines-file.ts";
import { fileOperand, gitOptions } from "./pipelines-values.ts";
import { connect, serverOptions } from "./server-client.ts";
import { printable } from "./text.ts";

export const pipelinesPublishCommand: Command = {
  name: "pipelines publish",
  summary: "Publishes a pipeline: the next version, with a REST address that starts it.",
  operands: [fileOperand],
  options: [
    { name: "description", value: "TEXT", description: "What the version is about." },
    { name: "no-default", description: "The fixed address of the pipeline goes on with the version before." },
    { name: "disabled", description: "The version is not submitted until it is enabled." },
    ...gitOptions,
    ...serverOptions,
  ],
  details: [
    "All that is wrong with the file is said by line, and nothing is stored then. Code of command steps goes along, by content.",
    "The same pipeline published again is the version that is there.",
    'With --json: {"id", "name", "version", "endpoint", "status", …}.',
  ],
  example: "slipway pipelines publish examples/pipelines/bank-marketing/pipeline.yaml",
  writesData: (options) => "json" in options,
  run: publish,
};

async function publish({ operands: [file = ""], options, output, write, signal }: Invocation): Promise<void> {
  const found = await readPipelineFile(file, options, signal);
  const client = connect(options);
  const definition = await uploadDefinition(client, found, output, signal);
  const { description } = options;
  const version = await client.publishPipeline(
    {
      body: {
        ...definition,
        ...(description !== undefined && { description }),
        ...("no-default" in options && { default: false }),
        ...("disabled" in options && { status: "DISABLED" as const }),
      },
    },
    { idempotencyKey: randomUUID(), signal },
  );
  if ("json" in options) return write(`${JSON.stringify(version)}\n`);
  output.line(`${output.bold(printable(version.name))} version ${version.version} is ${version.status}.`);
  output.line(`  ${version.endpoint}`);
  output.line(output.dim("Next:"));
  for (const line of nextCommands(version)) output.line(`  ${line}`);
}

function nextCommands({ name, endpoint }: PipelineVersion): string[] {
  return [
    `slipway pipelines run ${name} --wait`,
    `curl -X POST ${endpoint} -H "Authorization: Bearer $SLIPWAY_TOKEN" -H "Content-Type: application/json" -d '{"ExperimentName": "${name}"}'`,
    `slipway schedules create nightly --pipeline ${name} --cron "0 3 * * *"`,
  ];
}
