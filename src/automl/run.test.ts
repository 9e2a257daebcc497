/** automl() from end to end on small made tables. */
import type { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createRandom, type Table } from "../base/index.ts";
import { decodeModel, encodeModel, predictions, score } from "../model/index.ts";
import type { AutoMLEvent, AutoMLResult } from "./events.ts";
import { automl } from "./index.ts";
import type { AutoMLOptions } from "./options.ts";
import { list, madeTable, numericColumn, stringColumn, table } from "./test-dataset.ts";

interface Run {
  readonly events: readonly AutoMLEvent[];
  readonly result: AutoMLResult;
}

async function run(data: Table, options: Partial<AutoMLOptions>, onEvent?: (event: AutoMLEvent) => void): Promise<Run> {
  const events: AutoMLEvent[] = [];
  const running = automl(data, { target: "y", threads: 2, ...options });
  for (;;) {
    const step = await running.next();
    if (step.done) return { events, result: step.value };
    events.push(step.value);
    onEvent?.(step.value);
  }
}

/** Threads that were started and have not ended. */
const alive = new Set<Worker>();
let startedThreads = 0;
function watch(worker: Worker): void {
  startedThreads++;
  alive.add(worker);
  worker.once("exit", () => alive.delete(worker));
}
beforeEach(() => {
  startedThreads = 0;
  process.on("worker", watch);
});
// However a run ended.
afterEach(() => {
  process.off("worker", watch);
  if (alive.size > 0) throw new Error(`${alive.size} threads have not ended`);
});

const yesNo = (rows: number): Table =>
  madeTable(rows, (signal, random) => (signal + random.normal() > 1 ? "yes" : "no"));
const threeClasses = (rows: number): Table => madeTable(rows, (signal) => (signal > 2 ? "a" : signal > 0 ? "b" : "c"));
const amounts = (rows: number): Table => madeTable(rows, (signal, random) => signal + 0.3 * random.normal());
const accuracyOf = ({ model }: AutoMLResult, data: Table): number => {
  const target = data.columns.find(({ name }) => name === "y");
  const answers = predictions(model, score(model, data));
  const hits = answers.filter((answer, row) => {
    if (target?.type === "string") return target.codes[row] >= 0 && answer === target.categories[target.codes[row]];
    return target?.type === "numeric" && answer === target.values[row];
  });
  return hits.length / data.rows;
};

describe("events", () => {
  it.each([
    ["classification", yesNo(300), "AUC_weighted"],
    ["regression", amounts(300), "normalized_root_mean_squared_error"],
  ] as const)("%s: in order, and each of its shape", async (task, data, metric) => {
    const { events, result } = await run(data, { maxTrials: 5, validation: "cv:3" });
    expect(startedThreads).toBe(2);
    expect(events[0]).toEqual({
      type: "started",
      task,
      target: "y",
      metric,
      rows: 300,
      columns: 3,
      validation: "cv:3",
      testRows: 0,
      timeLimit: null,
      maxTrials: 5,
      threads: 2,
      notes: expect.arrayContaining([expect.stringMatching(/^x: numeric/)]),
      guardrails: expect.objectContaining({ schema_type: "faults" }),
    });
    expect(events.at(-1)).toEqual({ type: "finished", result });
    expect(events.at(-2)).toMatchObject({ type: "refitting", members: result.model.members.map(({ name }) => name) });
    const middle = events.slice(1, -2);
    expect(middle.map(({ type }) => type).sort()).toEqual([
      ...list(5, () => "trialFinished"),
      ...list(5, () => "trialStarted"),
    ]);
    expectTrialsInOrder(middle, metric === "AUC_weighted");
    expectResult(result, 5);
  });

  function expectTrialsInOrder(events: readonly AutoMLEvent[], higherIsBetter: boolean): void {
    const open = new Set<number>();
    let started = 0;
    let best = higherIsBetter ? -Infinity : Infinity;
    let seconds = 0;
    for (const event of events) {
      if (event.type !== "trialStarted" && event.type !== "trialFinished") throw new Error(`unexpected ${event.type}`);
      expect(event.elapsedSeconds).toBeGreaterThanOrEqual(seconds);
      seconds = event.elapsedSeconds;
      if (event.type === "trialStarted") {
        expect(event.trial).toBe(started++);
        open.add(event.trial);
        expect(open.size).toBeLessThanOrEqual(2);
        continue;
      }
      const { model } = event;
      expect(open.delete(model.trial)).toBe(true);
      // Equal values: either may be the best, which log loss decides.
      const gain = higherIsBetter ? model.value - best : best - model.value;
      expect(event.best ? gain >= 0 : gain <= 0).toBe(true);
      if (event.best) best = model.value;
      expect(event.bestValue).toBe(best);
      expect(event.secondsLeft).toBeNull();
      expect(model.trainSeconds).toBeGreaterThan(0);
      expect(model.predictMicrosPerRow).toBeGreaterThan(0);
      expect(Object.values(model.metrics).every(Number.isFinite)).toBe(true);
    }
    expect(open.size).toBe(0);
  }

  function expectResult({ best, models, model, failed, metric }: AutoMLResult, trials: number): void {
    expect(failed).toEqual([]);
    expect(models[0]).toBe(best);
    const single = models.filter(({ name }) => !name.endsWith("Ensemble"));
    expect(single.map(({ trial }) => trial).sort((a, b) => a - b)).toEqual(list(trials, (i) => i));
    if (best.name.endsWith("Ensemble")) expect(best.trial).toBe(trials);
    expect(best.metrics[metric]).toBeCloseTo(best.value, 12);
    expect(model).toMatchObject({ name: best.name, metrics: best.metrics, target: "y" });
    if (model.combination.kind === "vote")
      expect(model.members.reduce((sum, { weight }) => sum + weight, 0)).toBeCloseTo(1, 12);
  }
});

