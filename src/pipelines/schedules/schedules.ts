/** Schedules as people know them: made, changed, paused, run by hand, looked at. */
import { sql, type Transaction } from "kysely";
import { SlipwayError } from "../../base/index.ts";
import {
  eventsEnd,
  readPage,
  recordChange,
  transaction,
  uniqueViolation,
  type Actor,
  type Database,
  type Page,
  type PageRequest,
  type Queryable,
  type Tables,
} from "../../store/index.ts";
import { checkTrigger } from "./check-trigger.ts";
import { fireSlot } from "./fire.ts";
import { databaseTime } from "./fire-times.ts";
import { findRow, selectSchedules, toSchedule, toSlot, type ScheduleRow } from "./rows.ts";
import { nextSlot, slotsBetween } from "./slots.ts";
import { schedulesChannel } from "./start-schedules.ts";
import {
  isTimeTrigger,
  type MissedPolicy,
  type Schedule,
  type ScheduleRef,
  type ScheduleSlot,
  type SubmitRun,
  type Trigger,
} from "./types.ts";

/** Says whether a pipeline takes these parameters, before a schedule is stored. @throws SLW_PIPELINE_* */
export type CheckPipeline = (
  database: Queryable,
  pipeline: {
    readonly workspaceId: string;
    /** "retrain", "retrain@3". */
    readonly pipeline: string;
    readonly parameters: Readonly<Record<string, unknown>>;
    /** Parameter that gets its value when it fires. */
    readonly later: string | null;
  },
) => Promise<{ readonly pipelineId: string; readonly version: number | null }>;

export interface NewSchedule {
  readonly workspaceId: string;
  /** Of the request. */
  readonly id: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly pipeline: string;
  readonly trigger: Trigger;
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  readonly experiment?: string | undefined;
  readonly missed?: MissedPolicy | undefined;
  readonly paused?: boolean | undefined;
  readonly actor: Actor;
}

/** @throws SLW_SCHEDULE_TRIGGER, SLW_SCHEDULE_NAME_TAKEN, SLW_PIPELINE_* */
export async function createSchedule(database: Database, input: NewSchedule, check: CheckPipeline): Promise<Schedule> {
  const { workspaceId, id, name, trigger, parameters = {}, actor } = input;
  try {
    return await transaction(database, async (trx) => {
      const there = await selectSchedules(trx).where("schedules.id", "=", id).executeTakeFirst();
      if (there !== undefined) return toSchedule(there);
      const now = await databaseTime(trx);
      checkTrigger(trigger, now);
      const later = parameterOf(trigger);
      const { pipelineId, version } = await check(trx, { workspaceId, pipeline: input.pipeline, parameters, later });
      const begin = await beginning(trx, { workspaceId, trigger, now, paused: input.paused ?? false });
      await trx
        .insertInto("schedules")
        .values({
          id,
          workspace_id: workspaceId,
          name,
          description: input.description ?? "",
          pipeline_id: pipelineId,
          pipeline_version: version,
          kind: trigger.kind,
          trigger: JSON.stringify(trigger),
          parameters: JSON.stringify(parameters),
          experiment: input.experiment ?? null,
          missed: input.missed ?? "latest",
          user_id: actor.userId,
          user_name: actor.userName,
          created_at: now,
          ...begin,
        })
        .execute();
      const created = toSchedule(await findRow(trx, { workspaceId, schedule: id }));
      await tell(trx, created, actor, "created", "createSchedule");
      return created;
    });
  } catch (error) {
    if (uniqueViolation(error) === null) throw error;
    throw new SlipwayError("SLW_SCHEDULE_NAME_TAKEN", `The schedule "${name}" exists.`, {
      details: { schedule: name },
    });
  }
}

function parameterOf(trigger: Trigger): string | null {
  return trigger.kind === "data" ? (trigger.parameter ?? null) : null;
}

/** From where it looks: what is there already is not new. */
async function beginning(
  trx: Transaction<Tables>,
  {
    workspaceId,
    trigger,
    now,
    paused,
  }: { readonly workspaceId: string; readonly trigger: Trigger; readonly now: Date; readonly paused: boolean },
): Promise<{ paused_at: Date | null; next_at: Date | null; position: string | null }> {
  const pausedAt = paused ? now : null;
  if (isTimeTrigger(trigger)) {
    return { paused_at: pausedAt, next_at: paused ? null : nextSlot(trigger, now, now), position: null };
  }
  if (trigger.kind === "event") {
    return { paused_at: pausedAt, next_at: null, position: JSON.stringify({ cursor: await eventsEnd(trx) }) };
  }
  // Files of a datastore are listed at the first look, outside of a transaction.
  if (trigger.dataset === undefined) return { paused_at: pausedAt, next_at: paused ? null : now, position: null };
  const version = await newestVersion(trx, workspaceId, trigger.dataset);
  return { paused_at: pausedAt, next_at: null, position: JSON.stringify({ version }) };
}

