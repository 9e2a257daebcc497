/** Reading files of appendFile while they are written, and knowing when they no longer are. */
import { open, readdir, stat, type FileHandle } from "node:fs/promises";
import { processStart } from "../../base/index.ts";
import { endLine, type FileHeader } from "./append-file.ts";

const newline = 10;
/** Milliseconds after which a file is nobody's whose first line was cut off: that line comes with the first others. */
const unsignedFor = 3_600_000;

export interface Lines {
  /** Whole lines, without their ends. */
  readonly lines: string[];
  /** Bytes: behind the last line; where to go on. */
  readonly end: number;
}

/** Names in the folder that end in `.ndjson`, in order; none where the folder is not there. */
export async function spoolFiles(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names.filter((name) => name.endsWith(".ndjson")).sort();
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

/** Bytes; null where there is no such file. */
export async function fileSize(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

export function isAbsent(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}

/**
 * Whole lines from `start`, the beginning of a line, about `bytes` at once; a line that is not finished waits. The header
 * and the end mark are not among them.
 * @throws ENOENT where the file is gone
 */
export async function readLines(path: string, start: number, bytes: number): Promise<Lines> {
  const handle = await open(path, "r");
  try {
    const { lines, end } = await linesOf(handle, start, bytes);
    if (start === 0) lines.shift();
    if (lines.at(-1) === endLine.trim()) lines.pop();
    return { lines, end };
  } finally {
    await handle.close();
  }
}

/** All whole lines from `start`, about `bytes` at once, of a file that is open. */
export async function linesOf(handle: FileHandle, start: number, bytes: number): Promise<Lines> {
  for (let length = bytes; ; length *= 2) {
    const block = await readBlock(handle, start, length);
    const last = block.lastIndexOf(newline);
    if (last < 0) {
      if (block.length < length) return { lines: [], end: start };
      continue;
    }
    return { lines: block.toString("utf8", 0, last).split("\n"), end: start + last + 1 };
  }
}

export interface LineRange {
  /** Bytes: where the lines that follow the header begin, and where they end, without the end mark. */
  readonly from: number;
  readonly to: number;
  /** Where to go on. */
  readonly next: number;
}

/** Where whole lines stand that readLines would read, about `most` bytes; `from` is `to` where there are none. */
export async function lineRange(path: string, start: number, most: number): Promise<LineRange> {
  const handle = await open(path, "r");
  try {
    const from = start === 0 ? await headerEnd(handle) : start;
    const { size } = await handle.stat();
    for (let length = most; ; length *= 2) {
      const next = await lastLineEnd(handle, from, Math.min(size, from + length));
      if (next > from || from + length >= size) {
        const mark = next - endLine.length;
        const marked = mark >= from && (await readBlock(handle, mark, endLine.length)).toString("utf8") === endLine;
        return { from, to: marked ? mark : next, next };
      }
    }
  } finally {
    await handle.close();
  }
}

async function headerEnd(handle: FileHandle): Promise<number> {
  for (let length = 4096; ; length *= 4) {
    const block = await readBlock(handle, 0, length);
    if (block.includes(newline) || block.length < length) return block.indexOf(newline) + 1;
  }
}

/** The end of the last line that ends between `from` and `to`; `from` where none does. */
async function lastLineEnd(handle: FileHandle, from: number, to: number): Promise<number> {
  const blockBytes = 64 * 1024;
  for (let end = to; end > from; end -= blockBytes) {
    const start = Math.max(from, end - blockBytes);
    const last = (await readBlock(handle, start, end - start)).lastIndexOf(newline);
    if (last >= 0) return start + last + 1;
  }
  return from;
}

export async function readBlock(handle: FileHandle, start: number, length: number): Promise<Buffer> {
  const block = Buffer.allocUnsafe(length);
  let got = 0;
  while (got < length) {
    const { bytesRead } = await handle.read(block, got, length - got, start + got);
    if (bytesRead === 0) break;
    got += bytesRead;
  }
  return block.subarray(0, got);
}

/** What the file's first line says; null where it is not there, or not whole. */
export async function readHeader<Header extends FileHeader>(path: string): Promise<Header | null> {
  const handle = await open(path, "r");
  try {
    for (let length = 4096; ; length *= 4) {
      const block = await readBlock(handle, 0, length);
      const end = block.indexOf(newline);
      if (end >= 0) return JSON.parse(block.toString("utf8", 0, end)) as Header;
      if (block.length < length) return null;
    }
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  } finally {
    await handle.close();
  }
}

/**
 * Will nothing be added to the file any more? It has its end mark, or its writer is dead. Whoever reads on after `true`
 * finds all that there will ever be.
 */
export async function isClosed(path: string): Promise<boolean> {
  const handle = await open(path, "r");
  try {
    const { size, mtimeMs } = await handle.stat();
    const end = await readBlock(handle, Math.max(0, size - endLine.length), endLine.length);
    if (end.toString("utf8") === endLine) return true;
    const header = await readHeader(path);
    if (header === null) return Date.now() - mtimeMs > unsignedFor;
    return processStart(header.pid) !== header.processStart;
  } finally {
    await handle.close();
  }
}
