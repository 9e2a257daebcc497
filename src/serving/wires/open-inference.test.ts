import { describe, expect, test } from "vitest";
import { createSlipwayBackend } from "../backends/index.ts";
import { testModel } from "../test-model.ts";
import { answerGet, findWire, type WireService } from "./index.ts";
import { ask as askWire, type Asked } from "./test-ask.ts";

const path = "/v2/models/bank/infer";
const ask = (body: unknown, more = {}): Promise<Asked> => askWire(body, { path, ...more });

const age = { name: "age", shape: [2, 1], datatype: "INT64", data: [57, 57] };
const job = { name: "job", shape: [2, 1], datatype: "BYTES", data: ["student", "admin."] };
const duration = { name: "duration", shape: [2, 1], datatype: "FP64", data: [1.5, null] };

describe("POST /v2/models/MODEL/infer", () => {
  test("a tensor a column; the id comes back", async () => {
    const { body } = await ask({ id: "42", inputs: [age, job, duration] });
    expect(JSON.parse(body)).toEqual({
      model_name: "bank",
      model_version: "3",
      id: "42",
      outputs: [{ name: "predict", datatype: "BYTES", shape: [2, 1], data: ["yes", "no"] }],
    });
  });

  test.each<[string, unknown]>([
    ["in any order", [duration, job, age]],
    [
      "of shape [n]",
      [
        { ...age, shape: [2] },
        { ...job, shape: [2] },
      ],
    ],
    ["nested", [{ ...age, data: [[57], [57]] }, job]],
    ["of small integers", [{ ...age, datatype: "UINT8" }, job]],
    ["of single precision", [{ ...age, datatype: "FP32" }, job]],
    [
      "with parameters",
      [
        { ...age, parameters: { content_type: "np" } },
        { ...job, parameters: { content_type: "str" } },
      ],
    ],
  ])("tensors %s", async (_, inputs) => {
    const answer = JSON.parse((await ask({ inputs })).body);
    expect(answer.outputs[0].data).toEqual(["yes", "no"]);
    expect(answer).not.toHaveProperty("id");
  });

  test.each([
    ["by output", { outputs: [{ name: "predict_proba" }] }],
    ["by parameter", { parameters: { method: "predict_proba" } }],
  ])("probabilities %s", async (_, more) => {
    const [output] = JSON.parse((await ask({ inputs: [age, job], ...more })).body).outputs;
    expect(output).toMatchObject({ name: "predict_proba", datatype: "FP64", shape: [2, 2] });
    expect(output.data).toHaveLength(4);
    expect(output.data[0] + output.data[1]).toBeCloseTo(1, 12);
  });

  test("no rows", async () => {
    const none = [
      { ...age, shape: [0, 1], data: [] },
      { ...job, shape: [0, 1], data: [] },
    ];
    const [output] = JSON.parse((await ask({ inputs: none })).body).outputs;
    expect(output).toMatchObject({ shape: [0, 1], data: [] });
  });

  test("one tensor of all columns, for a model of numbers", async () => {
    const [ageColumn, , durationColumn] = testModel.inputs;
    const members = [{ name: "it", weight: 1, learner: oneLeaf(testModel.members[0]!.learner) }];
    const single = {
      ...testModel,
      inputs: [ageColumn!, durationColumn!],
      transforms: [testModel.transforms[0]!],
      members,
    };
    const inputs = [{ name: "rows", shape: [2, 2], datatype: "FP64", data: [57, 1.5, 61, 2] }];
    expect(JSON.parse((await ask({ inputs }, { model: single })).body).outputs[0].data).toEqual(["yes", "yes"]);
  });

  test.each<[string, unknown, string]>([
    ["no inputs", {}, "inputs: expected a list of tensors, got nothing."],
    ["an unknown key", { inputs: [age], output: [] }, 'got "output"'],
    ["an id that is no text", { id: 1, inputs: [age] }, "id: expected text"],
    ["no name", { inputs: [{ ...age, name: 1 }] }, "inputs[0].name: expected the name of a column, got 1."],
    ["an unknown datatype", { inputs: [{ ...age, datatype: "STRING" }] }, "inputs[0].datatype: expected one of BOOL"],
    ["a datatype of Object", { inputs: [{ ...age, datatype: "constructor" }] }, "inputs[0].datatype: expected one of"],
    ["three dimensions", { inputs: [{ ...age, shape: [2, 1, 1] }] }, "inputs[0].shape: expected [n] or [n, 1]"],
    ["a negative shape", { inputs: [{ ...age, shape: [-1] }] }, "inputs[0].shape: expected [n]"],
    [
      "too little data",
      { inputs: [{ ...age, shape: [3] }] },
      "inputs[0].data: expected 3 values, as the shape says, got 2.",
    ],
    [
      "other data than the datatype says",
      { inputs: [age, { ...job, data: ["student", 7] }] },
      'inputs[1].data[1], column "job": expected text (BYTES), got 7.',
    ],
    [
      "a fraction as integer",
      { inputs: [{ ...age, data: [57, 0.5] }] },
      'inputs[0].data[1], column "age": expected a whole number',
    ],
    [
      "columns of different lengths",
      { inputs: [age, { ...job, shape: [1], data: ["a"] }] },
      "inputs[1].shape: expected [2]",
    ],
    ["a column twice", { inputs: [age, age] }, 'the column "age" is there twice'],
    [
      "two outputs",
      { inputs: [age], outputs: [{ name: "predict" }, { name: "predict_proba" }] },
      "expected one output",
    ],
  ])("refused: %s", async (_, body, message) => {
    const refusal = expect.objectContaining({ code: "SLW_SCORE_DATA", message: expect.stringContaining(message) });
    await expect(ask(body)).rejects.toEqual(refusal);
  });

  test("text for a number is refused by the backend, by name", async () => {
    const inputs = [{ ...age, datatype: "BYTES", data: ["57", "57"] }, job];
    await expect(ask({ inputs })).rejects.toThrow('column "age": expected a finite number, got the text "57"');
  });

  test("the model and the version that the address names", async () => {
    const inputs = [age, job];
    await expect(ask({ inputs }, { path: "/v2/models/bank/versions/3/infer" })).resolves.toBeDefined();
    for (const other of ["/v2/models/credit/infer", "/v2/models/bank/versions/2/infer"]) {
      await expect(ask({ inputs }, { path: other })).rejects.toMatchObject({ code: "SLW_SCORE_MODEL", status: 404 });
    }
  });

  test("a refusal in the protocol's form", () => {
    expect(findWire(path, "application/json")?.errorBody?.({ status: 400, detail: "why" })).toEqual({ error: "why" });
  });
});