/** 0 where the dataset is not there yet. */
async function newestVersion(trx: Queryable, workspaceId: string, dataset: string): Promise<number> {
  const { version } = await trx
    .selectFrom("dataset_versions")
    .innerJoin("datasets", "datasets.id", "dataset_versions.dataset_id")
    .where("datasets.workspace_id", "=", workspaceId)
    .where("datasets.name", "=", dataset)
    .select((eb) => eb.fn.coalesce(eb.fn.max<number>("dataset_versions.version"), eb.lit(0)).as("version"))
    .executeTakeFirstOrThrow();
  return version;
}

export interface ScheduleChanges {
  readonly description?: string | undefined;
  readonly pipeline?: string | undefined;
  readonly trigger?: Trigger | undefined;
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
  readonly experiment?: string | null | undefined;
  readonly missed?: MissedPolicy | undefined;
  readonly paused?: boolean | undefined;
}

/** Paused, its slots pass unused; resumed, it goes on with the next one. @throws as createSchedule */
export function updateSchedule(
  database: Database,
  ref: ScheduleRef,
  { changes, actor }: { readonly changes: ScheduleChanges; readonly actor: Actor },
  check: CheckPipeline,
): Promise<Schedule> {
  return transaction(database, async (trx) => {
    const row = await lock(trx, ref);
    const before = toSchedule(row);
    const now = await databaseTime(trx);
    const trigger = changes.trigger ?? before.trigger;
    const parameters = changes.parameters ?? before.parameters;
    if (changes.trigger) checkTrigger(trigger, now);
    const named = before.version === null ? before.pipeline : `${before.pipeline}@${before.version}`;
    const pipeline = changes.pipeline ?? named;
    const later = parameterOf(trigger);
    const found =
      changes.pipeline === undefined && changes.parameters === undefined && changes.trigger === undefined
        ? null
        : await check(trx, { workspaceId: ref.workspaceId, pipeline, parameters, later });
    const paused = changes.paused ?? before.paused;
    const restarts = changes.trigger !== undefined || paused !== before.paused;
    await trx
      .updateTable("schedules")
      .set({
        ...(changes.description !== undefined && { description: changes.description }),
        ...(changes.experiment !== undefined && { experiment: changes.experiment }),
        ...(changes.missed && { missed: changes.missed }),
        ...(found && { pipeline_id: found.pipelineId, pipeline_version: found.version }),
        ...(restarts && (await beginning(trx, { workspaceId: ref.workspaceId, trigger, now, paused }))),
        kind: trigger.kind,
        trigger: JSON.stringify(trigger),
        parameters: JSON.stringify(parameters),
        problem: null,
        updated_at: now,
      })
      .where("id", "=", row.id)
      .execute();
    const after = toSchedule(await findRow(trx, ref));
    await tell(trx, after, actor, "updated", "updateSchedule");
    return after;
  });
}

async function lock(trx: Transaction<Tables>, ref: ScheduleRef): Promise<ScheduleRow> {
  const { id } = await findRow(trx, ref);
  await trx.selectFrom("schedules").select("id").where("id", "=", id).forUpdate().execute();
  return findRow(trx, ref);
}

/** Its runs stay. @throws SLW_SCHEDULE_UNKNOWN */
export function deleteSchedule(database: Database, ref: ScheduleRef, actor: Actor): Promise<void> {
  return transaction(database, async (trx) => {
    const row = await lock(trx, ref);
    await trx.deleteFrom("schedules").where("id", "=", row.id).execute();
    await tell(trx, toSchedule(row), actor, "deleted", "deleteSchedule");
  });
}

/** @throws SLW_SCHEDULE_UNKNOWN */
export async function getSchedule(database: Queryable, ref: ScheduleRef): Promise<Schedule> {
  return toSchedule(await findRow(database, ref));
}

export interface ScheduleFilter {
  readonly workspaceId: string;
  /** Name of one. */
  readonly pipeline?: string | undefined;
}

const far = sql.lit("infinity");

