/** The worker thread of `readTable`: parses a CSV into columns on shared buffers and posts them. */
import { parentPort, workerData } from "node:worker_threads";
import { packError, type PackedError } from "../pack-error.ts";
import type { ReadProgress, ReadResult } from "../read-options.ts";
import { readCsv, type CsvOptions } from "./read-csv.ts";

/** What the worker posts: progress, then a result or an error. */
export type WorkerMessage = { progress: ReadProgress } | { result: ReadResult } | { error: PackedError };

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's port has no origin
const post = (message: WorkerMessage): void => parentPort?.postMessage(message);

const { file, options } = workerData as { file: string; options: CsvOptions };
try {
  const result = readCsv(file, options, (progress: ReadProgress) => post({ progress }));
  post({ result });
} catch (error) {
  post({ error: packError(error) });
}
