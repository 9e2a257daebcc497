import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RunItem } from "../../contract/index.ts";
import { lostTrials, metricOf, modelsOfFile, modelsSoFar, type LeaderboardFile } from "./leaderboard.ts";
import { hear, nothingTold, type LiveRun, type ProgressEvent } from "./live-run.ts";

const started = { type: "started", metric: "AUC_weighted", guardrails: { faults: [] } } as unknown as ProgressEvent;
const begun = (trial: number): ProgressEvent => ({
  type: "trialStarted",
  trial,
  name: `model ${trial}`,
  elapsedSeconds: trial,
});
function finished(trial: number, value = trial / 10): ProgressEvent {
  const model = {
    trial,
    name: `model ${trial}`,
    value,
    metrics: {},
    trainSeconds: 1,
    predictMicrosPerRow: 2,
    params: {},
  };
  return { type: "trialFinished", model, elapsedSeconds: trial };
}
const failed = (trial: number): ProgressEvent => ({
  type: "trialFailed",
  trial,
  name: `model ${trial}`,
  reason: "no",
  elapsedSeconds: 1,
});
const givenUp = (trial: number): ProgressEvent => ({
  type: "trialGivenUp",
  trial,
  name: `model ${trial}`,
  elapsedSeconds: 1,
});
const all = (events: readonly ProgressEvent[]): LiveRun => events.reduce(hear, nothingTold);

describe("what a run tells", () => {
  test("leaves what is being tried, found and lost", () => {
    const live = all([started, begun(0), begun(1), begun(2), finished(1), failed(2), begun(3), givenUp(3)]);
    expect([...live.running.keys()]).toEqual([0]);
    expect([...live.finished.keys()]).toEqual([1]);
    expect([...live.failed.keys()]).toEqual([2]);
    expect([...live.givenUp.keys()]).toEqual([3]);
    expect(live.started?.metric).toBe("AUC_weighted");
  });

  test("ends the search with the final training", () => {
    const live = all([started, begun(0), { type: "refitting", members: ["a", "b"], elapsedSeconds: 9 }]);
    expect(live.running.size).toBe(0);
    expect(live.refitting).toEqual(["a", "b"]);
    expect(hear(live, { type: "finished" }).refitting).toBeNull();
  });

  test("is passed by where it is not known", () => {
    expect(hear(nothingTold, { type: "later" } as unknown as ProgressEvent)).toBe(nothingTold);
  });

  test("counts once, though its past is read while it goes on", () => {
    const settle = [finished, failed, givenUp];
    const story = fc
      .array(fc.integer({ min: 0, max: 2 }), { maxLength: 8 })
      .map((ends) => [
        started,
        ...ends.flatMap((end, trial) => [begun(trial), settle[end]?.(trial) ?? begun(trial)]),
        ...(ends.length > 0 ? [begun(ends.length)] : []),
      ]);
    fc.assert(
      fc.property(story, fc.nat(), (events, cut) => {
        const at = cut % events.length;
        // The end is heard first, then all of it.
        const live = all([...events.slice(at), ...events]);
        const once = all(events);
        for (const part of ["finished", "failed", "givenUp", "running"] as const)
          expect([...live[part].keys()].toSorted()).toEqual([...once[part].keys()].toSorted());
      }),
    );
  });
});

function trial(number: number, more: Partial<RunItem> = {}): RunItem {
  return {
    id: `run${number}`,
    name: `${number} GradientBoosting`,
    status: "FINISHED",
    statusReason: null,
    tags: { "slipway.trial": String(number), "slipway.algorithm": "GradientBoosting" },
    metrics: { AUC_weighted: 0.9 + number / 100, log_loss: "NaN", train_seconds: 2, predict_micros_per_row: 5 },
    params: {},
    ...more,
  } as RunItem;
}

describe("the models", () => {
  test("are those of the trials and those that were only told yet, best first", () => {
    const live = all([started, finished(1, 0.1), finished(2, 0.99)]);
    const models = modelsSoFar([trial(0), trial(1), trial(3, { status: "KILLED" })], live, "AUC_weighted");
    expect(models.map(({ trial: number, value, runId }) => [number, value, runId])).toEqual([
      [2, 0.99, null],
      [1, 0.91, "run1"],
      [0, 0.9, "run0"],
    ]);
    expect(models[2]).toMatchObject({
      trainSeconds: 2,
      microsPerRow: 5,
      metrics: { AUC_weighted: 0.9, log_loss: null },
    });
    expect(models[2]?.metrics).not.toHaveProperty("train_seconds");
  });

  test("come from the file once it is there", () => {
    const [a, b] = [0.3, 0.2].map((value, number) => ({
      ...(finished(number, value) as { model: object }).model,
      runId: null,
    }));
    const shown = (best: object): unknown =>
      modelsOfFile({ metric: "log_loss", models: [a, b], best } as unknown as LeaderboardFile).map(
        ({ value, microsPerRow }) => [value, microsPerRow],
      );
    const byValue = [
      [0.2, 2],
      [0.3, 2],
    ];
    expect(shown(b as object)).toEqual(byValue);
    // What the run chose stands first, also where another one judged better.
    expect(shown(a as object)).toEqual(byValue.toReversed());
  });

  test("have lost ones beside them, each once and with its reason", () => {
    const trials = [
      trial(0),
      trial(1, { status: "FAILED", statusReason: "no memory" }),
      trial(2, { status: "KILLED", statusReason: "given up" }),
    ];
    const lost = lostTrials(trials, all([failed(4), givenUp(2), givenUp(3)]));
    expect(lost.map(({ trial: number, isFailed, reason }) => [number, isFailed, reason])).toEqual([
      [1, true, "no memory"],
      [2, false, "given up"],
      [3, false, null],
      [4, true, "no"],
    ]);
  });
});

test.each([
  [
    "its tag",
    { tags: { "slipway.primary_metric": "accuracy" }, metrics: [{ key: "best_r2_score" }], params: {} },
    "accuracy",
  ],
  [
    "what it logs",
    { tags: {}, metrics: [{ key: "x" }, { key: "best_r2_score" }], params: { metric: "y" } },
    "r2_score",
  ],
  ["what it was asked for", { tags: {}, metrics: [], params: { metric: "y" } }, "y"],
  ["nothing yet", { tags: {}, metrics: [], params: {} }, null],
])("the primary metric of a run is said by %s", (_name, run, expected) => {
  expect(metricOf(run as unknown as Parameters<typeof metricOf>[0])).toBe(expected);
});
