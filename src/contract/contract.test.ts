import type { TSchema } from "typebox";
import { Value } from "typebox/value";
import { describe, expect, test } from "vitest";
import { AutoMLReport, Problem, ScoringRequest, ScoringResponse, TableProfile } from "./index.ts";

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
  validation: "cv:5",
  rows: 100,
  columns: 4,
  elapsedSeconds: 20.5,
  modelPath: "bank.slipway",
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
const problem = {
  type: "about:blank",
  status: 400,
  code: "SLW_SCORE_VALUE",
  title: "t",
  detail: "d",
  fix: "f",
  details: { row: 1 },
};

describe("the schemas", () => {
  test.each<[string, TSchema, unknown]>([
    ["a report", AutoMLReport, report],
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
    ["probabilities", ScoringResponse, { result: [[0.25, 0.75]] }],
    ["a problem", Problem, problem],
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
    ["an unknown warning", TableProfile, { ...profile, warnings: [{ id: "odd", message: "Odd." }] }],
    ["an unknown column type", TableProfile, { ...profile, columns: [{ ...column, type: "text" }] }],
    ["half a row", TableProfile, { ...profile, rows: 0.5 }],
    ["rows that are text", ScoringRequest, { data: "[]" }],
    ["true as a value of a list", ScoringRequest, { data: [[true]] }],
    ["an unknown method", ScoringRequest, { data: [], method: "eval" }],
    ["an unknown key", ScoringRequest, { data: [], inputs: [] }],
    ["a probability above 1", ScoringResponse, { result: [[1.5]] }],
    ["a code of another family", Problem, { ...problem, code: "ERR_X" }],
    ["a success as problem", Problem, { ...problem, status: 200 }],
  ])("refuse %s", (_, schema, value) => {
    expect(Value.Check(schema, value)).toBe(false);
  });
});
