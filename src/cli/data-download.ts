import { randomUUID } from "node:crypto";
import { createWriteStream } from "node:fs";
import { open, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { SlipwayError } from "../base/index.ts";
import type { Command } from "./command.ts";
import { bytes, datasetOperand, datasetVersion } from "./data-values.ts";
import { connect, serverOptions } from "./server-client.ts";
import { checkWritable, choiceOption } from "./values.ts";

export const dataDownloadCommand: Command = {
  name: "data download",
  summary: "Saves a dataset as a file.",
  operands: [datasetOperand, { name: "FILE", description: "Where to; what is there is replaced." }],
  options: [
    { name: "format", value: "FORMAT", description: "csv or parquet. By default as it is, byte for byte." },
    ...serverOptions,
  ],
  details: [],
  example: "slipway data download penguins /tmp/penguins.csv",
  writesData: (options) => "json" in options,
  run: async ({ operands: [name = "", file = ""], options, output, write, signal }) => {
    const format = choiceOption(options, "format", ["csv", "parquet"]);
    checkWritable(file);
    const query = format ? { format } : {};
    const response = await connect(options).downloadDataset({ ...datasetVersion(name), query }, { signal });
    const size = await saveStream(file, response, signal);
    if ("json" in options) await write(`${JSON.stringify({ file, size })}\n`);
    else output.line(`Saved ${output.bold(file)} (${bytes(size)}).`);
  },
};

/** The file as a whole or what was there before. @returns its bytes; @throws SLW_CLI_OUTPUT */
export async function saveStream(file: string, { body, headers }: Response, signal: AbortSignal): Promise<number> {
  const temporary = join(dirname(file), `.${basename(file).slice(0, 100)}.${randomUUID()}.tmp`);
  try {
    const target = createWriteStream(temporary, { flags: "wx", flush: true });
    await pipeline(Readable.fromWeb(body as Parameters<typeof Readable.fromWeb>[0]), target, { signal });
    const expected = headers.get("content-length");
    if (expected !== null && Number(expected) !== target.bytesWritten) {
      throw new Error(`${target.bytesWritten} of ${expected} bytes came`);
    }
    await rename(temporary, file);
    await flushFolder(dirname(file));
    return target.bytesWritten;
  } catch (cause) {
    await unlink(temporary).catch(() => undefined);
    signal.throwIfAborted();
    throw new SlipwayError("SLW_CLI_OUTPUT", `Cannot write ${file}: ${(cause as Error).message}.`, {
      details: { path: file },
      cause,
    });
  }
}

/** The new name is durable once its folder is; some systems cannot flush folders. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r").catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
