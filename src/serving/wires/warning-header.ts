/** Warnings of an answer, for people who look at its headers. */
import type { ScoringWarning } from "../backends/types.ts";

/** One line of printable ASCII, as a header must be, at most 2,000 characters: the value of `x-slipway-warning`. */
export function warningHeader(warnings: readonly ScoringWarning[]): string {
  const line = warnings.map(sentence).join("; ");
  return line.length > 2000 ? `${line.slice(0, 1997)}...` : line;
}

function sentence(warning: ScoringWarning): string {
  const column = quoted(warning.column);
  switch (warning.kind) {
    case "unknownColumn":
      return `unknown column ${column} ignored${warning.nearest === null ? "" : `, did you mean ${quoted(warning.nearest)}?`}`;
    case "unknownCategory":
      return `data[${warning.row}], column ${column}: unknown category ${quoted(warning.value)}`;
    case "imputedColumn": {
      const value = typeof warning.value === "number" ? String(warning.value) : quoted(warning.value);
      const more = warning.rows > 1 ? ` and in ${warning.rows - 1} more` : "";
      return `data[${warning.row}]${more}, column ${column}: missing, ${value} of training taken`;
    }
  }
}

/** JSON text in ASCII. */
function quoted(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 60)}...` : text;
  return JSON.stringify(short).replace(/[^\x20-\x7e]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
