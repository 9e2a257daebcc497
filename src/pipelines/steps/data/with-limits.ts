/** What a step's process may take: time, memory, a folder that goes away with it, and a log that says how far it is. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SlipwayError } from "../../../base/index.ts";
import type { StepContext } from "../types.ts";
import type { QueryLimits } from "./messages.ts";
import type { DataTaskOptions } from "./run-data-task.ts";

export interface StepLimits {
  /** A folder of the step's own, which is there while it runs. */
  readonly folder: string;
  readonly task: DataTaskOptions;
  readonly query: QueryLimits;
}

/** Seconds of a step that says nothing. */
const defaultTimeout = 3600;
/** Milliseconds between lines about progress. */
const progressInterval = 10_000;
/** Bytes that DuckDB needs at least. */
const leastMemory = 128 * 2 ** 20;

export async function withLimits<T>(context: StepContext, work: (limits: StepLimits) => Promise<T>): Promise<T> {
  const { spec, signal, memoryLimit } = context;
  const folder = await mkdtemp(join(tmpdir(), "slipway-step-"));
  const timeout = spec.step.timeout ?? defaultTimeout;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(tooLate(timeout)), Math.min(timeout * 1000, 2 ** 31 - 1));
  const progress = reportProgress(context);
  try {
    return await work({
      folder,
      task: { signal: AbortSignal.any([signal, late.signal]), memoryLimit, onProgress: progress.tell },
      // The other half is for the tables as they are read.
      query: { memory: Math.max(leastMemory, memoryLimit / 2), folder },
    });
  } finally {
    clearTimeout(timer);
    progress.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function tooLate(seconds: number): SlipwayError {
  return new SlipwayError("SLW_STEP_TIMEOUT", `The step took more than ${seconds} seconds.`, { details: { seconds } });
}

/** Long work says every ten seconds what it is at; short work says nothing. */
function reportProgress({ write, log }: StepContext): { tell(text: string): void; stop(): void } {
  const begin = performance.now();
  let latest = "";
  const timer = setInterval(() => {
    const seconds = Math.round((performance.now() - begin) / 1000);
    write(`${seconds} s: ${latest}`).catch((error: unknown) => log.warn({ err: error }, "a line of the log is lost"));
  }, progressInterval);
  return { tell: (text) => (latest = text), stop: () => clearInterval(timer) };
}
