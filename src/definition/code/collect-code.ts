/** The files that command steps run in, read from the folders that their pipeline names. */
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { lstat, open, readdir, readFile, realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import ignore, { type Ignore } from "ignore";
import { SlipwayError } from "../../base/index.ts";
import type { CodeFile, PipelineDefinition } from "../types.ts";
import { isSafePath } from "./safe-path.ts";

export interface CollectedFile extends CodeFile {
  /** Where it was read; what is uploaded from there must still have the sha256. */
  readonly absolutePath: string;
}

const MOST_FILES = 2000;
const MOST_BYTES = 200_000_000;

/** What is never code. */
const alwaysLeftOut = [".git", ".venv", "venv", "node_modules", "__pycache__", ".ipynb_checkpoints", ".DS_Store"];

/**
 * By step, the files of its `code` folder in the order of their paths; without what .slipwayignore, or else
 * .gitignore, names.
 * @param folder that of the pipeline's file, which the paths are relative to
 * @throws SLW_PIPELINE_CODE naming the step: no such folder, nothing in it, more than 2,000 files or 200 MB, a link that
 *   leads elsewhere, a name that other systems do not take, a file that changes while it is read
 */
export async function collectCode(
  definition: PipelineDefinition,
  folder: string,
): Promise<Readonly<Record<string, readonly CollectedFile[]>>> {
  const collected: Record<string, readonly CollectedFile[]> = {};
  const byFolder = new Map<string, readonly CollectedFile[]>();
  for (const [name, step] of Object.entries(definition.steps)) {
    if (step.type !== "command" || step.code === undefined) continue;
    const files = byFolder.get(step.code) ?? (await collectFolder(name, folder, step.code));
    byFolder.set(step.code, files);
    collected[name] = files;
  }
  return collected;
}

interface Collection {
  readonly step: string;
  /** Its real path: links in it lead below it. */
  readonly root: string;
  readonly ignored: Ignore;
  readonly paths: string[];
}

async function collectFolder(step: string, folder: string, code: string): Promise<readonly CollectedFile[]> {
  const [top, root] = await Promise.all([realpath(folder), realpath(join(folder, code))]).catch((cause: unknown) => {
    throw refused(step, `there is no folder "${code}" beside the pipeline's file`, cause);
  });
  if (root !== top && !root.startsWith(top.endsWith(sep) ? top : top + sep))
    throw refused(step, `"${code}" leads out of the folder of the pipeline's file`);
  if (!(await lstat(root)).isDirectory()) throw refused(step, `"${code}" is no folder`);
  const collection: Collection = { step, root, ignored: await readIgnored(step, root), paths: [] };
  await collectBelow(collection, "");
  if (collection.paths.length === 0) throw refused(step, `the folder "${code}" has no files`);
  const files: CollectedFile[] = [];
  let room = MOST_BYTES;
  for (const path of collection.paths.toSorted()) {
    const absolutePath = join(root, path);
    const found = await readCode(step, absolutePath, path, room);
    room -= found.size;
    files.push({ path, absolutePath, ...found });
  }
  return files;
}

async function readIgnored(step: string, root: string): Promise<Ignore> {
  const ignored = ignore().add(alwaysLeftOut);
  for (const name of [".slipwayignore", ".gitignore"]) {
    const text = await readFile(join(root, name), "utf8").catch(() => null);
    if (text === null) continue;
    if (text.length > 100_000) throw refused(step, `${name} has ${text.length} characters; at most 100,000 are read`);
    return ignored.add(text);
  }
  return ignored;
}

async function collectBelow(collection: Collection, below: string): Promise<void> {
  const { step, root, ignored } = collection;
  for (const entry of await readdir(join(root, below), { withFileTypes: true })) {
    const path = below === "" ? entry.name : `${below}/${entry.name}`;
    if (!isSafePath(path)) throw refused(step, `${JSON.stringify(path)} has a name that not every system takes`);
    if (ignored.ignores(path) || (entry.isDirectory() && ignored.ignores(`${path}/`))) continue;
    if (entry.isDirectory()) await collectBelow(collection, path);
    else {
      if (entry.isSymbolicLink()) await checkLink(collection, path);
      if (collection.paths.push(path) > MOST_FILES) throw refused(step, `it has more than ${MOST_FILES} files`);
    }
  }
}

async function checkLink({ step, root }: Collection, path: string): Promise<void> {
  const target = await realpath(join(root, path)).catch((cause: unknown) => {
    throw refused(step, `the link ${path} leads nowhere`, cause);
  });
  if (!target.startsWith(root + sep)) throw refused(step, `the link ${path} leads out of its folder`);
}

/** Read twice: what somebody writes at that moment is neither the one nor the other. */
async function readCode(
  step: string,
  absolutePath: string,
  path: string,
  room: number,
): Promise<Pick<CodeFile, "sha256" | "size" | "executable">> {
  // A pipe would wait for a writer for ever.
  const file = await open(absolutePath, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = await file.stat();
    if (!stats.isFile())
      throw refused(step, `${path} is no regular file; links to folders, pipes and devices are not taken`);
    if (stats.size > room) throw refused(step, `its files have more than ${MOST_BYTES / 1e6} MB together`);
    const first = await hashOf(file);
    const second = await hashOf(file);
    if (first.sha256 !== second.sha256 || first.size !== stats.size)
      throw refused(step, `${path} changed while it was read`);
    return { ...first, executable: (stats.mode & 0o111) !== 0 };
  } finally {
    await file.close();
  }
}

async function hashOf(file: Awaited<ReturnType<typeof open>>): Promise<{ sha256: string; size: number }> {
  const hash = createHash("sha256");
  const block = Buffer.allocUnsafe(1 << 16);
  let size = 0;
  for (;;) {
    const { bytesRead } = await file.read(block, 0, block.length, size);
    if (bytesRead === 0) break;
    hash.update(block.subarray(0, bytesRead));
    size += bytesRead;
    // One that grows faster than it is read has no end.
    if (size > MOST_BYTES) break;
  }
  return { sha256: hash.digest("hex"), size };
}

const refused = (step: string, why: string, cause?: unknown): SlipwayError =>
  new SlipwayError("SLW_PIPELINE_CODE", `code of the step "${step}": ${why}.`, {
    details: { step },
    ...(cause !== undefined && { cause }),
  });
