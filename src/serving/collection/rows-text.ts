/** Rows as JSON for the files of collected rows: lists in the order of the model's columns, for names need not be told again. */

/** Texts that come again and again are quoted once; further ones each time. */
const mostQuoted = 1000;
const longestQuoted = 100;
const quotedTexts = new Map<string, string>();

/** @param columns of the model; where it does not say, rows are as they were sent */
export function rowsText(columns: readonly { readonly name: string }[], rows: readonly unknown[]): string {
  if (columns.length === 0) return JSON.stringify(rows);
  let text = "";
  for (const row of rows) text += `${text === "" ? "[" : ","}${rowText(columns, row)}`;
  return `${text}]`;
}

function rowText(columns: readonly { readonly name: string }[], row: unknown): string {
  if (typeof row !== "object" || row === null || Array.isArray(row)) return JSON.stringify(row);
  let text = "";
  for (const { name } of columns) {
    const value = (row as Record<string, unknown>)[name];
    text += `${text === "" ? "[" : ","}${typeof value === "string" ? quoted(value) : cellText(row, name, value)}`;
  }
  return `${text}]`;
}

function cellText(row: object, name: string, value: unknown): string {
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : "null";
  // Own properties only: a column called "constructor" is not supplied by Object.prototype.
  return value !== undefined && Object.hasOwn(row, name) ? JSON.stringify(value) : "null";
}

function quoted(text: string): string {
  let found = quotedTexts.get(text);
  if (found === undefined) {
    found = JSON.stringify(text);
    if (quotedTexts.size < mostQuoted && text.length <= longestQuoted) quotedTexts.set(text, found);
  }
  return found;
}
