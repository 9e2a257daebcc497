import { execFileSync } from "node:child_process";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { pythonJson } from "./python-json.ts";

test.each<[unknown, boolean, string]>([
  [["yes", "no"], false, '["yes", "no"]'],
  [[1, 2], false, "[1, 2]"],
  [[1, 0.5], true, "[1.0, 0.5]"],
  [{ a: [], b: null, c: true }, false, '{"a": [], "b": null, "c": true}'],
  ["é\u007f\n\u2028😀", false, String.raw`"\u00e9\u007f\n\u2028\ud83d\ude00"`],
  [
    [1e-7, 1e-5, 0.0001, 1e15, 1e16, 1.5e300, -0],
    true,
    "[1e-07, 1e-05, 0.0001, 1000000000000000.0, 1e+16, 1.5e+300, -0.0]",
  ],
  [[Infinity, -Infinity, NaN], true, "[Infinity, -Infinity, NaN]"],
])("%j", (value, asFloats, expected) => {
  expect(pythonJson(value, asFloats)).toBe(expected);
});

const missing = hasPython() ? "" : " (skipped: python3 is not there)";

test.skipIf(missing !== "")(`any floats and any text as Python writes them${missing}`, () => {
  const numbers = fc.sample(fc.double(), { numRuns: 2_000, seed: 1 });
  const texts = fc.sample(fc.string({ unit: "binary" }), { numRuns: 300, seed: 1 }).map((text) => text.toWellFormed());
  const code = "import json, sys\nd = json.load(sys.stdin)\nprint(json.dumps(d))";
  const finite = numbers.filter((number) => Number.isFinite(number) && !Object.is(number, -0));
  // With an exponent every number is a float to Python.
  const input = `[[${finite.map((number) => number.toExponential()).join(",")}], ${JSON.stringify(texts)}]`;
  const written = execFileSync("python3", ["-c", code], { input, encoding: "utf8" }).trim();
  const [floats, strings] = [pythonJson(finite, true), pythonJson(texts, false)];
  const ours = `[${floats}, ${strings}]`;
  // The first difference alone: a diff of all would fill pages.
  const at = [...ours].findIndex((letter, i) => letter !== written[i]);
  expect(at < 0 ? "" : `${ours.slice(at, at + 40)} for ${written.slice(at, at + 40)}`).toBe("");
  expect(ours).toHaveLength(written.length);
  expect(finite.length).toBeGreaterThan(1_000);
});

function hasPython(): boolean {
  try {
    execFileSync("python3", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
