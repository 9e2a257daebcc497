import type { TSchema } from "typebox";
import { Value } from "typebox/value";
import { describe, expect, test } from "vitest";
import {
  AutoMLReport,
  FeaturizationConfig,
  DataGuardrails,
  Problem,
  ScoringRequest,
  ScoringResponse,
  TableProfile,
} from "./index.ts";

const model = {
  name: "GradientBoosting",
  value: 0.95,
  metrics: { accuracy: 0.9, spearman: null },
  trainSeconds: 1.5,
  predictMicrosPerRow: 8,
};
const report = {
  task: "classification",
  target: "y",
  metric: "AUC_weighted",
  best: { name: "GradientBoosting", value: 0.95 },
  models: [model],
  failed: [{ trial: 3, name: "RandomForest", reason: "The trial took longer than its limit of 5 s." }],
  validation: "cv:5",
  rows: 100,
  columns: 4,
  guardrails: { schema_type: "faults", schema_version: "1.0.0", faults: [] },
  testMetrics: { accuracy: 0.9 },
  importance: { on: "test", rows: 20, value: 0.95, columns: [{ name: "age", mean: 0.1, deviation: 0.01 }] },
  interrupted: false,
  elapsedSeconds: 20.5,
  modelPath: "bank.slipway",
  sha256: "0123456789abcdef".repeat(4),
};
const column = {
  name: "age",
  type: "numeric",
  rows: 3,
  nulls: 1,
  nullRatio: 1 / 3,
  distinct: 2,
  min: 1,
  max: 2,
  mean: 1.5,
  standardDeviation: 0.7,
  quantiles: { "0": 1, "0.5": 1.5, "1": 2 },
  topValues: [{ value: 1, count: 1 }],
  histogram: { edges: [1, 2], counts: [2] },
  warnings: [{ id: "mostly-null", message: 'A third of "age" is missing.' }],
};
const profile = { rows: 3, target: null, columns: [column], duplicatedRows: 0, warnings: [] };
const explanation = { output: "y", scale: "value", exact: true, baseline: 1, contributions: { age: 0.5 } };
const problem = {
  type: "about:blank",
  status: 400,
  code: "SLW_SCORE_VALUE",
  title: "t",
  detail: "d",
  fix: "f",
  details: { row: 1 },
};

const fault = {
  type: "MissingValues",
  result: "done",
  parameters: [{ column: "age", missing_rows: 83 }],
  friendly_type: "Missing feature values",
  friendly_result: "Values are missing in 1 column and were treated.",
  friendly_parameters: [{ Column: "age", "Missing rows": 83 }],
  friendly_parameter_preface: "Columns with missing values",
  friendly_learn_more: "Impute.",
};
const guardrails = { schema_type: "faults", schema_version: "1.0.0", faults: [fault] };

describe("the schemas", () => {
  test.each<[string, TSchema, unknown]>([
    ["a report", AutoMLReport, report],
    ["a report without test rows", AutoMLReport, { ...report, testMetrics: null, importance: null }],
    ["a report of rows of their own", AutoMLReport, { ...report, validation: "data:500" }],
    ["an empty featurization", FeaturizationConfig, {}],
    [
      "a featurization",
      FeaturizationConfig,
      {
        columnPurposes: { zip: "Categorical" },
        imputers: { age: { strategy: "constant", fillValue: 0 }, income: { strategy: "median" } },
        dropColumns: ["id"],
        blockedTransformers: ["TfIdf"],
      },
    ],
    ["a profile", TableProfile, profile],
    [
      "a text column",
      TableProfile,
      {
        ...profile,
        columns: [
          {
            ...column,
            type: "string",
            min: null,
            max: null,
            mean: null,
            standardDeviation: null,
            quantiles: null,
            histogram: null,
          },
        ],
      },
    ],
    [
      "a date column",
      TableProfile,
      {
        ...profile,
        columns: [
          {
            ...column,
            type: "datetime",
            min: "2020-01-01T00:00:00.000Z",
            quantiles: { "0": "2020-01-01T00:00:00.000Z" },
          },
        ],
      },
    ],
    ["rows as objects", ScoringRequest, { data: [{ age: 57, job: null }] }],
    ["rows as lists", ScoringRequest, { data: [[57, "student", null]], method: "predict_proba" }],
    ["no rows", ScoringRequest, { data: [] }],
    ["labels", ScoringResponse, { result: ["yes", "no"] }],
    ["values", ScoringResponse, { result: [1.5] }],
    ["a request for explanations", ScoringRequest, { data: [], explain: true }],
    ["explanations", ScoringResponse, { result: [1.5], explanations: [explanation] }],
    ["probabilities", ScoringResponse, { result: [[0.25, 0.75]] }],
    ["a problem", Problem, problem],
    ["guardrails", DataGuardrails, guardrails],
  ])("take %s", (_, schema, value) => {
    expect(Value.Check(schema, value)).toBe(true);
  });

  test.each<[string, TSchema, unknown]>([
    ["a report without its best", AutoMLReport, { ...report, best: undefined }],
    ["a report of another task", AutoMLReport, { ...report, task: "forecasting" }],
    ["a report with a key too many", AutoMLReport, { ...report, extra: 1 }],
    ["a model whose value is NaN", AutoMLReport, { ...report, models: [{ ...model, value: NaN }] }],
    ["a model whose value is text", AutoMLReport, { ...report, models: [{ ...model, value: "0.95" }] }],
    ["an unknown validation", AutoMLReport, { ...report, validation: "auto" }],
    ["a hash that is none", AutoMLReport, { ...report, sha256: "abc" }],
    ["a purpose that is none", FeaturizationConfig, { columnPurposes: { zip: "Postcode" } }],
    ["an option that is none", FeaturizationConfig, { drop_columns: ["id"] }],
    ["an unknown warning", TableProfile, { ...profile, warnings: [{ id: "odd", message: "Odd." }] }],
    ["an unknown column type", TableProfile, { ...profile, columns: [{ ...column, type: "text" }] }],
    ["half a row", TableProfile, { ...profile, rows: 0.5 }],
    ["rows that are text", ScoringRequest, { data: "[]" }],
    ["true as a value of a list", ScoringRequest, { data: [[true]] }],
    ["an unknown method", ScoringRequest, { data: [], method: "eval" }],
    ["an unknown key", ScoringRequest, { data: [], inputs: [] }],
    ["explain as text", ScoringRequest, { data: [], explain: "yes" }],
    [
      "an explanation without its unit",
      ScoringResponse,
      { result: [1], explanations: [{ ...explanation, scale: "" }] },
    ],
    ["a probability above 1", ScoringResponse, { result: [[1.5]] }],
    ["a code of another family", Problem, { ...problem, code: "ERR_X" }],
    ["an unknown check", DataGuardrails, { ...guardrails, faults: [{ ...fault, type: "Odd" }] }],
    ["an unknown result", DataGuardrails, { ...guardrails, faults: [{ ...fault, result: "failed" }] }],
    ["a parameter that is null", DataGuardrails, { ...guardrails, faults: [{ ...fault, parameters: [{ a: null }] }] }],
    ["guardrails of another version", DataGuardrails, { ...guardrails, schema_version: "2.0.0" }],
    ["a success as problem", Problem, { ...problem, status: 200 }],
  ])("refuse %s", (_, schema, value) => {
    expect(Value.Check(schema, value)).toBe(false);
  });
});
