/** Runs the thread that computes an AutoML run, and takes what it tells one after the other. */
import { Worker } from "node:worker_threads";
import { errorTable, siblingModule, SlipwayError, type ErrorCode } from "../../base/index.ts";
import type { FromThread, ThreadInput, ToThread } from "./automl-messages.ts";

type Finished = Extract<FromThread, { type: "finished" }>;
type Told = Extract<FromThread, { type: "event" }>;

export interface ThreadOptions {
  readonly signal: AbortSignal;
  /** Bytes that the process may use; the heap of the thread gets most of them. */
  readonly memoryLimit: number;
  /** Called for each event, the next one after it is done. What it throws ends the thread. */
  readonly onEvent: (told: Told) => Promise<void>;
}

/** @throws what the run throws, or ERR_WORKER_OUT_OF_MEMORY */
export async function runThread(
  input: ThreadInput,
  { signal, memoryLimit, onEvent }: ThreadOptions,
): Promise<Finished> {
  const thread = new Worker(siblingModule(import.meta.url, "automl-worker"), {
    workerData: input,
    transferList: input.resume.map(({ buffer }) => buffer as ArrayBuffer),
    resourceLimits: { maxOldGenerationSizeMb: Math.floor((0.8 * memoryLimit) / 2 ** 20) },
  });
  const abort = (): void => thread.postMessage({ type: "abort" } satisfies ToThread);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  try {
    return await new Promise<Finished>((resolve, reject) => {
      let taken: Promise<void> = Promise.resolve();
      thread.on("message", (message: FromThread) => {
        taken = taken.then(() => {
          if (message.type === "event") return onEvent(message);
          if (message.type === "finished") return resolve(message);
          return reject(toError(message));
        });
        taken.catch(reject);
      });
      thread.on("error", reject);
      thread.on("exit", (code) => {
        taken.then(() => reject(new Error(`The thread ended with exit code ${code} before the run did.`)), reject);
      });
    });
  } finally {
    signal.removeEventListener("abort", abort);
    await thread.terminate();
  }
}

function toError({ code, message, fix }: Extract<FromThread, { type: "failed" }>): Error {
  return Object.hasOwn(errorTable, code) ? new SlipwayError(code as ErrorCode, message, { fix }) : new Error(message);
}
