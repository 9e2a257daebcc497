import type { Command, Invocation } from "./command.ts";
import { pipelineOperand, pipelineVersion } from "./pipelines-values.ts";
import { connect, serverOptions } from "./server-client.ts";
import { printable } from "./text.ts";
import { numberOption } from "./values.ts";

const writesData = (options: Invocation["options"]): boolean => "json" in options;
const nameOperand = { name: "NAME", description: "The pipeline." } as const;

export const pipelinesChangeCommands: readonly Command[] = [
  {
    name: "pipelines disable",
    summary: "Takes a version out of service: it is refused when it is submitted.",
    operands: [pipelineOperand],
    options: serverOptions,
    details: ["Runs that have begun go on."],
    example: "slipway pipelines disable retrain@2",
    writesData,
    run: (invocation) => setStatus(invocation, "DISABLED"),
  },
  {
    name: "pipelines enable",
    summary: "Puts a version into service again.",
    operands: [pipelineOperand],
    options: serverOptions,
    details: [],
    example: "slipway pipelines enable retrain@2",
    writesData,
    run: (invocation) => setStatus(invocation, "ACTIVE"),
  },
  {
    name: "pipelines update",
    summary: "Changes a pipeline's description, or the version that its fixed address submits.",
    operands: [nameOperand],
    options: [
      { name: "default-version", value: "NUMBER", description: "What the fixed address submits." },
      { name: "description", value: "TEXT", description: "What it is for." },
      ...serverOptions,
    ],
    details: [],
    example: "slipway pipelines update retrain --default-version 1",
    writesData,
    run: update,
  },
  {
    name: "pipelines archive",
    summary: "Takes a pipeline out of lists and out of service; its runs stay.",
    operands: [nameOperand],
    options: [{ name: "undo", description: "Brings it back." }, ...serverOptions],
    details: [],
    example: "slipway pipelines archive retrain",
    writesData,
    run: archive,
  },
];

async function setStatus(
  { operands, options, output, write }: Invocation,
  status: "ACTIVE" | "DISABLED",
): Promise<void> {
  const version = await connect(options).updatePipelineVersion({
    ...pipelineVersion(operands[0] ?? ""),
    body: { status },
  });
  if ("json" in options) await write(`${JSON.stringify(version)}\n`);
  else output.line(`${output.bold(printable(version.name))} version ${version.version} is ${version.status}.`);
}

async function update({ operands: [pipeline = ""], options, output, write }: Invocation): Promise<void> {
  const defaultVersion = numberOption(options, "default-version", { min: 1, max: 1e9, whole: true });
  const { description } = options;
  const body = {
    ...(defaultVersion !== undefined && { defaultVersion }),
    ...(description !== undefined && { description }),
  };
  const changed = await connect(options).updatePipeline({ pipeline, body });
  if ("json" in options) await write(`${JSON.stringify(changed)}\n`);
  else output.line(`${output.bold(printable(changed.name))}: version ${changed.defaultVersion} is its default.`);
}

async function archive({ operands: [pipeline = ""], options, output, write }: Invocation): Promise<void> {
  const archived = !("undo" in options);
  const changed = await connect(options).updatePipeline({ pipeline, body: { archived } });
  if ("json" in options) await write(`${JSON.stringify(changed)}\n`);
  else output.line(`${output.bold(printable(changed.name))} is ${archived ? "archived" : "there again"}.`);
}
