/** Our own model file: read and checked whole by the model's reader, then described. */
import { performance } from "node:perf_hooks";
import type { Table } from "../../base/index.ts";
import { readModel, readRecords, score, type Model, type Transform } from "../../model/index.ts";
import { finiteMetrics } from "../finite-metrics.ts";
import type { ModelContents, ModelInput, ModelMember } from "../types.ts";

/** @throws SLW_MODEL_* */
export async function inspectSlipway(file: string, path: string): Promise<ModelContents> {
  const model = await readModel(file);
  const { task, target, name, labels, metrics, provenance } = model;
  return {
    kind: "slipway",
    primaryPath: path,
    algorithm: name,
    task,
    target,
    inputs: inputsOf(model),
    outputs: [{ name: target, type: task === "regression" ? "numeric" : typeof labels[0] }],
    members: model.members.map((member, i): ModelMember => ({
      name: member.name,
      weight: member.weight,
      params: paramsOf(model, i),
    })),
    metrics: finiteMetrics(metrics),
    primaryMetric: provenance.primaryMetric === "" ? null : provenance.primaryMetric,
    rowMicroseconds: measureRow(model),
    particulars: {
      slipway: provenance.slipway,
      seed: provenance.seed,
      validation: provenance.validation,
      rows: provenance.rows,
      labels: labels.length <= mostCategories ? labels : labels.length,
      data: provenance.recipe?.data ?? null,
    },
  };
}

/** Of the member's own trial where the file says which that is, otherwise of the trial with its name. */
function paramsOf({ provenance, members }: Model, position: number): Record<string, unknown> {
  const recipe = provenance.recipe?.members[position];
  if (recipe !== undefined) return { ...recipe.params, rounds: recipe.rounds };
  const trial = provenance.trials.find(({ name }) => name === members[position]?.name);
  return trial?.params ?? {};
}

/** Values of a column that are kept in the registry. */
const mostCategories = 1_000;

function inputsOf({ inputs, transforms }: Model): ModelInput[] {
  const categories = new Map<string, readonly string[]>();
  for (const transform of transforms) {
    const found = categoriesOf(transform);
    if (found !== null) categories.set(transform.column, found);
  }
  return inputs.map(({ name, type, nullable }) => {
    const values = categories.get(name);
    const kept = values !== undefined && values.length <= mostCategories ? values.toSorted() : null;
    return { name, type, nullable, categories: kept };
  });
}

function categoriesOf(transform: Transform): readonly string[] | null {
  return transform.op === "Category" || transform.op === "CategoryStatistic" ? transform.categories : null;
}

const measuredMilliseconds = 30;
const fewestRounds = 5;

/** Scores the model's own example row, one at a time: the median, in microseconds, of what the time allows. */
function measureRow(model: Model): number | null {
  const table = exampleTable(model);
  const times: number[] = [];
  const start = performance.now();
  while (times.length < fewestRounds || performance.now() - start < measuredMilliseconds) {
    const before = performance.now();
    score(model, table);
    times.push(performance.now() - before);
    if (performance.now() - start > 10 * measuredMilliseconds) break;
  }
  times.sort((a, b) => a - b);
  const median = times[times.length >> 1] as number;
  return Math.round(median * 10_000) / 10;
}

function exampleTable(model: Model): Table {
  const row = Object.fromEntries(model.inputs.map(({ name, example }) => [name, example]));
  return readRecords(model, [row]).table;
}
