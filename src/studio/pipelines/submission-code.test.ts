import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { slipwayCommand, shellWord } from "./command-line.ts";
import { pythonOf, sdkBody, submissionOf } from "./submission-code.ts";

test("the body of the v1 SDK has datasets and paths in fields of their own", () => {
  const parameters = { data: { type: "dataset" }, path: { type: "data_path" }, rate: { type: "number" } } as const;
  const body = submissionOf("e", { data: "bank@3", path: "landing:a:b/c.csv", rate: 0.5 });
  expect(sdkBody(body, parameters)).toEqual({
    ExperimentName: "e",
    RunSource: "SDK",
    RunType: "HTTP",
    ParameterAssignments: { rate: 0.5 },
    DataPathAssignments: { path: { DataStoreName: "landing", RelativePath: "a:b/c.csv" } },
    DataSetDefinitionValueAssignments: { data: { SavedDataSetReference: { Id: "bank@3" } } },
  });
  expect(submissionOf("e", {})).toEqual({ ExperimentName: "e" });
});

test("literals of Python", () => {
  expect(pythonOf({ a: [true, null, 1.5, 'q"'], b: false })).toBe('{"a": [True, None, 1.5, "q\\""], "b": False}');
});

test("a shell reads the words that were given", () => {
  const words = fc.array(fc.string({ unit: fc.constantFrom(..."ab '\"$`\\\n;&|*?~!#{}=é") }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(words, (given) => {
      const script = given.map((word) => `printf '%s\\0' ${shellWord(word)}`).join("\n");
      expect(execFileSync("sh", ["-c", script], { encoding: "utf8" }).split("\0").slice(0, -1)).toEqual(given);
    }),
    { numRuns: 25 },
  );
  expect(slipwayCommand(["runs", "why", "it's", false, undefined], "team")).toBe(`slipway runs why 'it'\\''s' --workspace team`);
});
