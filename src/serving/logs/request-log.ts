/** The request log of one process: lines in files of its own, written about every 100 ms, never waited for. */
import { stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { appendFile, isClosed, spoolFiles, type AppendFile } from "../spool/index.ts";
import { requestLine, type DroppedLine, type RequestRecord } from "./request-record.ts";

export interface RequestLog {
  write(record: RequestRecord): void;
  /** Lines since the process started for which there was no room, in memory or on disk. */
  dropped(): number;
  /** Never rejects. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

export interface RequestLogOptions {
  /** Of the endpoint's logs. */
  readonly folder: string;
  /** Begin of the files' names. */
  readonly writer: string;
  /** Bytes after which a file is ended. */
  readonly fileBytes?: number;
  /** Bytes of all files of the folder; beyond them the oldest go. */
  readonly folderBytes?: number;
}

/** Milliseconds and bytes after which lines are written. */
const delay = 100;
const batch = 64 * 1024;
/** Bytes that wait for the disk. */
const waiting = 4 * 1024 * 1024;
const megabyte = 1024 * 1024;

export function createRequestLog(options: RequestLogOptions): RequestLog {
  const files = createLogFiles(options);
  let timer: NodeJS.Timeout | null = null;
  let queued = false;
  let running: Promise<void> = Promise.resolve();

  function writeOut(): Promise<void> {
    queued = false;
    return files.flush();
  }

  function flush(): Promise<void> {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    if (!queued) running = running.then(writeOut);
    queued = true;
    return running;
  }

  return {
    write(record) {
      files.add(requestLine(record));
      if (queued) return;
      if (files.waiting() > batch) void flush();
      else timer ??= setTimeout(() => void flush(), delay).unref();
    },
    dropped: files.dropped,
    flush,
    async close() {
      await flush();
      await files.end();
    },
  };
}

interface LogFiles {
  /** Counts a line that there is no room for; the next line that is kept tells of it. */
  add(line: string): void;
  /** Bytes that wait for the disk. */
  waiting(): number;
  /** What the disk does not take waits. Never rejects; one call at a time. */
  flush(): Promise<void>;
  dropped(): number;
  end(): Promise<void>;
}

function createLogFiles(options: RequestLogOptions): LogFiles {
  const { folder, writer, fileBytes = 8 * megabyte, folderBytes = 64 * megabyte } = options;
  let files = 0;
  let dropped = 0;
  /** Of the dropped lines those of which no line tells yet. */
  let untold = 0;
  let file = nextFile();
  /** A full one, until the disk has taken its last lines. */
  let ending: AppendFile | null = null;

  function nextFile(): AppendFile {
    files++;
    return appendFile(join(folder, `${writer}-${String(files).padStart(6, "0")}.ndjson`), { limit: waiting });
  }

  async function endFull(): Promise<void> {
    if (ending === null && file.size >= fileBytes) {
      ending = file;
      file = nextFile();
    }
    if (ending === null || !(await ending.end())) return;
    ending = null;
    const removed = await makeRoom(folder, folderBytes).catch(() => 0);
    if (removed > 0) file.append(droppedLine(`${removed} bytes of the oldest lines: the log may take ${folderBytes}`));
  }

  return {
    add(line) {
      const told = untold > 0 ? droppedLine(`${untold} lines: the disk did not take them`) : "";
      if (file.append(told + line)) {
        untold = 0;
        return;
      }
      dropped++;
      untold++;
    },
    waiting: () => file.waiting,
    async flush() {
      await file.flush();
      await endFull();
    },
    dropped: () => dropped,
    async end() {
      await ending?.end();
      await file.end();
    },
  };
}

function droppedLine(dropped: string): string {
  return `${JSON.stringify({ at: Date.now(), dropped } satisfies DroppedLine)}\n`;
}

/** Removes closed files, the oldest first, until the others take no more than `most`. @returns bytes that went */
async function makeRoom(folder: string, most: number): Promise<number> {
  const files = await Promise.all(
    (await spoolFiles(folder)).map(async (name) => {
      const path = join(folder, name);
      const { size, mtimeMs } = await stat(path);
      return { path, size, mtimeMs };
    }),
  );
  let total = files.reduce((sum, { size }) => sum + size, 0);
  let removed = 0;
  for (const { path, size } of files.toSorted((a, b) => a.mtimeMs - b.mtimeMs)) {
    if (total <= most) break;
    if (!(await isClosed(path))) continue;
    await unlink(path);
    total -= size;
    removed += size;
  }
  return removed;
}
