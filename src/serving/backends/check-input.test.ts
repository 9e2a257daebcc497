/** What becomes of input that is not as training's was: each case through the backend, by the endpoint's settings. */
import { describe, expect, test } from "vitest";
import type { Model, Transform } from "../../model/index.ts";
import { row, testModel } from "../test-model.ts";
import { createSlipwayBackend } from "./slipway.ts";
import type { InputChecks, ScoredRows } from "./types.ts";

const defaults: InputChecks = { unknownColumns: "ignore", missingColumns: "refuse", unknownCategories: "refuse" };

async function score(
  rows: readonly unknown[],
  checks: Partial<InputChecks> = {},
  model = testModel,
): Promise<ScoredRows> {
  const backend = await createSlipwayBackend(model);
  return await backend.score({ rows, method: "predict", explain: false, checks: { ...defaults, ...checks } });
}

const { age: _age, ...withoutAge } = row;
const { job: _job, ...withoutJob } = row;

describe("columns", () => {
  test("in any order", async () => {
    const reversed = Object.fromEntries(Object.entries(row).toReversed());
    expect(await score([reversed, row])).toEqual({ result: ["yes", "yes"], explanations: null, warnings: [] });
  });

  test("an unknown one is ignored with a warning", async () => {
    const { result, warnings } = await score([row, { ...row, Agee: 1 }]);
    expect(result).toEqual(["yes", "yes"]);
    expect(warnings).toEqual([{ kind: "unknownColumn", column: "Agee", nearest: "age" }]);
  });

  test("an unknown one is refused, with its row and the nearest name", async () => {
    await expect(score([row, { ...row, Agee: 1 }], { unknownColumns: "refuse" })).rejects.toMatchObject({
      code: "SLW_SCORE_COLUMN_UNKNOWN",
      status: 400,
      message: 'data[1]: the model has no column "Agee".',
      fix: expect.stringContaining('"age"'),
      details: { row: 1, column: "Agee", nearest: "age" },
    });
    await expect(score([{ ...row, qqqqqq: 1 }], { unknownColumns: "refuse" })).rejects.toMatchObject({
      details: { nearest: null },
    });
  });

  test.each<[string, unknown, string, Record<string, unknown>]>([
    ["missing", [row, withoutAge], "SLW_SCORE_COLUMN_MISSING", { row: 1, column: "age", got: "nothing" }],
    ["null", [{ ...row, age: null }], "SLW_SCORE_VALUE", { row: 0, column: "age", got: "null" }],
    ["null in a list", [[null, "student", 1, null]], "SLW_SCORE_VALUE", { row: 0, column: "age", got: "null" }],
  ])("%s, where training had none missing: refused by name", async (_, rows, code, details) => {
    await expect(score(rows as unknown[])).rejects.toMatchObject({ code, details: expect.objectContaining(details) });
  });

  test("a missing one is imputed with the value of training, and told", async () => {
    const rows = [row, withoutAge, { ...withoutJob, age: null }];
    const before = structuredClone(rows);
    const { result, warnings } = await score(rows, { missingColumns: "impute" });
    // The example: 41 years, "admin.".
    expect(result).toEqual(["yes", "yes", "no"]);
    expect(warnings).toEqual([
      { kind: "imputedColumn", row: 1, rows: 2, column: "age", value: 41 },
      { kind: "imputedColumn", row: 2, rows: 1, column: "job", value: "admin." },
    ]);
    // Collection is given the rows as they came.
    expect(rows).toEqual(before);
  });

  test("imputed in lists, which stay as they came", async () => {
    const list = [null, null, null, null];
    const { result, warnings } = await score([list], { missingColumns: "impute" });
    expect([result, warnings.length, list]).toEqual([["no"], 2, [null, null, null, null]]);
  });

  test("imputing does not make values of what is none", async () => {
    const checks = { missingColumns: "impute" } as const;
    await expect(score([{ ...withoutAge, job: 7 }], checks)).rejects.toMatchObject({ code: "SLW_SCORE_VALUE" });
    await expect(score([{ ...withoutAge, job: "pilot" }], checks)).rejects.toMatchObject({
      code: "SLW_SCORE_CATEGORY",
    });
    const { warnings } = await score([{ ...withoutAge, Aeg: 1 }], checks);
    expect(warnings.map(({ kind }) => kind)).toEqual(["imputedColumn", "unknownColumn"]);
  });

  test.each(["__proto__", "constructor"])("a missing column called %s is imputed as a column", async (name) => {
    const inputs = [{ ...testModel.inputs[1]!, name }];
    const transforms = [testModel.transforms[0]!, { op: "Category", column: name, categories: ["admin.", "student"] }];
    const model = { ...testModel, inputs: [testModel.inputs[0]!, ...inputs], transforms } as Model;
    const { result, warnings } = await score([{ age: 20 }], { missingColumns: "impute" }, model);
    expect(result).toEqual(["no"]);
    expect(warnings).toEqual([{ kind: "imputedColumn", row: 0, rows: 1, column: name, value: "admin." }]);
  });
});

