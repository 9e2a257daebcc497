/** Reads one block of the rows as the whole was read. */
import { open, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SlipwayError } from "../../base/index.ts";
import { readTable, type ReadResult } from "../../data/index.ts";
import type { Block, BlockSource } from "./batch-messages.ts";

/** @throws SLW_DATA_* with the lines of the whole file */
export async function readBlock(source: BlockSource, { index, part }: Block): Promise<ReadResult> {
  const { path, data, temporaryFolder } = source;
  const { delimiter, header, format } = data.dialect;
  const options = {
    types: data.types,
    ...(data.options.nulls && { nulls: data.options.nulls }),
    ...(format === "csv" && { delimiter, header }),
  };
  if (part.kind === "whole") return readTable(path, options);
  if (part.kind === "rows") return readTable(path, { ...options, rows: [part.from, part.to] });
  const partPath = join(temporaryFolder, `${index}.csv`);
  try {
    await writeFile(partPath, await readPart(source, part), { mode: 0o600 });
    return await readTable(partPath, options);
  } catch (error) {
    throw error instanceof SlipwayError ? renumbered(error, partPath, source, part.line) : error;
  } finally {
    await unlink(partPath).catch(() => undefined);
  }
}

async function readPart(
  { path, headerBytes }: BlockSource,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<Buffer> {
  const handle = await open(path, "r");
  try {
    const bytes = Buffer.allocUnsafeSlow(headerBytes + to - from);
    const ranges = [
      [0, 0, headerBytes],
      [headerBytes, from, to - from],
    ] as const;
    for (const [at, position, length] of ranges) {
      for (let got = 0; got < length;) {
        const { bytesRead } = await handle.read(bytes, at + got, length - got, position + got);
        if (bytesRead === 0) throw new SlipwayError("SLW_DATA_CHANGED", `${path} has become shorter.`);
        got += bytesRead;
      }
    }
    return bytes;
  } finally {
    await handle.close();
  }
}

/** The part is none of the user's business: they know the line of the whole, and its name. */
function renumbered(
  error: SlipwayError,
  partPath: string,
  { data, headerLines }: BlockSource,
  firstLine: number,
): SlipwayError {
  const { line } = error.details;
  const message = error.message.replaceAll(partPath, data.name);
  const details = { ...error.details, file: data.name };
  if (typeof line !== "number" || line <= headerLines) {
    return new SlipwayError(error.code, message, { fix: error.fix, details });
  }
  const whole = firstLine + line - headerLines - 1;
  const renamed = message.replace(`line ${line}`, `line ${whole}`);
  return new SlipwayError(error.code, renamed, { fix: error.fix, details: { ...details, line: whole } });
}
