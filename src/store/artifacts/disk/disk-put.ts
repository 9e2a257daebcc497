/** From a stream to a file under its hash: written out of sight, flushed, then renamed. */
import { open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { noSpace } from "../failures.ts";
import { createReceiver, type Receiver } from "../receive.ts";
import type { PutOptions, StoredArtifact } from "../types.ts";
import { withUploadName } from "../upload-name.ts";
import { diskFailure, freeBytes } from "./disk-failure.ts";
import { artifactPath, artifactsFolder, flushFolder, makeFolder, uploadsFolder } from "./disk-folder.ts";

export async function putOnDisk(
  root: string,
  source: Readable | Uint8Array,
  options: PutOptions,
): Promise<StoredArtifact> {
  const receiver = createReceiver(source, options);
  return withUploadName(async (name) => {
    const path = join(uploadsFolder(root), name);
    try {
      await assertRoom(root, receiver);
      await writeWhole(path, receiver);
      const stored = receiver.finish();
      await publish(root, path, stored.sha256);
      return stored;
    } catch (cause) {
      await rm(path, { force: true }).catch(() => {});
      throw await diskFailure(root, cause, receiver.needed());
    }
  });
}

async function assertRoom(root: string, receiver: Receiver): Promise<void> {
  const have = await freeBytes(root);
  if (have !== null && receiver.needed() > have) throw noSpace(root, receiver.needed(), have);
}

async function writeWhole(path: string, receiver: Receiver): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    for await (const chunk of receiver.bytes) await file.writeFile(chunk);
    await file.sync();
  } finally {
    await file.close();
  }
}

/**
 * Also where the artifact is there already: the new file has the same bytes, mends a damaged one, and is young, so that
 * a sweep leaves it. Folders are flushed even if they were there: another upload may have made them a moment ago.
 */
async function publish(root: string, path: string, sha256: string): Promise<void> {
  const target = artifactPath(root, sha256);
  await makeFolder(dirname(target));
  await rename(path, target);
  await flushFolder(dirname(target));
  await flushFolder(artifactsFolder(root));
}
