/** What is cleared away, in which order, and how it is told. */
import { sql } from "kysely";
import { purgeRunTokens } from "../../access/index.ts";
import type { Log } from "../../base/index.ts";
import { forgetWorkers } from "../../compute/index.ts";
import { loadDatasets } from "../../data/index.ts";
import { purgeEvents, recordChange, serverActor, type ArtifactStore, type Database } from "../../store/index.ts";
import { purgeDeletedRuns } from "../../tracking/index.ts";
import { isReferenced } from "./referenced.ts";

export interface MaintenanceServices {
  readonly database: Database;
  readonly artifacts: ArtifactStore;
  readonly log: Log;
}

const day = 86_400_000;
/** Milliseconds for which nothing refers to an artifact before it goes, and for which an upload in parts may rest. */
const unusedFor = day;
/** Milliseconds for which a deleted run or experiment can be restored. */
const deletedFor = 30 * day;
/** Milliseconds for which events can be read again. */
const eventsFor = 90 * day;

interface Step {
  /** Name of the action in the audit log. */
  readonly action: string;
  readonly subject: string;
  /** @returns how much went, by kind; all zero where nothing did */
  run(services: MaintenanceServices, signal: AbortSignal): Promise<Readonly<Record<string, number>>>;
}

/**
 * The sweep comes first: what loses its last reference below is swept a day later, when no request that had looked at
 * the reference before it went can still be under way.
 */
const steps: readonly Step[] = [
  { action: "sweepArtifacts", subject: "artifact", run: sweepArtifacts },
  { action: "purgeUploads", subject: "upload", run: purgeUploads },
  // It is told for each workspace by itself.
  { action: "purgeDeletedRuns", subject: "run", run: purgeRuns },
  { action: "forgetJobs", subject: "job", run: forgetOld },
  { action: "purgeEvents", subject: "event", run: purgeOldEvents },
];

/** One step that fails keeps none of the others from being done. */
export async function maintain(services: MaintenanceServices, signal: AbortSignal): Promise<void> {
  const { database, log } = services;
  for (const { action, subject, run } of steps) {
    if (signal.aborted) return;
    try {
      const removed = await run(services, signal);
      const something = Object.values(removed).some((count) => count > 0);
      log[something ? "info" : "debug"]({ action, ...removed }, "maintenance");
      const change = { workspaceId: null, type: `${subject}.purged`, subject, data: removed, actor: serverActor };
      if (something) await recordChange(database, { ...change, action });
    } catch (error) {
      if (!signal.aborted) log.error({ err: error, action }, "maintenance failed; it is tried again a day later");
    }
  }
}

async function sweepArtifacts({ database, artifacts }: MaintenanceServices, signal: AbortSignal) {
  const report = await artifacts.sweep({
    olderThan: new Date(Date.now() - unusedFor),
    isReferenced: (sha256) => {
      signal.throwIfAborted();
      return isReferenced(database, sha256);
    },
  });
  return { ...report };
}

async function purgeUploads({ database }: MaintenanceServices) {
  const { expireUploads } = await loadDatasets();
  const uploads = await expireUploads(database);
  const { numDeletedRows } = await database
    .deleteFrom("proxied_uploads")
    .where("created_at", "<", new Date(Date.now() - unusedFor))
    .executeTakeFirstOrThrow();
  return { uploads, uploadsInParts: Number(numDeletedRows) };
}

async function purgeRuns({ database, log }: MaintenanceServices, signal: AbortSignal) {
  const before = new Date(Date.now() - deletedFor);
  const workspaces = await database.selectFrom("workspaces").select(["id", "name"]).orderBy("id").execute();
  for (const { id: workspaceId, name } of workspaces) {
    signal.throwIfAborted();
    try {
      const runs = await purgeDeletedRuns(database, { workspaceId, before, actor: serverActor });
      if (runs > 0) log.info({ workspace: name, runs }, "deleted runs were purged");
    } catch (error) {
      log.error({ err: error, workspace: name }, "the deleted runs of a workspace cannot be purged");
    }
  }
  return {};
}

async function forgetOld({ database }: MaintenanceServices) {
  const { numDeletedRows } = await database
    .deleteFrom("jobs")
    .where("ended_at", "is not", null)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom("runs")
            .select(sql`1`.as("one"))
            .whereRef("runs.id", "=", "jobs.run_id"),
        ),
      ),
    )
    .executeTakeFirstOrThrow();
  await purgeRunTokens(database);
  return { jobs: Number(numDeletedRows), workers: await forgetWorkers(database) };
}

async function purgeOldEvents({ database }: MaintenanceServices, signal: AbortSignal) {
  const before = new Date(Date.now() - eventsFor);
  const workspaces = await database.selectFrom("workspaces").select("id").orderBy("id").execute();
  let events = 0;
  for (const { id: workspaceId } of workspaces) events += await purgeEvents(database, { workspaceId, before, signal });
  return { events };
}
