/** What the processes of endpoints leave in their folders goes into the store, whether they live or not. */
import { join } from "node:path";
import type { Log } from "../../base/index.ts";
import type { ArtifactStore, Database } from "../../store/index.ts";
import { endpointFolder } from "../config/index.ts";
import { removeOldSegments, storeSegments } from "../logs/segments.ts";
import { removeOldMetrics, storeMetrics } from "../metrics/store-metrics.ts";
import { endpointsWithFolders } from "./endpoints-with-folders.ts";

export interface IngestionServices {
  readonly database: Database;
  readonly artifacts: ArtifactStore;
  /** Has a folder for each endpoint, by its id. */
  readonly endpointsFolder: string;
  readonly log: Log;
}

export interface Ingestion {
  /** Ends what is under way at its next step; the rest waits in the folders. */
  close(): Promise<void>;
}

/** Milliseconds between two looks. */
const interval = 2000;
/** Milliseconds between two removals of what is too old. */
const removalInterval = 3_600_000;

/** Begins at once with what has piled up. */
export function startRecordsIngestion(services: IngestionServices): Ingestion {
  const closed = new AbortController();
  /** Endpoints of which something could not be stored the last time: told once, and when it works again. */
  const failing = new Set<string>();
  let removedAt = 0;
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    try {
      await storeRecords(services, failing, closed.signal);
      if (Date.now() - removedAt < removalInterval) return;
      removedAt = Date.now();
      await removeOldMetrics(services.database);
      await removeOldSegments(services.database);
    } catch (error) {
      services.log.warn({ err: error }, "what endpoints tell cannot be stored now; it waits in their folders");
    } finally {
      if (!closed.signal.aborted) timer = setTimeout(() => (running = look()), interval);
    }
  }

  let running = look();
  return {
    async close() {
      closed.abort();
      clearTimeout(timer);
      await running;
    },
  };
}

/** One look at all endpoints; those of which something fails keep none of the others waiting. */
export async function storeRecords(
  services: IngestionServices,
  failing: Set<string>,
  signal: AbortSignal,
): Promise<void> {
  const { database, endpointsFolder, log } = services;
  for (const { id, name } of await endpointsWithFolders(database, endpointsFolder)) {
    if (signal.aborted) return;
    const { metrics, logs } = endpointFolder(join(endpointsFolder, id));
    try {
      await storeMetrics(services, id, metrics);
      await storeSegments(services, id, logs);
      if (failing.delete(id)) log.info({ endpoint: name }, "the records of an endpoint are stored again");
    } catch (error) {
      if (!failing.has(id)) log.warn({ err: error, endpoint: name }, "the records of an endpoint cannot be stored now");
      failing.add(id);
    }
  }
}
