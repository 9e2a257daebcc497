/** Why a step ran, or was answered by what came out before: "why". */
import { sql } from "kysely";
import type { Queryable } from "../../store/index.ts";
import type { Step, StepOutputs, StoredDefinition } from "../../definition/index.ts";
import type { PipelineRunKey } from "./cancel.ts";
import { mayBeReused } from "./fingerprint.ts";
import { pipelineRunNotFound, stepNotFound } from "./not-found.ts";
import { isThere } from "./reuse.ts";
import { readSteps, toRecord } from "./step-rows.ts";
import { isFinalState, type FingerprintParts, type StepRecord } from "./types.ts";

export interface StepDifference {
  /** "file train.py", "parameter metric", "input data", "setting options.seed". */
  readonly what: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface StepExplanation {
  readonly step: string;
  /** Was it computed in this run, or will it be? */
  readonly ran: boolean;
  /** Run whose outputs were taken. */
  readonly reusedFrom: string | null;
  /** Pipeline run with the newest step of the name before it; null where there is none. */
  readonly comparedWith: string | null;
  /** In words. */
  readonly reason: string;
  readonly differences: readonly StepDifference[];
}

/** @throws SLW_PIPELINE_RUN, SLW_PIPELINE_STEP */
export async function explainStep(
  database: Queryable,
  { workspaceId, runId, step: name }: PipelineRunKey & { readonly step: string },
): Promise<StepExplanation> {
  const run = await database
    .selectFrom("pipeline_runs")
    .select(["run_id", "definition", "reuse", "created_at"])
    .where("run_id", "=", runId)
    .where("workspace_id", "=", workspaceId)
    .executeTakeFirst();
  if (run === undefined) throw pipelineRunNotFound(runId);
  const steps = await readSteps(database, runId);
  const record = steps.find((each) => each.name === name);
  if (record === undefined) {
    throw stepNotFound(
      runId,
      name,
      steps.map((each) => each.name),
    );
  }
  const definition = run.definition as unknown as StoredDefinition;
  const step = definition.steps[record.step] as Step;
  const earlier = await earlierStep(database, { workspaceId, definition, record, before: run.created_at, runId });
  const base = { step: name, reusedFrom: record.reusedFrom, comparedWith: earlier?.pipelineRun ?? null };
  const parts = record.fingerprintParts;
  const differences =
    earlier?.record.fingerprintParts && parts ? differencesOf(earlier.record.fingerprintParts, parts, step) : [];
  if (record.reusedFrom !== null) {
    const reason = `the same code, inputs and settings as before: its outputs are those of run ${record.reusedFrom}`;
    return { ...base, ran: false, reason, differences: [] };
  }
  const ran = record.runId !== null || record.earlierRuns.length > 0 || record.state === "APPROVAL";
  if (!ran) return { ...base, ran, reason: waitingReason(record), differences };
  const reason = await reasonOf(database, { workspaceId, step, reuse: run.reuse, earlier, record, differences });
  return { ...base, ran, reason, differences };
}

function waitingReason({ state, reason, decision }: StepRecord): string {
  if (decision?.decision !== undefined) return reason ?? "somebody has decided";
  if (state === "WAITING") return "it has not begun";
  return isFinalState(state) ? `it did not run: ${reason ?? state}` : "its instances ran; ask about one of them";
}

interface Earlier {
  readonly pipelineRun: string;
  readonly record: StepRecord;
}

/** The newest of the same name that began before, in a run of a pipeline of the same name. */
async function earlierStep(
  database: Queryable,
  of: {
    readonly workspaceId: string;
    readonly definition: StoredDefinition;
    readonly record: StepRecord;
    readonly before: Date;
    readonly runId: string;
  },
): Promise<Earlier | null> {
  const row = await database
    .selectFrom("pipeline_steps")
    .innerJoin("pipeline_runs", "pipeline_runs.run_id", "pipeline_steps.pipeline_run_id")
    .selectAll("pipeline_steps")
    .where("pipeline_runs.workspace_id", "=", of.workspaceId)
    .where(sql<string>`pipeline_runs.definition ->> 'name'`, "=", of.definition.name)
    .where("pipeline_runs.run_id", "!=", of.runId)
    .where("pipeline_runs.created_at", "<=", of.before)
    .where("pipeline_steps.name", "=", of.record.name)
    .where("pipeline_steps.fingerprint_parts", "is not", null)
    .orderBy("pipeline_runs.created_at", "desc")
    .orderBy("pipeline_runs.run_id", "desc")
    .executeTakeFirst();
  return row === undefined ? null : { pipelineRun: row.pipeline_run_id, record: toRecord(row) };
}

async function reasonOf(
  database: Queryable,
  given: {
    readonly workspaceId: string;
    readonly step: Step;
    readonly reuse: boolean;
    readonly earlier: Earlier | null;
    readonly record: StepRecord;
    readonly differences: readonly StepDifference[];
  },
): Promise<string> {
  const { step, reuse, earlier, differences } = given;
  if (!mayBeReused(step)) {
    return step.allow_reuse === false
      ? "the step says allow_reuse: false"
      : `a step of type "${step.type}" is never reused unless it says allow_reuse: true`;
  }
  if (!reuse) return "reuse was switched off for the run";
  if (earlier === null) return "it never ran before";
  if (differences.length > 0) {
    const some = differences.slice(0, 3).map(({ what }) => what);
    const more = differences.length > some.length ? ` and ${differences.length - some.length} more` : "";
    return `not the same as before: ${some.join(", ")}${more}`;
  }
  const { state, runId, reusedFrom, outputs } = earlier.record;
  if (!isFinalState(state)) return `the earlier one had not ended: it is ${state}`;
  if (state !== "FINISHED") return `the earlier one ${state === "FAILED" ? "failed" : "was ended early"}`;
  const origin = runId ?? reusedFrom;
  const there = origin !== null && (await isThere(database, given.workspaceId, origin, (outputs ?? {}) as StepOutputs));
  return there ? "the earlier one had not finished when it began" : "the outputs of the earlier one are gone";
}

/** Where a parameter differs, the settings that are made of it are not told besides. */
function differencesOf(before: FingerprintParts, after: FingerprintParts, step: Step): StepDifference[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort(byKind);
  const all = names.flatMap((what) => {
    const [old, now] = [before[what], after[what]];
    const same = old?.key === null || now?.key === null ? old?.shown === now?.shown : old?.key === now?.key;
    return same ? [] : [{ what, before: old?.shown ?? null, after: now?.shown ?? null }];
  });
  const parameters = all.filter(({ what }) => what.startsWith("parameter ")).map(({ what }) => what.slice(10));
  const counts = all.some(({ what }) => !what.startsWith("parameter "));
  // A parameter that made no difference to the step is none.
  if (!counts) return [];
  return all.filter(({ what }) => {
    if (!what.startsWith("setting ")) return true;
    const template = templateAt(step, what.slice("setting ".length));
    return !parameters.some((name) => template.includes(`parameters.${name}`));
  });
}

const kinds = ["file ", "input ", "parameter ", "setting "];

function byKind(a: string, b: string): number {
  const rank = (name: string): number => kinds.findIndex((kind) => name.startsWith(kind));
  return rank(a) - rank(b) || (a < b ? -1 : 1);
}

/** The text in the definition that the setting is made of; of a list or object that was one expression, that expression. */
function templateAt(step: Step, place: string): string {
  let value: unknown = step;
  for (const key of place.split(/[.[\]]+/).filter((part) => part !== "")) {
    if (typeof value !== "object" || value === null) break;
    value = (value as Readonly<Record<string, unknown>>)[key];
  }
  return typeof value === "string" ? value : "";
}
