/** The files of collected rows and labels of one process: one for each kind, ended by the hour and by size. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { appendFile, spoolFiles, type AppendFile } from "../spool/index.ts";
import { collectedFormat, type CollectedHeader } from "./spool-format.ts";

/** Of what a file is; the hour comes with the lines. */
export type CollectedKind = Omit<CollectedHeader, "pid" | "processStart" | "format" | "hour">;

export interface CollectedFiles {
  /** False where there is no room: nothing of the lines is kept. */
  append(kind: CollectedKind, at: number, lines: string): boolean;
  /** As append, of one line: `json` between two texts. */
  appendJson(kind: CollectedKind, at: number, before: string, json: Buffer, after: string): boolean;
  /** Bytes of the file that was added to last which wait for the disk. */
  waiting(): number;
  /** Writes what waits, ends what is full or of an earlier hour; false where the disk did not take it all. */
  flush(): Promise<boolean>;
  /** Ends all files. */
  close(): Promise<void>;
}

export interface CollectedFilesOptions {
  /** Of the endpoint's collected rows. */
  readonly folder: string;
  readonly writer: string;
  /** Bytes after which a file is ended. */
  readonly fileBytes: number;
  /** Bytes of all files in the folder beyond which nothing more is taken: the server has to store some of it first. */
  readonly folderBytes: number;
}

const hourMilliseconds = 3_600_000;
/** Bytes of a file that wait for the disk. */
const waiting = 16 * 1024 * 1024;
/** Files that the disk could not end yet; with more of them nothing is taken. */
const mostUnended = 4;
/** Milliseconds between two looks at the size of the folder. */
const sizeInterval = 5000;

interface OpenFile {
  readonly file: AppendFile;
  readonly hour: number;
}

export function createCollectedFiles(options: CollectedFilesOptions): CollectedFiles {
  const { folder, fileBytes, folderBytes } = options;
  const open = createOpenFiles(options);
  let unended: AppendFile[] = [];
  let isFull = false;
  let sizedAt = 0;

  async function endDone(now: number): Promise<boolean> {
    const done = open.takeOut(({ file, hour }) => file.size >= fileBytes || now >= hour + hourMilliseconds);
    unended.push(...done);
    const ended = await Promise.all(unended.map((file) => file.end()));
    unended = unended.filter((_, index) => !ended[index]);
    return unended.length === 0;
  }

  async function look(now: number): Promise<void> {
    if (now < sizedAt + sizeInterval) return;
    sizedAt = now;
    isFull = (await folderSize(folder).catch(() => 0)) >= folderBytes;
  }

  function fileFor(kind: CollectedKind, at: number): AppendFile | null {
    if (isFull || unended.length > mostUnended) return null;
    return open.find(kind, at - (at % hourMilliseconds));
  }

  return {
    append: (kind, at, lines) => fileFor(kind, at)?.append(lines) ?? false,
    appendJson: (kind, at, before, json, after) => fileFor(kind, at)?.appendJson(before, json, after) ?? false,
    waiting: () => open.last()?.waiting ?? 0,
    async flush() {
      const taken = await Promise.all(open.all().map(({ file }) => file.flush()));
      const now = Date.now();
      await look(now);
      return (await endDone(now)) && taken.every(Boolean);
    },
    async close() {
      await endDone(Infinity);
    },
  };
}

interface OpenFiles {
  /** Made where it is not there. */
  find(kind: CollectedKind, hour: number): AppendFile;
  /** The one that was found last. */
  last(): AppendFile | null;
  all(): OpenFile[];
  takeOut(which: (file: OpenFile) => boolean): AppendFile[];
}

function createOpenFiles({ folder, writer }: Pick<CollectedFilesOptions, "folder" | "writer">): OpenFiles {
  const open = new Map<string, OpenFile>();
  let files = 0;
  /** Most lines are of the kind and the hour of the one before. */
  let last: { readonly kind: CollectedKind; readonly hour: number; readonly file: AppendFile } | null = null;
  return {
    find(kind, hour) {
      if (last?.kind === kind && last.hour === hour) return last.file;
      const { designation, deployment, model, version } = kind;
      const key = JSON.stringify([designation, deployment, model, version, hour]);
      let found = open.get(key);
      if (found === undefined) {
        files++;
        const path = join(folder, `${writer}-${String(files).padStart(6, "0")}.ndjson`);
        found = {
          file: appendFile(path, { limit: waiting, header: { format: collectedFormat, ...kind, hour } }),
          hour,
        };
        open.set(key, found);
      }
      last = { kind, hour, file: found.file };
      return found.file;
    },
    last: () => last?.file ?? null,
    all: () => [...open.values()],
    takeOut(which) {
      const taken = [...open].filter(([, file]) => which(file));
      if (taken.length > 0) last = null;
      for (const [key] of taken) open.delete(key);
      return taken.map(([, { file }]) => file);
    },
  };
}

async function folderSize(folder: string): Promise<number> {
  const names = await spoolFiles(folder);
  const sizes = await Promise.all(names.map((name) => stat(join(folder, name)).then(({ size }) => size)));
  return sizes.reduce((sum, size) => sum + size, 0);
}
