/** Lines of a file from its end to its beginning, a block at a time. */
import { open } from "node:fs/promises";
import { isAbsent, readBlock } from "../spool/index.ts";

const blockBytes = 64 * 1024;
const newline = 10;

/** What comes after the last line end is left out: it is still being written. Nothing where there is no such file. */
export async function* backwardLines(path: string): AsyncGenerator<string> {
  const handle = await open(path, "r").catch((error: unknown) => {
    if (isAbsent(error)) return null;
    throw error;
  });
  if (handle === null) return;
  try {
    let position = (await handle.stat()).size;
    /** The beginning of a line is in an earlier block. */
    let rest: Buffer | null = null;
    while (position > 0) {
      const length = Math.min(blockBytes, position);
      position -= length;
      const block = await readBlock(handle, position, length);
      const bytes: Buffer =
        rest === null ? block.subarray(0, block.lastIndexOf(newline) + 1) : Buffer.concat([block, rest]);
      const first = position === 0 ? 0 : bytes.indexOf(newline) + 1;
      if (first === 0 && position > 0) {
        if (bytes.length > 0) rest = bytes;
        continue;
      }
      const lines = bytes.toString("utf8", first).split("\n");
      for (let i = lines.length - 1; i >= 0; i--) if (lines[i] !== "") yield lines[i] as string;
      rest = bytes.subarray(0, first);
    }
  } finally {
    await handle.close();
  }
}
