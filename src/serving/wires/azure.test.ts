import { describe, expect, test } from "vitest";
import { regressionModel, row } from "../test-model.ts";
import { ask } from "./test-ask.ts";

const plain = { ...row, job: "admin." };
const list = [57, "student", 1.5, "2020-02-29"];

describe("Azure ML v1", () => {
  test.each<[string, unknown, string]>([
    ["records", { data: [row, plain] }, '{"result":["yes","no"]}'],
    ["lists", { data: [list, list] }, '{"result":["yes","yes"]}'],
    ["no rows", { data: [] }, '{"result":[]}'],
    ["predict by name", { data: [plain], method: "predict" }, '{"result":["no"]}'],
    ["explain false", { data: [plain], explain: false }, '{"result":["no"]}'],
  ])("%s", async (_, body, expected) => {
    expect(await ask(body)).toMatchObject({ body: expected, contentType: "application/json; charset=utf-8" });
  });

  test("probabilities, in the order of the labels", async () => {
    const { result } = JSON.parse((await ask({ data: [row], method: "predict_proba" })).body);
    const yes = 1 / (1 + Math.exp(-2));
    expect(result).toEqual([[expect.closeTo(1 - yes, 12), expect.closeTo(yes, 12)]]);
  });

  test("explanations beside the result", async () => {
    const { result, explanations } = JSON.parse((await ask({ data: [row, plain], explain: true })).body);
    expect(result).toEqual(["yes", "no"]);
    expect(explanations).toHaveLength(2);
    expect(explanations[0]).toMatchObject({ output: "yes", scale: "logOdds" });
  });

  test("a JSON string that holds JSON: the bytes of Azure ML's answer", async () => {
    const { body } = await ask({ data: [row, plain] }, { settings: { resultAsString: true } });
    expect(body).toBe(String.raw`"{\"result\": [\"yes\", \"no\"]}"`);
    expect(body).toHaveLength(33);
  });

  test("as a string: numbers of a regression and probabilities are Python's floats, labels are what they are", async () => {
    const settings = { resultAsString: true };
    expect((await ask({ data: [row] }, { settings, model: regressionModel })).body).toBe(
      String.raw`"{\"result\": [2.0]}"`,
    );
    const { body } = await ask({ data: [row], method: "predict_proba" }, { settings });
    expect(JSON.parse(body)).toMatch(/^\{"result": \[\[0\.11\d+, 0\.88\d+\]\]\}$/);
    const { body: explained } = await ask({ data: [row], explain: true }, { settings });
    expect(JSON.parse(JSON.parse(explained)).explanations).toHaveLength(1);
  });

  test.each<[string, unknown, string, string]>([
    ["no object", [], "SLW_SCORE_DATA", "The body: expected an object with the key data, got a list."],
    ["no data", {}, "SLW_SCORE_DATA", "data: expected a list of rows, got nothing."],
    ["data that is an object", { data: {} }, "SLW_SCORE_DATA", "data: expected a list of rows, got an object."],
    [
      "an unknown key",
      { data: [], methd: 1 },
      "SLW_SCORE_DATA",
      'The body: expected the keys data, method, explain, got "methd".',
    ],
    [
      "a method that is none",
      { data: [], method: "eval" },
      "SLW_SCORE_METHOD",
      'method: expected "predict" or "predict_proba", got the text "eval".',
    ],
    ["explain that is no flag", { data: [], explain: 1 }, "SLW_SCORE_DATA", "explain: expected true or false, got 1."],
    [
      "too many rows",
      { data: [row, row, row] },
      "SLW_HTTP_ROWS",
      "The request has 3 rows; this endpoint takes 2 at a time.",
    ],
    [
      "too many rows to explain",
      { data: [row, row], explain: true },
      "SLW_HTTP_ROWS",
      "The request has 2 rows; this endpoint explains 1 at a time.",
    ],
    ["data of __proto__", '{"__proto__":{"data":[]}}', "SLW_SCORE_DATA", 'got "__proto__"'],
  ])("refused: %s", async (_, body, code, message) => {
    const refusal = expect.objectContaining({ code, message: expect.stringContaining(message) });
    await expect(ask(body, { settings: { maxRows: 2, explainedRows: 1 } })).rejects.toEqual(refusal);
  });
});

describe("Azure ML v2", () => {
  test.each<[string, unknown, string]>([
    ["records", { Inputs: { data: [row, plain] } }, '{"Results":["yes","no"]}'],
    ["with a method", { Inputs: { data: [plain] }, GlobalParameters: { method: "predict" } }, '{"Results":["no"]}'],
    [
      "lists, and a number that means nothing",
      { Inputs: { data: [list] }, GlobalParameters: 1.0 },
      '{"Results":["yes"]}',
    ],
  ])("%s", async (_, body, expected) => {
    expect((await ask(body)).body).toBe(expected);
  });

  test("regression, and never a string", async () => {
    const body = { Inputs: { data: [row] }, GlobalParameters: 1.0 };
    const { body: answer } = await ask(body, { model: regressionModel, settings: { resultAsString: true } });
    expect(answer).toBe('{"Results":[2]}');
  });

  test("probabilities", async () => {
    const body = { Inputs: { data: [row] }, GlobalParameters: { method: "predict_proba" } };
    expect(JSON.parse((await ask(body)).body).Results[0]).toHaveLength(2);
  });

  test.each<[string, unknown, string]>([
    ["no data", { Inputs: {} }, "Inputs.data: expected a list of rows, got nothing."],
    ["Inputs as a list", { Inputs: [row] }, "Inputs: expected an object with the key data, got a list."],
    ["another number", { Inputs: { data: [] }, GlobalParameters: 2 }, "GlobalParameters: expected"],
    ["an unknown parameter", { Inputs: { data: [] }, GlobalParameters: { a: 1 } }, 'got "a"'],
    ["both forms", { Inputs: { data: [] }, data: [] }, 'got "Inputs"'],
  ])("refused: %s", async (_, body, message) => {
    await expect(ask(body)).rejects.toThrow(message);
  });
});

describe("Azure ML's form for MLflow models", () => {
  test("columns, index and data, answered with a list", async () => {
    const input_data = {
      columns: ["since", "job", "duration", "age"],
      index: [0, 1],
      data: [
        [null, "student", 1.5, 57],
        [null, "admin.", 1.5, 57],
      ],
    };
    expect((await ask({ input_data })).body).toBe('["yes","no"]');
    expect((await ask({ input_data: [row, plain] })).body).toBe('["yes","no"]');
    const { body } = await ask({ input_data: [row], params: { method: "predict_proba" } });
    expect(JSON.parse(body)[0]).toHaveLength(2);
  });
});
