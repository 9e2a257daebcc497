/** How good a model of any kind is on rows whose truth is known. */
import { join } from "node:path";
import { evaluateModel } from "../../../automl/index.ts";
import { SlipwayError, type ColumnType, type Table } from "../../../base/index.ts";
import { readTable, takeRows } from "../../../data/index.ts";
import { readModel } from "../../../model/index.ts";
import { recordsOf } from "../../jobs/batch-score.ts";
import { loadBackends } from "../../../serving/index.ts";
import type { EvaluatedModel, EvaluatedTable, EvaluationInput, Judgement, Task } from "./evaluate-messages.ts";
import { judgeAnswers } from "./judge-answers.ts";

/** @throws SLW_DATA_*, SLW_AUTOML_TARGET, SLW_SCORE_*, SLW_MODEL_*, SLW_ENDPOINT_BACKEND */
export async function judgeModel(input: EvaluationInput, model: EvaluatedModel, index: number): Promise<Judgement> {
  if (model.kind === "slipway") return judgeOwn(input, model);
  const table = await read(input.table, {});
  return judgeOther(input, model, knownRows(table, input.target), index);
}

async function judgeOwn({ table, target }: EvaluationInput, { path }: EvaluatedModel): Promise<Judgement> {
  const model = await readModel(path);
  const types: Record<string, ColumnType> = Object.fromEntries(model.inputs.map(({ name, type }) => [name, type]));
  // Labels that are text stay text, whatever they look like.
  if (model.labels.some((label) => typeof label === "string")) types[target] = "string";
  else if (table.schema[target] === "string") types[target] = "numeric";
  const { rows, metrics } = evaluateModel(model, await read(table, types), target);
  return { task: model.task, rows, metrics };
}

/** The whole file as the dataset has it, but for columns of other types. */
async function read(
  { path, options, dialect, schema }: EvaluatedTable,
  types: Readonly<Record<string, ColumnType>>,
): Promise<Table> {
  const { delimiter, header, format } = dialect;
  const { table } = await readTable(path, {
    types: { ...schema, ...Object.fromEntries(Object.entries(types).filter(([name]) => Object.hasOwn(schema, name))) },
    ...(options.nulls && { nulls: options.nulls }),
    ...(format === "csv" && { delimiter, header }),
  });
  return table;
}

/** @throws SLW_AUTOML_TARGET where no row has a target */
function knownRows(table: Table, target: string): Table {
  const column = table.columns.find(({ name }) => name === target);
  const isKnown = (row: number): boolean =>
    column?.type === "string"
      ? column.categories[column.codes[row] as number] !== undefined
      : !Number.isNaN(column?.values[row]);
  const rows = Uint32Array.from(Array.from({ length: table.rows }, (_, row) => row).filter(isKnown));
  if (rows.length > 0 && column !== undefined) return rows.length === table.rows ? table : takeRows(table, rows);
  throw new SlipwayError("SLW_AUTOML_TARGET", `The target "${target}" is empty in every row.`, { details: { target } });
}

/** Rows that a backend is asked for at once. */
const backendRows = 10_000;

async function judgeOther(
  { target, task, temporaryFolder, environmentsFolder }: EvaluationInput,
  { label, kind, path }: EvaluatedModel,
  table: Table,
  index: number,
): Promise<Judgement> {
  const { openBackend, defaultSettings } = await loadBackends();
  const backend = await openBackend({
    model: { name: label, version: 1, kind, path, sha256: null },
    path,
    temporaryFolder: join(temporaryFolder, `model-${index}`),
    ...(environmentsFolder !== null && { environmentsFolder }),
  });
  try {
    const { columns, labels, probabilities, task: own } = backend.schema;
    const taken = columns.length === 0 ? null : new Set(columns.map(({ name }) => name));
    const isInput = (name: string): boolean => (taken === null ? name !== target : taken.has(name));
    const inputs = { ...table, columns: table.columns.filter(({ name }) => isInput(name)) };
    const truth = table.columns.find(({ name }) => name === target) as Table["columns"][number];
    const judged: Task = own ?? task ?? (truth.type === "string" ? "classification" : "regression");
    const asked = { explain: false, checks: defaultSettings };
    const answers: unknown[] = [];
    const likelihoods: unknown[] = [];
    for (let start = 0; start < table.rows; start += backendRows) {
      const rows = recordsOf(inputs, start, Math.min(table.rows, start + backendRows));
      answers.push(...(await backend.score({ ...asked, rows, method: "predict" })).result);
      if (judged === "regression" || !probabilities) continue;
      likelihoods.push(...(await backend.score({ ...asked, rows, method: "predict_proba" })).result);
    }
    const metrics = judgeAnswers(judged, truth, { answers, labels, probabilities: likelihoods as number[][] });
    return { task: judged, rows: table.rows, metrics };
  } finally {
    await backend.close();
  }
}
