/** Pools with teams of threads, opened and closed in the middle of training: nothing is left over, nobody waits. */
import type { Worker } from "node:worker_threads";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createRandom } from "../base/index.ts";
import { createKernels } from "../kernels/index.ts";
import { createPool, type Pool, type TaskMessage } from "./pool.ts";
import { dataset, list } from "./test-dataset.ts";
import type { TrialData } from "./trial.ts";
import { binDataset } from "./trees/binned.ts";
import { createValidation } from "./validation.ts";

/** Just large enough for a team. */
const ROWS = 50_000;
const COLUMNS = 200;
const kernels = createKernels();

function largeData(): TrialData {
  const random = createRandom(1);
  const features = list(COLUMNS, (f) => {
    const values = new Float64Array(new SharedArrayBuffer(ROWS * 8));
    for (let row = 0; row < ROWS; row++) values[row] = random.integer(50);
    return { name: `x${f}`, kind: "numeric", cardinality: 0, values } as const;
  });
  const [first] = features;
  const made = dataset(
    features,
    list(ROWS, (row) => Number(first.values[row] > 25)),
    2,
  );
  const { folds } = createValidation("holdout:0.1", made, 1);
  return { dataset: made, folds, binned: binDataset(made, kernels), metric: "AUC_weighted", judgeWeights: null };
}

const data = largeData();
const endless: TaskMessage = {
  kind: "trial",
  spec: {
    number: 0,
    algorithm: "GradientBoosting",
    params: { rounds: 1e9, patience: 1e9, learningRate: 1e-6 },
    seed: 1,
    giveUpAbove: Infinity,
  },
  seconds: null,
};

const alive = new Set<Worker>();
function watch(worker: Worker): void {
  alive.add(worker);
  worker.once("exit", () => alive.delete(worker));
}
beforeAll(() => void process.on("worker", watch));
afterAll(() => void process.off("worker", watch));

function openTeam(): Pool {
  return createPool({ threads: 3, concurrentTrials: 3, coresPerTrial: 3 }, data, kernels.arena.memory);
}

it("30 pools with teams, closed while they start, train, were stopped or have nothing to do", async () => {
  for (let i = 0; i < 30; i++) {
    const pool = openTeam();
    expect(pool.size).toBe(1);
    const replies = i % 5 === 4 ? [] : [pool.run(endless), pool.run(endless)];
    // Anywhere in the start of the threads, in the binning or in a tree: there is no event to wait for.
    await new Promise((resolve) => setTimeout(resolve, (i * 37) % 500));
    expect(alive.size).toBe(1);
    if (i % 3 === 0) {
      pool.stop();
      await Promise.all(replies);
    }
    await pool.close();
    expect(alive.size).toBe(0);
    for (const { state } of await Promise.all(replies)) expect(["stopped", "failed"]).toContain(state);
  }
});

it("a task that waits when the pool is closed is answered", async () => {
  const pool = openTeam();
  const replies = list(5, () => pool.run(endless));
  await pool.close();
  for (const { state } of await Promise.all(replies)) expect(["stopped", "failed"]).toContain(state);
});