describe("values", () => {
  test.each<[string, unknown, string]>([
    ["age", "57", 'the text "57"'],
    ["age", "", 'the text ""'],
    ["age", true, "true"],
    ["age", [57], "a list"],
    ["age", {}, "an object"],
    ["age", "NaN", 'the text "NaN"'],
    ["age", Infinity, "a number beyond the range of 64-bit floating point"],
    ["age", NaN, "a number beyond the range of 64-bit floating point"],
    ["job", 7, "7"],
    ["job", false, "false"],
    ["since", 1582934400000, "1582934400000"],
    ["since", "2023-02-30", 'the text "2023-02-30"'],
    ["since", "29.02.2020", 'the text "29.02.2020"'],
  ])("%s = %j is refused in objects and in lists", async (column, value, got) => {
    const bad = { ...row, [column]: value };
    const refusal = {
      code: "SLW_SCORE_VALUE",
      status: 400,
      details: { row: 1, column, got, expected: expect.any(String) },
    };
    await expect(score([row, bad])).rejects.toMatchObject(refusal);
    await expect(score([row, bad].map((each) => Object.values(each)))).rejects.toMatchObject(refusal);
    await expect(score([row, bad], { missingColumns: "impute" })).rejects.toMatchObject(refusal);
  });
});

describe("categories that training did not see", () => {
  test("are refused with row, column, value and the nearest one", async () => {
    await expect(score([row, { ...row, job: "studnet" }])).rejects.toMatchObject({
      code: "SLW_SCORE_CATEGORY",
      status: 400,
      message: 'data[1], column "job": expected one of the 2 categories of training, got "studnet".',
      fix: 'Did you mean "student"? swagger.json lists the categories.',
      details: { row: 1, column: "job", expected: ["admin.", "student"], got: "studnet", nearest: "student" },
    });
    await expect(score([[57, "Student", 1, null]])).rejects.toMatchObject({ details: { nearest: "student" } });
  });

  test("are scored as unknown with a warning, by setting", async () => {
    const { result, warnings } = await score([row, { ...row, job: "pilot" }], { unknownCategories: "ignore" });
    expect(result).toEqual(["yes", "no"]);
    expect(warnings).toEqual([{ kind: "unknownCategory", row: 1, column: "job", value: "pilot" }]);
  });

  const names = (count: number): string[] => Array.from({ length: count }, (_, i) => `j${i}`).sort();
  const withTransforms = (...transforms: Transform[]): Model => ({
    ...testModel,
    // Without the tree's second question: what the categories are makes no difference to it here.
    inputs: testModel.inputs.map((input) => (input.name === "job" ? { ...input, example: "j1" } : input)),
    transforms: [testModel.transforms[0]!, ...transforms],
  });
  const category = (count: number): Transform => ({ op: "Category", column: "job", categories: names(count) });
  const statistic = (count: number): Transform => {
    const values = { values: new Float64Array(count), unknown: 0, missing: 0 };
    return { op: "CategoryStatistic", column: "job", statistic: "frequency", categories: names(count), ...values };
  };
  const pilot = { ...row, job: "pilot" };
  const told = [{ kind: "unknownCategory", row: 0, column: "job", value: "pilot" }];

  test("where training took the rarer ones for unknown, so does scoring", async () => {
    expect((await score([pilot], {}, withTransforms(category(254)))).warnings).toEqual(told);
    await expect(score([pilot], {}, withTransforms(category(253)))).rejects.toMatchObject({
      code: "SLW_SCORE_CATEGORY",
    });
    expect((await score([pilot], {}, withTransforms(statistic(50_000)))).warnings).toEqual(told);
    await expect(score([pilot], {}, withTransforms(statistic(300)))).rejects.toMatchObject({
      code: "SLW_SCORE_CATEGORY",
    });
  });

  test("a rarer one that a statistic knows is known", async () => {
    const model = withTransforms(
      { op: "Category", column: "job", categories: names(300).slice(0, 254) },
      statistic(300),
    );
    const [known] = names(300).slice(-1);
    expect((await score([{ ...row, job: known }], {}, model)).warnings).toEqual([]);
    // Also when more rare ones come than warnings are kept.
    const rows = [...names(300).slice(254), "pilot"].map((job) => ({ ...row, job }));
    await expect(score(rows, {}, model)).rejects.toMatchObject({ details: { row: rows.length - 1, got: "pilot" } });
    const { warnings } = await score(rows, { unknownCategories: "ignore" }, model);
    expect(warnings).toEqual([{ kind: "unknownCategory", row: rows.length - 1, column: "job", value: "pilot" }]);
  });

  test("numbers that the model takes for categories", async () => {
    const inputs = [{ ...testModel.inputs[0]!, name: "code" }, ...testModel.inputs.slice(1)];
    const transforms: Transform[] = [
      { op: "Category", column: "code", categories: ["1", "2"] },
      { op: "Category", column: "job", categories: ["admin.", "student"] },
    ];
    const model = { ...testModel, inputs, transforms };
    const rowOf = (code: number): unknown => ({ code, job: "student" });
    expect((await score([rowOf(2)], {}, model)).warnings).toEqual([]);
    await expect(score([rowOf(3)], {}, model)).rejects.toMatchObject({
      code: "SLW_SCORE_CATEGORY",
      details: { got: "3" },
    });
  });

  test("the schema lists categories where all are known", async () => {
    const categoriesOf = async (model: Model): Promise<unknown> => {
      const { schema } = await createSlipwayBackend(model);
      return schema.columns.find(({ name }) => name === "job")?.categories;
    };
    expect(await categoriesOf(testModel)).toEqual(["admin.", "student"]);
    expect(await categoriesOf(withTransforms(category(254)))).toBeNull();
  });
});

test("parameters are refused: no model of ours takes one", async () => {
  const backend = await createSlipwayBackend(testModel);
  const ask = (params: Record<string, unknown>): unknown =>
    backend.score({ rows: [row], method: "predict", explain: false, params });
  expect(() => ask({ top: 1 })).toThrow('the model takes no parameter "top"');
  expect(ask({})).toMatchObject({ result: ["yes"] });
});
