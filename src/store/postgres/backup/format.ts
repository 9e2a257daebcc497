/**
 * The file of a database backup: seven bytes "SLWDB1\n", then frames of one byte kind, four bytes length (big-endian)
 * and as many bytes of content, at most 1 MiB:
 *
 *   H  header, JSON (BackupHeader); the first frame
 *   T  begins a table, JSON (BackupTable)
 *   D  rows of the table, in PostgreSQL's text format of COPY and UTF-8; rows may go on in the next frame
 *   E  ends the table, JSON (TableEnd)
 *   S  a sequence, JSON (BackupSequence)
 *   Z  SHA-256 of every byte before this frame; the last one
 *
 * Text and no binary format: it is the same in every version of PostgreSQL.
 */
import { createHash } from "node:crypto";
import { SlipwayError } from "../../../base/index.ts";

export interface BackupHeader {
  /** ISO 8601 */
  readonly createdAt: string;
  /** Versions of Slipway and of PostgreSQL that wrote it. */
  readonly slipway: string;
  readonly postgres: string;
  /** What each table of migrations held, by the name of the table: "slipway.kysely_migration": ["0001-workspace"]. */
  readonly migrations: Readonly<Record<string, readonly string[]>>;
}

export interface BackupTable {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly string[];
}

export interface TableEnd {
  readonly rows: number;
  readonly bytes: number;
}

export interface BackupSequence {
  readonly schema: string;
  readonly name: string;
  /** As text: it may be greater than a number here can be. */
  readonly lastValue: string;
}

export type FrameKind = "H" | "T" | "D" | "E" | "S" | "Z";

export interface Frame {
  readonly kind: FrameKind;
  readonly content: Buffer;
}

const magic = Buffer.from("SLWDB1\n");
const headLength = 5;
const maxContent = 1 << 20;
/** Bytes of rows that go into one frame, if there are so many. */
export const dataLength = 1 << 16;

const kinds = new Set<string>(["H", "T", "D", "E", "S", "Z"]);

function encode(kind: FrameKind, content: Buffer): Buffer {
  const head = Buffer.alloc(headLength);
  head.write(kind, 0, "latin1");
  head.writeUInt32BE(content.length, 1);
  return Buffer.concat([head, content]);
}

export const jsonFrame = (kind: FrameKind, value: object): Frame => ({
  kind,
  content: Buffer.from(JSON.stringify(value)),
});

/** Writes the frames, and ends with the checksum. */
export async function* encodeBackup(frames: AsyncIterable<Frame>): AsyncGenerator<Buffer> {
  const hash = createHash("sha256").update(magic);
  yield magic;
  for await (const { kind, content } of frames) {
    const pieces = content.length === 0 ? [content] : slices(content);
    for (const piece of pieces) {
      const bytes = encode(kind, piece);
      hash.update(bytes);
      yield bytes;
    }
  }
  yield encode("Z", hash.digest());
}

function slices(content: Buffer): Buffer[] {
  const count = Math.ceil(content.length / maxContent);
  return Array.from({ length: count }, (_, index) => content.subarray(index * maxContent, (index + 1) * maxContent));
}

/**
 * Reads the frames but the last, whose checksum it checks.
 * @throws SLW_STORE_BACKUP where the bytes are no backup, cut, or other than they were written
 */
export async function* decodeBackup(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  const hash = createHash("sha256");
  const bytes = byteReader(chunks);
  const begin = await bytes.take(magic.length);
  if (begin === null || !begin.equals(magic)) throw broken("The file is no backup of a database of Slipway");
  hash.update(begin);
  for (;;) {
    const head = await bytes.take(headLength);
    if (head === null) throw broken("The backup of the database is cut off");
    const kind = head.toString("latin1", 0, 1);
    const length = head.readUInt32BE(1);
    if (!kinds.has(kind) || length > maxContent) throw broken("The backup of the database is damaged");
    const content = await bytes.take(length);
    if (content === null) throw broken("The backup of the database is cut off");
    if (kind === "Z") {
      if (!content.equals(hash.digest())) throw broken("The backup of the database does not match its checksum");
      if ((await bytes.take(1)) !== null) throw broken("The backup of the database is followed by other bytes");
      return;
    }
    hash.update(head).update(content);
    yield { kind: kind as FrameKind, content };
  }
}

export function broken(message: string, cause?: unknown): SlipwayError {
  return new SlipwayError("SLW_STORE_BACKUP", `${message}.`, { cause });
}

export function parseFrame<T>(frame: Frame): T {
  try {
    return JSON.parse(frame.content.toString("utf8")) as T;
  } catch (cause) {
    throw broken("The backup of the database is damaged", cause);
  }
}

interface ByteReader {
  /** @returns null where fewer are left */
  take(count: number): Promise<Buffer | null>;
}

function byteReader(chunks: AsyncIterable<Uint8Array>): ByteReader {
  const iterator = chunks[Symbol.asyncIterator]();
  let held: Buffer[] = [];
  let heldLength = 0;
  return {
    async take(count) {
      while (heldLength < count) {
        const { done, value } = await iterator.next();
        if (done) return null;
        held.push(Buffer.from(value.buffer, value.byteOffset, value.byteLength));
        heldLength += value.byteLength;
      }
      const all = held.length === 1 ? (held[0] as Buffer) : Buffer.concat(held);
      held = all.length > count ? [all.subarray(count)] : [];
      heldLength -= count;
      return all.subarray(0, count);
    },
  };
}
