/** What a server needs, looked at one by one, with what to do where something is missing. */
import { accessSync, constants, existsSync, statfsSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { SlipwayError, slipwayVersion } from "../base/index.ts";
import { checkPostgres, embeddedPostgresVersion, openArtifactStore } from "../store/index.ts";
import { isServerAlive, readServerFile } from "./server-file.ts";

export interface Finding {
  /** What was looked at: "port", "disk". */
  readonly name: string;
  readonly ok: boolean;
  /** What was found. */
  readonly detail: string;
  /** What to do about it; null where all is well. */
  readonly fix: string | null;
}

export interface DoctorOptions {
  readonly dataFolder: string;
  readonly host: string;
  readonly port: number;
  readonly databaseUrl?: string;
  readonly artifacts?: string;
}

/** Looks at everything, whatever is found; starts and changes nothing that stays. */
export async function examine(options: DoctorOptions): Promise<Finding[]> {
  const running = readServerFile(options.dataFolder);
  const alive = running !== null && (await isServerAlive(running));
  return [
    versions(),
    {
      name: "server",
      ok: true,
      detail: alive ? `runs at ${running.url} (process ${running.pid})` : "does not run",
      fix: null,
    },
    disk(options.dataFolder),
    alive ? null : await port(options),
    await look("database", () => database(options)),
    await look("artifacts", () => artifacts(options)),
  ].filter((finding) => finding !== null);
}

const found = (name: string, detail: string): Finding => ({ name, ok: true, detail, fix: null });

async function look(name: string, check: () => Promise<string>): Promise<Finding> {
  try {
    return found(name, await check());
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    return { name, ok: false, detail: error.message, fix: error.fix };
  }
}

const oldestNode = [22, 18] as const;

function versions(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const ok = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  const detail = `Slipway ${slipwayVersion()}, Node ${process.versions.node}, ${process.platform} ${process.arch}`;
  return { name: "versions", ok, detail, fix: ok ? null : "Install Node 24 from https://nodejs.org" };
}

/** Bytes below which a run of any size will fill the disk. */
const littleSpace = 2 * 1024 ** 3;

function disk(folder: string): Finding {
  const place = nearestFolder(folder);
  try {
    accessSync(place, constants.W_OK);
  } catch {
    const fix = `Choose another folder with --data DIR, or make ${place} writable for you.`;
    return { name: "disk", ok: false, detail: `${place} cannot be written to`, fix };
  }
  const { bavail, bsize } = statfsSync(place);
  const free = bavail * bsize;
  const detail = `${(free / 1024 ** 3).toFixed(1)} GiB free for ${folder}`;
  const ok = free >= littleSpace;
  return { name: "disk", ok, detail, fix: ok ? null : "Free some space, or choose another folder with --data DIR." };
}

/** The folder itself, or the one that it will be made in. */
function nearestFolder(folder: string): string {
  let place = folder;
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  return place;
}

function port({ host, port: wanted }: DoctorOptions): Promise<Finding> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", ({ code, message }: NodeJS.ErrnoException) => {
      const reason = code === "EADDRINUSE" ? "is in use" : message;
      const fix = "End what uses it, or choose another with --port PORT.";
      resolve({ name: "port", ok: false, detail: `port ${wanted} of ${host} ${reason}`, fix });
    });
    probe.listen(wanted, host, () => probe.close(() => resolve(found("port", `port ${wanted} of ${host} is free`))));
  });
}

async function database({ databaseUrl }: DoctorOptions): Promise<string> {
  if (databaseUrl === undefined) return `embedded PostgreSQL ${embeddedPostgresVersion()}`;
  const { version, place } = await checkPostgres(databaseUrl);
  return `PostgreSQL ${version} at ${place}`;
}

async function artifacts({ artifacts: location, dataFolder }: DoctorOptions): Promise<string> {
  const folder = join(dataFolder, "artifacts");
  if (location === undefined && !existsSync(folder)) return `will be kept in ${folder}`;
  const store = await openArtifactStore(location ?? folder);
  const { free } = await store.check();
  return `${store.location} can be written and read${free === null ? "" : `, ${(free / 1024 ** 3).toFixed(1)} GiB free`}`;
}
