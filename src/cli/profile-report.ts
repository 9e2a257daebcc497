import type { ColumnProfile, TableProfile } from "../data/index.ts";
import type { Output } from "./output.ts";
import { count, number, printable, table, wrap, type Column } from "./text.ts";

/** A table of the columns that have an order, one of the others, then what looks wrong. */
export function showProfile(output: Output, profile: TableProfile): void {
  const ordered = profile.columns.filter(({ type }) => type !== "string");
  const texts = profile.columns.filter(({ type }) => type === "string");
  if (ordered.length > 0) showTable(output, orderedColumns, ordered.map(orderedRow));
  if (texts.length > 0) showTable(output, textColumns, texts.map(textRow));
  const warnings = [...profile.warnings, ...profile.columns.flatMap((column) => column.warnings)];
  // One that concerns two columns stands at both.
  const lines = new Set(warnings.map(({ id, message }) => `${output.yellow("warning")} ${id}: ${printable(message)}`));
  output.line();
  for (const line of lines) output.line(wrap(line, output.width, "  "));
  if (lines.size === 0) output.line(output.green("Nothing looks wrong."));
}

function showTable(output: Output, columns: readonly Column[], rows: readonly string[][]): void {
  const [header = "", ...lines] = table(columns, rows, output.width);
  output.line();
  output.line(output.bold(header));
  for (const line of lines) output.line(line);
}

const orderedColumns: readonly Column[] = [
  { title: "column", flexible: true },
  { title: "type" },
  { title: "nulls", align: "right" },
  { title: "distinct", align: "right", optional: true },
  { title: "min", align: "right" },
  { title: "5%", align: "right", optional: true },
  { title: "25%", align: "right", optional: true },
  { title: "median", align: "right" },
  { title: "75%", align: "right", optional: true },
  { title: "95%", align: "right", optional: true },
  { title: "max", align: "right" },
  { title: "mean", align: "right", optional: true },
  { title: "distribution", optional: true },
];

function orderedRow(column: ColumnProfile): string[] {
  const wholeDays = isMidnight(column.min) && isMidnight(column.max);
  const shown = (value: number | string | null | undefined): string =>
    typeof value === "string" ? shownDate(value, wholeDays) : number(value);
  const quantile = (probability: string): string => shown(column.quantiles?.[probability]);
  return [
    column.name,
    column.type,
    nulls(column),
    count(column.distinct),
    shown(column.min),
    quantile("0.05"),
    quantile("0.25"),
    quantile("0.5"),
    quantile("0.75"),
    quantile("0.95"),
    shown(column.max),
    shown(column.mean),
    bars(column.histogram?.counts ?? []),
  ];
}

const textColumns: readonly Column[] = [
  { title: "column" },
  { title: "type" },
  { title: "nulls", align: "right" },
  { title: "distinct", align: "right" },
  { title: "most frequent", flexible: true },
];

function textRow(column: ColumnProfile): string[] {
  const present = column.rows - column.nulls;
  const frequent = column.topValues.slice(0, 5).map(({ value, count: times }) => {
    const share = Math.round((100 * times) / present);
    return `${cutValue(String(value))} ${share < 1 ? "<1" : share}%`;
  });
  return [column.name, "text", nulls(column), count(column.distinct), frequent.join(", ")];
}

function cutValue(text: string): string {
  return text.length > 30 ? `${text.slice(0, 29)}…` : text;
}

function nulls({ nulls: missing, nullRatio }: ColumnProfile): string {
  if (missing === 0) return "0";
  const percent = 100 * nullRatio;
  return `${count(missing)} (${percent < 0.1 ? "<0.1" : percent.toFixed(percent < 10 ? 1 : 0)}%)`;
}

function isMidnight(value: unknown): boolean {
  return typeof value === "string" && /T00:00:00(\.000)?Z$/.test(value);
}

/** Quantiles fall between dates; where the dates are days, so is what is shown. */
function shownDate(date: string, wholeDays: boolean): string {
  return wholeDays ? date.slice(0, 10) : date.replace(/\.000Z$/, "Z");
}

const levels = [..."▁▂▃▄▅▆▇█"];

/** A text histogram, one sign a bin; an empty bin is blank. */
function bars(counts: readonly number[]): string {
  const largest = Math.max(1, ...counts);
  return counts
    .map((times) =>
      times === 0 ? " " : levels[Math.min(levels.length - 1, Math.floor((times / largest) * levels.length))],
    )
    .join("");
}
