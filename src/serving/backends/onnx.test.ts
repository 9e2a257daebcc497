/** A model of ours, exported to ONNX and scored by onnxruntime, answers as it does itself. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { exportOnnx } from "../../model/index.ts";
import { regressionModel, testModel } from "../test-model.ts";
import { createSlipwayBackend, openBackend, type Backend } from "./index.ts";
import { castModel, type CastType } from "./test-onnx.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-onnx-"));

function open(file: string): Promise<Backend> {
  const model = { name: "bank", version: 1, kind: "onnx", path: "model.onnx", sha256: null } as const;
  return openBackend({ model, path: file, temporaryFolder: folder });
}

async function exported(name: string, model: typeof testModel): Promise<Backend> {
  const file = join(folder, name);
  writeFileSync(file, exportOnnx(model));
  return open(file);
}

let backend: Backend;
beforeAll(async () => {
  backend = await exported("model.onnx", testModel);
});
afterAll(async () => {
  await backend.close();
  rmSync(folder, { recursive: true });
});

const rows = [
  { age: 57, job: "student", duration: 1, since: 0 },
  { age: 61, job: "admin.", duration: 2, since: 0 },
  { age: 20, job: "admin.", duration: 3, since: 0 },
];

describe("an ONNX model", () => {
  test("takes the columns of its inputs", () => {
    expect(backend.schema.columns.map(({ name, type }) => [name, type])).toEqual([
      ["age", "numeric"],
      ["job", "string"],
      ["duration", "numeric"],
      ["since", "numeric"],
    ]);
    expect(backend.schema).toMatchObject({ task: "classification", probabilities: true, explanations: false });
  });

  test.each(["predict", "predict_proba"] as const)("answers %s as our own model does", async (method) => {
    const own = await createSlipwayBackend(testModel);
    const whole = rows.map((row) => ({ ...row, since: null }));
    const expected = await own.score({ rows: whole, method, explain: false });
    const answer = await backend.score({ rows, method, explain: false });
    if (method === "predict") expect(answer.result).toEqual(expected.result);
    else {
      const pairs = answer.result as number[][];
      pairs
        .flat()
        .forEach((value, i) => expect(value).toBeCloseTo((expected.result as number[][]).flat()[i] ?? NaN, 6));
    }
  });

  test("answers requests that come at once, each its own", async () => {
    const answers = await Promise.all(
      rows.map((row) => backend.score({ rows: [row], method: "predict", explain: false })),
    );
    expect(answers.map(({ result }) => result)).toEqual([["yes"], ["yes"], ["no"]]);
  });

  test("answers values for a regression, and no probabilities", async () => {
    const regression = await exported("regression.onnx", regressionModel);
    const example = regression.schema.columns.map(({ example: value }) => value);
    const { result } = await regression.score({ rows: [example], method: "predict", explain: false });
    expect(result).toEqual([expect.any(Number)]);
    await expect(async () =>
      regression.score({ rows: [example], method: "predict_proba", explain: false }),
    ).rejects.toThrow(expect.objectContaining({ code: "SLW_SCORE_METHOD" }));
    await regression.close();
  });

  test.each<[string, unknown, string]>([
    ["null", { ...rows[0], duration: null }, 'data[1], column "duration": expected a finite number, got null.'],
    ["null for text", { ...rows[0], job: null }, 'data[1], column "job": expected text, got null.'],
    ["null in a list", [57, "student", null, 0], 'data[1], column "duration": expected a finite number, got null.'],
    ["nothing", { age: 57, job: "student", since: 0 }, 'data[1]: the column "duration" is missing.'],
  ])("refuses %s by row and column", async (_, row, message) => {
    const refused = Promise.resolve().then(() =>
      backend.score({ rows: [rows[0], row], method: "predict", explain: false }),
    );
    await expect(refused).rejects.toMatchObject({ status: 400, message, details: { row: 1 } });
  });

  test.each<[CastType, number, number]>([
    ["int8", -128, 127],
    ["uint8", 0, 255],
    ["int16", -32768, 32767],
    ["uint16", 0, 65535],
    ["int32", -(2 ** 31), 2 ** 31 - 1],
    ["uint32", 0, 2 ** 32 - 1],
    ["int64", Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
    ["bool", 0, 1],
    ["float32", -3.4028234663852886e38, 3.4028234663852886e38],
  ])("of an input of %s takes what fits and refuses the rest by row and column", async (type, low, high) => {
    const file = join(folder, `${type}.onnx`);
    writeFileSync(file, castModel(type));
    const cast = await open(file);
    const score = async (...values: number[]): Promise<readonly unknown[]> =>
      (await cast.score({ rows: values.map((x) => ({ x })), method: "predict", explain: false })).result;
    expect(await score(low, 0, high)).toEqual([low, 0, high]);
    const beyond = type === "float32" ? [-3.5e38, 3.5e38, 1e300] : [low - 1, high + 1, 1e300, -1e300];
    for (const value of beyond) {
      await expect(score(low, value)).rejects.toMatchObject({
        code: "SLW_SCORE_VALUE",
        status: 400,
        message: expect.stringContaining(`data[1], column "x": expected a ${type === "float32" ? "" : "whole "}number`),
        details: { row: 1, column: "x", got: String(value) },
      });
    }
    if (type !== "float32") {
      await expect(score(0, 0.5)).rejects.toMatchObject({ code: "SLW_SCORE_VALUE", details: { row: 1, column: "x" } });
    }
    await cast.close();
  });

  test("of broken bytes is refused", async () => {
    const file = join(folder, "broken.onnx");
    writeFileSync(file, "not a model");
    await expect(open(file)).rejects.toThrow(expect.objectContaining({ code: "SLW_MODEL_INVALID" }));
  });
});
