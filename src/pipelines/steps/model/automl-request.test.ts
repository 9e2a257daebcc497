import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkOptions } from "../../../automl/index.ts";
import { SlipwayError } from "../../../base/index.ts";
import type { AutoMLStep, Template } from "../../../definition/index.ts";
import { automlRequest } from "./automl-request.ts";
import { readDeploySettings } from "./deploy-settings.ts";

const step = (options: Record<string, Template>, more: Partial<AutoMLStep> = {}): AutoMLStep => ({
  type: "automl",
  data: "bank",
  options: { target: "y", ...options },
  ...more,
});
const optionsOf = (options: Record<string, Template>) => automlRequest(step(options), {}).options;

describe("what an automl step asks for", () => {
  test.each<[Record<string, Template>, object]>([
    [{ time_limit: "60" }, { timeLimit: 60 }],
    [{ timeLimit: 1.5 }, { timeLimit: 1.5 }],
    [
      { max_trials: "7", seed: "1e3" },
      { maxTrials: 7, seed: 1000 },
    ],
    [{ blocked: "LightGBM, SVM," }, { blocked: ["LightGBM", "SVM"] }],
    [
      { blocked: ["LightGBM", "SVM"], allowed: [] },
      { blocked: ["LightGBM", "SVM"], allowed: [] },
    ],
    [
      { early_stopping: "false", explain: true },
      { earlyStopping: false, explain: true },
    ],
    [
      { metric: "AUC_weighted", class_balance: "weights" },
      { metric: "AUC_weighted", classBalance: "weights" },
    ],
    [{ blocked: "", metric: "", exit_score: null, weight_column: "" }, {}],
    [
      { max_cores_per_trial: 2, cv_split_columns: "a,b" },
      { maxCoresPerTrial: 2, cvSplitColumns: ["a", "b"] },
    ],
    [{ exit_score: "-0.5" }, { exitScore: -0.5 }],
    [{ monotone: { age: "increasing" } }, { monotone: { age: "increasing" } }],
    [
      { featurization: { drop_columns: "a,b", blocked_transformers: ["TfIdf"] } },
      { featurization: { mode: "auto", dropColumns: ["a", "b"], blockedTransformers: ["TfIdf"] } },
    ],
    [
      { onnx_only: "true", prediction_time_limit: ".5" },
      { onnxOnly: true, predictionTimeLimit: 0.5 },
    ],
  ])("%j is %j", (options, expected) => {
    expect(optionsOf(options)).toEqual({ target: "y", ...expected });
  });

  test.each<[Record<string, Template>, string, string?]>([
    [{ time_limit: "soon" }, 'options.time_limit: expected a number from 1 to 604800, got "soon".'],
    [{ timeLimit: true }, "options.timeLimit: expected a number from 1 to 604800, got true."],
    [{ time_limit: -5 }, "options.time_limit: expected a number from 1 to 604800, got -5."],
    [{ time_limit: "0x10" }, 'options.time_limit: expected a number from 1 to 604800, got "0x10".'],
    [{ max_trials: "2.5" }, 'options.max_trials: expected a whole number from 1 to 100000, got "2.5".'],
    [{ explain: "yes" }, 'options.explain: expected true or false, got "yes".'],
    [{ blocked: 3 }, "options.blocked: expected a list, or a text with commas, got 3."],
    [{ blocked: [["SVM"]] }, 'options.blocked[0]: expected text, got ["SVM"].'],
    [{ target: { a: 1 } }, 'options.target: expected text, got {"a":1}.'],
    [{ target: "" }, "options.target: expected the column to predict, got nothing."],
    [{ task: "ranking" }, 'options.task: expected one of classification, regression, got "ranking".'],
    [{ featurization: { mode: "none" } }, 'options.featurization.mode: expected one of auto, off, got "none".'],
    [{ featurization: "auto" }, 'options.featurization: expected an object, got "auto".'],
    [{ time_limit: 1, timeLimit: 2 }, "options.timeLimit: expected to be given once, got it twice."],
    [{ metrik: "accuracy" }, 'options: there is no option "metrik".', 'Did you mean "metric"?'],
    [{ block: "SVM" }, 'options: there is no option "block".', 'Did you mean "blocked"?'],
    [{ constructor: 1 }, 'options: there is no option "constructor".'],
    [JSON.parse('{"__proto__": {"seed": 1}}') as Record<string, Template>, 'options: there is no option "__proto__".'],
  ])("%j is refused", (options, message, fix) => {
    const read = (): unknown => optionsOf(options);
    expect(read).toThrow(expect.objectContaining({ code: "SLW_STEP_OPTION", message, ...(fix && { fix }) }));
  });

  test("tables are datasets, in the version that was chosen for them", () => {
    const more = { data: "clean", validation_data: "bank@3", test_data: "" };
    const values = { data: { type: "dataset", dataset: "bank-clean", version: 7 } } as const;
    expect(automlRequest(step({}, more), values)).toEqual({
      data: { dataset: "bank-clean", version: 7 },
      validationData: { dataset: "bank", version: 3 },
      testData: undefined,
      options: { target: "y" },
    });
    const model = { type: "model_version", model: "bank", version: 1 } as const;
    expect(() => automlRequest(step({}), { data: model })).toThrow("data: expected a dataset, got a model version.");
  });

  test("anything gives options that the engine takes or refuses in words", () => {
    const name = fc.constantFrom(
      "time_limit",
      "metric",
      "blocked",
      "seed",
      "explain",
      "monotone",
      "featurization",
      "x",
    );
    const columns = [{ name: "y", type: "string" as const }];
    fc.assert(
      fc.property(fc.dictionary(name, fc.jsonValue()), (options) => {
        try {
          checkOptions(optionsOf(options as Record<string, Template>), { rows: 10, columns });
        } catch (error) {
          if (!(error instanceof SlipwayError)) expect(error).toBeInstanceOf(SlipwayError);
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe("settings of an endpoint that is made", () => {
  test("are read as options are", () => {
    const given = {
      max_rows: "50",
      auth_mode: "none",
      autoscale: { enabled: "true", max_replicas: 3 },
      cors_origins: "*",
    };
    expect(readDeploySettings(given)).toEqual({
      authMode: "none",
      settings: { maxRows: 50, autoscale: { enabled: true, maxReplicas: 3 }, corsOrigins: ["*"] },
    });
    expect(() => readDeploySettings({ autoscale: { max_replicas: 0 } })).toThrow(
      "settings.autoscale.max_replicas: expected a whole number from 1 to 64, got 0.",
    );
  });
});
