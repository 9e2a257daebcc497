/** The end of an endpoint's log: what processes print, request logs on disk and those in the store, in order of time. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { ArtifactStore, Database } from "../../store/index.ts";
import { endpointFolder } from "../config/index.ts";
import { isAbsent, spoolFiles } from "../spool/index.ts";
import { backwardLines } from "./backward-lines.ts";
import { parseProcessLine, parseRequestLine, type LogEntry, type LogEntryLevel } from "./log-entry.ts";
import { readSegment, segmentId, type Segment } from "./segments.ts";

export interface LogSource {
  readonly database: Database;
  readonly artifacts: ArtifactStore;
}

export interface LogQuery {
  readonly endpointId: string;
  /** The endpoint's; where it is not there, as on another machine, what is in the store is found. */
  readonly folder: string;
  /** Entries at most: the newest of those that fit. */
  readonly tail: number;
  /** Milliseconds since 1970. */
  readonly from?: number | undefined;
  /** Milliseconds since 1970; entries before it. */
  readonly to?: number | undefined;
  /** This and worse. */
  readonly level?: LogEntryLevel | undefined;
  readonly requestId?: string | undefined;
}

/** Characters of lines that one call looks through, about half a million requests: what lies further back needs `to`. */
const mostLooked = 128 * 1024 * 1024;
/** Lines after which others have their turn. */
const turn = 2000;
/** Milliseconds by which a line may stand before an older one: requests are written as they end. */
const disorder = 1000;

/**
 * Oldest first. Memory is bounded by the entries that are returned, a block of each file and one segment for each
 * process that wrote at that time.
 */
export async function readEndpointLogs(source: LogSource, query: LogQuery): Promise<LogEntry[]> {
  const { from = -Infinity, to = Infinity, tail } = query;
  const look = { left: mostLooked, requestId: query.requestId };
  const sources = (await openSources(source, query, look)).filter(({ lastAt }) => lastAt >= from);
  const found: LogEntry[] = [];
  try {
    for await (const entry of newestFirst(sources)) {
      if (entry.at < from - disorder || look.left <= 0) break;
      if (entry.at >= from && entry.at < to && fits(entry, query)) found.push(entry);
      if (found.length === tail) break;
    }
  } finally {
    await Promise.all(sources.map(({ entries }) => entries.return(undefined)));
  }
  return found.reverse().sort((a, b) => a.at - b.at);
}

const levels: readonly LogEntryLevel[] = ["info", "warn", "error"];

function fits(entry: LogEntry, { level = "info", requestId }: LogQuery): boolean {
  if (levels.indexOf(entry.level) < levels.indexOf(level)) return false;
  return requestId === undefined || entry.requestId === requestId;
}

/** Entries from the newest to the oldest. */
interface Source {
  /** Milliseconds since 1970: none of its entries is later. */
  readonly lastAt: number;
  readonly entries: AsyncGenerator<LogEntry>;
}

/** What one call looks at. */
interface Look {
  /** Characters. */
  left: number;
  readonly requestId: string | undefined;
}

/** Merges; a source is opened when its entries come into question. */
async function* newestFirst(sources: readonly Source[]): AsyncGenerator<LogEntry> {
  const waiting = sources.toSorted((a, b) => a.lastAt - b.lastAt);
  const open: { source: Source; head: LogEntry }[] = [];
  for (;;) {
    const newest = open.reduce((best, { head }) => Math.max(best, head.at), -Infinity);
    const next = waiting.at(-1);
    if (next !== undefined && next.lastAt >= newest) {
      waiting.pop();
      const { value, done } = await next.entries.next();
      if (!done) open.push({ source: next, head: value });
      continue;
    }
    const index = open.findIndex(({ head }) => head.at === newest);
    const chosen = open[index];
    if (chosen === undefined) return;
    yield chosen.head;
    const { value, done } = await chosen.source.entries.next();
    if (done) open.splice(index, 1);
    else open[index] = { source: chosen.source, head: value };
  }
}

async function openSources(source: LogSource, query: LogQuery, look: Look): Promise<Source[]> {
  const { endpointId, folder } = query;
  const { processLog, logs } = endpointFolder(folder);
  const files = await spoolFiles(logs);
  // Rows are looked at after files: what is moved into the store in between is found twice, never not at all.
  const segments = await findSegments(source.database, query);
  const stored = new Set(segments.map(({ id }) => id));
  const unstored = files.filter((file) => !stored.has(segmentId(endpointId, file)));
  const found = await Promise.all([
    ...[processLog, `${processLog}.1`].map((path) => processSource(path, look)),
    ...unstored.map((file) => fileSource(join(logs, file), look)),
  ]);
  return [...found.filter((one) => one !== null), ...segments.map((one) => segmentSource(source.artifacts, one, look))];
}

function findSegments(database: Database, { endpointId, from, to }: LogQuery): Promise<Segment[]> {
  let rows = database
    .selectFrom("endpoint_log_segments")
    .select(["id", "last_at as lastAt", "sha256"])
    .where("endpoint_id", "=", endpointId);
  if (from !== undefined) rows = rows.where("last_at", ">=", new Date(from));
  if (to !== undefined) rows = rows.where("first_at", "<", new Date(to));
  return rows.orderBy("last_at", "desc").execute();
}

/** Lines that were written since the file was looked at are later ones: they wait for the next call. */
async function lastWritten(path: string): Promise<number | null> {
  try {
    return (await stat(path)).mtimeMs + disorder;
  } catch (error) {
    if (isAbsent(error)) return null;
    throw error;
  }
}

async function fileSource(path: string, look: Look): Promise<Source | null> {
  const lastAt = await lastWritten(path);
  return lastAt === null ? null : { lastAt, entries: parsed(backwardLines(path), parseRequestLine, look) };
}

async function processSource(path: string, look: Look): Promise<Source | null> {
  const lastAt = await lastWritten(path);
  if (lastAt === null) return null;
  let near = lastAt - disorder;
  const parse = (line: string): LogEntry | null => {
    const entry = parseProcessLine(line, near);
    near = entry?.at ?? near;
    return entry;
  };
  return { lastAt, entries: parsed(backwardLines(path), parse, look) };
}

function segmentSource(artifacts: ArtifactStore, segment: Segment, look: Look): Source {
  async function* lines(): AsyncGenerator<string> {
    yield* (await readSegment(artifacts, segment)).reverse();
  }
  return { lastAt: segment.lastAt.getTime(), entries: parsed(lines(), parseRequestLine, look) };
}

async function* parsed(
  lines: AsyncGenerator<string>,
  parse: (line: string) => LogEntry | null,
  look: Look,
): AsyncGenerator<LogEntry> {
  let number = 0;
  for await (const line of lines) {
    look.left -= line.length;
    if (++number % turn === 0) await setImmediate();
    // Most lines are of other requests: they need not be parsed.
    const entry = look.requestId === undefined || line.includes(look.requestId) ? parse(line) : null;
    if (entry !== null) yield entry;
    else if (look.left <= 0) return;
  }
}
