/** A run that was killed and goes on gives what it would have given. */
import { describe, expect, it } from "vitest";
import type { Table } from "../../base/index.ts";
import { encodeModel } from "../../model/index.ts";
import type { AutoMLEvent, AutoMLResult } from "../events.ts";
import { automl, decodeTrial, encodeTrial, type AutoMLOptions, type FinishedTrialRecord } from "../index.ts";
import { list, madeTable, numericColumn, table } from "../test-dataset.ts";

const TRIALS = 12;
/** Each run is killed once; in `npm run faults` as often as its line below says. */
const thorough = process.env["FAULTS"] !== undefined;
const yesNo = (rows: number, seed = 1): Table =>
  madeTable(rows, (signal, random) => (signal + random.normal() > 1 ? "yes" : "no"), seed);
const threeClasses = madeTable(80, (signal) => (signal > 2 ? "a" : signal > 0 ? "b" : "c"));
const amounts = madeTable(80, (signal, random) => signal + 0.3 * random.normal());
const weights = numericColumn(
  "w",
  list(80, (row) => 1 + (row % 4)),
);

interface Attempt {
  readonly events: readonly AutoMLEvent[];
  readonly records: readonly FinishedTrialRecord[];
  /** Null where the attempt was killed. */
  readonly result: AutoMLResult | null;
}

/** @param killAfter settled trials, after which the run is ended; by default it runs to its end */
async function attempt(data: Table, options: Partial<AutoMLOptions>, killAfter = Infinity): Promise<Attempt> {
  const events: AutoMLEvent[] = [];
  const records: FinishedTrialRecord[] = [];
  const running = automl(data, { target: "y", seed: 7, threads: 2, maxTrials: TRIALS, ...options });
  for (;;) {
    const { done, value } = await running.next();
    if (done) return { events, records, result: value };
    events.push(value);
    if ("record" in value && value.record) records.push(decodeTrial(encodeTrial(value.record)));
    if (records.length >= killAfter) {
      await running.return(undefined as never);
      return { events, records, result: null };
    }
  }
}

/** All that does not come from the clock. */
function essence({ model, models, failed, importance }: AutoMLResult): object {
  return {
    model: Buffer.from(encodeModel(model)).toString("base64"),
    models: models.map(({ trial, name, value, metrics, params }) => ({ trial, name, value, metrics, params })),
    failed: failed.toSorted((a, b) => a.trial - b.trial),
    importance,
  };
}

const numbers = (events: readonly AutoMLEvent[], type: AutoMLEvent["type"]): number[] =>
  events
    .filter((event) => event.type === type)
    .map((event) => ("model" in event ? event.model.trial : "trial" in event ? event.trial : NaN));

describe("a killed run that is resumed is the run that was not killed", () => {
  it.each<[string, Table, Partial<AutoMLOptions>, readonly number[]]>([
    ["classes", yesNo(80), { validation: "holdout:0.3", blocked: ["ExtremeRandomTrees"] }, [4, 1, 9, 11, 12]],
    ["three classes", threeClasses, { validation: "holdout:0.3", blocked: ["LightGBM"], explain: false }, [5, 10]],
    ["values, folds", amounts, { validation: "cv:3", blocked: ["LightGBM", "RandomForest"] }, [10, 3]],
    [
      "own validation rows, where the first fold's models are the answer",
      yesNo(80),
      { validationData: yesNo(40, 2), allowed: ["LogisticRegression", "RandomForest", "DecisionTree"] },
      [12, 2],
    ],
    [
      "weights of rows and of classes",
      table(...yesNo(80).columns, weights),
      { validation: "cv:3", weightColumn: "w", classBalance: "weights", allowed: ["LogisticRegression"] },
      [4],
    ],
    ["trials given up", yesNo(120), { maxTrials: 18, validation: "cv:3", allowed: ["LogisticRegression"] }, [14, 17]],
  ])("%s", async (name, data, options, kills) => {
    const whole = await attempt(data, options);
    const trials = whole.records.length;
    expect(whole.records.some(({ outcome }) => outcome.state === "givenUp")).toBe(name === "trials given up");
    for (const killAfter of thorough ? kills : kills.slice(0, 1)) {
      const { records } = await attempt(data, options, killAfter);
      expect(records).toHaveLength(killAfter);
      // A store gives them in no order of its own.
      const resume = records.toReversed();
      const { events, result } = await attempt(data, { ...options, resume });
      expect(essence(result as AutoMLResult)).toEqual(essence(whole.result as AutoMLResult));

      const settled = records.map(({ spec }) => spec.number).sort((a, b) => a - b);
      const resumed = events.filter((event) => "resumed" in event && event.resumed);
      expect(events.slice(1, 1 + killAfter)).toEqual(resumed);
      expect(
        resumed.map((event) => ("model" in event ? event.model.trial : (event as { trial: number }).trial)),
      ).toEqual(settled);
      expect(numbers(events, "trialStarted")).toEqual(list(trials, (i) => i).filter((i) => !settled.includes(i)));
    }
  });

  it("killed twice", async () => {
    const options = { validation: "holdout:0.3", allowed: ["LogisticRegression", "RandomForest"] };
    const whole = await attempt(yesNo(80), options);
    const first = await attempt(yesNo(80), options, 3);
    const second = await attempt(yesNo(80), { ...options, resume: first.records }, 4);
    const resume = [...first.records, ...second.records];
    expect(new Set(resume.map(({ spec }) => spec.number)).size).toBe(7);
    const { result } = await attempt(yesNo(80), { ...options, resume });
    expect(essence(result as AutoMLResult)).toEqual(essence(whole.result as AutoMLResult));
  });
});

