/** The exported module against our own scoring: bit for bit, where nothing but the language is there. */
import { createContext, runInContext } from "node:vm";
import { describe, expect, test } from "vitest";
import { decodeModel, encodeModel } from "../format.ts";
import { predictions, score } from "../predict.ts";
import { readRecords } from "../records.ts";
import { testModel } from "../test-model.ts";
import type { Label, Model } from "../types.ts";
import { exportJavaScript } from "./javascript.ts";
import { exportOnnx } from "./onnx.ts";
import { madeModel, madeRows, madeTextModel, madeTextRows, shapes, type Row } from "./test-models.ts";

interface Exported {
  readonly labels?: readonly Label[];
  readonly predict: (rows: unknown) => readonly Label[];
  readonly predictProba?: (rows: unknown) => readonly (readonly number[])[];
}

/**
 * What the module exports. In its context are the language and atob, as in every browser, and nothing of Node; code
 * cannot be made from text there.
 */
function load(text: string): Exported {
  const context = createContext({ atob }, { codeGeneration: { strings: false, wasm: false } });
  const names = Array.from(text.matchAll(/^export (?:function|const) (\w+)/gm), ([, name]) => name);
  return runInContext(`${text.replaceAll(/^export /gm, "")}\n({ ${names.join(", ")} });`, context) as Exported;
}

const own = (model: Model, rows: readonly Row[]): Float64Array => score(model, readRecords(model, rows).table);

describe.each(Object.entries(shapes))("%s", (_name, shape) => {
  test.each([1, 2, 3])("seed %i: all rows, bit for bit", (seed) => {
    const model = madeModel(shape, seed);
    // The made model is one that a file can hold.
    expect(decodeModel(encodeModel(model)).name).toBe("made");
    const rows = madeRows(shape.labels.length > 10 ? 100 : 500, seed);
    const { predict, predictProba, labels } = load(exportJavaScript(model));
    const expected = own(model, rows);
    expect(Array.from(predict(rows))).toEqual(predictions(model, expected));
    if (predictProba === undefined) expect(model.task).toBe("regression");
    else expect(Array.from(predictProba(rows), (row) => Array.from(row)).flat()).toEqual([...expected]);
    expect(labels && Array.from(labels)).toEqual(model.task === "regression" ? undefined : model.labels);
  });
});

test("text: all rows, bit for bit, and refused by ONNX", () => {
  const model = decodeModel(encodeModel(madeTextModel()));
  const rows = madeTextRows();
  const { predict } = load(exportJavaScript(model));
  expect(Array.from(predict(rows))).toEqual([...own(model, rows)]);
  expect(() => exportOnnx(model)).toThrow(expect.objectContaining({ code: "SLW_EXPORT_UNSUPPORTED" }));
});

const row = { age: 41, balance: 80.5, job: "student", since: "2020-02-29" };

test("rows may be lists in schema order, and may lack what may be null", () => {
  const { predictProba } = load(exportJavaScript(testModel));
  const rows = [{ age: 41, job: "student" }, row];
  const [first, second] = [...own(testModel, rows as Row[])].slice(1).filter((_, i) => i % 2 === 0);
  expect(Array.from(predictProba?.(rows) ?? [], (each) => each[1])).toEqual([first, second]);
  expect(predictProba?.([[41, 80.5, "student", "2020-02-29"]])[0]?.[1]).toBe(second);
  expect(predictProba?.([])).toHaveLength(0);
});

test.each([
  ["text for a number", { ...row, age: "41" }, 'rows[1], column "age": expected a finite number, got another string'],
  ["not a number", { ...row, age: NaN }, 'column "age": expected a finite number'],
  ["true for a number", { ...row, age: true }, "got another boolean"],
  ["a null that training never saw", { ...row, age: null }, "got null"],
  ["a column missing", { balance: 1, job: "student" }, "got nothing"],
  ["a property of every object", Object.create({ age: 41 }, {}), "got nothing"],
  ["a number for text", { ...row, job: 3 }, "expected text, got another number"],
  ["no date", { ...row, since: "2021-02-29" }, "expected a date as ISO 8601 text"],
  ["no row", null, "rows[1]: expected an object or a list"],
])("refuses %s", (_name, bad, message) => {
  expect(() => load(exportJavaScript(testModel)).predict([row, bad])).toThrow(message);
});

test("text of the model ends neither a script element nor a comment", () => {
  const nasty = "</script><!-- \u2028 \n alert(1)//";
  const model = { ...testModel, name: nasty, target: nasty, labels: [nasty, "yes"] };
  const text = exportJavaScript(model);
  expect(text).not.toMatch(/<\/script|<!--|\u2028/i);
  expect(load(text).labels?.[0]).toBe(nasty);
});

test("is itself a module, and names nothing of Node", async () => {
  const text = exportJavaScript(testModel);
  const url = `data:text/javascript,${encodeURIComponent(text)}`;
  const module = (await import(/* @vite-ignore */ url)) as Exported;
  expect(module.predict([row])).toEqual(predictions(testModel, own(testModel, [row])));
  expect(text).not.toMatch(/\b(process|Buffer|require|import|eval|globalThis|Function)\b/);
});
