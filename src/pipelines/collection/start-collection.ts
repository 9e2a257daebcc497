/** Collected rows go into the artifact store, hour by hour. */
import { join } from "node:path";
import { endpointFolder, loadRecords } from "../../serving/index.ts";
import { storeCollected, type CollectionServices } from "./store-collected.ts";

export interface CollectionOptions extends CollectionServices {
  /** Has a folder for each endpoint, by its id. */
  readonly endpointsFolder: string;
}

export interface Collection {
  /** Leaves what is under way: it is done again at the next start. */
  close(): Promise<void>;
}

/** Milliseconds between two looks. */
const interval = 2000;

/** Begins at once with what has piled up. */
export function startCollection(options: CollectionOptions): Collection {
  const closed = new AbortController();
  /** Endpoints whose rows could not be stored the last time: told once, and when it works again. */
  const failing = new Set<string>();
  let timer: NodeJS.Timeout | undefined;

  async function look(): Promise<void> {
    try {
      await storeAll(options, failing, closed.signal);
    } catch (error) {
      if (!closed.signal.aborted) options.log.warn({ err: error }, "collected rows cannot be stored now; they wait");
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

async function storeAll(options: CollectionOptions, failing: Set<string>, signal: AbortSignal): Promise<void> {
  const { database, endpointsFolder, log } = options;
  const { endpointsWithFolders } = await loadRecords();
  for (const { id, name, workspace } of await endpointsWithFolders(database, endpointsFolder)) {
    if (signal.aborted) return;
    const folder = endpointFolder(join(endpointsFolder, id)).collected;
    try {
      await storeCollected(options, { id, name, workspace, folder }, { everything: false, signal });
      if (failing.delete(id)) log.info({ endpoint: name }, "collected rows of an endpoint are stored again");
    } catch (error) {
      if (signal.aborted) return;
      if (!failing.has(id))
        log.warn({ err: error, endpoint: name }, "collected rows of an endpoint cannot be stored now");
      failing.add(id);
    }
  }
}
