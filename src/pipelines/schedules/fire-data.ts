/** Data triggers: a dataset that got a version, a path in a datastore at which there is something new. */
import { createHash } from "node:crypto";
import { sql } from "kysely";
import { transaction, type Database } from "../../store/index.ts";
import { fireSlot } from "./fire.ts";
import { selectSchedules, type ScheduleRow } from "./rows.ts";
import type { DataTrigger, SubmitRun } from "./types.ts";

/** What lies at a path of a datastore, by file: what changes when the file does. */
export type PathState = Readonly<Record<string, string>>;
export type ReadPath = (place: {
  readonly workspaceId: string;
  readonly datastore: string;
  readonly path: string;
}) => Promise<PathState>;

interface NewVersion {
  readonly id: string;
  readonly version: number;
}

/** Fires for each version that came since the last look, the oldest first. */
export async function fireNewVersions(database: Database, submit: SubmitRun): Promise<void> {
  const { rows } = await sql<NewVersion>`
    SELECT schedules.id, dataset_versions.version
    FROM schedules
    JOIN datasets ON datasets.workspace_id = schedules.workspace_id AND datasets.name = schedules.trigger->>'dataset'
    JOIN dataset_versions ON dataset_versions.dataset_id = datasets.id
      AND dataset_versions.version > (schedules.position->>'version')::integer
    WHERE schedules.kind = 'data' AND schedules.paused_at IS NULL
    ORDER BY dataset_versions.version LIMIT 1000
  `.execute(database);
  for (const found of rows) await fireVersion(database, found, submit);
}

function fireVersion(database: Database, { id, version }: NewVersion, submit: SubmitRun): Promise<void> {
  return transaction(database, async (trx) => {
    const schedule = await selectSchedules(trx)
      .where("schedules.id", "=", id)
      .where("schedules.paused_at", "is", null)
      .where(sql<boolean>`(schedules.position->>'version')::integer < ${version}`)
      .forUpdate("schedules")
      .skipLocked()
      .executeTakeFirst();
    if (schedule === undefined) return;
    const { dataset = "", parameter } = schedule.trigger as unknown as DataTrigger;
    const slot = `${dataset}@${version}`;
    const parameters = parameter === undefined ? {} : { [parameter]: slot };
    await fireSlot(trx, schedule, { slot, dueAt: new Date(), parameters }, submit);
    await trx
      .updateTable("schedules")
      .set({ position: JSON.stringify({ version }) })
      .where("id", "=", id)
      .execute();
  });
}

/** Looks at the paths whose turn it is; what they hold is listed outside of any transaction. */
export async function fireNewPaths(
  database: Database,
  submit: SubmitRun,
  { readPath, at }: { readonly readPath: ReadPath; readonly at: Date },
): Promise<void> {
  const due = await selectSchedules(database)
    .where("schedules.kind", "=", "data")
    .where("schedules.paused_at", "is", null)
    .where("schedules.next_at", "<=", at)
    .where(sql<boolean>`schedules.trigger ? 'datastore'`)
    .limit(100)
    .execute();
  for (const schedule of due) await lookAtPath(database, schedule, submit, { readPath, at });
}

async function lookAtPath(
  database: Database,
  schedule: ScheduleRow,
  submit: SubmitRun,
  { readPath, at }: { readonly readPath: ReadPath; readonly at: Date },
): Promise<void> {
  const { datastore = "", path = "", pollingInterval = 5, parameter } = schedule.trigger as unknown as DataTrigger;
  const nextAt = new Date(at.getTime() + pollingInterval * 60_000);
  let files: PathState;
  try {
    files = await readPath({ workspaceId: schedule.workspace_id, datastore, path });
  } catch (error) {
    const problem = `${datastore}:${path} could not be looked at: ${(error as Error).message}`;
    const changes = { problem, next_at: nextAt };
    await database.updateTable("schedules").set(changes).where("id", "=", schedule.id).execute();
    return;
  }
  await transaction(database, async (trx) => {
    // Another server may have looked meanwhile: what it found is not found twice.
    const current = await selectSchedules(trx)
      .where("schedules.id", "=", schedule.id)
      .where("schedules.next_at", "=", schedule.next_at)
      .forUpdate("schedules")
      .skipLocked()
      .executeTakeFirst();
    if (current === undefined) return;
    const before = (current.position?.["files"] ?? null) as PathState | null;
    const fresh = before === null ? [] : Object.keys(files).filter((name) => files[name] !== before[name]);
    const newest = fresh.toSorted().at(-1);
    if (newest !== undefined) {
      const state = createHash("sha256").update(JSON.stringify(fresh.map((name) => [name, files[name]])));
      const slot = `${datastore}:${newest} ${state.digest("hex").slice(0, 16)}`;
      const parameters = parameter === undefined ? {} : { [parameter]: `${datastore}:${newest}` };
      await fireSlot(trx, current, { slot, dueAt: at, parameters }, submit);
    }
    await trx
      .updateTable("schedules")
      .set({ position: JSON.stringify({ files }), next_at: nextAt, ...(newest === undefined && { problem: null }) })
      .where("id", "=", schedule.id)
      .execute();
  });
}
