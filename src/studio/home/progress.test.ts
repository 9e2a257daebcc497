import { expect, test } from "vitest";
import { readProgress } from "./progress.ts";

const model = { trial: 20, name: "LightGBM", value: 0.9, metrics: {} };

test.each([
  [
    { type: "trialFinished", model, bestValue: 0.94781, elapsedSeconds: 15, secondsLeft: 45 },
    { text: "Trial 21, best 0.9478, last LightGBM", share: 0.25 },
  ],
  [
    { type: "trialFinished", model, bestValue: 0.9, elapsedSeconds: 15, secondsLeft: null },
    { text: "Trial 21, best 0.9000, last LightGBM", share: null },
  ],
  [{ type: "trialStarted", trial: 1, name: "LightGBM", elapsedSeconds: 1 }, null],
  [{ type: "trialFinished" }, null],
  [undefined, null],
  ["text", null],
])("%j", (event, expected) => {
  expect(readProgress(event)).toEqual(expected);
});
