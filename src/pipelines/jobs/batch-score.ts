/** From a block of rows to its predictions, as columns: our own models as columns, others by their backend. */
import { join } from "node:path";
import { SlipwayError, type Column, type Table } from "../../base/index.ts";
import { takeRows } from "../../data/index.ts";
import { predictions, readModel, score, type Model } from "../../model/index.ts";
import { loadBackends } from "../../serving/index.ts";
import type { OutputColumn, ScoringThreadInput } from "./batch-messages.ts";
import { predictionColumn, probabilityPrefix } from "./batch-names.ts";

export interface Predictions {
  readonly columns: readonly OutputColumn[];
  /** By column, one value a row. */
  readonly values: readonly ArrayLike<string | number | null>[];
}

export type Scorer = (table: Table) => Predictions | Promise<Predictions>;

export async function openScorer(input: ScoringThreadInput): Promise<Scorer> {
  const path = join(input.modelFolder, input.model.primaryPath);
  if (input.model.kind !== "slipway") return openOther(input, path);
  const model = await readModel(path);
  return (table) => scoreColumns(model, input.method, table);
}

/** Numbers of features at once: 32 MiB. */
const featureNumbers = 2 ** 22;

function scoreColumns(model: Model, method: ScoringThreadInput["method"], table: Table): Predictions {
  const width = method === "predict_proba" ? model.labels.length : 0;
  const answers: (string | number)[] = [];
  const probabilities = Array.from({ length: width }, () => new Float64Array(table.rows));
  const size = Math.max(256, Math.floor(featureNumbers / Math.max(1, model.transforms.length)));
  for (let start = 0; start < table.rows; start += size) {
    const rows = Math.min(size, table.rows - start);
    const slice =
      rows === table.rows
        ? table
        : takeRows(
            table,
            Uint32Array.from({ length: rows }, (_, i) => start + i),
          );
    const outputs = score(model, slice);
    for (const answer of predictions(model, outputs)) answers.push(answer);
    probabilities.forEach((values, label) => {
      for (let row = 0; row < rows; row++) values[start + row] = outputs[row * width + label] as number;
    });
  }
  return withNames(answers, probabilities, model.labels);
}

/** Rows that a backend is asked for at once. */
const backendRows = 10_000;

async function openOther(input: ScoringThreadInput, path: string): Promise<Scorer> {
  const { model, temporaryFolder, environmentsFolder } = input;
  const { openBackend, defaultSettings } = await loadBackends();
  const backend = await openBackend({
    model: { name: model.name, version: model.version, kind: model.kind, path, sha256: null },
    path,
    temporaryFolder,
    ...(environmentsFolder !== null && { environmentsFolder }),
  });
  const { columns, labels } = backend.schema;
  const known = columns.length === 0 ? null : new Set(columns.map(({ name }) => name));
  const asked = { explain: false, checks: defaultSettings };
  return async (table) => {
    const taken = { ...table, columns: table.columns.filter(({ name }) => known === null || known.has(name)) };
    const answers: unknown[] = [];
    const rowsOfProbabilities: number[][] = [];
    for (let start = 0; start < table.rows; start += backendRows) {
      const rows = recordsOf(taken, start, Math.min(table.rows, start + backendRows));
      const { result } = await backend.score({ ...asked, rows, method: "predict" });
      answers.push(...result);
      if (input.method === "predict") continue;
      const more = await backend.score({ ...asked, rows, method: "predict_proba" });
      rowsOfProbabilities.push(...(more.result as number[][]));
    }
    const width = rowsOfProbabilities[0]?.length ?? 0;
    const probabilities = Array.from({ length: width }, (_, label) =>
      Float64Array.from(rowsOfProbabilities, (row) => row[label] ?? NaN),
    );
    const names = labels.length === width ? labels : Array.from({ length: width }, (_, label) => label);
    return withNames(answers.map(cellOf), probabilities, names);
  };
}

/** Rows as a request has them; dates are ISO 8601. */
export function recordsOf({ columns }: Table, from: number, to: number): Record<string, string | number | null>[] {
  return Array.from({ length: to - from }, (_, i) =>
    Object.fromEntries(columns.map((column) => [column.name, valueOf(column, from + i)])),
  );
}

function valueOf(column: Column, row: number): string | number | null {
  if (column.type === "string") return column.categories[column.codes[row] as number] ?? null;
  const value = column.values[row] as number;
  if (Number.isNaN(value)) return null;
  return column.type === "datetime" ? new Date(value).toISOString() : value;
}

/** @throws SLW_SCORE_METHOD for an answer that no column can hold */
function cellOf(value: unknown): string | number | null {
  if (value === null || typeof value === "string" || typeof value === "number") return value;
  if (typeof value === "boolean") return String(value);
  throw new SlipwayError("SLW_SCORE_METHOD", "The model answers a row with more than one value.", {
    fix: "Only models with one answer a row can score a dataset.",
  });
}

function withNames(
  answers: readonly (string | number | null)[],
  probabilities: readonly Float64Array[],
  labels: readonly (string | number)[],
): Predictions {
  const numeric = answers.every((answer) => answer === null || typeof answer === "number");
  const whole = numeric && answers.every((answer) => answer === null || Number.isSafeInteger(answer));
  return {
    columns: [
      { name: predictionColumn, type: numeric ? "numeric" : "string", whole },
      ...probabilities.map((_, label) => {
        return { name: `${probabilityPrefix}${labels[label]}`, type: "numeric" as const, whole: false };
      }),
    ],
    values: [answers, ...probabilities],
  };
}
