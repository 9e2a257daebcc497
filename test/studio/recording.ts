/** Answers of a server, kept in files: pages show the same from them on any day and machine. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Seeded } from "./seed.ts";

const file = join(import.meta.dirname, "recorded/answers.json");

export interface RecordedAnswer {
  readonly status: number;
  /** Media type. */
  readonly type: string;
  /** A value where the type is JSON, otherwise the text. */
  readonly body: unknown;
}

export interface Recording {
  /** What the clock of the pages says: ISO 8601. */
  readonly at: string;
  /** Where the server was: answers contain it. */
  readonly url: string;
  readonly seeded: Seeded;
  /** By `requestKey`. */
  readonly answers: Readonly<Record<string, RecordedAnswer>>;
}

/** "GET /api/v1/workspaces/default/runs?limit=50"; a POST that asks has its body too. */
export function requestKey(method: string, url: string, body: string | null): string {
  const { pathname, searchParams } = new URL(url);
  searchParams.sort();
  const query = searchParams.size === 0 ? "" : `?${searchParams}`;
  return `${method} ${pathname}${query}${body === null ? "" : ` ${body}`}`;
}

/** Null where nothing was recorded yet. */
export function readRecording(): Recording | null {
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Recording) : null;
}

/** One answer a line, sorted, so that a difference can be read. @returns bytes */
export function writeRecording({ answers, ...rest }: Recording): number {
  const lines = Object.entries(answers)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, answer]) => `${JSON.stringify(key)}: ${JSON.stringify(answer)}`);
  const head = JSON.stringify(rest).slice(0, -1);
  const text = `${head},\n"answers": {\n${lines.join(",\n")}\n}}\n`;
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, text);
  return Buffer.byteLength(text);
}
