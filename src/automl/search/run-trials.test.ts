/** Trials on real threads: what fails is told and passed over. */
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createKernels } from "../../kernels/index.ts";
import { createEvaluator } from "../evaluate.ts";
import type { AutoMLEvent } from "../events.ts";
import { chooseAlgorithms } from "../names.ts";
import { createPool, type Pool, type TaskMessage } from "../pool.ts";
import { search, type SearchResult } from "./run-trials.ts";
import { madeDataset } from "../test-dataset.ts";
import { learningAlgorithms } from "../learners/index.ts";
import type { AutoMLOptions } from "../options.ts";
import { resolveOptions } from "../resolve-options.ts";
import type { TrialData, TrialSpec } from "../trial.ts";
import { binDataset } from "../trees/binned.ts";
import { createValidation } from "../validation.ts";

const dataset = madeDataset(200, 2, 1);
const { folds } = createValidation("holdout:0.3", dataset, 1);
const spec: TrialSpec = {
  number: 0,
  algorithm: "GradientBoosting",
  params: { rounds: 5 },
  seed: 1,
  giveUpAbove: Infinity,
};
const TRIALS = 8;
const identity = { slipway: "0", data: "d", options: "o" };
let pool: Pool;

beforeAll(() => {
  const kernels = createKernels();
  const binned = binDataset(dataset, kernels);
  const data: TrialData = { dataset, folds, binned, metric: "log_loss", judgeWeights: null };
  pool = createPool({ threads: 2, concurrentTrials: 2, coresPerTrial: 2 }, data, kernels.arena.memory);
});
afterAll(() => pool.close());

async function searchOn(
  on: Pool,
  limits: Partial<AutoMLOptions> = {},
  elapsed: () => number = () => 0,
): Promise<{ events: AutoMLEvent[]; result: SearchResult }> {
  const evaluator = createEvaluator("log_loss", dataset, folds);
  const space = {
    task: "classification",
    algorithms: chooseAlgorithms("classification", undefined, undefined),
    rows: dataset.rows,
    features: dataset.features.length,
    classes: dataset.classes,
    seed: 1,
    perfectLoss: evaluator.perfectLoss,
    earlyStopping: true,
    timeLimit: null,
  } as const;
  const options = resolveOptions({ target: "y", maxTrials: TRIALS, seed: 1, threads: 2, ...limits });
  const running = search({
    pool: on,
    space,
    evaluator,
    options,
    signal: undefined,
    folds: 1,
    elapsed,
    resumed: [],
    identity: () => identity,
  });
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
    const told = { type: "trialFailed", name, reason, elapsedSeconds: 0 };
    const record = expect.objectContaining({ run: identity, outcome: { state: "failed", reason } });
    expect(failures).toEqual(spoiled.map((trial) => ({ ...told, trial, record })));
    expect(result.trials).toHaveLength(TRIALS - spoiled.length);
    const losses = result.trials.map(({ loss }) => loss);
    expect(losses).toEqual(losses.toSorted((a, b) => a - b));
  });

  it("where it needs more memory than there is, too", async () => {
    const { events, result } = await searchOn(spoiling("GradientBoosting", { rounds: 1, maxLeaves: 1e9 }));
    const spoiled = trialsOf(events, "GradientBoosting");
    expect(spoiled.length).toBeGreaterThan(0);
    const reason = expect.stringContaining("4,096 MiB");
    const failed = result.failed.toSorted((a, b) => a.trial - b.trial);
    expect(failed).toEqual(spoiled.map((trial) => ({ trial, name: "GradientBoosting", reason })));
    expect(result.trials).toHaveLength(TRIALS - spoiled.length);
  });
});

