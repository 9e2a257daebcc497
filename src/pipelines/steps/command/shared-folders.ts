/** What a step with a user of its own leaves where everybody may write, though its TMPDIR is its own: it goes with the step. */
import { lstatSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

const sharedFolders = ["/tmp", "/var/tmp", "/dev/shm"];

/** @returns removes what the user has put there since then: files and folders directly in them, whoever owns what is within */
export function watchSharedFolders(uid: number): () => void {
  const before = sharedFolders.map(changedAt);
  return () => {
    for (const [index, folder] of sharedFolders.entries()) {
      // Most steps write nothing there, and nobody else does so meanwhile: then the folder is not read.
      if (changedAt(folder) !== before[index]) removeOf(uid, folder);
    }
  };
}

function changedAt(folder: string): bigint | null {
  return statSync(folder, { bigint: true, throwIfNoEntry: false })?.mtimeNs ?? null;
}

function removeOf(uid: number, folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (lstatSync(path, { throwIfNoEntry: false })?.uid === uid) rmSync(path, { recursive: true, force: true });
  }
}