describe("the same seed and trials give the same bytes", () => {
  const encoded = async (data: Table, options: Partial<AutoMLOptions>): Promise<string> => {
    const { result } = await run(data, { seed: 7, validation: "holdout:0.3", ...options });
    return Buffer.from(encodeModel(result.model)).toString("base64");
  };

  // More trials than the portfolio has, so that the last ones depend on the results of earlier ones.
  it.each([
    ["classification", yesNo(80), { maxTrials: 13, blocked: ["ExtremeRandomTrees"] }],
    ["three classes", threeClasses(80), { maxTrials: 9, blocked: ["LightGBM"] }],
    ["three classes by boosting", threeClasses(80), { maxTrials: 2, allowed: ["LightGBM"] }],
    ["regression", amounts(80), { maxTrials: 9, blocked: ["LightGBM"] }],
    ["regression by boosting", amounts(80), { maxTrials: 3, allowed: ["LightGBM"] }],
  ])("%s: with 1, 2 and 4 threads", async (_, data, options) => {
    const alone = await encoded(data, { ...options, threads: 1 });
    for (const threads of [2, 4]) expect(await encoded(data, { ...options, threads })).toBe(alone);
  });

  it("another seed gives others", async () => {
    const options = { maxTrials: 1, allowed: ["RandomForest"] };
    expect(await encoded(yesNo(150), { ...options, seed: 8 })).not.toBe(await encoded(yesNo(150), options));
  });
});

describe("the end of time", () => {
  /** Ten folds of 3,000 rounds of 60 trees: hours. */
  const endless = (): Table => {
    const random = createRandom(1);
    const columns = list(30, (j) =>
      numericColumn(
        `x${j}`,
        list(20_000, () => random.normal()),
      ),
    );
    const target = stringColumn(
      "y",
      list(20_000, (i) => `class ${(i * 7) % 60}`),
    );
    return table(...columns, target);
  };

  it("a time limit is kept where a single trial takes far longer", async () => {
    const started = performance.now();
    const limit = 2;
    const data = endless();
    const outcome = await run(data, { timeLimit: limit, allowed: ["GradientBoosting"], validation: "cv:10" }).catch(
      (error) => error,
    );
    const seconds = (performance.now() - started) / 1000;
    // By how much it is passed depends on what else the machine does.
    expect(seconds).toBeLessThan(limit + 20);
    if (outcome instanceof Error) expect(outcome).toMatchObject({ code: "SLW_AUTOML_NO_MODEL" });
    else expect(predictions(outcome.result.model, score(outcome.result.model, data))).toHaveLength(20_000);
  });

  it("a time limit ends a search that could go on, with a model", async () => {
    const started = performance.now();
    const { events, result } = await run(yesNo(400), { timeLimit: 2.5 });
    expect((performance.now() - started) / 1000).toBeLessThan(22.5);
    for (const event of events) if (event.type === "trialFinished") expect(event.secondsLeft).toBeGreaterThanOrEqual(0);
    expect(result.elapsedSeconds).toBeLessThan(22.5);
    expect(accuracyOf(result, yesNo(400))).toBeGreaterThan(0.75);
  });

  it("an aborted signal returns the best so far", async () => {
    const controller = new AbortController();
    const { events, result } = await run(yesNo(300), { timeLimit: 600, signal: controller.signal }, (event) => {
      if (event.type === "trialFinished" && event.model.trial >= 2) controller.abort();
    });
    const finished = events.filter(({ type }) => type === "trialFinished");
    expect(result.models.filter(({ name }) => !name.endsWith("Ensemble"))).toHaveLength(finished.length);
    expect(accuracyOf(result, yesNo(300))).toBeGreaterThan(0.7);
    expect(decodeModel(encodeModel(result.model))).toEqual(result.model);
  });

  it("a signal that fired before the start leaves no model, or the little there is", async () => {
    const options = { timeLimit: 600, allowed: ["GradientBoosting"], validation: "cv:10", signal: AbortSignal.abort() };
    const outcome = await run(endless(), options).catch((error) => error);
    if (outcome instanceof Error) expect(outcome).toMatchObject({ code: "SLW_AUTOML_NO_MODEL" });
    else expect(outcome.result.model.members).toHaveLength(1);
  });

  it("whoever stops listening stops the run", async () => {
    for await (const event of automl(yesNo(300), { target: "y", timeLimit: 600, threads: 2 }))
      if (event.type === "trialStarted") break;
    expect(startedThreads).toBe(2);
  });
});

