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

/** Milliseconds and characters after which lines are written. */
const delay = 100;
const batch = 64 * 1024;
/** Characters that wait for the disk. */
const waiting = 4 * 1024 * 1024;
const megabyte = 1024 * 1024;

export function createRequestLog(options: RequestLogOptions): RequestLog {
  const files = createLogFiles(options);
  let lines = "";
  let count = 0;
  let timer: NodeJS.Timeout | null = null;
  let queued = false;
  let running: Promise<void> = Promise.resolve();

  function writeOut(): Promise<void> {
    queued = false;
    const handed = { lines, count };
    lines = "";
    count = 0;
    return files.write(handed.lines, handed.count);
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
      if (lines.length > waiting) return files.drop(1);
      lines += requestLine(record);
      count++;
      if (queued) return;
      if (lines.length > batch) void flush();
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
  /** What the disk does not take waits, or is dropped where too much waits. Never rejects; one call at a time. */
  write(lines: string, count: number): Promise<void>;
  /** Counts lines that are not kept; the next line that is kept tells of them. */
  drop(count: number): void;
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
  /** Nothing more goes into the file; it is not ended where the disk does not take its last lines. */
  let full = false;

  function nextFile(): AppendFile {
    files++;
    return appendFile(join(folder, `${writer}-${String(files).padStart(6, "0")}.ndjson`), { limit: waiting });
  }

  function drop(count: number): void {
    dropped += count;
    untold += count;
  }

  async function endFile(): Promise<void> {
    if (!(await file.end())) return;
    file = nextFile();
    full = false;
    const removed = await makeRoom(folder, folderBytes).catch(() => 0);
    if (removed > 0) file.append(droppedLine(`${removed} bytes of the oldest lines: the log may take ${folderBytes}`));
  }

  return {
    async write(lines, count) {
      if (full) await endFile();
      const told = untold > 0 ? droppedLine(`${untold} lines: the disk did not take them`) : "";
      if (!full && file.append(told + lines)) untold = 0;
      else drop(count);
      full ||= (await file.flush()) && file.size >= fileBytes;
      if (full) await endFile();
    },
    drop,
    dropped: () => dropped,
    end: () => file.end().then(() => undefined),
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
