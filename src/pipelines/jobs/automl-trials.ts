/** What an AutoML run tells, kept: trials as child runs, records to go on from, and progress for those who watch. */
import { idOf } from "../../base/index.ts";
import type { JobContext } from "../../compute/index.ts";
import { recordEvent, type ArtifactStore, type Queryable, type StoredArtifact } from "../../store/index.ts";
import { appendRunLog, createRun, logBatch, putRunArtifact, updateRun, type Metric } from "../../tracking/index.ts";
import type { FromThread, ProgressEvent } from "./automl-messages.ts";
import { trialPath } from "./automl-spec.ts";

type Told = Extract<FromThread, { type: "event" }>;
type Settled = Extract<ProgressEvent, { type: "trialFinished" | "trialFailed" | "trialGivenUp" }>;

/** The child run of a trial: the same however often it is written. */
export function trialRunId(runId: string, trial: number): string {
  return idOf(`run/${runId}/trial/${trial}`);
}

export interface TrialKeeper {
  keep(told: Told): Promise<void>;
}

/** @param experiment number of the run's experiment */
export function createTrialKeeper(context: JobContext, artifacts: ArtifactStore, experiment: number): TrialKeeper {
  const { job, hold } = context;
  const run = { workspaceId: job.workspaceId, runId: job.runId };
  const startedAt = new Map<number, Date>();
  let metric = "";

  return {
    async keep({ event, at, record }) {
      if (event.type === "started") metric = event.metric;
      if (event.type === "trialStarted") startedAt.set(event.trial, new Date(at));
      const stored = record === null ? null : await artifacts.put(record);
      await hold(async (trx) => {
        if (isSettled(event) && event.resumed !== true) {
          await keepTrial(trx, { context, event, at, stored, experiment, metric, startedAt });
        }
        const line = describe(event, metric);
        if (line !== null) await appendRunLog(trx, { ...run, text: `${line}\n` });
        await recordProgress(trx, run, event);
      });
    },
  };
}

/** For those who watch: the event as the local command has it. */
export async function recordProgress(
  trx: Queryable,
  { workspaceId, runId }: { readonly workspaceId: string; readonly runId: string },
  event: object,
): Promise<void> {
  await recordEvent(trx, { workspaceId, type: "run.progress", subject: `run/${runId}`, data: { event } });
}

function isSettled(event: ProgressEvent): event is Settled {
  return event.type === "trialFinished" || event.type === "trialFailed" || event.type === "trialGivenUp";
}

interface Kept {
  readonly context: JobContext;
  readonly event: Settled;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly stored: StoredArtifact | null;
  readonly experiment: number;
  readonly metric: string;
  readonly startedAt: ReadonlyMap<number, Date>;
}

async function keepTrial(trx: Queryable, kept: Kept): Promise<void> {
  const { context, event, at, stored, experiment, metric, startedAt } = kept;
  const { workspaceId, runId: parentId, actor } = context.job;
  const trial = event.type === "trialFinished" ? event.model.trial : event.trial;
  const name = event.type === "trialFinished" ? event.model.name : event.name;
  const child = { workspaceId, runId: trialRunId(parentId, trial) };
  await createRun(trx, {
    workspaceId,
    id: child.runId,
    experiment,
    name: `${trial} ${name}`,
    kind: "trial",
    startedAt: startedAt.get(trial) ?? new Date(at),
    parentId,
    tags: { "slipway.trial": String(trial), "slipway.algorithm": name },
    actor,
  });
  if (event.type === "trialFinished") {
    const { metrics, params, trainSeconds, predictMicrosPerRow, value } = event.model;
    const all = { ...metrics, train_seconds: trainSeconds, predict_micros_per_row: predictMicrosPerRow };
    await logBatch(trx, { ...child, params: toParams(params), metrics: toMetrics(all, at, 0) });
    const progress = toMetrics({ [`best_${metric}`]: event.bestValue, [metric]: value }, at, trial);
    await logBatch(trx, { workspaceId, runId: parentId, metrics: progress });
  }
  await updateRun(trx, { ...child, ...endOf(event), endedAt: new Date(at), actor });
  if (stored !== null) await putRunArtifact(trx, { workspaceId, runId: parentId, path: trialPath(trial), ...stored });
}

function endOf(event: Settled): { status: "FINISHED" | "FAILED" | "KILLED"; statusReason: string | null } {
  switch (event.type) {
    case "trialFinished":
      return { status: "FINISHED", statusReason: null };
    case "trialFailed":
      return { status: "FAILED", statusReason: event.reason.slice(0, 1000) };
    case "trialGivenUp":
      return { status: "KILLED", statusReason: "given up: at its first rung it was worse than most of its algorithm" };
  }
}

export function toMetrics(values: Readonly<Record<string, number>>, timestamp: number, step: number): Metric[] {
  return Object.entries(values).map(([key, value]) => ({ key, value, timestamp, step }));
}

/** MLflow's limit of a value. */
const longestParam = 6_000;

export function toParams(values: Readonly<Record<string, unknown>>): { key: string; value: string }[] {
  return Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ({
      key,
      value: (typeof value === "string" ? value : JSON.stringify(value)).slice(0, longestParam),
    }));
}

/** A line of the run's log; null for what is not worth one. */
function describe(event: ProgressEvent, metric: string): string | null {
  switch (event.type) {
    case "started":
      return `${event.task} of ${event.target} by ${event.metric}: ${event.rows} rows, ${event.columns} columns, validation ${event.validation}`;
    case "trialStarted":
      return null;
    case "trialFinished":
      return `trial ${event.model.trial} ${event.model.name}: ${metric} ${event.model.value}${event.best ? ", best so far" : ""}${event.resumed ? ", from an earlier attempt" : ""}`;
    case "trialFailed":
      return `trial ${event.trial} ${event.name} failed: ${event.reason}`;
    case "trialGivenUp":
      return `trial ${event.trial} ${event.name}: given up`;
    case "refitting":
      return `training ${event.members.join(", ")} on all rows`;
  }
}
