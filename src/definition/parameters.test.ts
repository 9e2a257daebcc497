import { describe, expect, test } from "vitest";
import { SlipwayError } from "../base/index.ts";
import { resolveParameters } from "./parameters.ts";
import type { Parameter, PipelineDefinition } from "./types.ts";

const definitionWith = (parameters: Readonly<Record<string, Parameter>>): PipelineDefinition => ({
  name: "retrain",
  parameters,
  steps: { a: { type: "approval", message: "?" } },
});

const one = (parameter: Parameter, value: unknown): unknown =>
  resolveParameters(definitionWith({ p: parameter }), { p: value })["p"];

test("the given ones, and the defaults of the others", () => {
  const definition = definitionWith({
    metric: { type: "enum", values: ["accuracy", "AUC"], default: "accuracy" },
    limit: { type: "number", default: 60 },
    data: { type: "dataset" },
  });
  expect(resolveParameters(definition, { data: "bank@3", limit: undefined })).toEqual({
    metric: "accuracy",
    limit: 60,
    data: "bank@3",
  });
  expect(resolveParameters(definitionWith({}), {})).toEqual({});
});

describe("what is taken", () => {
  test.each<[Parameter, unknown, unknown]>([
    [{ type: "string" }, 45, "45"],
    [{ type: "string" }, true, "true"],
    [{ type: "string" }, "", ""],
    [{ type: "string" }, "${{ run.id }}", "${{ run.id }}"],
    [{ type: "number" }, "45", 45],
    [{ type: "number" }, " -4.5e-1 ", -0.45],
    [{ type: "number" }, 0, 0],
    [{ type: "boolean" }, "true", true],
    [{ type: "boolean" }, "False", false],
    [{ type: "enum", values: ["a", 2] }, "2", 2],
    [{ type: "enum", values: ["a", "2"] }, 2, "2"],
    [{ type: "list" }, "a, b,c", ["a", "b", "c"]],
    [{ type: "list" }, "", []],
    [{ type: "list" }, ["a", 2, true], ["a", 2, true]],
    [{ type: "dataset" }, "bank", "bank"],
    [{ type: "data_path" }, "landing:bank/2026 05.csv", "landing:bank/2026 05.csv"],
  ])("%j takes %j", (parameter, value, expected) => {
    expect(one(parameter, value)).toEqual(expected);
  });
});

describe("what is refused", () => {
  test.each<[Parameter, unknown, RegExp]>([
    [{ type: "string" }, null, /expected a text, got null/],
    [{ type: "string" }, { a: 1 }, /expected a text, got \{"a":1\}/],
    [{ type: "string" }, "a\0b", /NUL/],
    [{ type: "string" }, "\ud800", /Unicode/],
    [{ type: "string" }, "x".repeat(70_000), /longer than 65536/],
    [{ type: "number" }, "many", /expected a number, got "many"/],
    [{ type: "number" }, "", /expected a number/],
    [{ type: "number" }, "0x10", /expected a number/],
    [{ type: "number" }, Number.NaN, /expected a number/],
    [{ type: "number" }, true, /expected a number/],
    [{ type: "boolean" }, 1, /expected true or false, got 1/],
    [{ type: "boolean" }, "yes", /expected true or false/],
    [{ type: "enum", values: ["accuracy"] }, "acuracy", /one of accuracy, got "acuracy"; did you mean "accuracy"/],
    [{ type: "list" }, [["a"]], /in the list/],
    [{ type: "list" }, { a: 1 }, /expected a list/],
    [{ type: "list" }, Array.from({ length: 1001 }, () => 1), /longer than 1000/],
    [{ type: "list" }, ["a\0"], /NUL/],
    [{ type: "dataset" }, "bank@0", /name of a dataset/],
    [{ type: "dataset" }, "a b", /name of a dataset/],
    [{ type: "dataset" }, 3, /name of a dataset/],
    [{ type: "data_path" }, "bank.csv", /DATASTORE:PATH/],
  ])("%j refuses %j", (parameter, value, message) => {
    expect(() => one(parameter, value)).toThrow(message);
    expect(() => one(parameter, value)).toThrow(SlipwayError);
    expect(() => one(parameter, value)).toThrow('Parameter "p"');
  });

  test("an unknown one, with the nearest", () => {
    const definition = definitionWith({ metric: { type: "string", default: "a" } });
    expect(() => resolveParameters(definition, { metrik: "b" })).toThrow(
      'no parameter "metrik": did you mean "metric"?',
    );
    expect(() => resolveParameters(definition, JSON.parse('{"__proto__": 1}') as object as never)).toThrow(
      'no parameter "__proto__"',
    );
    expect(() => resolveParameters(definitionWith({}), { constructor: 1 } as never)).toThrow("it takes none");
  });

  test("a missing one", () => {
    const definition = definitionWith({ metric: { type: "string" } });
    expect(() => resolveParameters(definition, {})).toThrow('needs a value for the parameter "metric" (string)');
  });
});
