/** For the tests of this folder: small tables from plain values. */
import type { Column, Table } from "../../base/index.ts";
import { createStringColumn } from "../string-column.ts";

/** Texts make a text column, Dates a datetime column, numbers a numeric one; null is null in each. */
export function tableOf(columns: Readonly<Record<string, readonly (string | number | Date | null)[]>>): Table {
  const made = Object.entries(columns).map(([name, values]) => columnOf(name, values));
  return { rows: Object.values(columns)[0]?.length ?? 0, columns: made };
}

function columnOf(name: string, values: readonly (string | number | Date | null)[]): Column {
  if (values.some((value) => typeof value === "string")) {
    const texts = [...new Set(values.filter((value) => value !== null).map(String))];
    const codes = Int32Array.from(values, (value) => (value === null ? -1 : texts.indexOf(String(value))));
    return createStringColumn(name, codes, texts);
  }
  const numbers = Float64Array.from(values, (value) => (value === null ? NaN : Number(value)));
  if (values.some((value) => value instanceof Date)) return { name, type: "datetime", values: numbers };
  return {
    name,
    type: "numeric",
    values: numbers,
    integer: numbers.every((value) => Number.isNaN(value) || Number.isInteger(value)),
  };
}
