import { expect, test } from "vitest";
import type { ModelVersionComparison } from "../../contract/index.ts";
import { comparisonRows, describeChange, valueText } from "./comparison.ts";

const formats = {
  number: (value: number | null) => (value === null ? "–" : String(value)),
  bytes: (value: number) => `${value} B`,
};
const comparison = {
  metrics: [
    { name: "accuracy", a: 0.5, b: 0.75, difference: 0.25, better: "b" },
    { name: "log_loss", a: 1, b: null, difference: null, better: null },
    { name: "r2", a: 1, b: 1, difference: 0, better: null },
  ],
  parameters: [{ name: "learningRate", a: 0.1, b: undefined }],
  size: { a: 10, b: 20 },
  rowMicroseconds: { a: 3, b: null },
  dataset: { name: "data", a: { name: "bank", version: 1 }, b: null },
  schema: [],
} as unknown as ModelVersionComparison;

test("rows in their order, differences with their sign", () => {
  const rows = comparisonRows(comparison, formats).map(({ name, a, b, difference, better }) => [
    name,
    a,
    b,
    difference,
    better,
  ]);
  expect(rows).toEqual([
    ["accuracy", "0.5", "0.75", "+0.25", "b"],
    ["log_loss", "1", "–", "", null],
    ["r2", "1", "1", "", null],
    ["Size", "10 B", "20 B", "", null],
    ["Scoring a row, µs", "3", "–", "", null],
    ["Data", '{"name":"bank","version":1}', "–", "", null],
    ["learningRate", "0.1", "–", "", null],
  ]);
});

test.each([
  ["added", "x is only in the second"],
  ["removed", "x is only in the first"],
  ["categories", "x: other categories"],
  ["type", "x: type numeric and string"],
] as const)("a change of the kind %s reads: %s", (change, text) => {
  expect(describeChange({ name: "x", change, a: "numeric", b: "string" })).toBe(text);
});

test("values as text", () => {
  expect([valueText("a"), valueText(false), valueText(null)]).toEqual(["a", "false", "–"]);
});
