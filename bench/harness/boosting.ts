/** Our gradient boosting as the benchmarks call it: without the search around it. */
import { binDataset } from "../../src/automl/trees/binned.ts";
import type { Dataset } from "../../src/automl/dataset.ts";
import { boostingParams } from "../../src/automl/learners/boosting-params.ts";
import { trainBoosting } from "../../src/automl/learners/boosting.ts";
import type { Kernels } from "../../src/kernels/index.ts";
import type { TreesLearner } from "../../src/model/index.ts";

export interface BoostingRequest {
  readonly rounds: number;
  readonly seed: number;
  /** Those of the kernels' team. */
  readonly threads: number;
}

export interface TimedBoosting {
  readonly learner: TreesLearner;
  readonly binningSeconds: number;
  readonly trainingSeconds: number;
}

/** Bins and trains on all rows, with the threads of the kernels' team. */
export function timedBoosting(kernels: Kernels, data: Dataset, request: BoostingRequest): TimedBoosting {
  const { rounds, seed } = request;
  const mark = kernels.arena.mark();
  try {
    const start = performance.now();
    const binned = binDataset(data, kernels);
    const binnedAt = performance.now();
    const { learner } = trainBoosting(
      kernels,
      {
        dataset: data,
        binned,
        rows: Uint32Array.from({ length: data.rows }, (_, row) => row),
        validation: null,
        seed,
        checkpoint: () => undefined,
        shouldFinish: () => false,
      },
      boostingParams({ rounds, learningRate: 0.1, maxLeaves: 31, minRows: 20 }, data.classes),
    );
    const end = performance.now();
    return { learner, binningSeconds: (binnedAt - start) / 1000, trainingSeconds: (end - binnedAt) / 1000 };
  } finally {
    kernels.arena.release(mark);
  }
}
