import { createReadStream, createWriteStream } from "node:fs";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { extract, type Entry } from "tar-stream";
import { SlipwayError } from "../../base/index.ts";
import type { ArtifactStore } from "../artifacts/index.ts";
import { restoreDatabase } from "../postgres/backup/read.ts";
import { artifactFolder, databaseName, endName, headName, keyName, type BackupEnd, type BackupHead } from "./layout.ts";
import type { BackupReport } from "./write.ts";

export interface RestoreTarget {
  /** postgresql:// of a database without rows. */
  readonly databaseUrl: string;
  /** Brings its schema to where the backup's was. */
  migrate(to: string): Promise<void>;
  readonly artifacts: ArtifactStore;
  /** Where the key goes. */
  readonly keyFile: string;
}

/**
 * Restores what writeBackup wrote. No name in the file becomes a path: entries are known, or refused.
 * @throws SLW_STORE_BACKUP where the file is no backup, cut off or damaged; SLW_STORE_RESTORE where the database does
 * not fit; SLW_ARTIFACT_MISMATCH where bytes are not those of their hash
 */
export async function readBackup(
  file: string,
  target: RestoreTarget,
  onProgress: (bytes: number) => void = () => {},
): Promise<BackupReport & { readonly head: BackupHead }> {
  const entries = extract();
  const reading = pipeline(createReadStream(file), entries);
  // What stops the reader is told by the loop below, or is what ended it.
  reading.catch(() => {});
  const state: State = { head: null, rows: null, end: null, artifacts: 0, bytes: 0 };
  try {
    for await (const entry of entries as AsyncIterable<Entry>) {
      await readEntry(entry, state, target);
      onProgress(state.bytes);
    }
    await reading;
  } catch (cause) {
    if (cause instanceof SlipwayError) throw cause;
    throw noBackup(file, (cause as Error).message, cause);
  }
  const { head, rows, end } = state;
  if (head === null || rows === null || end === null) throw noBackup(file, "it is cut off");
  if (end.artifacts !== state.artifacts || end.bytes !== state.bytes) {
    throw noBackup(file, `it has ${state.artifacts} of ${end.artifacts} artifacts`);
  }
  return { head, rows, ...end };
}

interface State {
  head: BackupHead | null;
  rows: number | null;
  end: BackupEnd | null;
  artifacts: number;
  bytes: number;
}

async function readEntry(entry: Entry, state: State, target: RestoreTarget): Promise<void> {
  const { name, type, size = 0 } = entry.header;
  // Of another family of streams than Node's.
  const stream = Readable.from(entry, { objectMode: false });
  if (type !== "file") throw new Error(`${name} is not a plain file`);
  if (state.head === null && name !== headName) throw new Error(`it begins with ${name}`);
  if (name === headName) {
    state.head = checkHead(await readJson(stream, size));
    await target.migrate(state.head.migration);
  } else if (name === endName) state.end = (await readJson(stream, size)) as BackupEnd;
  else if (name === keyName) await pipeline(stream, createWriteStream(target.keyFile, { mode: 0o600, flags: "wx" }));
  else if (name === databaseName) state.rows = (await restoreDatabase(target.databaseUrl, stream)).rows;
  else if (name.startsWith(artifactFolder)) {
    await target.artifacts.put(stream, { expected: name.slice(artifactFolder.length), size });
    state.artifacts++;
    state.bytes += size;
  } else throw new Error(`${name} is not part of a backup`);
}

/** Bytes of the small entries at most. */
const smallEntry = 64 * 1024;

async function readJson(stream: Readable, size: number): Promise<unknown> {
  if (size > smallEntry) throw new Error("an entry is too large");
  return JSON.parse((await buffer(stream)).toString("utf8"));
}

function checkHead(value: unknown): BackupHead {
  const head = value as BackupHead;
  if (head.format === 1) return head;
  throw new Error(`its format is ${String(head.format)}; this release reads format 1`);
}

function noBackup(file: string, reason: string, cause?: unknown): SlipwayError {
  return new SlipwayError("SLW_STORE_BACKUP", `${file} is not a whole backup: ${reason}.`, {
    details: { file },
    cause,
  });
}
