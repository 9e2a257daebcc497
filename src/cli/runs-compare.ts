import { SlipwayError } from "../base/index.ts";
import type { RunComparison } from "../contract/index.ts";
import type { Command, Invocation } from "./command.ts";
import type { Output } from "./output.ts";
import { metricText } from "./runs-list.ts";
import { resolveRun } from "./runs-resolve.ts";
import { connect, serverOptions } from "./server-client.ts";
import { table } from "./text.ts";

const mostRuns = 200;

export const runsCompareCommand: Command = {
  name: "runs compare",
  summary: "Shows runs side by side: their metrics, and the parameters in which they differ.",
  operands: [{ name: "RUN,RUN", description: `2 to ${mostRuns} runs by id or name, separated by commas.` }],
  options: [
    { name: "all", description: "Shows parameters and tags that are the same in all runs, too." },
    ...serverOptions,
  ],
  details: [],
  example: "slipway runs compare calm-otter-417,bold-fox-12",
  writesData: (options) => "json" in options,
  run: compare,
};

async function compare({ operands: [given = ""], options, output, write }: Invocation): Promise<void> {
  const names = given.split(",").map((name) => name.trim());
  if (names.length < 2 || names.length > mostRuns || names.includes("") || new Set(names).size < names.length) {
    throw new SlipwayError("SLW_CLI_OPERAND", `"${given}" does not name 2 to ${mostRuns} different runs.`, {
      fix: "Separate their ids or names by commas: slipway runs compare calm-otter-417,bold-fox-12",
    });
  }
  const client = connect(options);
  const runs: string[] = [];
  for (const name of names) runs.push(await resolveRun(client, name));
  const comparison = await client.compareRuns({ body: { runs } });
  if ("json" in options) return write(`${JSON.stringify(comparison)}\n`);
  printComparison(output, comparison, "all" in options);
}

/** A row for each thing, a column for each run. */
function printComparison(output: Output, { runs, metrics, params, tags }: RunComparison, all: boolean): void {
  const shownTags = Object.fromEntries(Object.entries(tags).filter(([key]) => !key.startsWith("mlflow.")));
  const rows = [
    ["status", ...runs.map(({ status }) => status)],
    ...rowsOf(metrics, metricText, true),
    ...rowsOf(params, (value) => value ?? "–", all),
    ...(all ? rowsOf(shownTags, (value) => value ?? "–", true) : []),
  ];
  const columns = [{ title: "" }, ...runs.map(({ name }) => ({ title: name, flexible: true as const }))];
  const [header = "", ...lines] = table(columns, rows, output.width);
  output.line(output.bold(header));
  for (const line of lines) output.line(line);
}

function rowsOf<T>(
  columns: Readonly<Record<string, readonly T[]>>,
  text: (value: T) => string,
  all: boolean,
): string[][] {
  return Object.entries(columns)
    .filter(([, values]) => all || new Set(values).size > 1)
    .map(([name, values]) => [name, ...values.map(text)]);
}