describe("allowed and blocked", () => {
  it.each([
    [{ allowed: ["LogisticRegression"] }, ["StandardScaler LogisticRegression"]],
    [
      { allowed: ["LightGBM", "RandomForest", "LogisticRegression"], blocked: ["XGBoostClassifier", "RandomForest"] },
      ["StandardScaler LogisticRegression"],
    ],
    [{ allowed: ["RandomForest", "ExtremeRandomTrees"] }, ["ExtremeRandomTrees", "RandomForest"]],
  ])("%j", async (options, expected) => {
    const { result } = await run(yesNo(200), { maxTrials: 4, validation: "holdout:0.3", ...options });
    const names = new Set(result.models.map(({ name }) => name));
    names.delete("VotingEnsemble");
    names.delete("StackEnsemble");
    expect([...names].sort()).toEqual(expected);
  });
});

describe("targets", () => {
  // One linear model: what is told apart here is before any training.
  const quick = { maxTrials: 1, allowed: ["LogisticRegression", "ElasticNet"], validation: "holdout:0.3" };

  it.each([
    ["text", (hit: boolean) => (hit ? "yes" : "no"), ["no", "yes"]],
    ["boolean-like text", (hit: boolean) => (hit ? "True" : "False"), ["False", "True"]],
    ["0 and 1", (hit: boolean) => (hit ? 1 : 0), [0, 1]],
    ["other numbers", (hit: boolean) => (hit ? -3 : 12), [-3, 12]],
    ["text that looks like numbers", (hit: boolean) => (hit ? "1.0" : "2"), ["1.0", "2"]],
  ] as const)("%s: labels stay as they were written", async (_, labelOf, labels) => {
    const data = madeTable(300, (signal) => labelOf(signal > 1));
    const { result } = await run(data, quick);
    expect(result.task).toBe("classification");
    expect(result.model.labels).toEqual(labels);
    expect(accuracyOf(result, data)).toBeGreaterThan(0.85);
  });

  it("rows without a target are left out, and said so", async () => {
    const data = madeTable(300, (signal, random) => (random.next() < 0.2 ? null : signal > 1 ? "yes" : "no"));
    const target = data.columns[3] as { codes: Int32Array };
    const known = target.codes.filter((code) => code >= 0).length;
    const { events, result } = await run(data, quick);
    expect(result.rows).toBe(known);
    expect(events[0]).toMatchObject({
      notes: expect.arrayContaining([`y: ${300 - known} rows without a value left out.`]),
    });
    expect(score(result.model, data)).toHaveLength(600);
  });

  it("few whole numbers are classes, unless regression is asked for", async () => {
    const stars = madeTable(300, (signal) => Math.max(1, Math.min(5, Math.round(signal))));
    const classes = await run(stars, quick);
    expect(classes.result).toMatchObject({ task: "classification", model: { labels: [1, 2, 3, 4, 5] } });
    const numbers = await run(stars, { ...quick, task: "regression" });
    expect(numbers.result).toMatchObject({ task: "regression", model: { labels: [] } });
    const many = await run(
      madeTable(300, (signal) => Math.round(signal * 20)),
      quick,
    );
    expect(many.result.task).toBe("regression");
    const halves = await run(
      madeTable(300, (signal) => Math.round(signal) / 2),
      quick,
    );
    expect(halves.result.task).toBe("regression");
  });

  const x = numericColumn(
    "x",
    list(1_500, (i) => Math.sin(i)),
  );
  const withTarget = (of: (i: number) => string | number | null): Table => {
    const values = list(1_500, of);
    const isText = values.some((value) => typeof value === "string");
    return table(x, isText ? stringColumn("y", values as string[]) : numericColumn("y", values as (number | null)[]));
  };
  it.each([
    ["a constant text", withTarget(() => "yes"), {}, "SLW_AUTOML_TARGET", "yes"],
    ["a constant number", withTarget(() => 3.5), {}, "SLW_AUTOML_TARGET", "3.5"],
    ["a constant beside nulls", withTarget((i) => (i % 2 ? 7 : null)), {}, "SLW_AUTOML_TARGET", "7"],
    ["nulls only, numbers", withTarget(() => null), {}, "SLW_AUTOML_TARGET", "1500 rows"],
    [
      "nulls only, text",
      table(
        x,
        stringColumn(
          "y",
          list(1_500, () => null),
        ),
      ),
      {},
      "SLW_AUTOML_TARGET",
      "1500 rows",
    ],
    ["no rows", table(numericColumn("x", []), numericColumn("y", [])), {}, "SLW_AUTOML_TARGET", "0 rows"],
    ["no such column", withTarget((i) => i), { target: "z" }, "SLW_AUTOML_TARGET", '"z"'],
    ["text for regression", withTarget((i) => `${i % 3}`), { task: "regression" }, "SLW_AUTOML_TARGET", "not numeric"],
    ["more than 1,000 classes", withTarget((i) => `${i % 1_001}`), {}, "SLW_AUTOML_TARGET", "1001 different values"],
    [
      "numbers as more than 1,000 classes",
      withTarget((i) => i / 2),
      { task: "classification" },
      "SLW_AUTOML_TARGET",
      "1500 different values",
    ],
    [
      "no other column",
      table(
        numericColumn(
          "y",
          list(50, (i) => i),
        ),
      ),
      {},
      "SLW_AUTOML_NO_FEATURES",
      '"y"',
    ],
    [
      "a metric of the other task",
      withTarget((i) => i / 2),
      { metric: "AUC_weighted" },
      "SLW_AUTOML_METRIC",
      "AUC_weighted",
    ],
    ["a validation there is not", withTarget((i) => i / 2), { validation: "cv:1" }, "SLW_AUTOML_VALIDATION", "cv:1"],
    ["a learner there is not", withTarget((i) => i / 2), { allowed: ["Prophet"] }, "SLW_AUTOML_MODELS", "Prophet"],
    ["an option out of range", withTarget((i) => i / 2), { threads: 0 }, "SLW_AUTOML_OPTION", "threads"],
  ] as const)("%s: refused by code before a thread is started", async (_, data, options, code, words) => {
    const error: unknown = await run(data, options as Partial<AutoMLOptions>).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code, message: expect.stringContaining(words) });
    expect(startedThreads).toBe(0);
  });
});

