import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { row } from "../test-model.ts";
import { findWire } from "./index.ts";
import { nullForNaN } from "./nan.ts";
import { ask as askWire, type Asked } from "./test-ask.ts";

const plain = { ...row, job: "admin." };
const ask = (body: unknown, more = {}): Promise<Asked> => askWire(body, { path: "/invocations", ...more });

const both = '{"predictions":["yes","no"]}';

describe("POST /invocations", () => {
  test.each<[string, unknown]>([
    ["dataframe_records", { dataframe_records: [row, plain] }],
    [
      "dataframe_split",
      { dataframe_split: { columns: Object.keys(row), data: [Object.values(row), Object.values(plain)] } },
    ],
    [
      "dataframe_split in another order, with an index",
      {
        dataframe_split: {
          columns: Object.keys(row).toReversed(),
          index: ["a", "b"],
          data: [Object.values(row).toReversed(), Object.values(plain).toReversed()],
        },
      },
    ],
    ["dataframe_split without a column that may be null", withoutSince()],
    ["instances as objects", { instances: [row, plain] }],
    ["instances as lists", { instances: [Object.values(row), Object.values(plain)] }],
    ["inputs as rows", { inputs: [Object.values(row), Object.values(plain)] }],
    [
      "inputs as columns",
      { inputs: { age: [57, 57], job: ["student", "admin."], duration: [1.5, null], since: [null, null] } },
    ],
    ["params that are null", { instances: [row, plain], params: null }],
  ])("%s", async (_, body) => {
    expect(await ask(body)).toMatchObject({ body: both, contentType: "application/json; charset=utf-8" });
  });

  test("CSV in, JSON out", async () => {
    const csv = "job,age\nstudent,57\nadmin.,57\n";
    expect((await ask(csv, { type: "text/csv", accept: "text/csv" })).body).toBe(both);
  });

  test("probabilities by params", async () => {
    const { body } = await ask({ instances: [row], params: { method: "predict_proba" } });
    expect(JSON.parse(body).predictions[0]).toHaveLength(2);
  });

  test.each<[string, unknown, string]>([
    ["no form", {}, "got none."],
    ["two forms", { instances: [], inputs: [] }, "got instances and inputs."],
    ["an unknown key", { instances: [], parms: {} }, 'got "parms"'],
    ["a split without columns", { dataframe_split: { data: [] } }, "dataframe_split.columns: expected a list of names"],
    [
      "a column twice",
      { dataframe_split: { columns: ["age", "age"], data: [] } },
      'dataframe_split.columns: the column "age" is there twice.',
    ],
    [
      "a row too short",
      { dataframe_split: { columns: ["age", "job"], data: [[1, "student"], [1]] } },
      "dataframe_split.data[1]: expected 2 values, one for each column, got 1.",
    ],
    [
      "an index too short",
      { dataframe_split: { columns: ["age"], index: [], data: [[1]] } },
      "dataframe_split.index: expected a list of 1",
    ],
    [
      "columns of different lengths",
      { inputs: { age: [1, 2], job: ["student"] } },
      'inputs.job: expected a list of 2 values, as in "age", got a list.',
    ],
    ["a parameter that the model does not take", { instances: [row], params: { top: 1 } }, 'no parameter "top"'],
    ["one value a row", { instances: [1, 2] }, "data[0]: expected 4 values, in schema order, got 1 values."],
  ])("refused: %s", async (_, body, message) => {
    const refusal = expect.objectContaining({ code: "SLW_SCORE_DATA", message: expect.stringContaining(message) });
    await expect(ask(body)).rejects.toEqual(refusal);
  });

  test("a data frame with missing values, as MLflow's client writes it: NaN and NaT are null", async () => {
    const split =
      '{"index":[0,1],"columns":["age","job","duration","since"],"data":[[57,"student",NaN,"NaT"],[57,"admin.",NaN,"2020-02-29T00:00:00"]]}';
    const { rows, body } = await ask(`{"dataframe_split": ${split}}`);
    expect(body).toBe(both);
    expect(rows.rows).toEqual([
      [57, "student", null, null],
      [57, "admin.", null, "2020-02-29T00:00:00"],
    ]);
  });

  test.each<[string, string, string]>([
    [
      "NaN where training had no null",
      '{"instances":[{"age":NaN,"job":"student"}]}',
      'column "age": expected a finite number, got null',
    ],
    ["an infinity", '{"instances":[{"age":Infinity,"job":"student"}]}', "not valid JSON"],
    ["broken JSON with a NaN", '{"instances":[NaN', "not valid JSON"],
  ])("refused: %s", async (_, body, message) => {
    await expect(ask(body)).rejects.toThrow(message);
  });

  test("NaN in texts stays", () => {
    const inText = '{"a \\"NaN":["NaN","\\\\"]}';
    expect(nullForNaN(Buffer.from(inText)).toString()).toBe(inText);
    expect(nullForNaN(Buffer.from(`[NaN,${inText},NaN,"NaN`)).toString()).toBe(`[null,${inText},null,"NaN`);
    // As JSON has it: JSON.stringify writes -0 as 0.
    const value = fc.jsonValue().map((any) => JSON.parse(JSON.stringify(any)) as unknown);
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const text = JSON.stringify(values.map((item) => [item, "NaN"]));
        const marked = text.replaceAll(/,"NaN"\]/g, ',"NaN",NaN]');
        expect(JSON.parse(nullForNaN(Buffer.from(marked)).toString())).toEqual(
          values.map((item) => [item, "NaN", null]),
        );
      }),
    );
  });

  test("a column called __proto__ is a column", async () => {
    const body = '{"inputs":{"__proto__":[1],"age":[57],"job":["student"],"duration":[1],"since":[null]}}';
    const { scored } = await ask(body);
    expect(scored.warnings).toEqual([{ kind: "unknownColumn", column: "__proto__", nearest: null }]);
  });

  test.each([
    [400, { error_code: "BAD_REQUEST", message: "why" }],
    [404, { error_code: "ENDPOINT_NOT_FOUND", message: "why" }],
    [413, { error_code: "BAD_REQUEST", message: "why" }],
    [500, { error_code: "INTERNAL_ERROR", message: "why" }],
    [503, { error_code: "TEMPORARILY_UNAVAILABLE", message: "why" }],
  ])("a refusal of %d in MLflow's form", (status, body) => {
    expect(findWire("/invocations", "application/json")?.errorBody?.({ status, detail: "why" })).toEqual(body);
  });
});

function withoutSince(): unknown {
  const columns = ["age", "job", "duration"];
  return {
    dataframe_split: {
      columns,
      data: [
        [57, "student", 1],
        [57, "admin.", 1],
      ],
    },
  };
}
