/** Runs the thread that judges models. */
import { Worker } from "node:worker_threads";
import { siblingModule } from "../../../base/index.ts";
import { unpackError } from "../../../data/index.ts";
import type { EvaluationInput, FromEvaluation, Judgement } from "./evaluate-messages.ts";

export interface EvaluationLimits {
  /** Ends the thread at once. */
  readonly signal: AbortSignal;
  /** Bytes that the process may use; the heap of the thread gets most of them. */
  readonly memoryLimit: number;
}

/** @throws what judging throws, ERR_WORKER_OUT_OF_MEMORY, or the signal's reason */
export async function runEvaluation(
  input: EvaluationInput,
  { signal, memoryLimit }: EvaluationLimits,
): Promise<readonly Judgement[]> {
  signal.throwIfAborted();
  const thread = new Worker(siblingModule(import.meta.url, "evaluate-worker"), {
    workerData: input,
    resourceLimits: { maxOldGenerationSizeMb: Math.floor((0.8 * memoryLimit) / 2 ** 20) },
  });
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  const judged = new Promise<readonly Judgement[]>((resolve, reject) => {
    thread.on("message", (message: FromEvaluation) => {
      if (message.type === "judged") resolve(message.judgements);
      else reject(unpackError(message.error, input.table.name));
    });
    thread.on("error", reject);
    thread.on("exit", (code) => reject(new Error(`The thread ended with exit code ${code} before its work did.`)));
  });
  try {
    return await Promise.race([judged, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
    await thread.terminate();
  }
}
