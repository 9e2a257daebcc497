import type { ModelVersionComparison } from "../contract/index.ts";
import type { Command, Invocation } from "./command.ts";
import { bytes } from "./data-values.ts";
import { namedVersion, splitVersion, versionOperand } from "./models-values.ts";
import type { Output } from "./output.ts";
import { connect, serverOptions } from "./server-client.ts";
import { metric, number, table } from "./text.ts";

export const modelsCompareCommand: Command = {
  name: "models compare",
  summary: "Shows two versions side by side: metrics, parameters that differ, columns that changed, size and speed.",
  operands: [
    versionOperand,
    { name: "[NAME]@VERSION", description: "The other version, of the same model or another: @2, bank@2." },
  ],
  options: serverOptions,
  details: [],
  example: "slipway models compare bank@1 @best",
  writesData: (options) => "json" in options,
  run: compareModels,
};

async function compareModels({
  operands: [first = "", second = ""],
  options,
  output,
  write,
}: Invocation): Promise<void> {
  const one = namedVersion(first);
  const { model, version } = splitVersion(second.startsWith("@") ? `${one.model}${second}` : second);
  const query = { with: version ?? "latest", withModel: model };
  const comparison = await connect(options).compareModelVersions({ ...one, query });
  if ("json" in options) return write(`${JSON.stringify(comparison)}\n`);
  printComparison(output, comparison);
}

function printComparison(
  output: Output,
  { a, b, metrics, parameters, schema, size, rowMicroseconds, dataset }: ModelVersionComparison,
): void {
  const rows = [
    ["size", bytes(size.a), bytes(size.b)],
    ["one row", microseconds(rowMicroseconds.a), microseconds(rowMicroseconds.b)],
    ...(dataset ? [["data", json(dataset.a), json(dataset.b)]] : []),
    ...metrics.map((row) => [row.name, value(row, "a"), value(row, "b")]),
    ...parameters.map((row) => [row.name, json(row.a), json(row.b)]),
  ];
  const title = (side: typeof a): { title: string; flexible: true } => ({
    title: `${side.model}@${side.version}`,
    flexible: true,
  });
  const [header = "", ...lines] = table([{ title: "" }, title(a), title(b)], rows, output.width);
  output.line(output.bold(header));
  for (const line of lines) output.line(line);
  if (schema.length === 0) return;
  output.line(`\n${output.bold("Columns that changed")}`);
  for (const change of schema) output.line(`  ${describeChange(change)}`);
}

/** With a star at the better one. */
function value(row: ModelVersionComparison["metrics"][number], side: "a" | "b"): string {
  return `${metric(row[side] ?? undefined)}${row.better === side ? " *" : ""}`;
}

function microseconds(time: number | null): string {
  return time === null ? "–" : `${number(time, 3)} µs`;
}

function json(data: unknown): string {
  return data === null ? "–" : typeof data === "string" ? data : JSON.stringify(data);
}

function describeChange({ name, change, a, b }: ModelVersionComparison["schema"][number]): string {
  if (change === "added") return `${name}: added (${json(b)})`;
  if (change === "removed") return `${name}: removed (${json(a)})`;
  if (change !== "categories") return `${name}: ${change} ${json(a)} -> ${json(b)}`;
  const side = (values: unknown, sign: string): string[] =>
    (values as string[]).map((category) => `${sign}${category}`);
  const all = [...side(a, "-"), ...side(b, "+")];
  const shown = all.slice(0, 10).join(" ");
  return `${name}: categories ${shown}${all.length > 10 ? ` and ${all.length - 10} more` : ""}`;
}
