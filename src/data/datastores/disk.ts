/** A folder of the server's machine, inside those that its operator allows. Symlinks may not lead out of it. */
import { constants } from "node:fs";
import { open, readdir, readlink, realpath, stat, type FileHandle } from "node:fs/promises";
import { join, sep } from "node:path";
import { SlipwayError } from "../../base/index.ts";
import { noFile, splitFolder, splitPath, unreachable, unsupported } from "./paths.ts";
import type { DatastorePath, DatastoreReach, OpenDatastore, OpenedFile, PathPage } from "./types.ts";

/** Checked anew each time, as folders can be replaced. @throws SLW_DATASTORE_REFUSED */
export async function openDisk({ folder }: { readonly folder: string }, reach: DatastoreReach): Promise<OpenDatastore> {
  const root = await allowedFolder(folder, reach);
  return {
    openFile: (path) => openInside(root, path),
    openQuery: () => Promise.reject(unsupported("disk", "queries")),
    listPaths: (path, page) => listInside(root, path, page),
    test: async () => void (await readdir(root)),
    close: () => Promise.resolve(),
  };
}

/** @returns the folder with all symlinks resolved */
async function allowedFolder(folder: string, { folders }: DatastoreReach): Promise<string> {
  const real = await realpath(folder).catch(() => null);
  for (const allowed of folders) {
    const parent = await realpath(allowed).catch(() => null);
    if (real !== null && parent !== null && isInside(parent, real)) return real;
  }
  // The same words whether or not it exists: what lies elsewhere is nobody's business.
  throw new SlipwayError("SLW_DATASTORE_REFUSED", `The folder ${folder} is not in one that this server allows.`, {
    details: { folder },
  });
}

function isInside(parent: string, path: string): boolean {
  return path === parent || path.startsWith(parent.endsWith(sep) ? parent : parent + sep);
}

async function openInside(root: string, path: string): Promise<OpenedFile> {
  const names = splitPath(path);
  const real = await resolveInside(root, names, path);
  const handle = await openFile(real, path);
  try {
    const found = await handle.stat();
    if (!found.isFile() || !(await isStillInside(handle, root))) throw noFile(path);
    const stream = handle.createReadStream({ highWaterMark: 1 << 18 });
    return { stream, size: found.size, fileName: names.at(-1) as string };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** A path without symlinks. @throws SLW_DATASTORE_NO_FILE where there is nothing, or it leads out of the folder */
async function resolveInside(root: string, names: readonly string[], path: string): Promise<string> {
  const real = await realpath(join(root, ...names)).catch(() => null);
  if (real === null || !isInside(root, real)) throw noFile(path);
  return real;
}

async function openFile(real: string, path: string): Promise<FileHandle> {
  try {
    // A pipe would wait for a writer; a symlink has been put there since it was resolved.
    return await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ELOOP" || code === "ENOTDIR") throw noFile(path);
    throw unreachable(`The file "${path}"`, message, error);
  }
}

/** A folder on the way may have been replaced by a symlink in between. Linux can tell; elsewhere the check before holds. */
async function isStillInside(handle: FileHandle, root: string): Promise<boolean> {
  const opened = await readlink(`/proc/self/fd/${handle.fd}`).catch(() => null);
  return opened === null || isInside(root, opened);
}

async function listInside(root: string, folder: string, page: { limit: number; cursor?: string }): Promise<PathPage> {
  const names = splitFolder(folder);
  const real = await resolveInside(root, names, folder);
  const entries = await readdir(real, { withFileTypes: true }).catch(() => {
    throw noFile(folder);
  });
  const sorted = entries
    .map((entry) => entry.name)
    .filter((name) => page.cursor === undefined || name > page.cursor)
    .toSorted();
  const shown = sorted.slice(0, page.limit);
  const items: DatastorePath[] = [];
  for (const name of shown) {
    const item = await describe(root, [...names, name]);
    if (item !== null) items.push(item);
  }
  const last = shown.at(-1);
  return sorted.length > shown.length && last !== undefined ? { items, nextCursor: last } : { items };
}

/** Null for what is neither file nor folder, and for what leads out. */
async function describe(root: string, names: readonly string[]): Promise<DatastorePath | null> {
  const real = await realpath(join(root, ...names)).catch(() => null);
  if (real === null || !isInside(root, real)) return null;
  const found = await stat(real).catch(() => null);
  if (found === null || !(found.isFile() || found.isDirectory())) return null;
  const path = names.join("/");
  return found.isDirectory()
    ? { path: `${path}/`, size: null, modifiedAt: found.mtime }
    : { path, size: found.size, modifiedAt: found.mtime };
}
