/** An evaluate step: the new model and the one in production on the same rows, by the same metrics. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SlipwayError } from "../../../base/index.ts";
import { getVersionDetails } from "../../../data/index.ts";
import { metricInfo } from "../../../kernels/index.ts";
import type { Queryable } from "../../../store/index.ts";
import { putRunArtifact } from "../../../tracking/index.ts";
import type { EvaluateStep, StepOutputs } from "../../../definition/index.ts";
import { withLocalTables } from "../../jobs/local-table.ts";
import type { StepContext, StepHandler, StepResult, StepServices } from "../types.ts";
import { checkSameRows, targetOf } from "./check-models.ts";
import { datasetOf } from "./dataset-of.ts";
import type { EvaluatedModel, EvaluatedTable, Judgement } from "./evaluate-messages.ts";
import { findNamedModel, type NamedModel } from "./named-model.ts";
import { findProduction } from "./production.ts";
import { readOption } from "./read-options.ts";
import { runEvaluation } from "./run-evaluation.ts";
import { stageFiles } from "./stage-files.ts";
import { checkMetricName, judge, type Terms, type Verdict } from "./verdict.ts";

/** Artifact of the step's run: all metrics of both models, side by side. */
export const evaluationPath = "evaluation.json";

/**
 * Outputs: better, value, against_value (null where nothing is in production), model (the new one).
 * @throws SLW_EVALUATE_*, SLW_STEP_OPTION, SLW_METRIC_UNKNOWN, SLW_REGISTRY_*, SLW_DATASET_*, and what scoring throws
 */
export const runEvaluate: StepHandler = async (context, services) => {
  const { spec, job, database } = context;
  const step = spec.step as EvaluateStep;
  const terms = termsOf(step);
  const stores = { database, artifacts: services.artifacts };
  const { workspaceId } = job;
  const model = { workspaceId, place: "model", value: spec.values["model"], text: step.model };
  const candidate = await findNamedModel(stores, model);
  const production = await findProduction(stores, { workspaceId, value: spec.values["against"], text: step.against });
  if (production === null && step.against !== undefined) {
    await context.write(`${step.against} is not there: the new model has nothing to be better than`);
  }
  const { judgements, target, data } = await judgeBoth(context, services, { candidate, production });
  const metric = terms.metric ?? metricOf(candidate, production);
  const judged = (named: NamedModel, i: number) => ({ label: named.label, judgement: judgements[i] as Judgement });
  const other = production === null ? null : judged(production, 1);
  const verdict = judge({ ...terms, metric }, judged(candidate, 0), other);
  await context.write(`${verdict.better ? "better" : "not better"}: ${verdict.reason}`);
  const report = { metric, target, data, verdict, candidate, production, judgements };
  return resultOf(context, services, step, report);
};

interface Pair {
  readonly candidate: NamedModel;
  readonly production: NamedModel | null;
}

interface Judged {
  /** Of the candidate, then of what is in production. */
  readonly judgements: readonly Judgement[];
  readonly target: string;
  /** "bank@3". */
  readonly data: string;
}

