/** Trials on real threads: what fails is told and passed over. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createKernels } from "../kernels/index.ts";
import { createEvaluator } from "./evaluate.ts";
import type { AutoMLEvent } from "./events.ts";
import { chooseAlgorithms } from "./names.ts";
import { createPool, type Pool, type TaskMessage } from "./pool.ts";
import { search, type SearchResult } from "./search-run.ts";
import { madeDataset } from "./test-dataset.ts";
import type { TrialData, TrialSpec } from "./trial.ts";
import { binDataset } from "./trees/binned.ts";
import { createValidation } from "./validation.ts";

const dataset = madeDataset(200, 2, 1);
const { folds } = createValidation("holdout:0.3", dataset, 1);
const spec: TrialSpec = { number: 0, algorithm: "GradientBoosting", params: { rounds: 5 }, seed: 1 };
const TRIALS = 6;
let pool: Pool;

beforeAll(() => {
  const kernels = createKernels();
  const data: TrialData = { dataset, folds, binned: binDataset(dataset, kernels) };
  pool = createPool(2, data, kernels.arena.memory);
});
afterAll(() => pool.close());

async function searchOn(on: Pool): Promise<{ events: AutoMLEvent[]; result: SearchResult }> {
  const evaluator = createEvaluator("log_loss", dataset, folds);
  const space = {
    task: "classification",
    algorithms: chooseAlgorithms("classification", undefined, undefined),
    rows: dataset.rows,
    seed: 1,
    perfectLoss: evaluator.perfectLoss,
  } as const;
  const options = { timeLimit: null, maxTrials: TRIALS, seed: 1, threads: 2 };
  const running = search({ pool: on, space, evaluator, options, signal: undefined, folds: 1, elapsed: () => 0 });
  const events: AutoMLEvent[] = [];
  for (;;) {
    const step = await running.next();
    if (step.done) return { events, result: step.value };
    events.push(step.value);
  }
}

/** The pool, but for the hyperparameters of one algorithm. */
function spoiling(algorithm: string, params: TrialSpec["params"]): Pool {
  const spoil = (task: TaskMessage): TaskMessage =>
    task.spec.algorithm === algorithm ? { ...task, spec: { ...task.spec, params } } : task;
  return { ...pool, run: (task) => pool.run(spoil(task)) };
}

describe("a learner that throws", () => {
  /** The numbers of an algorithm's trials. */
  const trialsOf = (events: readonly AutoMLEvent[], name: string): number[] =>
    events.flatMap((event) => (event.type === "trialStarted" && event.name === name ? [event.trial] : []));

  it("is a failed trial, told with its reason, and the run goes on", async () => {
    const { events, result } = await searchOn(spoiling("LogisticRegression", { C: -1 }));
    const reason = "The hyperparameter C should be a number above 0, but is -1.";
    const name = "StandardScaler LogisticRegression";
    const spoiled = trialsOf(events, name);
    expect(spoiled.length).toBeGreaterThan(0);
    expect(result.failed).toEqual(spoiled.map((trial) => ({ trial, name, reason })));
    const failures = events.filter(({ type }) => type === "trialFailed");
    expect(failures).toEqual(spoiled.map((trial) => ({ type: "trialFailed", trial, name, reason, elapsedSeconds: 0 })));
    expect(result.trials).toHaveLength(TRIALS - spoiled.length);
    const losses = result.trials.map(({ loss }) => loss);
    expect(losses).toEqual(losses.toSorted((a, b) => a - b));
  });

  it("where it needs more memory than there is, too", async () => {
    const { events, result } = await searchOn(spoiling("RandomForest", { trees: 1, maxLeaves: 1e9 }));
    const spoiled = trialsOf(events, "RandomForest");
    expect(spoiled.length).toBeGreaterThan(0);
    const reason = expect.stringContaining("4,096 MiB");
    expect(result.failed).toEqual(spoiled.map((trial) => ({ trial, name: "RandomForest", reason })));
    expect(result.trials).toHaveLength(TRIALS - spoiled.length);
  });
});

describe("the pool", () => {
  it("answers a task it does not know as failed", async () => {
    const reply = await pool.run({ kind: "trial", spec: { ...spec, algorithm: "Unknown" } });
    expect(reply).toMatchObject({ state: "failed", reason: expect.any(String) });
  });

  it("repeats a trial bit for bit, on any thread", async () => {
    const replies = await Promise.all([0, 1, 2, 3].map(() => pool.run({ kind: "trial", spec })));
    const learners = replies.map((reply) => (reply.state === "trial" ? reply.outcome.learner : null));
    expect(learners[0]).not.toBeNull();
    for (const learner of learners) expect(learner).toEqual(learners[0]);
  });

  it("ends what runs and what waits when stopped, and works on when resumed", async () => {
    const long: TaskMessage = { kind: "trial", spec: { ...spec, params: { rounds: 1e9, patience: 1e9 } } };
    const running = [0, 1, 2, 3].map(() => pool.run(long));
    pool.stop();
    expect((await Promise.all(running)).map(({ state }) => state)).toEqual([
      "stopped",
      "stopped",
      "stopped",
      "stopped",
    ]);
    pool.resume();
    expect(await pool.run({ kind: "refit", spec, rounds: 3 })).toMatchObject({ state: "refit" });
  });
});
