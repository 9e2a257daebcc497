/** An endpoint's log as it grows. */
import { watch } from "node:fs";
import { open, stat, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { endpointFolder } from "../config/index.ts";
import { isAbsent, linesOf, spoolFiles } from "../spool/index.ts";
import { parseProcessLine, parseRequestLine, type LogEntry } from "./log-entry.ts";

/** Milliseconds between looks where the system tells of no change. */
const interval = 1000;
const readBytes = 256 * 1024;

/** A file that is read on from where it was; open, so that it is read to its end when it is removed. */
interface Followed {
  readonly handle: FileHandle;
  position: number;
}

/** Entries from the call on, in the order of each look; ends with `signal`. @param path of the endpoint's folder */
export async function followEndpointLogs(path: string, signal: AbortSignal): Promise<AsyncIterable<LogEntry>> {
  const files = new Map<string, Followed>();
  const folder = endpointFolder(path);
  // Files that are there are followed from their ends, before the caller does anything else.
  for (const name of await namesIn(folder.logs, folder.processLog)) await follow(files, name, true);
  return entriesOf(files, folder, signal);
}

async function* entriesOf(
  files: Map<string, Followed>,
  { path, logs, processLog }: ReturnType<typeof endpointFolder>,
  signal: AbortSignal,
): AsyncGenerator<LogEntry> {
  const changes = watchFolders([path, logs]);
  try {
    while (!signal.aborted) {
      const changed = changes.next(signal);
      const names = await namesIn(logs, processLog);
      for (const name of names) if (!files.has(name)) await follow(files, name, false);
      yield* (await readNew(files, processLog)).sort((a, b) => a.at - b.at);
      await closeGone(files, names);
      await changed;
    }
  } finally {
    changes.close();
    await Promise.all([...files.values()].map(({ handle }) => handle.close()));
  }
}

async function namesIn(logs: string, processLog: string): Promise<string[]> {
  return [processLog, ...(await spoolFiles(logs)).map((name) => join(logs, name))];
}

async function follow(files: Map<string, Followed>, name: string, fromEnd: boolean): Promise<void> {
  try {
    const handle = await open(name, "r");
    files.set(name, { handle, position: fromEnd ? (await handle.stat()).size : 0 });
  } catch (error) {
    if (!isAbsent(error)) throw error;
  }
}

async function readNew(files: Map<string, Followed>, processLog: string): Promise<LogEntry[]> {
  const entries: LogEntry[] = [];
  const now = Date.now();
  for (const [name, file] of files) {
    const parse = name === processLog ? (line: string) => parseProcessLine(line, now) : parseRequestLine;
    // The log of the processes is cut off at its beginning when it is full.
    if ((await file.handle.stat()).size < file.position) file.position = 0;
    for (;;) {
      const { lines, end } = await linesOf(file.handle, file.position, readBytes);
      if (end === file.position) break;
      file.position = end;
      for (const line of lines) {
        const entry = parse(line);
        if (entry !== null) entries.push(entry);
      }
    }
  }
  return entries;
}

/** Files that were removed, or renamed to make room for another: they were read to their ends just now. */
async function closeGone(files: Map<string, Followed>, names: readonly string[]): Promise<void> {
  for (const [name, { handle }] of files) {
    if (names.includes(name) && (await isSame(handle, name))) continue;
    files.delete(name);
    await handle.close();
  }
}

async function isSame(handle: FileHandle, name: string): Promise<boolean> {
  const [open, there] = await Promise.all([handle.stat(), stat(name).catch(() => null)]);
  return open.ino === there?.ino;
}

interface Changes {
  /** Resolves with the next change, when the interval has passed, or when the signal is aborted. */
  next(signal: AbortSignal): Promise<void>;
  close(): void;
}

function watchFolders(folders: readonly string[]): Changes {
  let wake = (): void => {};
  const watchers = folders.flatMap((folder) => {
    try {
      // Without it, looks at intervals remain.
      return [watch(folder, () => wake()).on("error", () => {})];
    } catch {
      return [];
    }
  });
  return {
    next: (signal) =>
      new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          signal.removeEventListener("abort", done);
          resolve();
        };
        const timer = setTimeout(done, interval);
        signal.addEventListener("abort", done, { once: true });
        wake = done;
      }),
    close: () => watchers.forEach((watcher) => watcher.close()),
  };
}
