import fc from "fast-check";
import { expect, test } from "vitest";
import { draftOf, parameterWords, parseDrafts, type Parameter } from "./parameter-drafts.ts";

const parse = (parameter: Parameter, draft?: string) =>
  parseDrafts({ p: parameter }, draft === undefined ? {} : { p: draft });

test.each<[string, Parameter, string | undefined, unknown]>([
  ["a number", { type: "number" }, " 45.5 ", 45.5],
  ["a flag", { type: "boolean" }, "false", false],
  ["a number among values", { type: "enum", values: ["a", 2] }, "2", 2],
  ["a list of texts", { type: "list", default: ["a"] }, "1\n\nb, c", ["1", "b, c"]],
  ["a list of numbers", { type: "list", default: [1, true] }, "2\nfalse\nx", [2, false, "x"]],
  ["an empty list", { type: "list", default: ["a"] }, "", []],
  ["a dataset", { type: "dataset" }, "bank@3 ", "bank@3"],
  ["a path", { type: "data_path" }, "landing:incoming/", "landing:incoming/"],
  ["spaces of a text", { type: "string" }, " a ", " a "],
  ["an empty text in place of a default", { type: "string", default: "a" }, "", ""],
])("%s", (_name, parameter, draft, expected) => {
  expect(parse(parameter, draft)).toEqual({ values: { p: expected }, problems: {} });
});

test.each<[Parameter["type"], string | undefined]>([
  ["number", ""],
  ["number", "many"],
  ["number", undefined],
  ["boolean", "perhaps"],
  ["enum", "c"],
  ["dataset", " "],
  ["data_path", "no colon"],
  ["string", ""],
])("%s does not take %j", (type, draft) => {
  const { values, problems } = parse({ type, values: ["a"] }, draft);
  expect(values).toEqual({});
  expect(problems["p"]).toMatch(/needed/);
});

test("defaults are not sent, and what is typed for a value is that value again", () => {
  const scalar = fc.oneof(fc.integer(), fc.boolean(), fc.constantFrom("a", "b c"));
  const parameter = fc.oneof(
    fc.integer().map((value): Parameter => ({ type: "number", default: value })),
    fc.boolean().map((value): Parameter => ({ type: "boolean", default: value })),
    fc.array(scalar).map((value): Parameter => ({ type: "list", default: value })),
    fc.string().map((value): Parameter => ({ type: "string", default: value })),
  );
  fc.assert(
    fc.property(parameter, (given) => {
      expect(parse(given, draftOf(given, given.default))).toEqual({ values: {}, problems: {} });
    }),
  );
});

test.each<[Record<string, unknown>, string[]]>([
  [{}, []],
  [{ a: 1, b: "x y" }, ["--parameter", "a=1", "--parameter", "b=x y"]],
  [{ a: "1,2" }, ["--parameters", '{"a":"1,2"}']],
  [{ a: ["x"] }, ["--parameters", '{"a":["x"]}']],
])("options of the command for %j", (values, expected) => {
  expect(parameterWords(values)).toEqual(expected);
});
