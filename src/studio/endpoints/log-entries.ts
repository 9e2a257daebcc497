/** Lines of an endpoint's log: which are shown, and how those of the stream join those that were read. */
import type { EndpointLogEntry } from "../../contract/index.ts";

export type StatusClass = "2xx" | "4xx" | "5xx";

export interface LogFilter {
  /** This level and worse. */
  readonly level?: "warn" | "error" | undefined;
  readonly status?: StatusClass | undefined;
  /** Requests that took at least so many milliseconds. */
  readonly slow?: number | undefined;
  /** Id of the request. */
  readonly request?: string | undefined;
}

const levels = ["info", "warn", "error"];

export function isShown(entry: EndpointLogEntry, { level, status, slow, request }: LogFilter): boolean {
  if (level !== undefined && levels.indexOf(entry.level) < levels.indexOf(level)) return false;
  if (status !== undefined && Math.floor((entry.status ?? 0) / 100) !== Number(status[0])) return false;
  if (slow !== undefined && (entry.milliseconds ?? -1) < slow) return false;
  return request === undefined || entry.requestId === request;
}

/** A line with a number of its own: lines may be equal. */
export interface LogLine extends EndpointLogEntry {
  readonly number: number;
}

/** Lines that are kept in the page. */
const most = 5000;

/** Adds later lines, and leaves the oldest out where there are too many. */
export function joinLines(lines: readonly LogLine[], later: readonly EndpointLogEntry[]): LogLine[] {
  const first = (lines.at(-1)?.number ?? -1) + 1;
  return [...lines, ...later.map((entry, index) => ({ ...entry, number: first + index }))].slice(-most);
}

/** Those of the stream that are not among those read: it was opened before they were. */
export function withoutSeen(
  entries: readonly EndpointLogEntry[],
  seen: readonly EndpointLogEntry[],
): EndpointLogEntry[] {
  const texts = new Set(seen.map(lineText));
  return entries.filter((entry) => !texts.has(lineText(entry)));
}

function lineText(entry: EndpointLogEntry): string {
  return [entry.at, entry.requestId, entry.deployment, entry.mirrored, entry.message].join(" ");
}
