/** The form of an exported file, and what is refused. The numbers are compared in test/golden/onnx.test.ts. */
import { describe, expect, test } from "vitest";
import { boosting, logistic, testModel } from "../test-model.ts";
import type { Model, Trees } from "../types.ts";
import { exportJavaScript, exportOnnx } from "./index.ts";
import { madeModel, shapes } from "./test-models.ts";

/** The fields of a message: numbers of type varint are left out. */
function fields(bytes: Uint8Array): { readonly field: number; readonly bytes: Uint8Array }[] {
  const found: { field: number; bytes: Uint8Array }[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const digit = bytes[at++] as number;
      value += (digit & 127) * factor;
      if (digit < 128) return value;
    }
  };
  while (at < bytes.length) {
    const key = varint();
    const value = varint();
    if ((key & 7) !== 2) continue;
    found.push({ field: key >> 3, bytes: bytes.subarray(at, at + value) });
    at += value;
  }
  expect(at).toBe(bytes.length);
  return found;
}

const all = (bytes: Uint8Array, field: number): Uint8Array[] =>
  fields(bytes).flatMap((each) => (each.field === field ? [each.bytes] : []));
const texts = (bytes: Uint8Array, field: number): string[] =>
  all(bytes, field).map((text) => new TextDecoder("utf-8", { fatal: true }).decode(text));

function readGraph(bytes: Uint8Array) {
  const [graph] = all(bytes, 7) as [Uint8Array];
  const named = (field: number, name: number): string[] => all(graph, field).flatMap((each) => texts(each, name));
  const nodes = all(graph, 1).map((node) => ({ inputs: texts(node, 1), outputs: texts(node, 2) }));
  return { inputs: named(11, 1), outputs: named(12, 1), constants: named(5, 8), nodes };
}

describe.each([["the small model", testModel], ...Object.entries(shapes).map(([name, s]) => [name, madeModel(s, 1)])])(
  "%s",
  (_name, model) => {
    const { inputs, outputs, constants, nodes } = readGraph(exportOnnx(model as Model));

    test("has an input for each column and the outputs of its task", () => {
      expect(inputs).toEqual((model as Model).inputs.map(({ name }) => name));
      const label = inputs.includes("label") ? "predicted_label" : "label";
      expect(outputs).toEqual((model as Model).task === "regression" ? ["variable"] : [label, "probabilities"]);
    });

    test("names everything once, before it is used", () => {
      const known = new Set([...inputs, ...constants]);
      expect(known.size).toBe(inputs.length + constants.length);
      for (const node of nodes) {
        expect(node.inputs.filter((name) => !known.has(name))).toEqual([]);
        for (const name of node.outputs) {
          expect(known).not.toContain(name);
          known.add(name);
        }
      }
      expect(outputs.filter((name) => !known.has(name))).toEqual([]);
    });

    test("gives the same bytes again", () => {
      expect(exportOnnx(model as Model)).toEqual(exportOnnx(model as Model));
      expect(exportJavaScript(model as Model)).toBe(exportJavaScript(model as Model));
    });
  },
);

test("outputs step aside for columns", () => {
  const [age] = testModel.inputs;
  const inputs = ["label", "predicted_label", "probabilities"].map((name) => ({ ...age!, name }));
  const renamed = { ...testModel, inputs: [...testModel.inputs, ...inputs] };
  expect(readGraph(exportOnnx(renamed)).outputs).toEqual(["predicted_predicted_label", "predicted_probabilities"]);
});

const withTrees = (trees: Partial<Trees>): Model => ({
  ...testModel,
  members: [{ name: "GradientBoosting", weight: 1, learner: { ...boosting, trees: { ...boosting.trees, ...trees } } }],
});
const oneHotAge = { kind: "oneHot", feature: 0, position: 0, cardinality: 3 } as const;
const half = "\ud800";

test.each<[string, Model, string, string]>([
  [
    "branches that join again",
    withTrees({
      feature: Int32Array.of(0, 0, 0, -1, -1, 1, -1, -1),
      left: Int32Array.of(1, 2, 3, 1, 2, 6, 3, 4),
      flags: new Uint8Array(8),
    }),
    "SLW_EXPORT_UNSUPPORTED",
    "Tree 0",
  ],
  [
    "a set of numbers",
    withTrees({ feature: Int32Array.of(0, -1, 0, -1, -1, 1, -1, -1) }),
    "SLW_EXPORT_UNSUPPORTED",
    'column "age"',
  ],
  [
    "one-hot numbers",
    { ...testModel, members: [{ name: "Linear", weight: 1, learner: { ...logistic, encodings: [oneHotAge] } }] },
    "SLW_EXPORT_UNSUPPORTED",
    "Linear treats feature 0",
  ],
  ["half a character in a label", { ...testModel, labels: ["no", half] }, "SLW_EXPORT_TEXT", "The label"],
  [
    "half a character in a name",
    { ...testModel, inputs: [{ ...testModel.inputs[0]!, name: half }] },
    "SLW_EXPORT_TEXT",
    "column name",
  ],
  [
    "half a character in a category",
    { ...testModel, transforms: [{ op: "Category", column: "job", categories: [half] }] },
    "SLW_EXPORT_TEXT",
    'column "job"',
  ],
])("refuses %s", (_name, model, code, named) => {
  for (const exported of [exportOnnx, exportJavaScript]) {
    expect(() => exported(model)).toThrow(expect.objectContaining({ code, message: expect.stringContaining(named) }));
  }
});