describe("limits of a resumed run", () => {
  const options = { validation: "holdout:0.3", allowed: ["LogisticRegression"], explain: false };

  it("its time began with the first attempt: where it is over, nothing more is tried", async () => {
    const { records } = await attempt(yesNo(80), { ...options, threads: 1 }, 3);
    const resume = records.map((record, i) => ({ ...record, elapsedSeconds: 100 * i }));
    const { events, result } = await attempt(yesNo(80), { ...options, maxTrials: undefined, timeLimit: 150, resume });
    expect(numbers(events, "trialStarted")).toEqual([]);
    expect(result?.models.filter(({ name }) => !name.endsWith("Ensemble"))).toHaveLength(3);
    expect(result?.elapsedSeconds).toBeGreaterThan(200);
    const told = events.filter(({ type }) => type === "trialFinished");
    expect(told.map((event) => ("secondsLeft" in event ? event.secondsLeft : NaN))).toEqual([150, 50, 0]);
  });

  it("an exit score that was reached before ends it at once", async () => {
    const { records } = await attempt(yesNo(80), options, 2);
    const { events } = await attempt(yesNo(80), { ...options, exitScore: 0.1, resume: records });
    expect(numbers(events, "trialStarted")).toEqual([]);
  });

  it("fewer trials than there are records: the first ones", async () => {
    const { records } = await attempt(yesNo(80), { ...options, threads: 1 }, 5);
    const { events } = await attempt(yesNo(80), { ...options, maxTrials: 3, resume: records });
    expect(numbers(events, "trialFinished")).toEqual([0, 1, 2]);
  });
});

describe("records of another run are refused before anything is trained", () => {
  const data = yesNo(80);
  const options = { validation: "holdout:0.3", allowed: ["LogisticRegression"], explain: false };
  const recorded = attempt(data, options, 2);

  it.each<[string, Table, Partial<AutoMLOptions>, string]>([
    ["other rows", yesNo(80, 2), {}, "other data"],
    ["another seed", data, { seed: 8 }, "another seed"],
    ["another metric", data, { metric: "accuracy" }, "other options"],
    ["other learners", data, { allowed: ["KNN"] }, "other options"],
    ["other folds", data, { validation: "cv:3" }, "other options"],
  ])("%s", async (_, other, change, words) => {
    const { records } = await recorded;
    const running = automl(other, { target: "y", seed: 7, maxTrials: TRIALS, ...options, ...change, resume: records });
    await expect(running.next()).rejects.toMatchObject({
      code: "SLW_AUTOML_RESUME",
      message: expect.stringContaining(words),
    });
  });

  it.each<[string, (records: readonly FinishedTrialRecord[]) => FinishedTrialRecord[], string]>([
    ["one trial twice", ([first]) => [first, first], "two records"],
    [
      "another Slipway",
      ([first]) => [{ ...first, run: { ...first.run, slipway: "0.0.0" } }],
      "another version of Slipway",
    ],
    [
      "outputs for other rows",
      ([first]) => [
        { ...first, outcome: { ...first.outcome, outputs: new Float64Array(3) } as FinishedTrialRecord["outcome"] },
      ],
      "3 outputs",
    ],
  ])("%s", async (_, change, words) => {
    const resume = change((await recorded).records);
    const running = automl(data, { target: "y", seed: 7, maxTrials: TRIALS, ...options, resume });
    await expect(running.next()).rejects.toMatchObject({
      code: "SLW_AUTOML_RESUME",
      message: expect.stringContaining(words),
    });
  });

  it("the same options in another order, and a longer limit, are the same run", async () => {
    const { records } = await recorded;
    const { allowed, ...others } = options;
    const { result } = await attempt(data, { allowed, maxTrials: 3, ...others, threads: 1, resume: records });
    expect(result?.models.length).toBeGreaterThanOrEqual(3);
  });
});
