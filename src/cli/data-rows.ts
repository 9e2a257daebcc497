import type { DatasetRows } from "../contract/index.ts";
import type { Command, Invocation, Option } from "./command.ts";
import { datasetOperand, datasetVersion } from "./data-values.ts";
import { connect, serverOptions } from "./server-client.ts";
import { count, number, table } from "./text.ts";
import { listOption, numberOption } from "./values.ts";

const columnsOption: Option = {
  name: "columns",
  value: "A,B",
  repeatable: true,
  description: "Only these columns, in this order.",
};
const largestSeed = 4_294_967_295;

export const dataPreviewCommand: Command = {
  name: "data preview",
  summary: "Shows rows of a dataset.",
  operands: [datasetOperand],
  options: [
    { name: "offset", value: "ROWS", description: "Rows to pass by. By default 0." },
    { name: "limit", value: "ROWS", description: "Rows at most, 1 to 1,000. By default 20." },
    columnsOption,
    ...serverOptions,
  ],
  details: [],
  example: "slipway data preview penguins --limit 5",
  writesData: (options) => "json" in options,
  run: async (invocation) => {
    const { operands, options, signal } = invocation;
    const query = {
      offset: numberOption(options, "offset", { min: 0, max: Number.MAX_SAFE_INTEGER, whole: true }) ?? 0,
      limit: numberOption(options, "limit", { min: 1, max: 1000, whole: true }) ?? 20,
      ...chosenColumns(options),
    };
    const rows = await connect(options).previewDataset({ ...datasetVersion(operands[0] ?? ""), query }, { signal });
    await printRows(invocation, rows);
  },
};

export const dataSampleCommand: Command = {
  name: "data sample",
  summary: "Shows rows of a dataset at random; the same ones for the same seed.",
  operands: [datasetOperand],
  options: [
    { name: "rows", value: "ROWS", description: "How many, 1 to 1,000. By default 20." },
    { name: "seed", value: "NUMBER", description: "A whole number from 0. By default 0." },
    columnsOption,
    ...serverOptions,
  ],
  details: [],
  example: "slipway data sample penguins --rows 5 --seed 1",
  writesData: (options) => "json" in options,
  run: async (invocation) => {
    const { operands, options, signal } = invocation;
    const query = {
      rows: numberOption(options, "rows", { min: 1, max: 1000, whole: true }) ?? 20,
      seed: numberOption(options, "seed", { min: 0, max: largestSeed, whole: true }) ?? 0,
      ...chosenColumns(options),
    };
    const rows = await connect(options).sampleDataset({ ...datasetVersion(operands[0] ?? ""), query }, { signal });
    await printRows(invocation, rows);
  },
};

function chosenColumns(options: Invocation["options"]): { columns?: string[] } {
  const columns = listOption(options, "columns");
  return columns ? { columns } : {};
}

async function printRows(
  { options, output, write }: Invocation,
  { columns, rows, totalRows }: DatasetRows,
): Promise<void> {
  if ("json" in options) return void (await write(`${JSON.stringify({ columns, rows, totalRows })}\n`));
  const titles = columns.map(({ name, type }) => ({
    title: name,
    flexible: true as const,
    optional: true as const,
    ...(type === "numeric" && { align: "right" as const }),
  }));
  const cells = rows.map((row) =>
    row.map((cell) => (cell === null ? "" : typeof cell === "number" ? number(cell, 12) : cell)),
  );
  const [header = "", ...lines] = table(titles, cells, output.width);
  output.line(output.bold(header));
  for (const line of lines) output.line(line);
  output.line(output.dim(`${count(rows.length)} of ${count(totalRows)} rows`));
}
