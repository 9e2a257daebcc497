/**
 * Model files on disk. The only file of this folder that needs Node; it asks for Node's modules when it is called,
 * so that the folder's door opens in a browser too.
 */
import { SlipwayError } from "../base/index.ts";
import { decodeModel, encodeModel } from "./format.ts";
import { loadNearestKernel } from "./nearest-rows.ts";
import { loadTreesKernel } from "./trees-kernel.ts";
import type { Model } from "./types.ts";

/** Bytes. Far above any model that trains in a day, and below what Node reads into one buffer. */
const largestFile = 2 ** 31 - 1;

/**
 * Writes `path` so that it holds either what it held before or the whole model: a temporary file beside it, flushed,
 * then renamed. Mode 0600. On failure nothing is left behind.
 * @returns the SHA-256 of the file as `sha256sum` prints it
 * @throws SLW_MODEL_UNWRITABLE, SLW_MODEL_INVALID (a model that could not be read back is not written)
 */
export async function writeModel(path: string, model: Model): Promise<{ readonly sha256: string }> {
  const { open, rename, unlink } = await import("node:fs/promises");
  const { basename, dirname, join } = await import("node:path");
  const { randomUUID } = await import("node:crypto");
  const hash = await nodeHash();
  const bytes = encodeModel(model, hash);
  decodeModel(bytes, hash);
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path).slice(0, 100)}.${randomUUID()}.tmp`);
  try {
    const file = await open(temporary, "wx", 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    await flushFolder(folder);
  } catch (cause) {
    await unlink(temporary).catch(() => undefined);
    throw new SlipwayError("SLW_MODEL_UNWRITABLE", `Cannot write the model file ${path}: ${reason(cause)}.`, {
      details: { path },
      cause,
    });
  }
  return { sha256: hex(hash(bytes)) };
}

/**
 * Reads and checks a model file.
 * @returns the model with the SHA-256 of the file, as `sha256sum` prints it
 * @throws SLW_MODEL_UNREADABLE and those of `decodeModel`
 */
export async function readModel(path: string): Promise<Model & { readonly sha256: string }> {
  const bytes = await readBytes(path);
  const hash = await nodeHash();
  try {
    const model = decodeModel(bytes, hash);
    const kinds = new Set(model.members.map(({ learner }) => learner.kind));
    if (kinds.has("neighbours")) await loadNearestKernel();
    if (kinds.has("trees")) await loadTreesKernel();
    return { ...model, sha256: hex(hash(bytes)) };
  } catch (cause) {
    if (!(cause instanceof SlipwayError)) throw cause;
    throw new SlipwayError(cause.code, `${path}: ${cause.message}`, { details: { ...cause.details, path }, cause });
  }
}

/** Looks at what the path is before opening it: opening a named pipe would wait for ever. */
async function readBytes(path: string): Promise<Uint8Array> {
  const { readFile, stat } = await import("node:fs/promises");
  let problem: string;
  try {
    const found = await stat(path);
    if (found.isFile() && found.size <= largestFile) return await readFile(path);
    problem = found.isFile() ? `it has ${found.size} bytes, more than ${largestFile}` : "it is not a file";
  } catch (cause) {
    throw new SlipwayError("SLW_MODEL_UNREADABLE", `Cannot read the model file ${path}: ${reason(cause)}.`, {
      details: { path },
      cause,
    });
  }
  throw new SlipwayError("SLW_MODEL_UNREADABLE", `Cannot read the model file ${path}: ${problem}.`, {
    details: { path },
  });
}

/** Makes the rename itself durable. Windows cannot open a folder and needs no flush. */
async function flushFolder(folder: string): Promise<void> {
  const { open } = await import("node:fs/promises");
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function nodeHash(): Promise<(bytes: Uint8Array) => Uint8Array> {
  const { createHash } = await import("node:crypto");
  return (bytes) => createHash("sha256").update(bytes).digest();
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function reason(cause: unknown): string {
  const code = (cause as NodeJS.ErrnoException).code;
  const known: Record<string, string> = {
    ENOENT: "there is no such file or folder",
    EACCES: "permission denied",
    EPERM: "permission denied",
    EISDIR: "it is a folder",
    ENOTDIR: "a part of the path is not a folder",
    ENOSPC: "the disk is full",
    EROFS: "the disk is read-only",
    ENAMETOOLONG: "the name is too long",
  };
  return known[code ?? ""] ?? (cause instanceof Error ? cause.message : String(cause));
}
