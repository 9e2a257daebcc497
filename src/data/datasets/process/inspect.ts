/** Reads a whole file strictly, and says what it holds. */
import { SlipwayError, type Column, type Table } from "../../../base/index.ts";
import { columnPurpose } from "../../profile/column-purpose.ts";
import { profileTable } from "../../profile/profile-table.ts";
import type { ReadResult } from "../../read-options.ts";
import { findColumn } from "../../select-columns.ts";
import type { Cell, Inspection, VersionOptions } from "../types.ts";
import { rowOf } from "./cells.ts";

/** Rows that are kept with a version, and characters of JSON at most. */
const headRows = 1000;
const headCharacters = 256 * 1024;
/** Rows that are not in the table: more are counted only. */
const listedRows = 100;

/** @throws SLW_DATA_COLUMN_MISSING, SLW_DATASET_TIMESTAMP for timestamp columns that are none of dates */
export function inspect(
  { table, dialect, rows, warnings }: ReadResult,
  { timestamps }: Pick<VersionOptions, "timestamps"> = {},
): Inspection {
  for (const name of Object.values(timestamps ?? {})) checkDates(table, name as string);
  const profile = profileTable(table);
  const schema = table.columns.map((column, index) => {
    const found = profile.columns[index]!;
    const { purpose, reason } = columnPurpose(column, found);
    return { name: column.name, type: column.type, purpose, reason, nulls: found.nulls };
  });
  return {
    dialect,
    schema,
    rows: table.rows,
    reported: { count: rows.reported.length, rows: rows.reported.slice(0, listedRows) },
    warnings,
    profile,
    head: headOf(table.columns, table.rows),
  };
}

function checkDates(table: Table, name: string): void {
  const { type } = findColumn(table, name);
  if (type === "datetime") return;
  throw new SlipwayError("SLW_DATASET_TIMESTAMP", `The timestamp column "${name}" is ${type}, not datetime.`, {
    details: { column: name, expected: "datetime", got: type },
  });
}

function headOf(columns: readonly Column[], rows: number): Cell[][] {
  const head: Cell[][] = [];
  let characters = 0;
  for (let row = 0; row < Math.min(rows, headRows); row++) {
    const cells = rowOf(columns, row);
    characters += JSON.stringify(cells).length;
    if (characters > headCharacters) break;
    head.push(cells);
  }
  return head;
}
