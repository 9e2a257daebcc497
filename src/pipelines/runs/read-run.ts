/** All that a page about a run shows, by few statements however many steps it has. */
import type { Queryable } from "../../store/index.ts";
import type { RunStatus } from "../../tracking/index.ts";
import type { StepOutputs, StepType, StoredDefinition } from "../../definition/index.ts";
import type { PipelineRunKey } from "./cancel.ts";
import { createGraph } from "./graph.ts";
import { pipelineRunNotFound } from "./not-found.ts";
import { toRecord } from "./step-rows.ts";
import { isFinalState, type FingerprintParts, type StepDecision, type StepState } from "./types.ts";

export interface PipelineRunStep {
  readonly name: string;
  /** In the definition. */
  readonly step: string;
  readonly type: StepType;
  readonly description: string | null;
  readonly needs: readonly string[];
  readonly item: { readonly value: unknown } | null;
  readonly state: StepState;
  /** Why it is in its state, and what it waits for, in words. */
  readonly reason: string | null;
  readonly runId: string | null;
  readonly earlierRuns: readonly string[];
  readonly reusedFrom: string | null;
  /** What was put in for what the definition says; empty before it begins. */
  readonly inputs: readonly StepInput[];
  readonly outputs: StepOutputs | null;
  readonly decision: StepDecision | null;
  /** The latest of each of the step's run, or of the one whose outputs it has. */
  readonly metrics: Readonly<Record<string, number>>;
  /** How often a worker has begun it. */
  readonly attempt: number;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly cpuSeconds: number | null;
  /** Bytes. */
  readonly peakMemory: number | null;
  readonly queuedAt: Date | null;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

/** One thing that a step was given, as its fingerprint has it. */
export interface StepInput {
  /** A parameter of the run that the step asks for, a table or model that it reads, or a setting with its expressions resolved. */
  readonly kind: "parameter" | "input" | "setting";
  /** "metric", "data", "env.LEVEL". */
  readonly name: string;
  /** "bank@3"; of a parameter that is no text, and of a setting, JSON. "***" where its name says that it is a secret. */
  readonly value: string;
}

export interface PipelineRun {
  readonly id: string;
  readonly name: string;
  /** Number of its experiment, and its name. */
  readonly experiment: number;
  readonly experimentName: string;
  readonly definition: StoredDefinition;
  /** Null for a definition that is not published. */
  readonly version: { readonly id: string; readonly pipeline: string; readonly version: number } | null;
  readonly status: RunStatus;
  readonly statusReason: string | null;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly reuse: boolean;
  readonly continueOnStepFailure: boolean;
  readonly cancelRequested: boolean;
  readonly scheduleId: string | null;
  /** The run whose step it is. */
  readonly parent: { readonly runId: string; readonly step: string } | null;
  readonly submission: Readonly<Record<string, unknown>>;
  readonly outputs: StepOutputs | null;
  readonly steps: readonly PipelineRunStep[];
  /** Of steps and instances, without rows that stand for their instances. */
  readonly counts: Readonly<Partial<Record<StepState, number>>>;
  /** Share of them that have ended, 0 to 1. */
  readonly progress: number;
  readonly user: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly startedAt: Date | null;
  readonly endedAt: Date | null;
}

export async function isPipelineRun(database: Queryable, { workspaceId, runId }: PipelineRunKey): Promise<boolean> {
  const row = await database
    .selectFrom("pipeline_runs")
    .select("run_id")
    .where("run_id", "=", runId)
    .where("workspace_id", "=", workspaceId)
    .executeTakeFirst();
  return row !== undefined;
}

/** @throws SLW_PIPELINE_RUN */
export async function getPipelineRun(
  database: Queryable,
  { workspaceId, runId }: PipelineRunKey,
): Promise<PipelineRun> {
  const row = await selectRun(database, { workspaceId, runId });
  if (row === undefined) throw pipelineRunNotFound(runId);
  const definition = row.definition as unknown as StoredDefinition;
  const steps = await readSteps(database, runId, definition);
  const counted = steps.filter(({ step, item }) => item !== null || definition.steps[step]?.for_each === undefined);
  const counts: Partial<Record<StepState, number>> = {};
  for (const { state } of counted) counts[state] = (counts[state] ?? 0) + 1;
  const ended = counted.filter(({ state }) => isFinalState(state)).length;
  return {
    id: runId,
    name: row.name,
    experiment: row.number,
    experimentName: row.experiment_name,
    definition,
    version:
      row.version_id === null || row.pipeline === null || row.version === null
        ? null
        : { id: row.version_id, pipeline: row.pipeline, version: row.version },
    status: row.status,
    statusReason: row.status_reason,
    parameters: row.parameters,
    reuse: row.reuse,
    continueOnStepFailure: row.continue_on_step_failure,
    cancelRequested: row.cancel_requested_at !== null,
    scheduleId: row.schedule_id,
    parent: row.parent_run_id === null ? null : { runId: row.parent_run_id, step: row.parent_step ?? "" },
    submission: row.submission,
    outputs: row.outputs as StepOutputs | null,
    steps,
    counts,
    progress: counted.length === 0 ? 1 : ended / counted.length,
    user: row.user_name,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}

function selectRun(database: Queryable, { workspaceId, runId }: PipelineRunKey) {
  return database
    .selectFrom("pipeline_runs")
    .innerJoin("runs", "runs.id", "pipeline_runs.run_id")
    .innerJoin("experiments", "experiments.id", "runs.experiment_id")
    .leftJoin("pipeline_versions", "pipeline_versions.id", "pipeline_runs.pipeline_version_id")
    .leftJoin("pipelines", "pipelines.id", "pipeline_versions.pipeline_id")
    .select([
      "pipeline_runs.definition",
      "pipeline_runs.parameters",
      "pipeline_runs.reuse",
      "pipeline_runs.continue_on_step_failure",
      "pipeline_runs.cancel_requested_at",
      "pipeline_runs.schedule_id",
      "pipeline_runs.parent_run_id",
      "pipeline_runs.parent_step",
      "pipeline_runs.submission",
      "pipeline_runs.outputs",
      "pipeline_runs.user_name",
      "runs.name",
      "runs.status",
      "runs.status_reason",
      "runs.created_at",
      "runs.updated_at",
      "runs.started_at",
      "runs.ended_at",
      "experiments.number",
      "experiments.name as experiment_name",
      "pipeline_versions.id as version_id",
      "pipeline_versions.version",
      "pipelines.name as pipeline",
    ])
    .where("pipeline_runs.run_id", "=", runId)
    .where("pipeline_runs.workspace_id", "=", workspaceId)
    .executeTakeFirst();
}

async function readSteps(
  database: Queryable,
  pipelineRunId: string,
  definition: StoredDefinition,
): Promise<PipelineRunStep[]> {
  const rows = await database
    .selectFrom("pipeline_steps")
    .leftJoin("jobs", "jobs.run_id", "pipeline_steps.run_id")
    .selectAll("pipeline_steps")
    .select(["jobs.attempt", "jobs.exit_code", "jobs.exit_signal", "jobs.cpu_seconds", "jobs.peak_memory_bytes"])
    .where("pipeline_run_id", "=", pipelineRunId)
    .orderBy("position")
    .execute();
  const metrics = await metricsOf(
    database,
    rows.flatMap(({ run_id: own, reused_from: other }) => own ?? other ?? []),
  );
  const needs = needsOf(definition);
  return rows.map((row): PipelineRunStep => {
    const { startedAt: _, endedAt: __, queuedAt: ___, ...record } = toRecord(row);
    const step = definition.steps[record.step];
    return {
      name: record.name,
      step: record.step,
      type: step?.type ?? "command",
      description: step?.description ?? null,
      needs: needs.get(record.step) ?? [],
      item: record.item,
      state: record.state,
      reason: record.reason,
      runId: record.runId,
      earlierRuns: record.earlierRuns,
      reusedFrom: record.reusedFrom,
      inputs: inputsOf(record.fingerprintParts),
      outputs: record.outputs,
      decision: record.decision,
      metrics: metrics.get(record.runId ?? record.reusedFrom ?? "") ?? {},
      attempt: row.attempt ?? 0,
      exitCode: row.exit_code,
      signal: row.exit_signal,
      cpuSeconds: row.cpu_seconds,
      peakMemory: row.peak_memory_bytes,
      queuedAt: row.queued_at,
      startedAt: row.started_at,
      endedAt: row.ended_at,
    };
  });
}

/** Variables, headers and parameters are written into definitions as they are; what is one by its name is not shown again. */
const secretName = /secret|passw|token|api[-_]?key|access[-_]?key|private[-_]?key|credential|authorization|cookie/i;

function inputsOf(parts: FingerprintParts | null): StepInput[] {
  // The database keeps no order of keys.
  const sorted = Object.entries(parts ?? {}).sort(([a], [b]) => a.localeCompare(b, "en", { numeric: true }));
  return sorted.flatMap(([what, { shown }]) => {
    const [, kind, name = ""] = /^(parameter|input|setting) (.*)$/s.exec(what) ?? [];
    if (kind === undefined) return [];
    return [{ kind: kind as StepInput["kind"], name, value: secretName.test(name) ? "***" : shown }];
  });
}

/** A run whose definition makes no sense is shown as well. */
function needsOf(definition: StoredDefinition): Map<string, readonly string[]> {
  try {
    return new Map([...createGraph(definition).values()].map(({ name, needs }) => [name, needs]));
  } catch {
    return new Map();
  }
}

async function metricsOf(database: Queryable, runIds: readonly string[]): Promise<Map<string, Record<string, number>>> {
  const found = new Map<string, Record<string, number>>();
  if (runIds.length === 0) return found;
  const rows = await database
    .selectFrom("latest_metrics")
    .select(["run_id", "key", "value"])
    .where("run_id", "in", runIds)
    .orderBy("key")
    .execute();
  for (const { run_id: runId, key, value } of rows) {
    const metrics = found.get(runId) ?? {};
    metrics[key] = value;
    found.set(runId, metrics);
  }
  return found;
}