describe("the search", () => {
  const finished = (events: readonly AutoMLEvent[]): number =>
    events.filter(({ type }) => type === "trialFinished").length;

  it("ends with the first trial that reaches the exit score", async () => {
    // Any log loss is below 10.
    const { events, result } = await searchOn(pool, { exitScore: 10 });
    expect(finished(events)).toBe(1);
    expect(result.trials).toHaveLength(1);
  });

  it("goes on where the exit score is not reached", async () => {
    const { events } = await searchOn(pool, { exitScore: 1e-9 });
    expect(finished(events)).toBe(TRIALS);
  });

  it("waits for its first model where a busy machine has none at the limit", async () => {
    let finish = (): void => {};
    const asked = new Promise<void>((resolve) => (finish = resolve));
    const slow: Pool = {
      ...pool,
      finish,
      // Half of the time limit after the call: what a thread may take that has not come up by then.
      run: (task) => asked.then(() => setTimeout(500)).then(() => pool.run(task)),
    };
    const { result } = await searchOn(slow, { timeLimit: 1 }, () => 1);
    expect(result.trials).toHaveLength(1);
  });

  it("fails models that take longer to predict than the limit, and says how long", async () => {
    const { result } = await searchOn(pool, { predictionTimeLimit: 1e-6 });
    expect(result.trials).toEqual([]);
    expect(result.failed).toHaveLength(TRIALS);
    expect(result.failed[0].reason).toContain("microseconds to predict a row; the limit is 0.000001.");
  });

  it("ends a trial at its own time limit with what it has", async () => {
    const params = { rounds: 1e9, patience: 1e9 };
    const reply = await pool.run({ kind: "trial", spec: { ...spec, params }, seconds: 0.3 });
    expect(reply).toMatchObject({ state: "trial" });
    if (reply.state === "trial") expect(reply.outcome.rounds).toBeLessThan(1e6);
  });

  it("fails a trial that does not end near its time limit", async () => {
    const params = { rounds: 1e9, patience: 1e9 };
    const reply = await pool.run({ kind: "trial", spec: { ...spec, params }, seconds: 1e-6 });
    expect(reply).toMatchObject({ state: "failed", reason: "The trial took longer than its limit of 0.000001 s." });
  });

  it("gives a trial up whose first rung is worse than asked", async () => {
    const reply = await pool.run({ kind: "trial", spec: { ...spec, giveUpAbove: 1e-9 }, seconds: null });
    // Five rounds are no rung: the training is too short to be worth one.
    expect(reply).toMatchObject({ state: "trial" });
    const params = { rounds: 500, learningRate: 0.1 };
    const long = await pool.run({ kind: "trial", spec: { ...spec, params, giveUpAbove: 1e-9 }, seconds: null });
    expect(long).toMatchObject({ state: "givenUp", outcome: { rungLoss: expect.any(Number) } });
  });

  it("gives a trial up whose other folds do not fit into the time that is left", async () => {
    const kernels = createKernels();
    const data: TrialData = {
      dataset,
      folds: createValidation("cv:3", dataset, 1).folds,
      binned: binDataset(dataset, kernels),
      metric: "log_loss",
      judgeWeights: null,
    };
    const folded = createPool({ threads: 1, concurrentTrials: 1, coresPerTrial: 1 }, data, kernels.arena.memory);
    const ask = (secondsLeft: number) => folded.run({ kind: "trial", spec, seconds: null, secondsLeft });
    expect(await ask(1e-9)).toMatchObject({ state: "givenUp", outcome: { rungLoss: expect.any(Number) } });
    expect(await ask(1e9)).toMatchObject({ state: "trial" });
    await folded.close();
    // What is done is done: a single fold is not thrown away because it took longer.
    expect(await pool.run({ kind: "trial", spec, seconds: null, secondsLeft: 1e-9 })).toMatchObject({ state: "trial" });
  });

  it("gives the very same trial with a rung as without one", async () => {
    const params = { rounds: 200, learningRate: 0.1, patience: 20 };
    const reply = await pool.run({ kind: "trial", spec: { ...spec, params }, seconds: null });
    const kernels = createKernels();
    const binned = binDataset(dataset, kernels);
    const context = {
      kernels,
      binned,
      seed: 1,
      validation: folds[0].valid,
      checkpoint() {},
      shouldFinish: () => false,
    };
    const straight = learningAlgorithms["GradientBoosting"].fit(dataset, folds[0].train, params, context);
    expect(reply.state === "trial" && reply.outcome.learner).toEqual(straight.learner);
  });
});

describe("the pool", () => {
  it("answers a task it does not know as failed", async () => {
    const reply = await pool.run({ kind: "trial", spec: { ...spec, algorithm: "Unknown" }, seconds: null });
    expect(reply).toMatchObject({ state: "failed", reason: expect.any(String) });
  });

  it("repeats a trial bit for bit, on any thread", async () => {
    const replies = await Promise.all([0, 1, 2, 3].map(() => pool.run({ kind: "trial", spec, seconds: null })));
    const learners = replies.map((reply) => (reply.state === "trial" ? reply.outcome.learner : null));
    expect(learners[0]).not.toBeNull();
    for (const learner of learners) expect(learner).toEqual(learners[0]);
  });

  it("ends what runs and what waits when stopped, and works on when resumed", async () => {
    const params = { rounds: 1e9, patience: 1e9 };
    const long: TaskMessage = { kind: "trial", spec: { ...spec, params }, seconds: null };
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
