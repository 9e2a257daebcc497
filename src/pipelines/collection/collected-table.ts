/** Lines of collected rows or labels as a table: the columns of Azure ML's data collector, then those of the model. */
import type { Column, Table } from "../../base/index.ts";
import { parseIsoDate } from "../../model/index.ts";
import type { CollectedHeader, InputsLine, LabelsLine } from "../../serving/index.ts";

/** Names of the columns that are not the model's, as Azure ML's data collector has them and by their pattern. */
export const curationColumns = {
  timestamp: "$Timestamp",
  requestId: "$RequestId",
  /** Of the request, from 0. */
  row: "$Row",
  service: "$ServiceName",
  model: "$ModelName",
  version: "$ModelVersion",
  prediction: "$Prediction_Result",
  /** Before the label; null where the request did not ask for probabilities. */
  probability: "$Probability_",
  label: "$Label",
} as const;

export interface CollectedTable {
  readonly table: Table;
  /** Lines that cannot be read: a disk may have spoiled them. */
  readonly badLines: number;
}

export function inputsTable(header: CollectedHeader, service: string, lines: readonly string[]): CollectedTable {
  const parsed = lines.map(parseInputs);
  const good = parsed.filter((line) => line !== null);
  const cells = good.flatMap(({ at, id, row, rows, result }) =>
    rows.map((values, index) => ({ at, id, row: row + index, values, result: result[index] ?? null })),
  );
  const answers = cells.map(({ result }) => answerOf(header.labels, result));
  const constant = (value: unknown): unknown[] => cells.map(() => value);
  const columns: [name: string, type: ColumnKind, values: readonly unknown[]][] = [
    [curationColumns.timestamp, "time", cells.map(({ at }) => at)],
    [curationColumns.requestId, "string", cells.map(({ id }) => id)],
    [curationColumns.row, "whole", cells.map(({ row }) => row)],
    [curationColumns.service, "string", constant(service)],
    [curationColumns.model, "string", constant(header.model)],
    [curationColumns.version, "whole", constant(header.version)],
    [curationColumns.prediction, "any", answers.map(({ prediction }) => prediction)],
  ];
  if (answers.some(({ probabilities }) => probabilities !== null)) {
    header.labels.forEach((label, index) => {
      const values = answers.map(({ probabilities }) => probabilities?.[index] ?? null);
      columns.push([`${curationColumns.probability}${label}`, "numeric", values]);
    });
  }
  for (const { name, type, integer } of inputColumns(header, cells)) {
    const position = header.columns.findIndex((column) => column.name === name);
    const kind = type === "numeric" && integer ? "whole" : type;
    columns.push([name, kind, cells.map(({ values }) => cellOf(values, name, position))]);
  }
  return { table: tableOf(columns, cells.length), badLines: lines.length - good.length };
}

export function labelsTable(lines: readonly string[]): CollectedTable {
  const parsed = lines.map(parseLabels);
  const good = parsed.filter((line) => line !== null);
  const entries = good.flatMap(({ at, labels }) => labels.map((entry) => ({ at, ...entry })));
  const table = tableOf(
    [
      [curationColumns.timestamp, "time", entries.map(({ at }) => at)],
      [curationColumns.requestId, "string", entries.map(({ requestId }) => requestId)],
      [curationColumns.row, "whole", entries.map(({ row }) => row)],
      [curationColumns.label, "any", entries.map(({ label }) => label)],
    ],
    entries.length,
  );
  return { table, badLines: lines.length - good.length };
}

interface Answered extends Pick<InputsLine, "at" | "id" | "result"> {
  /** Number of the first row in its request. */
  readonly row: number;
  readonly rows: readonly unknown[];
}

function parseInputs(text: string): Answered | null {
  const line = parseJson(text) as InputsLine | null;
  if (line === null || typeof line !== "object" || !Array.isArray(line.result)) return null;
  if (!("body" in line)) return Array.isArray(line.rows) ? line : null;
  const { at, id, result } = line;
  const rows = valueAt(line.body, String(line.rowsAt).split("."));
  return Array.isArray(rows) ? { at, id, result, row: 0, rows } : null;
}

