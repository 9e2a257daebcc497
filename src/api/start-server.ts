/** Everything that `slipway up` starts, in order, and ends in the opposite one. */
import { mkdirSync, realpathSync } from "node:fs";
import { flushCompileCache } from "node:module";
import { join } from "node:path";
import { SlipwayError, type Log } from "../base/index.ts";
import {
  checkDatabase,
  claimOwnership,
  createEventStream,
  createSecretBox,
  loadSecretKey,
  openArtifactStore,
  openDatabase,
  planMigration,
  startPostgres,
} from "../store/index.ts";
import { toSlipwayError, type Wires } from "../http/index.ts";
import { startTracing } from "./tracing.ts";
import { createBackground, type Background } from "./start-background.ts";
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
  const { log, host, artifactRoot } = options;
  const dataFolder = openDataFolder(options.dataFolder);
  const env = { ...process.env };
  opened.push(await startTracing(env));
  const { url: databaseUrl, announce } = await openPostgres({ ...options, dataFolder }, opened);
  const database = openDatabase({ url: databaseUrl, applicationName: "slipway server", connections: 20, log });
  opened.push(() => database.destroy());
  if (options.databaseUrl !== undefined) await checkDatabase(database, databaseUrl);
  const { isFirst, apply } = await planMigration(database);
  // Half of a start is loading modules, which PostgreSQL need not wait for.
  const migrated = apply();
  // Awaited later; until then a failure is not one that nobody handles.
  migrated.catch(() => {});
  const parts = await loadParts();
  const artifacts = await openArtifactStore(options.artifacts ?? join(dataFolder, "artifacts"));
  const secrets = createSecretBox(await loadSecretKey(dataFolder));
  const events = createEventStream({ url: databaseUrl, database, log });
  const core = { database, artifacts, ...(artifactRoot && { artifactRoot }), log };
  const background = createBackground({ ...options, ...core, dataFolder, env, databaseUrl, events, secrets });
  // It may be wrong, which is said before the server is ready.
  if (env["SLIPWAY_DATASTORE_FOLDERS"]) await background.services();
  opened.push(await parts.exportMetrics(env));
  const api = parts.createApi({ host, services: core, openServices: background.services });
  // This process has nothing to do until PostgreSQL has made the tables: time for the wire that is mostly asked first.
  if (isFirst) api.wires.appOf(firstAsked).catch(() => {});
  await migrated;
  const token = await parts.ensureAdmin(database);
  const { url, close } = await parts.listen(api, options);
  opened.push(close);
  opened.push(startLater(background, api.wires, url, options));
  // Before the API is closed: its streams end, and nobody is cut off.
  opened.push(() => events.close());
  await announce(url);
  writeServerFile(dataFolder, { pid: process.pid, url });
  opened.push(() => removeServerFile(dataFolder));
  return { url, token };
}

/** An address of MLflow's wire. */
const firstAsked = "/api/2.0/mlflow/experiments/get";

/** Milliseconds in which the first requests are answered: what begins then keeps the process busy for as long. */
const backgroundDelay = 250;

/** @returns what ends it: before the API is closed, for who waits for processes hears that the server ends */
function startLater(
  background: Background,
  wires: Wires,
  url: string,
  { log, onLost }: ServerOptions,
): () => Promise<void> {
  const start = async (): Promise<void> => {
    await background.start(url);
    // A person's first click need not wait for them either.
    for (const path of ["/api/v1/", "/"]) await wires.appOf(path);
    // What Node has compiled is kept for the next start, also where this process will be killed.
    flushCompileCache();
  };
  const timer = setTimeout(() => {
    start().catch((error: unknown) => {
      log.error({ err: error }, "the server cannot go on");
      onLost(toSlipwayError(error));
    });
  }, backgroundDelay);
  return async () => {
    clearTimeout(timer);
    await background.close();
  };
}

async function loadParts() {
  const [{ createApi, exportMetrics, listen }, { ensureAdmin }] = await Promise.all([
    import("./server.ts"),
    import("../access/index.ts"),
  ]);
  return { createApi, ensureAdmin, exportMetrics, listen };
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
}

/** One's own database is shared by as many servers as one likes; the embedded one has one server at a time. */
async function openPostgres(
  { databaseUrl, dataFolder, log, onLost }: ServerOptions,
  opened: (() => Promise<void>)[],
): Promise<OpenedDatabase> {
  if (databaseUrl !== undefined) {
    return { url: databaseUrl, announce: () => Promise.resolve() };
  }
  const postgres = await startPostgres({ dataFolder, log });
  opened.push(() => postgres.close());
  const ownership = await claimOwnership(postgres.url, { onLost });
  opened.push(() => ownership.release());
  return { url: postgres.url, announce: (address) => ownership.announce(address) };
}
