/** Ended files of request logs, compressed in the artifact store. */
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { zstdCompress, zstdDecompress } from "node:zlib";
import { readFile, unlink } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "kysely";
import { idOf } from "../../base/index.ts";
import type { ArtifactStore, Database } from "../../store/index.ts";
import { isAbsent, isClosed, spoolFiles } from "../spool/index.ts";

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

/** Bytes of a segment's lines: against a file that is not what it says. */
const mostBytes = 64 * 1024 * 1024;

/** The same for the same file, so that a file is stored once. */
export function segmentId(endpointId: string, file: string): string {
  return idOf(`endpoint/${endpointId}/logs/${file}`);
}

export interface LogStorage {
  readonly database: Database;
  readonly artifacts: ArtifactStore;
}

/**
 * Moves the ended files of an endpoint's logs into the artifact store. A file goes from the disk after its row is
 * committed; should the process end in between, the row is found the next time.
 * @param folder of the endpoint's logs
 */
export async function storeSegments(storage: LogStorage, endpointId: string, folder: string): Promise<void> {
  for (const file of await spoolFiles(folder)) {
    try {
      if (await isClosed(join(folder, file))) await storeSegment(storage, endpointId, folder, file);
    } catch (error) {
      // The process that wrote it has removed it to make room.
      if (!isAbsent(error)) throw error;
    }
  }
}

async function storeSegment({ database, artifacts }: LogStorage, endpointId: string, folder: string, file: string) {
  const path = join(folder, file);
  const bytes = await readFile(path);
  const facts = countLines(bytes.toString("utf8"));
  if (facts !== null) {
    const stored = await artifacts.put(await compress(bytes));
    await database
      .insertInto("endpoint_log_segments")
      .values({
        id: segmentId(endpointId, file),
        endpoint_id: endpointId,
        first_at: new Date(facts.first),
        last_at: new Date(facts.last),
        lines: facts.lines,
        sha256: stored.sha256,
        size: stored.size,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  }
  await unlink(path);
}

/** @returns null where no line has a time */
function countLines(text: string): { lines: number; first: number; last: number } | null {
  let lines = 0;
  let first = Infinity;
  let last = -Infinity;
  for (const [, digits] of text.matchAll(/^\{"at":(\d{1,15})\b.*\n/gm)) {
    const at = Number(digits);
    lines++;
    first = Math.min(first, at);
    last = Math.max(last, at);
  }
  return lines === 0 ? null : { lines, first, last };
}

export interface Segment {
  readonly id: string;
  readonly lastAt: Date;
  readonly sha256: string;
}

/** Lines as they were written, the oldest first. */
export async function readSegment(artifacts: ArtifactStore, { sha256 }: Segment): Promise<string[]> {
  const bytes = await buffer(await artifacts.read(sha256));
  const text = await decompress(bytes, { maxOutputLength: mostBytes });
  return text.toString("utf8").split("\n").slice(1);
}

const keptDays = 30;

export async function removeOldSegments(database: Database): Promise<void> {
  await database
    .deleteFrom("endpoint_log_segments")
    .where("last_at", "<", sql<Date>`now() - make_interval(days => ${keptDays})`)
    .execute();
}