describe("shapes of tables", () => {
  it("12 rows", async () => {
    const { result } = await run(yesNo(12), { maxTrials: 4 });
    expect(result.validation).toBe("cv:10");
    expect(score(result.model, yesNo(12)).every(Number.isFinite)).toBe(true);
    const numbers = await run(amounts(12), { maxTrials: 4 });
    expect(score(numbers.result.model, amounts(12)).every(Number.isFinite)).toBe(true);
  });

  it("2,000 columns x 200 rows", async () => {
    const random = createRandom(3);
    const columns = list(2_000, (j) =>
      numericColumn(
        `x${j}`,
        list(200, () => Math.round(random.normal() * 1e4) / 1e4),
      ),
    );
    const first = columns[17].values;
    const wide = table(
      ...columns,
      stringColumn(
        "y",
        list(200, (i) => (first[i] > 0 ? "up" : "down")),
      ),
    );
    const { result } = await run(wide, { maxTrials: 1, validation: "cv:2" });
    expect(result.columns).toBe(2_000);
    expect(result.best.value).toBeGreaterThan(0.8);
  });

  it("100 classes", async () => {
    const random = createRandom(4);
    const classes = list(2_000, (i) => i % 100);
    const data = table(
      numericColumn(
        "tens",
        classes.map((k) => Math.floor(k / 10) + 0.1 * random.normal()),
      ),
      numericColumn(
        "ones",
        classes.map((k) => (k % 10) + 0.1 * random.normal()),
      ),
      stringColumn(
        "y",
        classes.map((k) => `class ${k}`),
      ),
    );
    const { result } = await run(data, { maxTrials: 1, allowed: ["RandomForest"], validation: "holdout:0.2" });
    expect(result.model.labels).toHaveLength(100);
    expect(result.best.metrics.accuracy).toBeGreaterThan(0.8);
  });
});
