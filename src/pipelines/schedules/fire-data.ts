/** Data triggers: a dataset that got a version, a path in a datastore at which there is something new. */
import { createHash } from "node:crypto";
import { sql } from "kysely";
import { transaction, type Database } from "../../store/index.ts";
import { fireSlot, type Firing } from "./fire.ts";
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

/** What a pipeline's parameter gets for a new file: "landing:in/a.csv", or the version of a dataset that it became. */
export type TakeFile = (schedule: ScheduleRow, file: string) => Promise<string>;

export interface PathServices {
  readonly readPath: ReadPath;
  readonly takeFile: TakeFile;
  readonly at: Date;
}

/** Looks at the paths whose turn it is; what they hold is listed outside of any transaction. */
export async function fireNewPaths(database: Database, submit: SubmitRun, services: PathServices): Promise<void> {
  const { at } = services;
  const due = await selectSchedules(database)
    .where("schedules.kind", "=", "data")
    .where("schedules.paused_at", "is", null)
    .where("schedules.next_at", "<=", at)
    .where(sql<boolean>`schedules.trigger ? 'datastore'`)
    .limit(100)
    .execute();
  for (const schedule of due) await lookAtPath(database, schedule, submit, services);
}

async function lookAtPath(
  database: Database,
  schedule: ScheduleRow,
  submit: SubmitRun,
  { readPath, takeFile, at }: PathServices,
): Promise<void> {
  const { datastore = "", path = "", pollingInterval = 5, parameter } = schedule.trigger as unknown as DataTrigger;
  const nextAt = new Date(at.getTime() + pollingInterval * 60_000);
  let files: PathState;
  let found: { readonly firing: Firing } | null;
  try {
    files = await readPath({ workspaceId: schedule.workspace_id, datastore, path });
    const newest = newestOf(schedule, files);
    const file = `${datastore}:${newest?.name ?? ""}`;
    const value = newest === null || parameter === undefined ? null : await takeFile(schedule, file);
    const parameters = value === null || parameter === undefined ? {} : { [parameter]: value };
    found = newest && { firing: { slot: `${file} ${newest.state}`, dueAt: at, parameters } };
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
    if (found !== null) await fireSlot(trx, current, found.firing, submit);
    await trx
      .updateTable("schedules")
      .set({ position: JSON.stringify({ files }), next_at: nextAt, ...(found === null && { problem: null }) })
      .where("id", "=", schedule.id)
      .execute();
  });
}

/** Of the files that are new or have changed, the last by name; null where there are none, and at the first look. */
function newestOf(schedule: ScheduleRow, files: PathState): { readonly name: string; readonly state: string } | null {
  const before = (schedule.position?.["files"] ?? null) as PathState | null;
  if (before === null) return null;
  const fresh = Object.keys(files).filter((name) => files[name] !== before[name]);
  const name = fresh.toSorted().at(-1);
  if (name === undefined) return null;
  const state = createHash("sha256").update(JSON.stringify(fresh.map((each) => [each, files[each]])));
  return { name, state: state.digest("hex").slice(0, 16) };
}
