import { expect, test } from "vitest";
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
