/**
 * A file of lines with one writer, only ever added to. What the disk does not take stays in memory up to a bound and is
 * written later; after a write that broke off the rest follows, so that the file is at any time a beginning of what was
 * added. A killed writer therefore loses what it had in memory, and leaves at most one line that is cut off.
 */
import { open, type FileHandle } from "node:fs/promises";
import { processStart } from "../../base/index.ts";
import { createByteBlocks, type ByteBlocks } from "./byte-blocks.ts";

/** The last line of a file to which nothing will be added any more. */
export const endLine = '{"end":true}\n';

/** The first line of each file says whose it is, so that readers know when nobody writes it any more. */
export interface FileHeader {
  readonly pid: number;
  readonly processStart: string;
}

export interface AppendFile {
  readonly path: string;
  /** Adds lines, each with its end; false, and nothing is kept, where `limit` would be passed. */
  append(lines: string): boolean;
  /**
   * As append, of one line: `json` between two texts, without line ends of its own; `after` is short and in ASCII. What
   * `json` is may change afterwards.
   */
  appendJson(before: string, json: Buffer, after: string): boolean;
  /** Bytes in memory. */
  readonly waiting: number;
  /** Bytes on disk and in memory; 0 until something was added. */
  readonly size: number;
  /** Writes what is in memory now; resolves to false where the disk did not take it all: it is still there then. */
  flush(): Promise<boolean>;
  /**
   * Marks the end, writes and closes; to be called again where it resolves to false. Nothing may be added after it. A
   * file to which nothing was added is not made.
   */
  end(): Promise<boolean>;
}

export interface AppendOptions {
  /** Bytes in memory at most. */
  readonly limit: number;
  /** What the first line says besides whose file it is. */
  readonly header?: Readonly<Record<string, unknown>>;
}

/** The file is made with the first flush, so that nothing leaves no file. It must not be there before. */
export function appendFile(path: string, { limit, header = {} }: AppendOptions): AppendFile {
  const whose: FileHeader = { pid: process.pid, processStart: processStart(process.pid) ?? "" };
  const firstLine = `${JSON.stringify({ ...whose, ...header })}\n`;
  const state = newState(path);
  let ended = false;
  let running: Promise<boolean> = Promise.resolve(true);

  const waiting = (): number => state.unwrittenBytes + state.added.length;
  const size = (): number => state.written + waiting();
  const flush = (): Promise<boolean> => (running = running.then(() => writeOut(state)));
  /** Whether there is room. Of a character at most three bytes: mostly they need not be counted. */
  const begin = (text: string, more = 0): boolean => {
    const room = limit - waiting() - more;
    if (text.length * 3 > room && Buffer.byteLength(text) > room) return false;
    if (size() === 0) state.added.addText(firstLine);
    return true;
  };
  return {
    path,
    get waiting() {
      return waiting();
    },
    get size() {
      return size();
    },
    append(lines) {
      if (lines === "") return true;
      if (!begin(lines)) return false;
      state.added.addText(lines);
      return true;
    },
    appendJson(before, json, after) {
      if (!begin(before, json.length + after.length)) return false;
      state.added.addText(before);
      state.added.addJson(json);
      state.added.addText(after);
      return true;
    },
    flush,
    async end() {
      if (!ended && size() > 0) state.added.addText(endLine);
      ended = true;
      if (!(await flush())) return false;
      // All of it is written: what closing says makes no difference.
      await state.handle?.close().catch(() => {});
      return true;
    },
  };
}

function newState(path: string): WriteState {
  return { path, added: createByteBlocks(), unwritten: [], unwrittenBytes: 0, written: 0, handle: null };
}

interface WriteState {
  readonly path: string;
  /** Not yet taken up. */
  readonly added: ByteBlocks;
  /** The rest of what was taken up; of its first part what the disk has not taken. */
  unwritten: Buffer[];
  unwrittenBytes: number;
  /** Bytes. */
  written: number;
  handle: FileHandle | null;
}

/**
 * What comes meanwhile waits for the next time: under load there is always some, and a write costs as much as a request.
 * @returns whether the disk took all of it
 */
async function writeOut(state: WriteState): Promise<boolean> {
  let isTaken = false;
  try {
    for (;;) {
      if (state.unwritten.length === 0) {
        if (isTaken) return true;
        isTaken = true;
        state.unwrittenBytes = state.added.length;
        state.unwritten = state.added.take();
        if (state.unwritten.length === 0) return true;
      }
      state.handle ??= await open(state.path, "ax", 0o600);
      const { bytesWritten } = await state.handle.writev(state.unwritten);
      state.written += bytesWritten;
      state.unwrittenBytes -= bytesWritten;
      dropWritten(state, bytesWritten);
    }
  } catch {
    return false;
  }
}

/** Takes the first `bytes` out of what is unwritten. */
function dropWritten(state: WriteState, bytes: number): void {
  let left = bytes;
  const rest = state.unwritten.findIndex((part) => {
    if (left < part.length) return true;
    left -= part.length;
    state.added.giveBack(part);
    return false;
  });
  state.unwritten = rest < 0 ? [] : state.unwritten.slice(rest);
  if (left > 0) state.unwritten[0] = (state.unwritten[0] as Buffer).subarray(left);
}
