/** The file that a comparison grows in: one line of JSON for each tool, table and seed that is done. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, truncateSync } from "node:fs";
import { dirname } from "node:path";
import type { Figures, Metric, Protocol } from "./task.ts";

/** What makes a run the same run. */
export interface RunKey {
  readonly protocol: Protocol;
  readonly tool: string;
  readonly table: string;
  readonly seed: number;
  readonly timeLimit: number;
}

export interface RunResult extends RunKey {
  readonly version: string;
  /** ISO 8601, when it ended. */
  readonly at: string;
  /** The machine's load over the minute before it began. */
  readonly loadBefore: number;
  readonly threads: number;
  readonly trainRows: number;
  readonly testRows: number;
  readonly columns: number;
  /** 0 for regression. */
  readonly classes: number;
  /** What the tool was told to be good at. */
  readonly metric: Metric;
  /** Null where the tool failed; `error` says how. */
  readonly measured: Measured | null;
  readonly error?: string;
}

export interface Measured {
  readonly figures: Figures;
  readonly model: string;
  readonly trainingSeconds: number;
  readonly predictionSeconds: number;
  readonly rowMicroseconds: number;
  readonly modelBytes: number;
  readonly peakBytes: number | null;
}

/** Empty when there is no such file. Throws for a line that is no JSON, but the last one, half written, is taken away. */
export function readResults(path: string): RunResult[] {
  if (!existsSync(path)) return [];
  const bytes = readFileSync(path);
  const end = bytes.lastIndexOf("\n") + 1;
  if (end < bytes.length) truncateSync(path, end);
  const lines = bytes.toString("utf8", 0, end).split("\n");
  return lines.flatMap((line, i) => (line.trim() === "" ? [] : [parseLine(path, line, i + 1)]));
}

function parseLine(path: string, line: string, number: number): RunResult {
  try {
    return JSON.parse(line) as RunResult;
  } catch (error) {
    throw new Error(`${path}, line ${number} is no JSON: mend it or take it out.`, { cause: error });
  }
}

export function appendResult(path: string, result: RunResult): void {
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, `${JSON.stringify(result)}\n`);
}

export function isSameRun(a: RunKey, b: RunKey): boolean {
  const keys = ["protocol", "tool", "table", "seed", "timeLimit"] as const;
  return keys.every((key) => a[key] === b[key]);
}
