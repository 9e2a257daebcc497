/** Listing the folder, and removing from it what nobody needs. */
import { linkSync, renameSync, rmSync, statSync, type Stats } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isSha256 } from "../sha256.ts";
import type { ListedArtifact, SweepOptions, SweepReport } from "../types.ts";
import { isLeftOver } from "../upload-name.ts";
import { isMissing } from "./disk-failure.ts";
import { artifactPath, artifactsFolder, flushFolder, uploadsFolder } from "./disk-folder.ts";

export async function* listDisk(root: string): AsyncGenerator<ListedArtifact> {
  const shards = await readdir(artifactsFolder(root));
  for (const shard of shards.filter((name) => /^[0-9a-f]{2}$/.test(name)).toSorted()) {
    const names = await readdir(join(artifactsFolder(root), shard));
    for (const sha256 of names.filter((name) => isSha256(name) && name.startsWith(shard)).toSorted()) {
      const found = await statOrNull(artifactPath(root, sha256));
      if (found?.isFile()) yield { sha256, size: found.size, storedAt: found.mtime };
    }
  }
}

export async function sweepDisk(root: string, options: SweepOptions): Promise<SweepReport> {
  await restoreAside(root);
  const uploads = await removeUploads(root, options.olderThan);
  let artifacts = 0;
  let bytes = 0;
  for await (const { sha256, size, storedAt } of listDisk(root)) {
    if (storedAt >= options.olderThan || (await options.isReferenced(sha256))) continue;
    if (!removeIfOld(root, sha256, options.olderThan)) continue;
    artifacts++;
    bytes += size;
  }
  return { uploads, artifacts, bytes };
}

/** Those of dead processes of this machine, and all that are older. @returns how many */
export async function removeUploads(root: string, olderThan: Date): Promise<number> {
  let removed = 0;
  for (const name of await readdir(uploadsFolder(root))) {
    const path = join(uploadsFolder(root), name);
    const found = await statOrNull(path);
    if (found === null || !isLeftOver(name, found.mtime, olderThan)) continue;
    await rm(path, { recursive: true, force: true });
    removed++;
  }
  return removed;
}

const asidePrefix = "aside-";

/**
 * A `put` of the same bytes, in this process or another, may replace the file between a look at its age and its
 * removal. So the file is first renamed, which takes exactly one, and then looked at; a young one goes back. The calls
 * are synchronous so that readers of this process miss it for microseconds at most.
 */
function removeIfOld(root: string, sha256: string, olderThan: Date): boolean {
  const path = artifactPath(root, sha256);
  const aside = join(uploadsFolder(root), asidePrefix + sha256);
  try {
    renameSync(path, aside);
  } catch (cause) {
    if (isMissing(cause)) return false;
    throw cause;
  }
  const found = statSync(aside, { throwIfNoEntry: false });
  const old = found !== undefined && found.mtime < olderThan;
  if (!old) linkUnlessThere(aside, path);
  rmSync(aside, { force: true });
  return old;
}

/** What a sweep had renamed when its process died: back, and judged anew. */
async function restoreAside(root: string): Promise<void> {
  for (const name of await readdir(uploadsFolder(root))) {
    const sha256 = name.slice(asidePrefix.length);
    if (!name.startsWith(asidePrefix) || !isSha256(sha256)) continue;
    const aside = join(uploadsFolder(root), name);
    linkUnlessThere(aside, artifactPath(root, sha256));
    await flushFolder(dirname(artifactPath(root, sha256)));
    await rm(aside, { force: true });
  }
}

function linkUnlessThere(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    // Gone where another process's sweep has put it back.
    if (code !== "EEXIST" && code !== "ENOENT") throw cause;
  }
}

async function statOrNull(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch (cause) {
    if (isMissing(cause)) return null;
    throw cause;
  }
}
