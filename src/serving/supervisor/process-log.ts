/**
 * What supervisor and replicas say about themselves: lines of JSON on standard error, which is the endpoint's
 * process.log. Written at once, so that the last line before a crash is there; and without a library, whose memory
 * every supervisor would hold.
 */
import { copyFileSync, statSync, truncateSync, writeSync } from "node:fs";

/** A line of process.log; further fields are particulars. */
export interface ProcessLogLine {
  /** ISO 8601. */
  readonly time: string;
  readonly level: "info" | "warn" | "error";
  readonly msg: string;
  readonly pid: number;
  readonly role: "supervisor" | "replica";
}

type Write = (fields: Readonly<Record<string, unknown>>, message: string) => void;

export type ProcessLog = Readonly<Record<ProcessLogLine["level"], Write>>;

const standardError = 2;

export function createProcessLog(role: ProcessLogLine["role"]): ProcessLog {
  const at =
    (level: ProcessLogLine["level"]): Write =>
    (fields, msg) => {
      const line: ProcessLogLine = { time: new Date().toISOString(), level, msg, pid: process.pid, role };
      try {
        writeSync(standardError, `${JSON.stringify({ ...line, ...fields }, describeErrors)}\n`);
      } catch {
        // A full disk stops no endpoint.
      }
    };
  return { info: at("info"), warn: at("warn"), error: at("error") };
}

function describeErrors(_name: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  const { name, message, stack, cause } = value;
  const { code } = value as { code?: unknown };
  return { type: name, message, stack, code, cause };
}

/** Bytes of process.log at which it becomes process.log.1, whose place it takes. */
export const maxLogBytes = 10 * 1024 * 1024;

/**
 * Copied and cut off rather than renamed: crashing processes print to the descriptor that they were started with.
 * All of them append, so that they go on at the new end.
 */
export function rotateProcessLog(file: string): void {
  try {
    if (statSync(file).size < maxLogBytes) return;
    copyFileSync(file, `${file}.1`);
    truncateSync(file, 0);
  } catch {
    // Gone, or no space for the copy: the next round tries again.
  }
}
