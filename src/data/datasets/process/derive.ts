/** Applies steps to a table and writes what comes out. */
import type { Column, Table } from "../../../base/index.ts";
import { writeCsv, tableRows } from "../../write-csv.ts";
import type { ReadResult } from "../../read-options.ts";
import { applySteps, timestampsAfter } from "../steps.ts";
import type { TimestampColumns } from "../timestamp-columns.ts";
import type { VersionOptions } from "../types.ts";
import type { TableTasks } from "./tasks.ts";

export async function derive(
  { table, dialect }: ReadResult,
  { file, steps, format, outputs }: TableTasks["derive"]["input"],
): Promise<VersionOptions[]> {
  const parts = applySteps(table, steps, file.options.timestamps);
  const options: VersionOptions[] = [];
  for (const [index, part] of parts.entries()) {
    await writeTable(outputs[index] as string, part, format, dialect.decimal);
    options.push(optionsFor(part, format, file.options, timestampsAfter(steps, file.options.timestamps, part)));
  }
  return options;
}

export async function writeTable(
  path: string,
  table: Table,
  format: "csv" | "parquet",
  decimal: "." | ",",
): Promise<void> {
  if (format === "parquet") {
    const { writeParquet } = await import("../../parquet/write-parquet.ts");
    return writeParquet(path, table);
  }
  const spelled = decimal === "," ? withoutSpelling(table) : table;
  const names = table.columns.map(({ name }) => name);
  await writeCsv(path, names, tableRows(spelled));
}

/** Numbers that were written with a decimal comma are written with a point. */
function withoutSpelling(table: Table): Table {
  return {
    rows: table.rows,
    columns: table.columns.map((column): Column => {
      if (column.type !== "numeric") return column;
      const { name, type, values, integer } = column;
      return { name, type, values, integer };
    }),
  };
}

/** A column keeps its type, also where the rows that are left would let another be inferred. */
export function optionsFor(
  table: Table,
  format: "csv" | "parquet",
  { nulls }: VersionOptions,
  timestamps: TimestampColumns | undefined,
): VersionOptions {
  const kept = { ...(nulls && { nulls }), ...(timestamps && { timestamps }) };
  if (format === "parquet") return kept;
  const types = Object.fromEntries(table.columns.map(({ name, type }) => [name, type]));
  return { types, delimiter: ",", header: true, ...kept };
}
