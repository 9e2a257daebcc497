import { availableParallelism } from "node:os";
import { expect, it } from "vitest";
import { resolveOptions } from "./resolve-options.ts";

it("has defaults: 60 s, or no limit when the trials are limited", () => {
  const threads = Math.min(64, availableParallelism());
  const defaults = {
    timeLimit: 60,
    maxTrials: null,
    trialTimeLimit: null,
    exitScore: null,
    earlyStopping: true,
    concurrentTrials: threads,
    coresPerTrial: threads,
    votingEnsemble: true,
    stackEnsemble: true,
    predictionTimeLimit: null,
    explain: true,
    onnxOnly: false,
    seed: 42,
    threads,
  };
  expect(resolveOptions({ target: "y" })).toEqual(defaults);
  expect(resolveOptions({ target: "y", maxTrials: 3 })).toEqual({ ...defaults, timeLimit: null, maxTrials: 3 });
});

it("takes what is given", () => {
  const common = {
    timeLimit: 0.5,
    maxTrials: 1,
    trialTimeLimit: 2,
    exitScore: 0.9,
    earlyStopping: false,
    votingEnsemble: false,
    stackEnsemble: false,
    predictionTimeLimit: 5,
    explain: false,
    onnxOnly: true,
    seed: 0,
    threads: 64,
  };
  expect(resolveOptions({ target: "y", ...common, maxConcurrentTrials: 3, maxCoresPerTrial: 4 })).toEqual({
    ...common,
    concurrentTrials: 3,
    coresPerTrial: 4,
  });
});

const bad = {
  timeLimit: [0, -1, NaN, Infinity],
  maxTrials: [0, -1, 1.5, NaN, 1_000_001],
  trialTimeLimit: [0, -1, NaN, Infinity],
  exitScore: [NaN, Infinity],
  maxConcurrentTrials: [0, 65, 1.5, NaN],
  maxCoresPerTrial: [0, 65, 1.5, NaN],
  predictionTimeLimit: [0, -1, NaN, Infinity],
  seed: [-1, 0.5, 2 ** 32, NaN],
  threads: [0, 65, 1.5, NaN],
};
it.each(Object.entries(bad).flatMap(([name, values]) => values.map((value) => ({ name, value }))))(
  "$name $value is refused by code, the value named",
  ({ name, value }) => {
    const attempt = () => resolveOptions({ target: "y", [name]: value });
    expect(attempt).toThrow(expect.objectContaining({ code: "SLW_AUTOML_OPTION" }));
    expect(attempt).toThrow(`not ${value}`);
  },
);
