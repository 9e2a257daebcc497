import { SlipwayError } from "../base/index.ts";
import type { Command, Invocation } from "./command.ts";
import { checkPipelineFile } from "./pipelines-file.ts";
import { fileOperand } from "./pipelines-values.ts";
import { count, printable } from "./text.ts";

export const pipelinesValidateCommand: Command = {
  name: "pipelines validate",
  summary: "Says all that is wrong with a pipeline's file, by line; needs no server.",
  operands: [fileOperand],
  options: [{ name: "json", description: "Prints JSON instead of text." }],
  details: ["Exit code 0 where it is valid. `slipway pipelines publish` does the same before it stores anything."],
  example: "slipway pipelines validate examples/pipelines/bank-marketing/pipeline.yaml",
  writesData: (options) => "json" in options,
  run: validate,
};

async function validate({ operands: [file = ""], options, output, write }: Invocation): Promise<void> {
  const { definition, problems } = await checkPipelineFile(file);
  if ("json" in options) {
    await write(`${JSON.stringify({ valid: problems.length === 0, problems })}\n`);
    if (problems.length > 0) process.exitCode = 1;
    return;
  }
  for (const { line, column, path, message, fix } of problems) {
    const place = line === null ? "" : `:${line}:${column ?? 1}`;
    output.line(`${printable(file)}${place}  ${output.bold(printable(path))}  ${printable(message)}`);
    if (fix !== undefined) output.line(output.dim(`    ${printable(fix)}`));
  }
  const [first] = problems;
  if (first !== undefined || definition === null) {
    throw new SlipwayError("SLW_PIPELINE_INVALID", `${file} has ${problemsText(problems.length)}.`, {
      fix: "Correct what stands above.",
      details: { problems },
    });
  }
  const steps = Object.keys(definition.steps).length;
  const parameters = Object.keys(definition.parameters ?? {}).length;
  output.line(
    `${output.green("valid")}: ${output.bold(printable(definition.name))}, ${steps} ${steps === 1 ? "step" : "steps"}, ${parameters} ${parameters === 1 ? "parameter" : "parameters"}`,
  );
}

function problemsText(many: number): string {
  return many === 1 ? "a problem" : `${count(many)} problems`;
}
