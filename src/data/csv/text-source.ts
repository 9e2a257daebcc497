import { readSync } from "node:fs";
import { SlipwayError } from "../../base/index.ts";
import type { Encoding } from "../read-options.ts";

/** The text of an open file as UTF-8 bytes without a byte order mark, whatever its encoding. */
export interface TextSource {
  /** Reads up to `target.length - at` bytes into `target` from `at`; 0 at the end. */
  read(target: Buffer, at: number): number;
  /** Back to the beginning. */
  rewind(): void;
  /** Bytes of the file read so far. */
  position(): number;
}

const rawBlock = 1 << 18;

/** `bom` is the number of bytes to skip at the beginning. */
export function openTextSource(file: string, fd: number, encoding: Encoding, bom: number): TextSource {
  return encoding === "utf-8" ? utf8Source(fd, bom) : transcodedSource(file, fd, encoding, bom);
}

function utf8Source(fd: number, bom: number): TextSource {
  let offset = bom;
  return {
    read(target, at) {
      const count = readSync(fd, target, at, target.length - at, offset);
      offset += count;
      return count;
    },
    rewind() {
      offset = bom;
    },
    position: () => offset,
  };
}

function transcodedSource(file: string, fd: number, encoding: Encoding, bom: number): TextSource {
  const raw = Buffer.allocUnsafe(rawBlock);
  let offset = bom;
  let decode = createDecoder(encoding);
  let pending = Buffer.alloc(0);
  let ended = false;

  function refill(): void {
    const count = readSync(fd, raw, 0, raw.length, offset);
    offset += count;
    ended = count === 0;
    try {
      pending = Buffer.from(decode(raw.subarray(0, count), !ended), "utf8");
    } catch (cause) {
      throw new SlipwayError("SLW_DATA_ENCODING", `${file} is not valid ${encoding}, the encoding it begins as.`, {
        details: { file, encoding },
        cause,
      });
    }
  }
  return {
    read(target, at) {
      while (pending.length === 0 && !ended) refill();
      const count = pending.copy(target, at, 0, Math.min(pending.length, target.length - at));
      pending = pending.subarray(count);
      return count;
    },
    rewind() {
      offset = bom;
      decode = createDecoder(encoding);
      pending = Buffer.alloc(0);
      ended = false;
    },
    position: () => offset,
  };
}

function createDecoder(encoding: Encoding): (bytes: Buffer, more: boolean) => string {
  if (encoding === "latin1") return (bytes) => bytes.toString("latin1");
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  return (bytes, more) => decoder.decode(bytes, { stream: more });
}
