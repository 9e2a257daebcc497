import { SlipwayError, type Column, type ColumnType, type DateTimeColumn, type StringColumn } from "../base/index.ts";
import { readDateTime } from "./csv/datetime.ts";
import { createStringColumn } from "./string-column.ts";
import { toNumeric } from "./to-numeric.ts";
import { readNumber } from "./csv/number.ts";

/**
 * The column as another type, for files that carry types of their own. Numbers become text by `String`, dates ISO 8601;
 * text becomes numbers or dates where every value is one.
 *
 * @throws SlipwayError SLW_DATA_VALUE_TYPE with `details.row` (from 1)
 */
export function convertColumn(file: string, column: Column, type: ColumnType): Column {
  if (column.type === type) return column;
  if (type === "string") return toText(column as Exclude<Column, StringColumn>);
  if (column.type !== "string") throw wrongType(file, column.name, 1, type, `a ${column.type} column`);
  if (type === "numeric") {
    const bad = column.categories.findIndex((text) => !Number.isFinite(readNumber(text.trim(), ".")));
    if (bad < 0) return toNumeric(column)!;
    throw wrongType(
      file,
      column.name,
      column.codes.indexOf(bad) + 1,
      "a number",
      JSON.stringify(column.categories[bad]),
    );
  }
  return toDates(file, column);
}

function toText(column: Exclude<Column, StringColumn>): StringColumn {
  const known = new Map<number, number>();
  const texts: string[] = [];
  const codes = new Int32Array(new SharedArrayBuffer(column.values.length * 4));
  for (let row = 0; row < codes.length; row++) {
    const value = column.values[row]!;
    let code = Number.isNaN(value) ? -1 : known.get(value);
    if (code === undefined) {
      const written =
        column.type === "numeric" ? (column.written?.get(value) ?? String(value)) : new Date(value).toISOString();
      code = texts.push(written) - 1;
      known.set(value, code);
    }
    codes[row] = code;
  }
  return createStringColumn(column.name, codes, texts);
}

function toDates(file: string, column: StringColumn): DateTimeColumn {
  const dates = column.categories.map((text) => readDateTime(text.trim()));
  const bad = dates.findIndex((date) => date === null || Number.isNaN(date.monthFirst));
  if (bad >= 0) {
    throw wrongType(file, column.name, column.codes.indexOf(bad) + 1, "a date", JSON.stringify(column.categories[bad]));
  }
  const values = new Float64Array(new SharedArrayBuffer(column.codes.length * 8));
  for (let row = 0; row < values.length; row++) {
    const code = column.codes[row]!;
    values[row] = code < 0 ? NaN : dates[code]!.monthFirst;
  }
  return { name: column.name, type: "datetime", values };
}

function wrongType(file: string, name: string, row: number, expected: string, got: string): SlipwayError {
  return new SlipwayError(
    "SLW_DATA_VALUE_TYPE",
    `${file}, row ${row}, column ${JSON.stringify(name)}: expected ${expected}, got ${got}.`,
    {
      details: { file, row, column: name, expected, got },
    },
  );
}
