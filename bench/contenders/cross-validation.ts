/** Cross-validation of many configurations as the search runs it; bench/peers/cross_validation.py is its twin. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Dataset } from "../../src/automl/dataset.ts";
import { createPool } from "../../src/automl/pool.ts";
import { binDataset } from "../../src/automl/trees/binned.ts";
import type { Fold } from "../../src/automl/validation.ts";
import { createKernels } from "../../src/kernels/index.ts";
import { readBoostingData, writeNumbers } from "../data/boosting-data.ts";
import type { Configuration } from "../data/configurations.ts";
import { answerRequests } from "../harness/contender.ts";

interface Request {
  readonly configurations: readonly Configuration[];
  readonly rounds: number;
  readonly workers: number;
  readonly path: string;
}

let loaded: { readonly dataset: Dataset; readonly folds: readonly Fold[] } | undefined;

function load(folder: string): object {
  const { train: dataset } = readBoostingData(folder);
  const lists = JSON.parse(readFileSync(join(folder, "folds.json"), "utf8")) as number[][];
  const shared = (rows: readonly number[]): Uint32Array => {
    const list = new Uint32Array(new SharedArrayBuffer(rows.length * Uint32Array.BYTES_PER_ELEMENT));
    list.set(rows);
    return list;
  };
  const all = Array.from({ length: dataset.rows }, (_, row) => row);
  const folds = lists.map((list) => {
    const held = new Set(list);
    return { train: shared(all.filter((row) => !held.has(row))), valid: shared(list) };
  });
  loaded = { dataset, folds };
  return {};
}

/** From the columns of numbers to the probabilities of all folds: binning and the start of the workers included. */
async function crossValidate({ configurations, rounds, workers, path }: Request): Promise<object> {
  if (!loaded) throw new Error("nothing is loaded");
  const start = performance.now();
  const kernels = createKernels();
  const data = { ...loaded, binned: binDataset(loaded.dataset, kernels), metric: "AUC_weighted", judgeWeights: null };
  const limits = { threads: workers, concurrentTrials: workers, coresPerTrial: 1 };
  const pool = createPool(limits, data, kernels.arena.memory);
  try {
    const trials = configurations.map((configuration, number) => {
      // No early stopping: every configuration has all of its rounds.
      const params = { ...configuration, rounds, patience: rounds };
      const spec = { number, algorithm: "GradientBoosting", params, seed: 1, giveUpAbove: Infinity };
      return pool.run({ kind: "trial", spec, seconds: null });
    });
    const outputs = (await Promise.all(trials)).map((reply) => {
      if (reply.state !== "trial") throw new Error(`a trial ended as "${reply.state}": ${JSON.stringify(reply)}`);
      return reply.outcome.outputs.filter((_, i) => i % 2 === 1);
    });
    const seconds = (performance.now() - start) / 1000;
    writeNumbers(path, outputs);
    return { seconds };
  } finally {
    await pool.close();
  }
}

await answerRequests({
  load: ({ folder }) => load(folder as string),
  crossValidate: (request) => crossValidate(request as unknown as Request),
});
