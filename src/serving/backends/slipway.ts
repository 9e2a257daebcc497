/** Our own models: scored in this process, at once. */
import type { Table } from "../../base/index.ts";
import { SlipwayError } from "../../base/index.ts";
import {
  explainedScale,
  explainRows,
  hasExactContributions,
  outputWidth,
  predictedClasses,
  predictions,
  readModel,
  score,
  type InputColumn,
  type Model,
} from "../../model/index.ts";
import { defaultSettings } from "../config/index.ts";
import { checkInput, knownCategories, type KnownCategories } from "./check-input.ts";
import type {
  Backend,
  InputChecks,
  OpenBackend,
  RowExplanation,
  RowsToScore,
  ScoredRows,
  ScoringColumn,
  ScoringSchema,
} from "./types.ts";

/** The first calls of a function are ten times as slow as later ones: they are made before anybody waits for them. */
const warmUpCalls = 20;
const tolerant: InputChecks = { unknownColumns: "ignore", missingColumns: "impute", unknownCategories: "ignore" };

/** @throws SLW_MODEL_*, SLW_SCORE_* where the model cannot answer its own example */
export async function openSlipwayBackend({ path }: Pick<OpenBackend, "path">): Promise<Backend> {
  return createSlipwayBackend(await readModel(path));
}

export async function createSlipwayBackend(model: Model): Promise<Backend> {
  const known = knownCategories(model);
  const schema = schemaOf(model, known);
  const backend: Backend = {
    schema,
    score: (request) => scoreRows(model, known, request),
    close: () => Promise.resolve(),
  };
  const example = Object.fromEntries(schema.columns.map(({ name, example: value }) => [name, value]));
  for (let call = 0; call < warmUpCalls; call++) {
    await backend.score({ rows: [example], method: "predict", explain: false, checks: tolerant });
  }
  return backend;
}

function scoreRows(model: Model, known: KnownCategories, request: RowsToScore): ScoredRows | Promise<ScoredRows> {
  const { rows, method, explain, checks = defaultSettings, params, signal } = request;
  if (params !== undefined) refuseParams(params);
  if (method === "predict_proba" && model.task === "regression") {
    throw new SlipwayError("SLW_SCORE_METHOD", "A regression model has no probabilities.", {
      fix: 'Use "predict", or leave the method out.',
    });
  }
  const { table, warnings } = checkInput(model, known, rows, checks);
  const outputs = score(model, table);
  const result = method === "predict" ? predictions(model, outputs) : rowsOf(outputs, outputWidth(model));
  if (!explain) return { result, explanations: null, warnings };
  return explanationsOf(model, table, outputs, signal).then((explanations) => ({ result, explanations, warnings }));
}

/** MLflow would ignore them; an answer that another was asked for is a wrong one. */
function refuseParams(params: Readonly<Record<string, unknown>>): void {
  const [name] = Object.keys(params);
  if (name === undefined) return;
  throw new SlipwayError("SLW_SCORE_DATA", `params: the model takes no parameter "${name.slice(0, 60)}".`, {
    fix: "Leave it out.",
    details: { path: "params", got: name.slice(0, 60) },
  });
}

async function explanationsOf(
  model: Model,
  table: Table,
  outputs: Float64Array,
  signal: AbortSignal | undefined,
): Promise<RowExplanation[]> {
  const found = await explainRows(model, table, signal === undefined ? {} : { signal });
  const answers = found.outputs.length > 1 ? predictedClasses(model, outputs) : new Int32Array(table.rows);
  const width = found.columns.length;
  const [scale, exact] = [explainedScale(model), hasExactContributions(model)];
  return Array.from(answers, (output, row) => {
    const start = (row * found.outputs.length + output) * width;
    return {
      output: found.outputs[output] as string,
      scale,
      exact,
      baseline: found.baseline[output] as number,
      contributions: Object.fromEntries(
        found.columns.map((name, i) => [name, found.contributions[start + i] as number]),
      ),
    };
  });
}

function rowsOf(values: Float64Array, width: number): number[][] {
  return Array.from({ length: values.length / width }, (_, row) =>
    Array.from(values.subarray(row * width, (row + 1) * width)),
  );
}

function schemaOf(model: Model, known: KnownCategories): ScoringSchema {
  return {
    algorithm: model.name,
    task: model.task,
    target: model.target,
    columns: model.inputs.map((input) => columnOf(input, known)),
    labels: model.labels,
    probabilities: model.task === "classification",
    explanations: true,
  };
}

function columnOf(
  { name, type, integer, nullable, range, example }: InputColumn,
  known: KnownCategories,
): ScoringColumn {
  const categories = type === "string" ? known.get(name) : undefined;
  return { name, type, integer, nullable, categories: categories ? [...categories] : null, range, example };
}
