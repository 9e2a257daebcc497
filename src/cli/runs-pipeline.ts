/** What can be done with a run of a pipeline beyond what all runs have. */
import type { Command, Invocation } from "./command.ts";
import { printSteps } from "./pipelines-follow.ts";
import { resolveRun, runOperand, statusText } from "./runs-resolve.ts";
import { connect, serverOptions } from "./server-client.ts";
import { printable, table } from "./text.ts";

const stepOperand = { name: "STEP", description: "As `slipway runs show RUN` names it." } as const;
const writesData = (options: Invocation["options"]): boolean => "json" in options;

export const runsPipelineCommands: readonly Command[] = [
  {
    name: "runs why",
    summary: "Says what exactly made a step of a pipeline run, or allowed its reuse.",
    operands: [runOperand, stepOperand],
    options: serverOptions,
    details: ["Which file, which setting or which input differs from the run before."],
    example: "slipway runs why calm-otter-417 train",
    writesData,
    run: why,
  },
  {
    name: "runs retry",
    summary: "Runs again what did not end well in a run of a pipeline; what finished is kept.",
    operands: [runOperand],
    options: [
      { name: "from", value: "STEP", description: "Runs this step and all after it again, also where it finished." },
      ...serverOptions,
    ],
    details: [],
    example: "slipway runs retry calm-otter-417 --from train",
    writesData,
    run: retry,
  },
  {
    name: "runs approve",
    summary: "Approves what a step of a pipeline waits for.",
    operands: [runOperand, stepOperand],
    options: [{ name: "comment", value: "TEXT", description: "Why; it is kept with the decision." }, ...serverOptions],
    details: ["The first decision counts; who comes later is told whose it was."],
    example: "slipway runs approve calm-otter-417 release --comment 'checked with sales'",
    writesData,
    run: (invocation) => decide(invocation, "approve"),
  },
  {
    name: "runs reject",
    summary: "Rejects what a step of a pipeline waits for: the step fails.",
    operands: [runOperand, stepOperand],
    options: [{ name: "comment", value: "TEXT", description: "Why; it is kept with the decision." }, ...serverOptions],
    details: [],
    example: "slipway runs reject calm-otter-417 release",
    writesData,
    run: (invocation) => decide(invocation, "reject"),
  },
];

async function why({ operands: [given = "", step = ""], options, output, write }: Invocation): Promise<void> {
  const client = connect(options);
  const found = await client.explainPipelineStep({ run: await resolveRun(client, given, "all"), step });
  if ("json" in options) return write(`${JSON.stringify(found)}\n`);
  output.line(
    `${output.bold(printable(found.step))} ${found.reused ? "was reused" : "ran"}: ${printable(found.reason)}`,
  );
  if (found.reusedFrom !== null) output.line(`  outputs of run ${found.reusedFrom}`);
  if (found.differences.length === 0) return;
  const rows = found.differences.map(({ what, before, after }) => [what, before ?? "–", after ?? "–"]);
  const columns = [
    { title: "WHAT" },
    { title: "BEFORE", flexible: true as const },
    { title: "NOW", flexible: true as const },
  ];
  for (const line of table(columns, rows, output.width)) output.line(`  ${line}`);
}

async function retry({ operands: [given = ""], options, output, write }: Invocation): Promise<void> {
  const client = connect(options);
  const { from } = options;
  const run = await resolveRun(client, given);
  const again = await client.retryPipelineRun({ run, body: from === undefined ? {} : { from } });
  if ("json" in options) return write(`${JSON.stringify(again)}\n`);
  output.line(`${output.bold(printable(again.name))} goes on: ${statusText(again)}.`);
  output.line(output.dim("Next:"));
  output.line(`  slipway runs watch ${again.id}`);
}

async function decide(
  { operands: [given = "", step = ""], options, output, write }: Invocation,
  decision: "approve" | "reject",
): Promise<void> {
  const client = connect(options);
  const { comment } = options;
  const body = { decision, ...(comment !== undefined && { comment }) };
  const run = await client.decidePipelineStep({ run: await resolveRun(client, given), step, body });
  if ("json" in options) return write(`${JSON.stringify(run)}\n`);
  output.line(`${output.bold(printable(step))} is ${decision === "approve" ? "approved" : "rejected"}.`);
  printSteps(output, run);
}
