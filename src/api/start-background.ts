/**
 * What a server does besides answering: workers, schedules, endpoints, deliveries. Loaded when it is ready, or when a
 * request is the first to need it: it is most of the code, and no wire but our own has to wait for it.
 */
import { join } from "node:path";
import type { EventStream, SecretBox } from "../store/index.ts";
import type { CoreServices, Services } from "./services.ts";

export interface BackgroundOptions extends CoreServices {
  readonly dataFolder: string;
  /** Of the server, as it was when it started. */
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** postgresql:// */
  readonly databaseUrl: string;
  /** The address that the API listens on: endpoints listen on the same. */
  readonly host: string;
  readonly events: EventStream;
  readonly secrets: SecretBox;
  /** Runs that are computed at a time. Default: the machine's cores. */
  readonly maxWorkers?: number;
  /** Bytes of memory for each of them. */
  readonly workerMemory?: number;
}

export interface Background {
  /** Opened and not started; the same at every call. @throws SLW_DATASTORE_REFUSED */
  services(): Promise<Services>;
  /** @param serverUrl where the API listens, without a slash at the end */
  start(serverUrl: string): Promise<void>;
  /** Ends what was started, in the opposite order. */
  close(): Promise<void>;
}

export function createBackground(options: BackgroundOptions): Background {
  const ends: (() => Promise<void>)[] = [];
  // Workers are told of requests that come before they are there by the database.
  let poke = (): void => {};
  const open = async () => {
    const parts = await loadParts();
    const { dataFolder, env, host, database, artifacts, artifactRoot, secrets, events, log } = options;
    const datasets = await parts.openDatasets(dataFolder, env);
    const endpoints = await parts.openEndpoints({ database, artifacts, secrets, dataFolder, host, log });
    const core = { database, artifacts, ...(artifactRoot && { artifactRoot }), log };
    const compute = { poke: () => poke() };
    const services: Services = { ...core, ...datasets, secrets, events, endpoints, compute };
    return { parts, services };
  };
  let opened: ReturnType<typeof open> | null = null;
  const openOnce = (): ReturnType<typeof open> => (opened ??= open());
  let started: Promise<void> | null = null;
  const begin = async (serverUrl: string): Promise<void> => {
    const { parts, services } = await openOnce();
    poke = startAll({ ...options, ...services, serverUrl }, parts, ends);
  };
  return {
    services: async () => (await openOnce()).services,
    start: (serverUrl) => (started ??= begin(serverUrl)),
    async close() {
      await started?.catch(() => {});
      // Requests may wait for endpoints that no loop looks after yet.
      if (ends.length === 0) await (await opened?.catch(() => null))?.services.endpoints.close();
      for (const end of ends.splice(0).toReversed()) await end();
    },
  };
}

type Parts = Awaited<ReturnType<typeof loadParts>>;

async function loadParts() {
  const [{ openDatasets }, { openEndpoints }, { startRecords }, pipelines, { startWebhookDelivery }] =
    await Promise.all([
      import("./open-datasets.ts"),
      import("./open-endpoints.ts"),
      import("./start-records.ts"),
      import("../pipelines/index.ts"),
      import("../registry/index.ts"),
    ]);
  return { openDatasets, openEndpoints, startRecords, pipelines, startWebhookDelivery };
}

interface StartedPlace extends BackgroundOptions, Services {
  readonly serverUrl: string;
}

/** @returns what tells the workers that there is something to do */
function startAll(place: StartedPlace, parts: Parts, ends: (() => Promise<void>)[]): () => void {
  const { database, databaseUrl: url, artifacts, secrets, reach, processes, dataFolder, endpoints, log } = place;
  const { pipelines } = parts;
  const webhooks = parts.startWebhookDelivery({ database, secrets, allow: reach.origins, log });
  ends.push(() => webhooks.close());
  const workers = pipelines.startWorkers({
    database,
    url,
    artifacts,
    environmentsFolder: join(dataFolder, "python"),
    serverUrl: localUrl(place.serverUrl),
    log,
    ...(place.maxWorkers && { maxWorkers: place.maxWorkers }),
    ...(place.workerMemory && { memoryLimit: place.workerMemory }),
  });
  ends.push(() => workers.close());
  ends.push(startPipelines(place, pipelines));
  endpoints.start();
  ends.push(() => endpoints.close());
  const records = parts.startRecords({ database, artifacts, processes, dataFolder, log });
  ends.push(() => records.close());
  const maintenance = pipelines.startMaintenance({ database, artifacts, log });
  ends.push(() => maintenance.close());
  return workers.poke;
}

/** Of a server that listens on all addresses, one at which its own steps reach it. */
function localUrl(url: string): string {
  return url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:");
}

/** @returns what ends them */
function startPipelines(place: StartedPlace, pipelines: Parts["pipelines"]): () => Promise<void> {
  const { database, databaseUrl: url, artifacts, secrets, reach, processes, log } = place;
  const datasets = { database, artifacts, secrets, reach, processes };
  const runs = pipelines.startPipelineRuns({ url, log, database });
  const schedules = pipelines.startSchedules({
    url,
    log,
    database,
    submit: pipelines.submitScheduled,
    readPath: pipelines.createPathReader(datasets),
    takeFile: pipelines.createFileTaker(datasets),
    onFired: runs.poke,
  });
  return async () => {
    await Promise.all([runs.close(), schedules.close()]);
  };
}
