/** A run's own life: created, updated, read. */
import { sql } from "kysely";
import { newId, SlipwayError } from "../base/index.ts";
import { recordChange, transaction, type Actor, type Queryable } from "../store/index.ts";
import { checkRunText, checkTags, checkTime } from "./check.ts";
import {
  checkExperimentActive,
  checkRunActive,
  findExperimentRow,
  findRunRow,
  runNotFound,
  toRun,
  type RunRow,
} from "./rows.ts";
import { readDetails } from "./run-details.ts";
import { nameOfRun } from "./run-name.ts";
import { commitTag, nameTag, parentTag, setRunTags, sourceTag } from "./run-tags.ts";
import {
  finalStatuses,
  isFinal,
  type Run,
  type RunDetails,
  type RunKind,
  type RunStatus,
  type TagValues,
  type RunRef,
} from "./types.ts";

export interface NewRun {
  readonly workspaceId: string;
  /** newId(), or the idempotentId of a request: the same id again gives what is there. */
  readonly id?: string;
  /** Number of an active experiment. */
  readonly experiment: number;
  /** Default: the tag mlflow.runName, then a word of three parts made from the id ("calm-otter-417"). */
  readonly name?: string;
  readonly kind: RunKind;
  /** Default: the actor. */
  readonly user?: string;
  /** Default: RUNNING. */
  readonly status?: RunStatus;
  readonly statusReason?: string;
  /** Default: now where the status is RUNNING, otherwise none. */
  readonly startedAt?: Date;
  /** Default: the tag mlflow.parentRunId. */
  readonly parentId?: string;
  readonly source?: string;
  readonly commit?: string;
  readonly tags?: TagValues;
  readonly actor: Actor;
}

/** @throws SLW_TRACKING_EXPERIMENT, SLW_TRACKING_EXPERIMENT_DELETED, SLW_TRACKING_RUN (the parent), SLW_TRACKING_INPUT */
export async function createRun(database: Queryable, input: NewRun): Promise<RunDetails> {
  const id = input.id ?? newId();
  const run = checkNewRun({ ...input, id });
  return transaction(database, async (trx) => {
    const experiment = await findExperimentRow(trx, { workspaceId: input.workspaceId, number: input.experiment });
    await trx.selectFrom("experiments").select("id").where("id", "=", experiment.id).forShare().execute();
    checkExperimentActive(experiment);
    if (input.parentId !== undefined) await findRunRow(trx, { workspaceId: input.workspaceId, runId: input.parentId });
    const added = await trx
      .insertInto("runs")
      .values({ ...run.row, id, experiment_id: experiment.id })
      .onConflict((conflict) => conflict.column("id").doNothing())
      .returning("id")
      .executeTakeFirst();
    // A request that came twice.
    if (added === undefined) return getRun(trx, { workspaceId: input.workspaceId, runId: id });
    await setRunTags(trx, input.workspaceId, id, run.tags);
    const created = await getRun(trx, { workspaceId: input.workspaceId, runId: id });
    await recordRun(trx, input.workspaceId, created, input.actor, "created", "createRun");
    return created;
  });
}

/** Also a deleted one. @throws SLW_TRACKING_RUN */
export async function getRun(database: Queryable, ref: RunRef): Promise<RunDetails> {
  const row = await findRunRow(database, ref);
  const [run] = await readDetails(database, [toRun(row)], { metrics: "all", params: "all", tags: "all", inputs: true });
  return run as RunDetails;
}

export interface RunUpdate extends RunRef {
  readonly status?: RunStatus;
  /** Null takes the reason away; absent: stays, but for a new status, whose reason is then null. */
  readonly statusReason?: string | null;
  /** Default for a final status: now, where there is none yet. */
  readonly endedAt?: Date;
  readonly startedAt?: Date;
  readonly name?: string;
  readonly actor: Actor;
}

/**
 * Any status may follow any other, as with MLflow: a run that is taken up again is RUNNING again.
 * @throws SLW_TRACKING_RUN, SLW_TRACKING_RUN_DELETED, SLW_TRACKING_INPUT
 */
