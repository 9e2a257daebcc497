import type { ReadOptions } from "../read-options.ts";
import { readDateTime } from "./datetime.ts";
import { readNumber } from "./number.ts";
import type { SampleRecord } from "./split-sample.ts";

/**
 * Is the first record a header? The caller's word first, then a name the caller knows, then the columns' votes: a
 * column of numbers or dates below a text says yes, below a number or date no; a text that comes again as a value says no.
 */
export function chooseHeader(
  records: readonly SampleRecord[],
  decimal: "." | ",",
  isNull: (text: string) => boolean,
  options: Pick<ReadOptions, "header" | "types" | "asWritten">,
): { header: boolean; warnings: string[] } {
  if (options.header !== undefined) return { header: options.header, warnings: [] };
  const first = records[0]!.fields.map((field) => field.trim());
  const known = new Set([...Object.keys(options.types ?? {}), ...(options.asWritten ?? [])]);
  if (records.length === 1 || first.some((field) => known.has(field))) return { header: true, warnings: [] };

  const isTyped = (text: string): boolean => !Number.isNaN(readNumber(text, decimal)) || readDateTime(text) !== null;
  let votes = 0;
  first.forEach((name, column) => {
    const values = records
      .slice(1)
      .map((record) => (record.fields[column] ?? "").trim())
      .filter((text) => !isNull(text));
    if (values.length === 0) return;
    if (values.every(isTyped)) votes += isTyped(name) ? -1 : isNull(name) ? 0 : 1;
    else if (values.includes(name)) votes -= 1;
  });
  if (votes >= 0) return { header: true, warnings: [] };
  return {
    header: false,
    warnings: ["The first line looks like data, so the columns are named column_1, column_2 and so on."],
  };
}
