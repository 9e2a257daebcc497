import type { Command, Invocation } from "./command.ts";
import { resolveRun, runOperand } from "./runs-resolve.ts";
import { connect, serverOptions } from "./server-client.ts";
import { printable } from "./text.ts";
import { numberOption } from "./values.ts";

const defaultLines = 200;

export const runsLogsCommand: Command = {
  name: "runs logs",
  summary: "Prints the log of a run.",
  operands: [runOperand],
  options: [
    { name: "lines", value: "NUMBER", description: `The last lines, up to 10000. By default ${defaultLines}.` },
    { name: "follow", description: "Prints what was logged from the beginning and goes on until the run ends." },
    ...serverOptions,
  ],
  details: ["With --json a line of JSON for each piece of the log."],
  example: "slipway runs logs calm-otter-417 --lines 50",
  writesData: () => true,
  run: printLog,
};

async function printLog({ operands: [given = ""], options, write, signal }: Invocation): Promise<void> {
  const client = connect(options);
  const lines = numberOption(options, "lines", { min: 0, max: 10_000, whole: true }) ?? defaultLines;
  const run = await resolveRun(client, given, "all");
  const show = (text: string): string => ("json" in options ? `${JSON.stringify({ text })}\n` : safe(text));
  if (!("follow" in options)) {
    const { text } = await client.getRunLog({ run, query: { tail: lines } });
    return write(show(text));
  }
  for await (const { data } of await client.followRunLog({ run }, { signal })) await write(show(data.text));
}

/** Lines stay lines; whatever else steers a terminal does not. */
function safe(text: string): string {
  return text.split("\n").map(printable).join("\n");
}
