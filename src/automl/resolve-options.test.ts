import { availableParallelism } from "node:os";
import { expect, it } from "vitest";
import { resolveOptions } from "./resolve-options.ts";

it("has defaults: 60 s, or no limit when the trials are limited", () => {
  const threads = Math.min(64, availableParallelism());
  expect(resolveOptions({ target: "y" })).toEqual({ timeLimit: 60, maxTrials: null, seed: 42, threads });
  expect(resolveOptions({ target: "y", maxTrials: 3 })).toEqual({ timeLimit: null, maxTrials: 3, seed: 42, threads });
  const all = { timeLimit: 0.5, maxTrials: 1, seed: 0, threads: 64 };
  expect(resolveOptions({ target: "y", ...all })).toEqual(all);
});

const bad = {
  timeLimit: [0, -1, NaN, Infinity],
  maxTrials: [0, -1, 1.5, NaN, 1_000_001],
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
