/** What an automl step asks for, as AutoML runs are asked for. */
import type { AutoMLStep, StepValue } from "../../../definition/index.ts";
import type { DatasetChoice, NewAutoMLRun } from "../../jobs/automl-runs.ts";
import { datasetOf } from "./dataset-of.ts";
import { optionError, readOptions, type OptionTable } from "./read-options.ts";

/** The options of AutoML runs but for tables, which are named beside them; their ranges are checked with the run. */
const automlOptions: OptionTable = {
  target: { type: "text" },
  task: { type: "text", oneOf: ["classification", "regression"] },
  metric: { type: "text" },
  timeLimit: { type: "number", min: 1, max: 604_800 },
  maxTrials: { type: "integer", min: 1, max: 100_000 },
  trialTimeLimit: { type: "number", min: 0.1, max: 604_800 },
  exitScore: { type: "number" },
  earlyStopping: { type: "boolean" },
  maxConcurrentTrials: { type: "integer", min: 1, max: 64 },
  maxCoresPerTrial: { type: "integer", min: 1, max: 64 },
  threads: { type: "integer", min: 1, max: 64 },
  validation: { type: "text" },
  cvSplitColumns: { type: "list" },
  testSize: { type: "number", min: 0.001, max: 0.999 },
  allowed: { type: "list" },
  blocked: { type: "list" },
  votingEnsemble: { type: "boolean" },
  stackEnsemble: { type: "boolean" },
  predictionTimeLimit: { type: "number", min: 0.01, max: 1e9 },
  onnxOnly: { type: "boolean" },
  monotone: { type: "object" },
  featurization: {
    type: "group",
    options: {
      mode: { type: "text", oneOf: ["auto", "off"] },
      columnPurposes: { type: "object" },
      imputers: { type: "object" },
      dropColumns: { type: "list" },
      blockedTransformers: { type: "list" },
    },
  },
  weightColumn: { type: "text" },
  classBalance: { type: "text", oneOf: ["none", "weights", "oversample", "auto"] },
  seed: { type: "integer", min: 0, max: 4_294_967_295 },
  explain: { type: "boolean" },
};

export type AutoMLRequest = Pick<NewAutoMLRun, "data" | "validationData" | "testData" | "options">;

/**
 * Options may be written in snake_case or camelCase, and their values as texts: "60" for a number, "true", and for a
 * list its members with commas between them. One that is null or an empty text is not given.
 * @param step with all expressions resolved
 * @param values what they stood for, by place: a dataset has its version
 * @throws SLW_STEP_OPTION with the option's name
 */
export function automlRequest(step: AutoMLStep, values: Readonly<Record<string, StepValue>>): AutoMLRequest {
  const options = readOptions(step.options, automlOptions, "options");
  if (typeof options["target"] !== "string") throw optionError("options.target", "the column to predict", "nothing");
  if (options["featurization"] !== undefined) {
    options["featurization"] = { mode: "auto", ...(options["featurization"] as object) };
  }
  const table = (place: "data" | "validation_data" | "test_data"): DatasetChoice | undefined => {
    const text = step[place];
    return text === undefined || text === "" ? undefined : datasetOf(values[place], text, place);
  };
  const data = table("data");
  if (data === undefined) throw optionError("data", "a dataset", "nothing");
  return {
    data,
    validationData: table("validation_data"),
    testData: table("test_data"),
    options: options as unknown as NewAutoMLRun["options"],
  };
}
