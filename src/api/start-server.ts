/** Everything that `slipway up` starts, in order, and ends in the opposite one. */
import { mkdirSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { SlipwayError, type Log } from "../base/index.ts";
import {
  checkPostgres,
  claimOwnership,
  createEventStream,
  openArtifactStore,
  openDatabase,
  planMigration,
  startPostgres,
  type Database,
} from "../store/index.ts";
import type { DatasetServices } from "../data/index.ts";
import { startTracing } from "./tracing.ts";
import { removeServerFile, writeServerFile } from "./server-file.ts";

export interface ServerOptions {
  /** Folder of everything that the server keeps; made where it is absent. */
  readonly dataFolder: string;
  /** The address or name to listen on; 127.0.0.1 for this machine alone. */
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  /** postgresql:// of a database of one's own; absent: the embedded one in the data folder. */
  readonly databaseUrl?: string;
  /** Folder or s3://bucket/prefix; absent: a folder in the data folder. */
  readonly artifacts?: string;
  /** Runs that are computed at a time. Default: the machine's cores. */
  readonly maxWorkers?: number;
  /** Bytes of memory for each of them. Default: an equal share of three quarters of the machine's. */
  readonly workerMemory?: number;
  /** As in Services. */
  readonly artifactRoot?: string;
  readonly log: Log;
  /** Called when the server cannot go on: another one has taken its data folder. */
  readonly onLost: (error: SlipwayError) => void;
}

export interface Server {
  /** Without a slash at the end: "http://127.0.0.1:8080". */
  readonly url: string;
  /** The administrator's token at the very first start, when nobody knows it yet; null at later ones. */
  readonly token: string | null;
  /** Answers what is being answered, ends workers and database. */
  close(): Promise<void>;
}

/** @throws SLW_STORE_* where the database cannot be used, SLW_SERVE_LISTEN where the port cannot */
export async function startServer(options: ServerOptions): Promise<Server> {
  const opened: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const end of opened.splice(0).toReversed()) await end();
  };
  try {
    return { ...(await start(options, opened)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function start(options: ServerOptions, opened: (() => Promise<void>)[]): Promise<Pick<Server, "url" | "token">> {
  const { log, host, port, artifactRoot } = options;
  const dataFolder = openDataFolder(options.dataFolder);
  opened.push(await startTracing(process.env));
  const { url: databaseUrl, announce, checked } = await openPostgres({ ...options, dataFolder }, opened);
  const database = openDatabase({ url: databaseUrl, applicationName: "slipway server", connections: 20, log });
  opened.push(() => database.destroy());
  const { migrated, parts } = await loadWhileMigrating(database, checked);
  const artifacts = await openArtifactStore(options.artifacts ?? join(dataFolder, "artifacts"));
  const events = createEventStream({ url: databaseUrl, database, log });
  const datasets = await parts.openDatasets(dataFolder);
  // Workers look at the database, so they come after the migrations; requests, after both.
  let poke = (): void => {};
  const compute = { poke: () => poke() };
  const { secrets, reach } = datasets;
  const endpoints = await parts.openEndpoints({ database, artifacts, secrets, dataFolder, host, log });
  const stores = { database, artifacts, events };
  const services = { ...stores, compute, endpoints, ...datasets, ...(artifactRoot && { artifactRoot }), log };
  opened.push(await parts.exportMetrics(process.env));
  const app = await parts.createApi({ host, port, services });
  await migrated;
  const token = await parts.ensureAdmin(database);
  const webhooks = parts.startWebhookDelivery({ database, secrets, allow: reach.origins, log });
  opened.push(() => webhooks.close());
  const api = await parts.listen(app, { host, port });
  opened.push(() => api.close());
  const environmentsFolder = join(dataFolder, "python");
  const place = { database, url: databaseUrl, artifacts, environmentsFolder, serverUrl: localUrl(api.url), log };
  const workers = parts.startWorkers({ ...place, ...workerLimits(options) });
  opened.push(() => workers.close());
  poke = workers.poke;
  opened.push(startPipelines({ ...datasets, database, artifacts, url: databaseUrl, log }, parts));
  endpoints.start();
  // Before the API is closed: who waits for processes hears that the server ends.
  opened.push(() => endpoints.close());
  const records = parts.startRecords({ ...stores, processes: datasets.processes, dataFolder, log });
  opened.push(() => records.close());
  const maintenance = parts.startMaintenance({ database, artifacts, log });
  opened.push(() => maintenance.close());
  // Before the API is closed: its streams end, and nobody is cut off.
  opened.push(() => events.close());
  await announce(api.url);
  writeServerFile(dataFolder, { pid: process.pid, url: api.url });
  opened.push(() => removeServerFile(dataFolder));
  return { url: api.url, token };
}

function workerLimits({ maxWorkers, workerMemory: memoryLimit }: ServerOptions) {
  return { ...(maxWorkers && { maxWorkers }), ...(memoryLimit && { memoryLimit }) };
}

/** Of a server that listens on all addresses, one at which its own steps reach it. */
function localUrl(url: string): string {
  return url.replace("//0.0.0.0:", "//127.0.0.1:").replace("//[::]:", "//[::1]:");
}

interface PipelinesPlace extends DatasetServices {
  readonly url: string;
  readonly log: Log;
}

/** @returns what ends them */
function startPipelines({ url, log, ...services }: PipelinesPlace, parts: Parts): () => Promise<void> {
  const place = { url, log, database: services.database };
  const runs = parts.startPipelineRuns(place);
  const schedules = parts.startSchedules({
    ...place,
    submit: parts.submitScheduled,
    readPath: parts.createPathReader(services),
    takeFile: parts.createFileTaker(services),
    onFired: runs.poke,
  });
  return async () => {
    await Promise.all([runs.close(), schedules.close()]);
  };
}

type Parts = Awaited<ReturnType<typeof loadParts>>;

/** Half of a start is loading modules, which PostgreSQL need not wait for. */
async function loadWhileMigrating(
  database: Database,
  checked: Promise<unknown>,
): Promise<{ migrated: Promise<void>; parts: Parts }> {
  const planned = planMigration(database);
  // Where both fail it is the check that says why in words.
  planned.catch(() => {});
  await checked;
  const migrate = await planned;
  const migrated = migrate();
  // Awaited later; until then a failure is not one that nobody handles.
  migrated.catch(() => {});
  return { migrated, parts: await loadParts() };
}

async function loadParts() {
  const [{ createApi, exportMetrics, listen }, { openDatasets }, { openEndpoints }, { startRecords }] =
    await Promise.all([
      import("./server.ts"),
      import("./open-datasets.ts"),
      import("./open-endpoints.ts"),
      import("./start-records.ts"),
    ]);
  const [{ ensureAdmin }, pipelines, { startWebhookDelivery }] = await Promise.all([
    import("../access/index.ts"),
    import("../pipelines/index.ts"),
    import("../registry/index.ts"),
  ]);
  const opened = { createApi, exportMetrics, listen, openDatasets, openEndpoints, startRecords };
  const {
    createFileTaker,
    createPathReader,
    startMaintenance,
    startPipelineRuns,
    startSchedules,
    startWorkers,
    submitScheduled,
  } = pipelines;
  const started = { startMaintenance, startPipelineRuns, startSchedules, startWorkers, startWebhookDelivery };
  return { ...opened, ...started, createFileTaker, createPathReader, ensureAdmin, submitScheduled };
}

function openDataFolder(folder: string): string {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return realpathSync(folder);
  } catch (cause) {
    throw new SlipwayError(
      "SLW_STORE_FOLDER",
      `The data folder ${folder} cannot be used: ${(cause as Error).message}`,
      {
        details: { folder },
        cause,
      },
    );
  }
}

interface OpenedDatabase {
  readonly url: string;
  /** Tells others where this server listens, for those that are refused. */
  announce(address: string): Promise<void>;
  /** Whether the database can be used: found out on a connection of its own, beside what is done next. */
  readonly checked: Promise<unknown>;
}

/** One's own database is shared by as many servers as one likes; the embedded one has one server at a time. */
async function openPostgres(
  { databaseUrl, dataFolder, log, onLost }: ServerOptions,
  opened: (() => Promise<void>)[],
): Promise<OpenedDatabase> {
  if (databaseUrl !== undefined) {
    return { url: databaseUrl, announce: () => Promise.resolve(), checked: checkPostgres(databaseUrl) };
  }
  const postgres = await startPostgres({ dataFolder, log });
  opened.push(() => postgres.close());
  const ownership = await claimOwnership(postgres.url, { onLost });
  opened.push(() => ownership.release());
  return { url: postgres.url, announce: (address) => ownership.announce(address), checked: Promise.resolve() };
}
