/** The numbers of a chart. */
export interface ChartTable {
  columns: readonly string[];
  rows: readonly (readonly (string | number | null)[])[];
}

/**
 * RFC 4180 with a byte order mark, which spreadsheets need to read UTF-8. Text that a spreadsheet would take for a
 * formula gets an apostrophe in front (OWASP, CSV injection); numbers stay numbers, null is empty.
 */
export function csvOf({ columns, rows }: ChartTable): string {
  const lines = [columns, ...rows].map((row) => row.map(field).join(","));
  return `\ufeff${lines.join("\r\n")}\r\n`;
}

function field(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
