import { expect, test } from "vitest";
import { slipwayCommand } from "./command-line.ts";
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

test("words of a command are quoted where they have to be, and those that are absent left out", () => {
  expect(slipwayCommand(["runs", "why", "it's", false, undefined], "team")).toBe(
    `slipway runs why 'it'\\''s' --workspace team`,
  );
  expect(slipwayCommand(["runs", "list"], "default")).toBe("slipway runs list");
});
