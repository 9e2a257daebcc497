import type { Command } from "./command.ts";
import { resolveRun, runOperand, statusText } from "./runs-resolve.ts";
import { connect, serverOptions } from "./server-client.ts";

export const runsChangeCommands: readonly Command[] = [
  {
    name: "runs cancel",
    summary: "Asks a run to end; what it has so far is kept.",
    operands: [runOperand],
    options: serverOptions,
    details: ["Asked a second time, it ends at once. `slipway runs watch` follows it to its end."],
    example: "slipway runs cancel calm-otter-417",
    writesData: (options) => "json" in options,
    run: async ({ operands: [given = ""], options, output, write }) => {
      const client = connect(options);
      const run = await client.cancelRun({ run: await resolveRun(client, given) });
      if ("json" in options) await write(`${JSON.stringify(run)}\n`);
      else output.line(`${output.bold(run.name)} is asked to end; now it is ${statusText(run)}.`);
    },
  },
  {
    name: "runs resume",
    summary: "Takes up again a run that failed or was cancelled; what it had finished is not done again.",
    operands: [runOperand],
    options: serverOptions,
    details: [],
    example: "slipway runs resume calm-otter-417",
    writesData: (options) => "json" in options,
    run: async ({ operands: [given = ""], options, output, write }) => {
      const client = connect(options);
      const run = await client.resumeRun({ run: await resolveRun(client, given) });
      if ("json" in options) await write(`${JSON.stringify(run)}\n`);
      else output.line(`${output.bold(run.name)} goes on: ${statusText(run)}.`);
    },
  },
  {
    name: "runs delete",
    summary: "Deletes a run and its parts; they can be restored until they are purged.",
    operands: [runOperand],
    options: serverOptions,
    details: [],
    example: "slipway runs delete calm-otter-417",
    writesData: (options) => "json" in options,
    run: async ({ operands: [given = ""], options, output, write }) => {
      const client = connect(options);
      const run = await resolveRun(client, given);
      await client.deleteRun({ run });
      if ("json" in options) await write(`${JSON.stringify({ id: run })}\n`);
      else output.line(`The run is deleted. It comes back with: slipway runs restore ${run}`);
    },
  },
  {
    name: "runs restore",
    summary: "Restores a deleted run, with the parts that were deleted with it.",
    operands: [runOperand],
    options: serverOptions,
    details: ["`slipway runs list --deleted` shows what can be restored."],
    example: "slipway runs restore calm-otter-417",
    writesData: (options) => "json" in options,
    run: async ({ operands: [given = ""], options, output, write }) => {
      const client = connect(options);
      const run = await client.restoreRun({ run: await resolveRun(client, given, "all") });
      if ("json" in options) await write(`${JSON.stringify(run)}\n`);
      else output.line(`${output.bold(run.name)} is restored.`);
    },
  },
];