export async function listSchedules(
  database: Queryable,
  { workspaceId, pipeline }: ScheduleFilter,
  page: PageRequest,
): Promise<Page<Schedule>> {
  let query = database
    .selectFrom(
      selectSchedules(database)
        .select(sql<Date>`coalesce(next_at, ${far}::timestamptz)`.as("next"))
        .where("schedules.workspace_id", "=", workspaceId)
        .as("found"),
    )
    .selectAll();
  if (pipeline !== undefined) query = query.where("pipeline", "=", pipeline);
  const order = {
    sortable: { name: "found.name", created: "found.created_at", next: "found.next" },
    byDefault: "name",
    unique: "found.id",
  };
  type Row = ScheduleRow & { next: Date };
  const { items, ...rest } = await readPage<Row>(query as never, page, order, (row, field) => [
    field === "name" ? row.name : field === "created" ? row.created_at : row.next,
    row.id,
  ]);
  return { items: items.map((row) => toSchedule(row)), ...rest };
}

/** The newest first. */
export async function listScheduleSlots(
  database: Queryable,
  ref: ScheduleRef,
  page: PageRequest,
): Promise<Page<ScheduleSlot>> {
  const { id } = await findRow(database, ref);
  const query = database.selectFrom("schedule_slots").selectAll().where("schedule_id", "=", id);
  const order = {
    sortable: { due: "schedule_slots.due_at" },
    byDefault: "-due",
    unique: "schedule_slots.slot",
  };
  const { items, ...rest } = await readPage(query, page, order, (row) => [row.due_at, row.slot]);
  return { items: items.map(toSlot), ...rest };
}

/** @throws SLW_SCHEDULE_UNKNOWN; what the pipeline refuses is the reason of the slot */
export function runScheduleNow(
  database: Database,
  ref: ScheduleRef,
  { id, actor, submit }: { readonly id: string; readonly actor: Actor; readonly submit: SubmitRun },
): Promise<ScheduleSlot> {
  return transaction(database, async (trx) => {
    const row = await lock(trx, ref);
    const slot = `by hand ${id}`;
    const byActor = { ...row, user_id: actor.userId, user_name: actor.userName };
    const fired = await fireSlot(trx, byActor, { slot, dueAt: await databaseTime(trx) }, submit);
    if (fired !== null) return fired;
    const there = await trx
      .selectFrom("schedule_slots")
      .selectAll()
      .where("schedule_id", "=", row.id)
      .where("slot", "=", slot)
      .executeTakeFirstOrThrow();
    return toSlot(there);
  });
}

const mostBackfilled = 1_000;

/**
 * Fires the slots of a span of time in which it has not fired; skipped and failed ones too.
 * @throws SLW_SCHEDULE_TRIGGER where it has no times, or too many in the span
 */
export function backfillSchedule(
  database: Database,
  ref: ScheduleRef,
  { from, to, submit }: { readonly from: Date; readonly to: Date; readonly submit: SubmitRun },
): Promise<ScheduleSlot[]> {
  return transaction(database, async (trx) => {
    const row = await lock(trx, ref);
    const { trigger, createdAt } = toSchedule(row);
    if (!isTimeTrigger(trigger)) {
      throw new SlipwayError(
        "SLW_SCHEDULE_TRIGGER",
        `The schedule "${row.name}" waits for no time, so none was missed.`,
      );
    }
    const now = await databaseTime(trx);
    const until = to < now ? to : now;
    const span = { after: new Date(from.getTime() - 1), until, most: mostBackfilled + 1 };
    const slots = slotsBetween(trigger, span, createdAt);
    if (slots.length > mostBackfilled) {
      throw new SlipwayError("SLW_SCHEDULE_TRIGGER", `There are more than ${mostBackfilled} slots in that time.`, {
        fix: "Give a shorter span of time.",
      });
    }
    const fired: ScheduleSlot[] = [];
    for (const due of slots) {
      const slot = due.toISOString();
      await trx
        .deleteFrom("schedule_slots")
        .where("schedule_id", "=", row.id)
        .where("slot", "=", slot)
        .where("outcome", "!=", "FIRED")
        .execute();
      const found = await fireSlot(trx, row, { slot, dueAt: due }, submit);
      if (found !== null) fired.push(found);
    }
    return fired;
  });
}

async function tell(
  trx: Transaction<Tables>,
  { workspaceId, id, name, pipeline, paused }: Schedule,
  actor: Actor,
  how: "created" | "updated" | "deleted",
  action: string,
): Promise<void> {
  const data = { id, name, pipeline, paused };
  await recordChange(trx, { workspaceId, type: `schedule.${how}`, subject: `schedule/${name}`, data, actor, action });
  await sql`SELECT pg_notify(${schedulesChannel}, '')`.execute(trx);
}