function valueAt(body: unknown, keys: readonly string[]): unknown {
  let value = body;
  for (const key of keys) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return value;
}

function parseLabels(line: string): LabelsLine | null {
  const parsed = parseJson(line) as LabelsLine | null;
  return Array.isArray(parsed?.labels) ? parsed : null;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}

interface Answer {
  readonly prediction: unknown;
  /** In the order of the labels. */
  readonly probabilities: readonly unknown[] | null;
}

/** An answer of as many numbers as there are labels is their probabilities: the prediction is the likeliest. */
function answerOf(labels: CollectedHeader["labels"], result: unknown): Answer {
  const isProbabilities = Array.isArray(result) && labels.length > 0 && result.length === labels.length;
  if (!isProbabilities) return { prediction: result, probabilities: null };
  const likeliest = result.indexOf(Math.max(...(result as number[])));
  return { prediction: labels[likeliest] ?? null, probabilities: result as unknown[] };
}

/** Those of the model; of one that does not say, all keys that came. */
function inputColumns(
  header: CollectedHeader,
  cells: readonly { readonly values: unknown }[],
): CollectedHeader["columns"] {
  if (header.columns.length > 0) return header.columns;
  const names = new Set<string>();
  for (const { values } of cells) for (const name of Object.keys(values ?? {})) names.add(name);
  return Array.from(names, (name) => ({ name, type: "any", integer: false }));
}

function cellOf(values: unknown, name: string, position: number): unknown {
  if (typeof values !== "object" || values === null) return null;
  const key = Array.isArray(values) && position >= 0 ? position : name;
  const value = Object.hasOwn(values, key) ? (values as Record<string | number, unknown>)[key] : undefined;
  // JSON may hold numbers beyond the range of 64-bit floating point, where a model does not look at them.
  return value === undefined || value === Infinity || value === -Infinity ? null : value;
}

type ColumnKind = "time" | "whole" | "numeric" | "datetime" | "string" | "any";

function tableOf(
  columns: readonly [name: string, kind: ColumnKind, values: readonly unknown[]][],
  rows: number,
): Table {
  const names = uniqueNames(columns.map(([name]) => name));
  return { rows, columns: columns.map(([, kind, values], index) => columnOf(names[index]!, kind, values)) };
}

/** In Parquet, as DuckDB writes it, names that differ only in case are the same: later ones get a number. */
function uniqueNames(names: readonly string[]): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    let unique = name;
    for (let number = 2; taken.has(unique.toLowerCase()); number++) unique = `${name}_${number}`;
    taken.add(unique.toLowerCase());
    return unique;
  });
}

/** Every value stays what it was: a column with a value that is not of its type is one of text. */
function columnOf(name: string, kind: ColumnKind, values: readonly unknown[]): Column {
  if (kind === "datetime") {
    const times = Float64Array.from(values, (value) => (typeof value === "string" ? parseIsoDate(value) : NaN));
    if (values.every((value, row) => value === null || !Number.isNaN(times[row]))) {
      return { name, type: "datetime", values: times };
    }
  } else if (kind !== "string" && values.every((value) => value === null || Number.isFinite(value))) {
    const numbers = Float64Array.from(values, (value) => (value === null ? NaN : (value as number)));
    if (kind === "time") return { name, type: "datetime", values: numbers };
    const whole = kind !== "numeric" && numbers.every((value) => Number.isNaN(value) || Number.isSafeInteger(value));
    return { name, type: "numeric", values: numbers, integer: whole && values.some((value) => value !== null) };
  }
  return textColumn(name, values);
}

function textColumn(name: string, values: readonly unknown[]): Column {
  const texts = values.map((value) => (value === null || typeof value === "string" ? value : JSON.stringify(value)));
  const categories = [...new Set(texts)].filter((text) => text !== null).sort();
  const positions = new Map<string | null, number>([[null, -1], ...categories.map((text, i) => [text, i] as const)]);
  return { name, type: "string", codes: Int32Array.from(texts, (text) => positions.get(text)!), categories };
}
