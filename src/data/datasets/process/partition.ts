/** Parts a table by the values of columns: a file for each combination that there is. */
import { join } from "node:path";
import { SlipwayError, type Column, type Table } from "../../../base/index.ts";
import { findColumn } from "../../select-columns.ts";
import type { ReadResult } from "../../read-options.ts";
import { takeRows } from "../../take-rows.ts";
import { timestampsAfter } from "../steps.ts";
import type { Cell } from "../types.ts";
import { rowOf } from "./cells.ts";
import { optionsFor, writeTable } from "./derive.ts";
import type { PartitionFile, TableTasks } from "./tasks.ts";

/** In the order in which the combinations first appear. @throws SLW_DATA_COLUMN_MISSING, SLW_DATASET_PARTITIONS */
export async function partition(
  { table, dialect }: ReadResult,
  { file, columns, format, folder, most }: TableTasks["partition"]["input"],
): Promise<PartitionFile[]> {
  const keys = columns.map((name) => findColumn(table, name));
  const groups = groupRows(table, keys, most);
  const files: PartitionFile[] = [];
  for (const [index, { values, rows }] of groups.entries()) {
    const part = takeRows(table, Uint32Array.from(rows));
    const path = join(folder, `${index}.${format}`);
    await writeTable(path, part, format, dialect.decimal);
    const timestamps = timestampsAfter([], file.options.timestamps, part);
    files.push({ values, path, options: optionsFor(part, format, file.options, timestamps) });
  }
  return files;
}

interface Group {
  readonly values: readonly Cell[];
  readonly rows: number[];
}

function groupRows(table: Table, keys: readonly Column[], most: number): Group[] {
  const groups = new Map<string, Group>();
  for (let row = 0; row < table.rows; row++) {
    const values = rowOf(keys, row);
    const key = JSON.stringify(values);
    let group = groups.get(key);
    if (group === undefined) {
      if (groups.size === most) throw tooMany(keys, most);
      groups.set(key, (group = { values, rows: [] }));
    }
    group.rows.push(row);
  }
  return [...groups.values()];
}

function tooMany(keys: readonly Column[], most: number): SlipwayError {
  const names = keys.map(({ name }) => name);
  return new SlipwayError(
    "SLW_DATASET_PARTITIONS",
    `The columns ${names.join(", ")} have more than ${most} combinations of values.`,
    { details: { columns: names, limit: most } },
  );
}
