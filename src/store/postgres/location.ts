/** Where the database of a data folder lives, and as which user PostgreSQL runs. */
import { createHash, randomBytes } from "node:crypto";
import {
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SlipwayError } from "../../base/index.ts";
import { rootFolder } from "./programs.ts";
import { readIfThere } from "./read-if-there.ts";

/** User and group that a program is started as. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** Nobody, on every Linux: PostgreSQL refuses to run as root. */
const nobody: Identity = { uid: 65534, gid: 65534 };

/** Path of a Unix socket may have 103 bytes on macOS and 107 on Linux, of which the socket's name takes 14. */
const maxSocketFolder = 85;

export interface Cluster {
  /** Holds data/, the password and the log of the server. */
  readonly folder: string;
  /** Null: as the user of this process. */
  readonly identity: Identity | null;
}

export const dataOf = (cluster: Cluster): string => join(cluster.folder, "data");
export const passwordOf = (cluster: Cluster): string => join(cluster.folder, "password");
export const logOf = (cluster: Cluster): string => join(cluster.folder, "postgres.log");

/**
 * In the data folder for a user. Started as root, PostgreSQL runs as nobody, who may have no way into the data folder
 * (/root is closed): the database lives under /var/lib/slipway, and the data folder holds a file that names the place.
 * @returns null where no database was made yet
 * @throws SLW_STORE_FOLDER where the place that the file names is gone
 */
export function existingCluster(dataFolder: string): Cluster | null {
  const folder = join(dataFolder, "postgres");
  const data = statSync(join(folder, "data"), { throwIfNoEntry: false });
  if (!isRoot()) return data === undefined ? null : { folder, identity: null };
  // A user made it, and now root starts it: it goes on as that user.
  if (data !== undefined) return { folder, identity: { uid: data.uid, gid: data.gid } };
  const pointer = pointerOf(dataFolder);
  const place = readIfThere(pointer)?.trim();
  if (place === undefined) return null;
  if (!existsSync(join(place, "data"))) throw placeGone(dataFolder, pointer, place);
  return { folder: place, identity: nobody };
}

/** Where a new one goes; nothing is made yet. */
export function newCluster(dataFolder: string): Cluster {
  if (!isRoot()) return { folder: join(dataFolder, "postgres"), identity: null };
  // Random, so that a data folder that was removed and made again begins anew.
  return { folder: join(rootFolder, `${shortHash(dataFolder)}-${randomBytes(4).toString("hex")}`), identity: nobody };
}

/**
 * Those under /var/lib/slipway whose data folder is gone, or has another database since: somebody removed it, and nothing
 * leads to them any more.
 */
export function forsakenClusters(): Cluster[] {
  if (!isRoot() || !existsSync(rootFolder)) return [];
  const clusters = readdirSync(rootFolder).map((name) => ({ folder: join(rootFolder, name), identity: nobody }));
  return clusters.filter((cluster) => {
    const dataFolder = readIfThere(dataFolderFile(cluster))?.trim();
    return dataFolder !== undefined && readIfThere(pointerOf(dataFolder))?.trim() !== cluster.folder;
  });
}

/** Milliseconds after which a cluster that nothing leads to is not one that another process is just making. */
const madeLongAgo = 3_600_000;

/** Those that were made and never started, since the process died before it could say where they are: nothing is in them. */
export function neverStartedClusters(now = Date.now()): Cluster[] {
  return forsakenClusters().filter((cluster) => {
    // The first start of PostgreSQL writes its options there.
    if (existsSync(join(dataOf(cluster), "postmaster.opts"))) return false;
    const made = statSync(cluster.folder, { throwIfNoEntry: false });
    return made !== undefined && now - made.mtimeMs > madeLongAgo;
  });
}

/** File that names the data folder of a cluster that is elsewhere. */
export const dataFolderFile = (cluster: Cluster): string => join(cluster.folder, "data-folder");

/**
 * Makes a finished cluster the one of the data folder.
 * @returns false where another process was faster; the cluster is removed then
 */
export function commitCluster(dataFolder: string, cluster: Cluster): boolean {
  if (cluster.identity === null) return true;
  const unfinished = join(dataFolder, `postgres-folder.${process.pid}`);
  writeFileSync(unfinished, `${cluster.folder}\n`, { mode: 0o600 });
  try {
    // Unlike a rename, a link does not replace what is there.
    linkSync(unfinished, pointerOf(dataFolder));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    rmSync(cluster.folder, { recursive: true, force: true });
    return false;
  } finally {
    rmSync(unfinished, { force: true });
  }
}

const pointerOf = (dataFolder: string): string => join(dataFolder, "postgres-folder");

function placeGone(dataFolder: string, pointer: string, place: string): SlipwayError {
  return new SlipwayError(
    "SLW_STORE_FOLDER",
    `The database of ${dataFolder} was kept in ${place}, since root started it, and is not there any more.`,
    {
      fix: `Bring ${place} back (in a container: mount a volume at ${rootFolder}, or run as an ordinary user), or restore a backup into a new data folder. To begin with an empty database, remove ${pointer}.`,
      details: { dataFolder, folder: place },
    },
  );
}

/**
 * A folder for the socket that nobody else can enter, short and plain enough for an address and for a URL.
 * @throws SLW_STORE_FOLDER where somebody else has taken the name
 */
export function socketFolder(cluster: Cluster): string {
  if (cluster.folder.length <= maxSocketFolder && /^[\w/.-]+$/.test(cluster.folder)) return cluster.folder;
  const folder = shortFolder(cluster);
  if (!existsSync(folder)) makePrivateFolder(folder, cluster.identity);
  const { uid, mode } = lstatSync(folder);
  if (uid === userOf(cluster) && (mode & 0o170_077) === 0o040_000) return folder;
  throw new SlipwayError("SLW_STORE_FOLDER", `${folder}, where PostgreSQL's socket goes, belongs to somebody else.`, {
    fix: `Remove ${folder}, or use a data folder with a shorter path.`,
    details: { folder },
  });
}

const shortFolder = (cluster: Cluster): string =>
  join(tmpdir(), `slipway-${userOf(cluster)}-${shortHash(cluster.folder)}`);

const userOf = (cluster: Cluster): number => cluster.identity?.uid ?? process.getuid?.() ?? 0;

/** A folder of mode 0700 that belongs to the user PostgreSQL runs as. */
export function makePrivateFolder(folder: string, identity: Identity | null): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (identity !== null) chownSync(folder, identity.uid, identity.gid);
}

const shortHash = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 12);

const isRoot = (): boolean => process.getuid?.() === 0;

/** Removes the files of a data folder's database; no server may run on it. */
export function removeCluster(dataFolder: string, cluster: Cluster): void {
  rmSync(cluster.folder, { recursive: true, force: true });
  rmSync(shortFolder(cluster), { recursive: true, force: true });
  rmSync(pointerOf(dataFolder), { force: true });
}
