import { randomUUID } from "node:crypto";
import { open, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { SlipwayError } from "../base/index.ts";

/**
 * The file as a whole or what was there before: a temporary one beside it, renamed when it is complete and on the disk.
 * @throws SLW_CLI_OUTPUT
 */
export async function writeWhole(path: string, content: Uint8Array | string): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path).slice(0, 100)}.${randomUUID()}.tmp`);
  try {
    const handle = await open(temporary, "wx");
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await unlink(temporary).catch(() => undefined);
    throw new SlipwayError("SLW_CLI_OUTPUT", `Cannot write ${path}: ${(cause as Error).message}.`, {
      details: { path },
      cause,
    });
  }
}
