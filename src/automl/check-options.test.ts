import { describe, expect, test } from "vitest";
import { checkOptions, type CheckedOptions, type TableOutline } from "./check-options.ts";

const table: TableOutline = {
  rows: 344,
  columns: [
    { name: "species", type: "string" },
    { name: "bill_length", type: "numeric" },
    { name: "weight", type: "numeric" },
  ],
};

describe("checkOptions", () => {
  test.each<Partial<CheckedOptions>>([
    {},
    { metric: "accuracy", allowed: ["LightGBM"] },
    { target: "bill_length", metric: "r2_score" },
    { target: "bill_length", metric: "accuracy" },
    { target: "bill_length", task: "regression", monotone: { weight: "increasing" } },
    { validation: "cv:5", weightColumn: "weight" },
    { featurization: { mode: "auto", dropColumns: ["weight"] } },
  ])("takes %j", (options) => {
    expect(() => checkOptions({ target: "species", ...options }, table)).not.toThrow();
  });

  test.each<[Partial<CheckedOptions>, string, RegExp]>([
    [{ target: "specie" }, "SLW_AUTOML_TARGET", /no column "specie"/],
    [{ metric: "r2_score" }, "SLW_AUTOML_METRIC", /r2_score/],
    [{ metric: "acuracy" }, "SLW_AUTOML_METRIC", /acuracy/],
    [{ target: "bill_length", metric: "f1" }, "SLW_AUTOML_METRIC", /f1/],
    [{ allowed: ["Prophet"] }, "SLW_AUTOML_MODELS", /Prophet/],
    [{ allowed: ["KNN"], onnxOnly: true }, "SLW_AUTOML_MODELS", /No learner/],
    [{ weightColumn: "w" }, "SLW_AUTOML_WEIGHTS", /"w"/],
    [{ cvSplitColumns: ["fold"] }, "SLW_AUTOML_VALIDATION", /"fold"/],
    [{ validation: "cv:1" }, "SLW_AUTOML_VALIDATION", /cv:1/],
    [{ validation: "cv:50000" }, "SLW_AUTOML_VALIDATION", /./],
    [{ monotone: { height: "increasing" } }, "SLW_AUTOML_OPTION", /"height"/],
    [{ featurization: { mode: "auto", columnPurposes: { zip: "Text" } } }, "SLW_AUTOML_FEATURIZATION", /"zip"/],
    [{ timeLimit: -1 }, "SLW_AUTOML_OPTION", /time limit/],
    [{ maxTrials: 0 }, "SLW_AUTOML_OPTION", /trials/],
  ])("refuses %j with %s", (options, code, message) => {
    expect(() => checkOptions({ target: "species", ...options }, table)).toThrow(
      expect.objectContaining({ code, message: expect.stringMatching(message) }),
    );
  });

  test("says which column was meant", () => {
    expect(() => checkOptions({ target: "specis" }, table)).toThrow(
      expect.objectContaining({ fix: expect.stringContaining('Did you mean "species"?') }),
    );
  });
});
