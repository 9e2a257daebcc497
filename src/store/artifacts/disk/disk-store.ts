/**
 * Artifacts in a folder:
 *   sha256/ab/ab12…   the artifacts, whole or absent
 *   uploads/NAME      uploads under way (upload-name.ts)
 *   uploads/aside-…   an artifact that a sweep takes away, for some microseconds (disk-sweep.ts)
 * Folders are 0700 and files 0600; no name of a user is part of a path.
 */
import { randomBytes } from "node:crypto";
import { open, rm, stat } from "node:fs/promises";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { checkRead, resolveRange } from "../check-read.ts";
import { notFound, unavailable } from "../failures.ts";
import type { ArtifactCheck, ArtifactStore, ByteRange, ListedArtifact } from "../types.ts";
import { diskFailure, freeBytes, isMissing } from "./disk-failure.ts";
import { artifactPath, artifactsFolder, makeFolder, uploadsFolder } from "./disk-folder.ts";
import { putOnDisk } from "./disk-put.ts";
import { listDisk, removeUploads, sweepDisk } from "./disk-sweep.ts";

/** @throws SLW_ARTIFACT_UNAVAILABLE where the folder cannot be made */
export async function openDiskStore(root: string): Promise<ArtifactStore> {
  const failing = async (cause: unknown): Promise<never> => {
    throw await diskFailure(root, cause);
  };
  await makeFolder(uploadsFolder(root)).catch(failing);
  await makeFolder(artifactsFolder(root)).catch(failing);
  const store: ArtifactStore = {
    location: root,
    put: (source, options = {}) => putOnDisk(root, source, options),
    read: (sha256, range = {}) => readFromDisk(root, sha256, range).catch(failing),
    size: (sha256) => sizeOnDisk(root, sha256).catch(failing),
    delete: (sha256) => deleteFromDisk(root, sha256).catch(failing),
    list: () => describeList(root),
    sweep: (options) => sweepDisk(root, options).catch(failing),
    // However young: what another machine uploads is told by its name.
    removeHalfUploads: () => removeUploads(root, new Date(0)).catch(failing),
    localFile: async (sha256) => ((await store.size(sha256)) === null ? null : artifactPath(root, sha256)),
    check: () => checkDisk(store),
  };
  return store;
}

async function readFromDisk(root: string, sha256: string, range: ByteRange): Promise<Readable> {
  const file = await open(artifactPath(root, sha256), "r").catch((cause: unknown) => {
    throw isMissing(cause) ? notFound(sha256) : cause;
  });
  try {
    const resolved = resolveRange(sha256, (await file.stat()).size, range);
    const { start, end } = resolved;
    const bytes = start === end ? Readable.from([]) : file.createReadStream({ start, end: end - 1 });
    if (start === end) await file.close();
    return checkRead(bytes, sha256, resolved, (cause) => unavailable(root, cause.message, cause));
  } catch (cause) {
    await file.close();
    throw cause;
  }
}

async function sizeOnDisk(root: string, sha256: string): Promise<number | null> {
  try {
    return (await stat(artifactPath(root, sha256))).size;
  } catch (cause) {
    if (isMissing(cause)) return null;
    throw cause;
  }
}

async function deleteFromDisk(root: string, sha256: string): Promise<void> {
  await rm(artifactPath(root, sha256), { force: true });
}

async function* describeList(root: string): AsyncGenerator<ListedArtifact> {
  try {
    yield* listDisk(root);
  } catch (cause) {
    throw await diskFailure(root, cause);
  }
}

async function checkDisk(store: ArtifactStore): Promise<ArtifactCheck> {
  // Random, so that it is nobody's artifact.
  const { sha256 } = await store.put(randomBytes(64));
  try {
    await buffer(await store.read(sha256));
  } finally {
    await store.delete(sha256);
  }
  return { location: store.location, free: await freeBytes(store.location) };
}
