/** Scores blocks on several threads, each as fast as what it scored is kept. */
import { Worker } from "node:worker_threads";
import { siblingModule } from "../../base/index.ts";
import { unpackError } from "../../data/index.ts";
import type { Block, BlockSummary, FromScoringThread, ScoringThreadInput } from "./batch-messages.ts";

export interface ScoringOptions {
  /** At least 1. */
  readonly threads: number;
  /** Bytes that the process may use. */
  readonly memoryLimit: number;
  /** Ends the threads at once; then the blocks that are left are not scored. */
  readonly signal: AbortSignal;
  /** Called for each block, by each thread before it takes the next one. What it throws ends all. */
  readonly keep: (block: Block, summary: BlockSummary, lines: Uint8Array) => Promise<void>;
}

/** @throws what reading or scoring a block throws, or ERR_WORKER_OUT_OF_MEMORY */
export async function scoreBlocks(
  input: ScoringThreadInput,
  blocks: readonly Block[],
  { threads, memoryLimit, signal, keep }: ScoringOptions,
): Promise<void> {
  const left = blocks.values();
  const workers = Array.from({ length: Math.min(threads, blocks.length) }, () =>
    startThread(input, (0.8 * memoryLimit) / threads),
  );
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  try {
    const all = workers.map(async (worker) => {
      await worker.ready;
      for (const block of left) {
        const { summary, lines } = await worker.score(block);
        if (signal.aborted) return;
        await keep(block, summary, lines);
      }
    });
    await Promise.race([Promise.all(all), aborted]);
  } finally {
    await Promise.all(workers.map((worker) => worker.close()));
  }
}

type Scored = Extract<FromScoringThread, { type: "scored" }>;

interface ScoringThread {
  readonly ready: Promise<unknown>;
  score(block: Block): Promise<Scored>;
  close(): Promise<unknown>;
}

function startThread(input: ScoringThreadInput, heapBytes: number): ScoringThread {
  const worker = new Worker(siblingModule(import.meta.url, "batch-worker"), {
    workerData: input,
    resourceLimits: { maxOldGenerationSizeMb: Math.floor(heapBytes / 2 ** 20) },
  });
  /** Whoever waits for what the thread says next; a promise of the whole thread would hold what all its blocks gave. */
  let waiting: { resolve(message: FromScoringThread): void; reject(error: unknown): void } | null = null;
  let failure: { readonly error: unknown } | null = null;
  const fail = (error: unknown): void => {
    failure ??= { error };
    waiting?.reject(failure.error);
  };
  worker.on("error", fail);
  worker.on("exit", (code) => fail(new Error(`The thread ended with exit code ${code} before its work did.`)));
  worker.on("message", (message: FromScoringThread) => {
    if (message.type === "failed") fail(unpackError(message.error, input.data.name));
    else waiting?.resolve(message);
  });
  const next = (): Promise<FromScoringThread> =>
    new Promise((resolve, reject) => {
      waiting = { resolve, reject };
      if (failure !== null) reject(failure.error);
    });
  const ready = next();
  // Awaited later; until then a failure is not one that nobody handles.
  ready.catch(() => undefined);
  return {
    ready,
    score(block) {
      const scored = next();
      worker.postMessage(block);
      return scored as Promise<Scored>;
    },
    close: () => worker.terminate(),
  };
}