/** A tree of one leaf: "yes" for every row. */
function oneLeaf(learner: (typeof testModel.members)[0]["learner"]): typeof learner {
  if (learner.kind !== "trees") throw new Error("no trees");
  const trees = {
    ...learner.trees,
    roots: Int32Array.of(0),
    feature: Int32Array.of(-1),
    left: Int32Array.of(0),
    threshold: new Float64Array(1),
    flags: new Uint8Array(1),
    cover: Float32Array.of(1),
    leafValues: Float64Array.of(2),
  };
  return { ...learner, trees };
}

describe("GET", async () => {
  const { schema } = await createSlipwayBackend(testModel);
  const service: WireService = {
    name: "marketing",
    version: "1.2.3",
    models: [
      { name: "bank", version: 3, schema },
      { name: "bank", version: 2, schema },
    ],
  };

  test.each<[string, unknown]>([
    ["/v2", { name: "marketing", version: "1.2.3", extensions: [] }],
    ["/v2/health/live", { live: true }],
    ["/v2/health/ready", { ready: true }],
    ["/v2/models/bank/ready", { name: "bank", ready: true }],
    ["/v2/models/bank/versions/2/ready", { name: "bank", ready: true }],
  ])("%s", (address, body) => {
    const answer = answerGet(address, service);
    expect(answer).toMatchObject({ status: 200, contentType: "application/json; charset=utf-8" });
    expect(JSON.parse(answer!.body)).toEqual(body);
  });

  test.each(["/v2/models/bank", "/v2/models/bank/versions/2"])("%s: what the model takes and answers", (address) => {
    expect(JSON.parse(answerGet(address, service)!.body)).toEqual({
      name: "bank",
      versions: ["3", "2"],
      platform: "slipway",
      inputs: [
        { name: "age", datatype: "INT64", shape: [-1, 1] },
        { name: "job", datatype: "BYTES", shape: [-1, 1] },
        { name: "duration", datatype: "FP64", shape: [-1, 1] },
        { name: "since", datatype: "BYTES", shape: [-1, 1] },
      ],
      outputs: [
        { name: "predict", datatype: "BYTES", shape: [-1, 1] },
        { name: "predict_proba", datatype: "FP64", shape: [-1, 2] },
      ],
    });
  });

  test.each(["/v2/models/credit", "/v2/models/bank/versions/9", "/v2/models/bank/versions/9/ready"])(
    "%s is not there",
    (address) => {
      const answer = answerGet(address, service);
      expect(answer?.status).toBe(404);
      expect(JSON.parse(answer!.body).error).toContain("bank, version 3");
    },
  );

  test("MLflow's health and version", () => {
    expect(answerGet("/ping", service)).toMatchObject({ status: 200, body: "\n" });
    expect(answerGet("/health", service)).toMatchObject({ status: 200, body: "\n" });
    expect(answerGet("/version", service)).toMatchObject({ status: 200, body: "1.2.3" });
  });

  test.each(["/score", "/", "/v2/models/bank/infer", "/v2/models/", "/v2/models/a/b/c", "/v3"])(
    "%s is not ours",
    (address) => {
      expect(answerGet(address, service)).toBeNull();
    },
  );
});
