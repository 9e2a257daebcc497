/** What the file system says, in our errors. */
import { statfs } from "node:fs/promises";
import { SlipwayError } from "../../../base/index.ts";
import { noSpace, unavailable } from "../failures.ts";

const reasons: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EPERM: "permission denied",
  EROFS: "the disk is read-only",
  EIO: "the disk reports an error",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
  ENOENT: "a folder of it is gone",
  ENOTDIR: "a part of its path is no folder",
  ESTALE: "the network disk is gone",
};

export function isMissing(cause: unknown): boolean {
  return (cause as NodeJS.ErrnoException).code === "ENOENT";
}

/** @param need bytes that a `put` needs room for */
export async function diskFailure(root: string, cause: unknown, need = 0): Promise<SlipwayError> {
  if (cause instanceof SlipwayError) return cause;
  const code = (cause as NodeJS.ErrnoException).code ?? "";
  if (code === "ENOSPC" || code === "EDQUOT") return noSpace(root, need, await freeBytes(root), cause);
  return unavailable(root, reasons[code] ?? String(cause), cause);
}

/** Bytes that this process may still write; null where the disk cannot tell. */
export async function freeBytes(root: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(root);
    return bavail * bsize;
  } catch {
    return null;
  }
}
