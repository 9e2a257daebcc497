/** Lines of request logs and of what processes print, as one kind of entry. */
import type { DroppedLine, RequestLine } from "./request-record.ts";

/** Null where it does not apply. */
export interface LogEntry {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly kind: "request" | "process";
  readonly level: LogEntryLevel;
  /** One line for people. */
  readonly message: string;
  readonly requestId: string | null;
  readonly traceId: string | null;
  readonly deployment: string | null;
  /** NAME@VERSION. */
  readonly model: string | null;
  readonly status: number | null;
  readonly code: string | null;
  readonly wire: string | null;
  readonly rows: number | null;
  readonly milliseconds: number | null;
  readonly mirrored: boolean;
}

export type LogEntryLevel = "info" | "warn" | "error";

const blank = {
  requestId: null,
  traceId: null,
  deployment: null,
  model: null,
  status: null,
  code: null,
  wire: null,
  rows: null,
  milliseconds: null,
  mirrored: false,
} as const;

/** @returns null for a line that is none of ours: a disk may have spoiled it */
export function parseRequestLine(line: string): LogEntry | null {
  const parsed = parseJson(line) as (RequestLine & DroppedLine) | null;
  if (parsed === null || !Number.isFinite(parsed.at)) return null;
  if (parsed.dropped !== undefined) {
    return { ...blank, at: parsed.at, kind: "process", level: "warn", message: `Not in this log: ${parsed.dropped}.` };
  }
  const { at, id, trace, deployment, model, wire, status, code, rows, ms, mirrored } = parsed;
  return {
    at,
    kind: "request",
    level: status >= 500 ? "error" : status >= 400 ? "warn" : "info",
    message: requestMessage(parsed),
    requestId: id,
    traceId: trace,
    deployment,
    model,
    status,
    code,
    wire,
    rows,
    milliseconds: ms,
    mirrored,
  };
}

function requestMessage({
  id,
  client,
  deployment,
  model,
  wire,
  status,
  code,
  rows,
  ms,
  mirrored,
}: RequestLine): string {
  const parts = [String(status), code, wire, `${rows} ${rows === 1 ? "row" : "rows"}`, `${ms} ms`, deployment, model];
  const ids = [`request ${id}`, client && `client request ${client}`, mirrored && "mirrored"];
  return [...parts, ...ids].filter(Boolean).join(" ");
}

const problemLevels: Readonly<Record<string, LogEntryLevel>> = { warn: "warn", error: "error", fatal: "error" };

/**
 * A line of what supervisor and replicas print: JSON of a log, or whatever a runtime says when it dies.
 * @param at for lines without a time: that of a line near it
 * @returns null for an empty line
 */
export function parseProcessLine(line: string, at: number): LogEntry | null {
  if (line.trim() === "") return null;
  const parsed = parseJson(line) as { level?: unknown; time?: unknown; msg?: unknown } | null;
  if (typeof parsed?.msg !== "string") return { ...blank, at, kind: "process", level: "error", message: line };
  const { level, time, msg, ...rest } = parsed;
  const told = Date.parse(String(time));
  return {
    ...blank,
    at: Number.isNaN(told) ? at : told,
    kind: "process",
    level: problemLevels[String(level)] ?? "info",
    message: Object.keys(rest).length === 0 ? msg : `${msg} ${JSON.stringify(rest)}`,
  };
}

/** @returns null for what is no object */
function parseJson(line: string): object | null {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === "object" && !Array.isArray(parsed) ? parsed : null;
  } catch {
    return null;
  }
}