export async function updateRun(database: Queryable, input: RunUpdate): Promise<Run> {
  const { workspaceId, runId, status, name, startedAt, endedAt, actor } = input;
  for (const [field, text] of Object.entries({ name, statusReason: input.statusReason ?? undefined }))
    if (text !== undefined) checkRunText(field, text);
  for (const [field, time] of Object.entries({ startedAt, endedAt })) if (time) checkTime(field, time);
  return transaction(database, async (trx) => {
    const before = await lockRun(trx, input);
    checkRunActive(runId, before.deleted_at);
    const after = {
      status: status ?? before.status,
      status_reason: reasonAfter(input, before),
      started_at: startedAt ?? before.started_at ?? (status === "RUNNING" ? new Date() : null),
      ended_at: endAfter(input, before),
    };
    await trx
      .updateTable("runs")
      .set({ ...after, updated_at: new Date() })
      .where("id", "=", runId)
      .execute();
    if (name) await setRunTags(trx, workspaceId, runId, { [nameTag]: name });
    const run = toRun(await findRunRow(trx, input));
    await recordRun(trx, workspaceId, run, actor, "updated", "updateRun", before.status);
    return run;
  });
}

/** Says that somebody is still at work on the run. @returns false where the run is deleted or at its end */
export async function recordHeartbeat(database: Queryable, ref: RunRef): Promise<boolean> {
  const { numUpdatedRows } = await database
    .updateTable("runs")
    .set({ heartbeat_at: sql`clock_timestamp()` })
    .where("id", "=", ref.runId)
    .where("workspace_id", "=", ref.workspaceId)
    .where("deleted_at", "is", null)
    .where("status", "not in", finalStatuses)
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** The columns and tags that a new run begins with. */
function checkNewRun(input: NewRun & { readonly id: string }) {
  const { status = "RUNNING", startedAt = status === "RUNNING" ? new Date() : undefined, tags = {} } = input;
  checkTags(tags, "run");
  if (input.name && tags[nameTag] && input.name !== tags[nameTag]) {
    throw new SlipwayError(
      "SLW_TRACKING_INPUT",
      "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values " +
        `(run_name='${input.name}', mlflow.runName='${tags[nameTag]}').`,
    );
  }
  const name = input.name || tags[nameTag] || nameOfRun(input.id);
  const user = input.user ?? input.actor.userName;
  for (const [field, text] of Object.entries({
    name,
    user,
    source: input.source,
    commit: input.commit,
    statusReason: input.statusReason,
  }))
    if (text !== undefined) checkRunText(field, text);
  if (startedAt) checkTime("startedAt", startedAt);
  const allTags = {
    ...tags,
    [nameTag]: name,
    ...(input.parentId !== undefined && { [parentTag]: input.parentId }),
    ...(input.source !== undefined && { [sourceTag]: input.source }),
    ...(input.commit !== undefined && { [commitTag]: input.commit }),
  };
  const row = {
    workspace_id: input.workspaceId,
    name,
    kind: input.kind,
    user_name: user,
    status,
    status_reason: input.statusReason ?? null,
    started_at: startedAt ?? null,
    ended_at: isFinal(status) ? new Date() : null,
  };
  return { row, tags: allTags };
}

async function lockRun(trx: Queryable, { workspaceId, runId }: RunRef): Promise<RunRow> {
  const locked = await trx
    .selectFrom("runs")
    .select("id")
    .where("id", "=", runId)
    .where("workspace_id", "=", workspaceId)
    .forNoKeyUpdate()
    .executeTakeFirst();
  if (locked === undefined) throw runNotFound(runId);
  return findRunRow(trx, { workspaceId, runId });
}

function reasonAfter({ status, statusReason }: RunUpdate, before: RunRow): string | null {
  if (statusReason !== undefined) return statusReason;
  return status === undefined || status === before.status ? before.status_reason : null;
}

function endAfter({ status, endedAt }: RunUpdate, before: RunRow): Date | null {
  if (endedAt !== undefined) return endedAt;
  if (status === undefined) return before.ended_at;
  return isFinal(status) ? (before.ended_at ?? new Date()) : null;
}

/** Event and audit entry of a run. */
export function recordRun(
  trx: Queryable,
  workspaceId: string,
  run: Run,
  actor: Actor,
  how: "created" | "updated" | "deleted" | "restored",
  action: string,
  previousStatus?: RunStatus,
): Promise<void> {
  const { id, experiment, name, kind, status, statusReason, parentId } = run;
  return recordChange(trx, {
    workspaceId,
    type: `run.${how}`,
    subject: `run/${id}`,
    data: { id, experiment, name, kind, status, statusReason, parentId, ...(previousStatus && { previousStatus }) },
    actor,
    action,
  });
}
