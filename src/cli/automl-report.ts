/** What `slipway automl` says to programs: the line of --json and the file of --charts. */
import type { AutoMLResult } from "../automl/index.ts";
import type { AutoMLReport, ModelCharts } from "../contract/index.ts";

type Saved = Pick<AutoMLReport, "modelPath" | "sha256" | "elapsedSeconds">;

export function reportJson(result: AutoMLResult, saved: Saved): AutoMLReport {
  const { task, target, metric, best, models, failed, validation, rows, columns, testMetrics, interrupted } = result;
  const { schema_type, schema_version, faults } = result.guardrails;
  return {
    task,
    target,
    metric,
    best: { name: best.name, value: best.value },
    models: models.map(({ name, value, metrics, trainSeconds, predictMicrosPerRow }) => ({
      name,
      value,
      metrics,
      trainSeconds,
      predictMicrosPerRow,
    })),
    failed: failed.map(({ trial, name, reason }) => ({ trial, name, reason })),
    validation,
    rows,
    columns,
    guardrails: {
      schema_type,
      schema_version,
      faults: faults.map((fault) => ({
        ...fault,
        parameters: fault.parameters.map((parameter) => ({ ...parameter })),
        friendly_parameters: fault.friendly_parameters.map((parameter) => ({ ...parameter })),
      })),
    },
    testMetrics,
    importance: importanceJson(result),
    interrupted,
    ...saved,
  };
}

function importanceJson({ importance }: AutoMLResult): AutoMLReport["importance"] {
  if (importance === null) return null;
  const { on, rows, value, columns } = importance;
  return { on, rows, value, columns: columns.map(({ name, mean, deviation }) => ({ name, mean, deviation })) };
}

/** Models best first, each with its charts; null where its answers were not kept. */
export function chartsJson(
  { models, best, chartsOf }: AutoMLResult,
  which: "best" | "all",
): {
  readonly models: readonly { readonly trial: number; readonly name: string; readonly charts: ModelCharts | null }[];
} {
  const shown = which === "all" ? models : [best];
  return {
    models: shown.map(({ trial, name }) => ({ trial, name, charts: chartsOf(trial) as ModelCharts | null })),
  };
}
