/** From the files of an endpoint's processes into the database: each line is counted exactly once. */
import { unlink } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "kysely";
import type { Log } from "../../base/index.ts";
import { transaction, type Database, type Queryable } from "../../store/index.ts";
import { fileSize, isAbsent, isClosed, readLines, spoolFiles } from "../spool/index.ts";
import { forgetFiles, lockPosition, movePosition, readPositions, type SpoolFile } from "../spool/positions.ts";
import { addSeries, unpackSeries, type MetricsLine, type Series } from "./series.ts";

/** Bytes of a file that go into one transaction. */
const batchBytes = 1024 * 1024;

/** Reads what is new in all files, and removes those that are read to their ends. @param folder of the endpoint's metrics */
export async function storeMetrics(
  { database, log }: { readonly database: Database; readonly log: Log },
  endpointId: string,
  folder: string,
): Promise<void> {
  const files = await spoolFiles(folder);
  const positions = await readPositions(database, { endpointId, kind: "metrics" });
  for (const file of files) {
    const path = join(folder, file);
    try {
      // Asked before the rest is read: nothing is added after that.
      const closed = await isClosed(path);
      const known = positions.get(file) ?? 0;
      if (((await fileSize(path)) ?? 0) > known)
        await storeFile(database, path, { endpointId, kind: "metrics", file }, log);
      if (closed) await unlink(path);
    } catch (error) {
      // Another server has read and removed it.
      if (!isAbsent(error)) throw error;
    }
  }
  if (positions.size > files.length) await forgetFiles(database, { endpointId, kind: "metrics" }, files);
}

async function storeFile(database: Database, path: string, ref: SpoolFile, log: Log): Promise<void> {
  for (let more = true; more;) {
    more = await transaction(database, async (trx) => {
      const start = await lockPosition(trx, ref);
      const { lines, end } = await readLines(path, start, batchBytes);
      if (end === start) return false;
      const parsed = lines.map(parseLine).filter((line) => line !== null);
      if (parsed.length < lines.length) {
        log.warn({ file: path, lines: lines.length - parsed.length }, "lines of metrics cannot be read");
      }
      await addLines(trx, ref.endpointId, parsed);
      await movePosition(trx, ref, end);
      return true;
    });
  }
}

/** @returns null for what is none: a disk may have spoiled it */
function parseLine(text: string): MetricsLine | null {
  try {
    const line = JSON.parse(text) as MetricsLine;
    return Array.isArray(line.series) ? line : null;
  } catch {
    return null;
  }
}

async function addLines(trx: Queryable, endpointId: string, lines: readonly MetricsLine[]): Promise<void> {
  const sums = new Map<string, Series>();
  for (const packed of lines.flatMap(({ series }) => series)) {
    const series = unpackSeries(packed);
    const key = JSON.stringify(packed.slice(0, 4));
    const sum = sums.get(key);
    if (sum === undefined) sums.set(key, series);
    else addSeries(sum, series);
  }
  // In one order, so that two transactions wait for each other and do not block each other.
  const ordered = [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, series]) => series);
  for (const series of ordered) await addSums(trx, endpointId, series);
  await noteUse(trx, endpointId, lines);
}

async function addSums(trx: Queryable, endpointId: string, series: Series): Promise<void> {
  const { minute, deployment, outcome, mirrored, requests, rows, milliseconds, collected, dropped } = series;
  const buckets = trimmed(series.buckets);
  await sql`
    INSERT INTO endpoint_metrics AS metrics
      (endpoint_id, minute, deployment, outcome, mirrored, requests, rows, milliseconds, buckets, collected, dropped)
    VALUES (${endpointId}, ${new Date(minute)}, ${deployment}, ${outcome}, ${mirrored}, ${requests}, ${rows},
      ${milliseconds}, ${buckets}::bigint[], ${collected}, ${dropped})
    ON CONFLICT (endpoint_id, minute, deployment, outcome, mirrored) DO UPDATE SET
      requests = metrics.requests + excluded.requests,
      rows = metrics.rows + excluded.rows,
      milliseconds = metrics.milliseconds + excluded.milliseconds,
      buckets = ARRAY(
        SELECT coalesce(a, 0) + coalesce(b, 0)
        FROM unnest(metrics.buckets, excluded.buckets) WITH ORDINALITY AS pair (a, b, place) ORDER BY place
      ),
      collected = metrics.collected + excluded.collected,
      dropped = metrics.dropped + excluded.dropped
  `.execute(trx);
}

/** Without the zeros at the end. */
function trimmed(buckets: Float64Array): number[] {
  const last = buckets.findLastIndex((count) => count > 0);
  return Array.from(buckets.subarray(0, last + 1));
}

async function noteUse(trx: Queryable, endpointId: string, lines: readonly MetricsLine[]): Promise<void> {
  const latest = (pick: (line: MetricsLine) => number | null | undefined): Date | null => {
    const times = lines.map(pick).filter((time) => typeof time === "number");
    return times.length === 0 ? null : new Date(Math.max(...times));
  };
  const requestAt = latest((line) => line.lastRequestAt);
  if (requestAt !== null) {
    await trx
      .updateTable("endpoints")
      .set({ last_request_at: sql`greatest(last_request_at, ${requestAt}::timestamptz)` })
      .where("id", "=", endpointId)
      .execute();
  }
  for (const name of ["primary", "secondary"] as const) {
    const usedAt = latest((line) => line.keys[name]);
    if (usedAt === null) continue;
    await trx
      .updateTable("endpoint_keys")
      .set({ last_used_at: sql`greatest(last_used_at, ${usedAt}::timestamptz)` })
      .where("endpoint_id", "=", endpointId)
      .where("name", "=", name)
      .execute();
  }
}

/** As Application Insights keeps them. */
const keptDays = 90;

export async function removeOldMetrics(database: Database): Promise<void> {
  await database
    .deleteFrom("endpoint_metrics")
    .where("minute", "<", sql<Date>`now() - make_interval(days => ${keptDays})`)
    .execute();
}
