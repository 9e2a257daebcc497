/** The folder's layout, and what makes changes to it durable. */
import { mkdir, open } from "node:fs/promises";
import { join } from "node:path";
import { assertSha256 } from "../sha256.ts";

export const uploadsFolder = (root: string): string => join(root, "uploads");
export const artifactsFolder = (root: string): string => join(root, "sha256");

/** @throws SLW_ARTIFACT_ID */
export function artifactPath(root: string, sha256: string): string {
  assertSha256(sha256);
  return join(artifactsFolder(root), sha256.slice(0, 2), sha256);
}

export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
}

/** Makes names that were added to a folder durable. Windows cannot open a folder and needs no flush. */
export async function flushFolder(path: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
