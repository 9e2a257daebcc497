import { Worker } from "node:worker_threads";
import { SlipwayError, siblingModule } from "../../base/index.ts";
import { aborted } from "../aborted.ts";
import { unpackError } from "../pack-error.ts";
import type { ReadOptions, ReadResult } from "../read-options.ts";
import type { WorkerMessage } from "./csv-worker.ts";

/** Reads a CSV in a worker thread, so that the caller's event loop stays free and an abort ends the work at once. */
export async function readCsvInWorker(file: string, options: ReadOptions): Promise<ReadResult> {
  const { signal, onProgress, ...plain } = options;
  const worker = new Worker(siblingModule(import.meta.url, "csv-worker"), { workerData: { file, options: plain } });
  let onAbort: (() => void) | undefined;
  try {
    return await new Promise<ReadResult>((resolve, reject) => {
      onAbort = () => reject(aborted(file, signal));
      if (signal?.aborted) return onAbort();
      signal?.addEventListener("abort", onAbort, { once: true });
      worker.on("message", (message: WorkerMessage) => {
        if ("result" in message) resolve(message.result);
        else if ("error" in message) reject(unpackError(message.error, file));
        else {
          try {
            onProgress?.(message.progress);
          } catch (error) {
            reject(error);
          }
        }
      });
      worker.on("error", (cause: Error & { code?: string }) => reject(workerFailed(file, cause)));
      worker.on("exit", (code) => reject(workerFailed(file, new Error(`exit code ${code}`))));
    });
  } finally {
    if (onAbort) signal?.removeEventListener("abort", onAbort);
    await worker.terminate();
  }
}

function workerFailed(file: string, cause: Error & { code?: string }): SlipwayError {
  const outOfMemory = cause.code === "ERR_WORKER_OUT_OF_MEMORY";
  return new SlipwayError(
    outOfMemory ? "SLW_DATA_TOO_LARGE" : "SLW_DATA_READER_DIED",
    outOfMemory ? `${file} does not fit into memory.` : `The thread that read ${file} ended early: ${cause.message}.`,
    { details: { file }, cause },
  );
}
