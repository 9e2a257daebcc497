import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Transform, type Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { SlipwayError } from "../../base/index.ts";

/**
 * Bytes from the server, whole and checked before the first is read: a transfer that breaks off is made again.
 * @throws SLW_CLI_SERVER where it broke off, SLW_ARTIFACT_CORRUPT where the bytes are others
 */
export async function fetchFile(open: () => Promise<Readable>, sha256: string): Promise<Readable> {
  const file = join(tmpdir(), `slipway-worker-${process.pid}-${randomUUID()}`);
  const source = await open();
  const hash = createHash("sha256");
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  try {
    await pipeline(source, meter, createWriteStream(file, { flags: "wx", mode: 0o600 }));
  } catch (cause) {
    await rm(file, { force: true });
    const { code } = cause as { code?: string };
    if (code === "ENOSPC") throw cause;
    throw new SlipwayError("SLW_CLI_SERVER", `A file broke off: ${(cause as Error).message}`, { cause });
  }
  const stream = createReadStream(file);
  stream.once("close", () => void rm(file, { force: true }));
  const got = hash.digest("hex");
  if (got === sha256) return stream;
  stream.destroy();
  throw new SlipwayError("SLW_ARTIFACT_CORRUPT", `The file ${sha256} came as ${got}.`);
}