async function judgeBoth(context: StepContext, services: StepServices, pair: Pair): Promise<Judged> {
  const { candidate, production } = pair;
  const step = context.spec.step as EvaluateStep;
  const table = await findTable(context, step);
  const target = targetOf(step.target, candidate, production);
  const models = production === null ? [candidate] : [candidate, production];
  for (const model of models) checkSameRows(model, target, table);
  const folder = await mkdtemp(join(tmpdir(), "slipway-evaluate-"));
  try {
    const staged: EvaluatedModel[] = [];
    for (const [i, model] of models.entries()) {
      const path = await stageFiles(services.artifacts, model, join(folder, `files-${i}`));
      staged.push({ label: model.label, kind: model.contents.kind, path });
    }
    await context.write(`judging ${models.map(({ label }) => label).join(" and ")} on ${table.rows} rows`);
    const judgements = await withLocalTables(services.artifacts, [table], ([local]) =>
      runEvaluation(
        {
          table: { ...table, path: local?.path ?? "" },
          target,
          models: staged,
          task: taskOf(step, models),
          temporaryFolder: folder,
          environmentsFolder: services.environmentsFolder,
        },
        context,
      ),
    );
    return { judgements, target, data: table.name };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function findTable(
  { spec, job, database }: StepContext,
  step: EvaluateStep,
): Promise<Omit<EvaluatedTable, "path">> {
  const { dataset, version = "latest" as const } = datasetOf(spec.values["data"], step.data, "data");
  const found = await getVersionDetails(database, { workspaceId: job.workspaceId, dataset, version });
  const { sha256, options, rows, columns, dialect } = found;
  const schema = Object.fromEntries(found.schema.map(({ name, type }) => [name, type]));
  const name = `${dataset}@${found.version}`;
  return { dataset, version: found.version, sha256, name, options, rows, columns, dialect, schema };
}

/** Of a foreign model that does not say it itself: what the other one does, or what the metric is about. */
function taskOf({ metric }: EvaluateStep, models: readonly NamedModel[]): Judgement["task"] | null {
  const said = models.map(({ contents }) => contents.task).find((task) => task !== null);
  if (said !== undefined) return said;
  return metric === undefined || metric === "" ? null : metricInfo(metric).task;
}

/** The metric by which the new model was chosen. @throws SLW_EVALUATE_METRIC */
function metricOf({ label, contents }: NamedModel, production: NamedModel | null): string {
  const metric = contents.primaryMetric ?? production?.contents.primaryMetric ?? null;
  if (metric !== null) return metric;
  throw new SlipwayError("SLW_EVALUATE_METRIC", `${label} does not say by which metric it was chosen.`, {
    fix: "Name one in the step: metric: accuracy",
    details: { model: label },
  });
}

/** @throws SLW_STEP_OPTION, SLW_METRIC_UNKNOWN */
function termsOf(step: EvaluateStep): Omit<Terms, "metric"> & { readonly metric: string | null } {
  const numberOf = (place: "min_improvement" | "threshold", min?: number): number | null => {
    const value = step[place];
    if (value === undefined || value === null || value === "") return null;
    return readOption(value, { type: "number", ...(min !== undefined && { min }) }, place) as number;
  };
  const metric = step.metric === undefined || step.metric === "" ? null : step.metric;
  if (metric !== null) checkMetricName(metric);
  return { metric, minImprovement: numberOf("min_improvement", 0) ?? 0, threshold: numberOf("threshold") };
}

interface Report extends Judged, Pair {
  readonly metric: string;
  readonly verdict: Verdict;
}

async function resultOf(
  { job, hold }: StepContext,
  { artifacts }: StepServices,
  step: EvaluateStep,
  report: Report,
): Promise<StepResult> {
  const { metric, verdict, candidate } = report;
  const { better, value, against, reason } = verdict;
  const { when_not_better: otherwise = "cancel" } = step;
  const stored = await artifacts.put(new TextEncoder().encode(`${JSON.stringify(reportJson(report), null, 2)}\n`));
  const run = { workspaceId: job.workspaceId, runId: job.runId };
  const keepReport = async (trx: Queryable): Promise<void> => {
    await putRunArtifact(trx, { ...run, path: evaluationPath, ...stored });
  };
  if (!better && otherwise === "fail") {
    await hold(keepReport);
    throw new SlipwayError("SLW_EVALUATE_NOT_BETTER", `The new model is not better: ${reason}.`, {
      details: { metric, value, against },
    });
  }
  const outputs: StepOutputs = {
    better: { type: "value", value: better },
    value: { type: "value", value },
    against_value: { type: "value", value: against },
    model: candidate.value,
  };
  return {
    outputs,
    metrics: { [metric]: value, ...(against !== null && { [`production_${metric}`]: against }) },
    ...(!better && otherwise === "cancel" && { cancelRest: `the new model is not better: ${reason}` }),
    last: keepReport,
  };
}

/** NaN, which JSON does not have, becomes null. */
function reportJson({ metric, target, data, verdict, candidate, production, judgements }: Report): object {
  const [own, other] = judgements;
  const names = [...new Set(judgements.flatMap(({ metrics }) => Object.keys(metrics)))];
  return {
    better: verdict.better,
    reason: verdict.reason,
    metric,
    value: verdict.value,
    productionValue: verdict.against,
    data,
    target,
    task: own?.task,
    rows: own?.rows,
    model: candidate.label,
    production: production?.label ?? null,
    metrics: Object.fromEntries(
      names.map((name) => [name, { model: own?.metrics[name] ?? null, production: other?.metrics[name] ?? null }]),
    ),
  };
}
