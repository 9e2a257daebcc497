import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  bool,
  checked,
  double,
  enumeration,
  integer,
  message,
  repeated,
  required,
  text,
  withDefault,
  type Fields,
} from "./fields.ts";
import { queryRequest, readRequest } from "./read-request.ts";

function read<F extends Fields>(fields: F, json: string) {
  return readRequest(fields, { values: JSON.parse(json) as Record<string, unknown>, text: json });
}

describe("a field of a request", () => {
  test.each<[string, Fields[string], string, unknown]>([
    ["text", text, '"a"', "a"],
    ["a whole number", integer, "7", 7],
    ["a whole number as text", integer, '"-7"', -7],
    ["a whole number with a point", integer, "7.0", 7],
    ["a number", double, "0.5", 0.5],
    ["a number as text", double, '"5e-1"', 0.5],
    ["NaN", double, '"NaN"', NaN],
    ["an infinity", double, '"-Infinity"', -Infinity],
    ["a name", enumeration({ 1: "ONE" }), '"ONE"', "ONE"],
    ["a name by its number", enumeration({ 1: "ONE" }), "1", "ONE"],
    ["a name by its number as text", enumeration({ 1: "ONE" }), '"1"', "ONE"],
    ["true", bool, "true", true],
    ["true in a query", bool, '"True"', true],
    ["null", text, "null", undefined],
    ["null with a default", withDefault(integer, 5), "null", 5],
    ["a list", repeated(text), '["a","b"]', ["a", "b"]],
    ["no list", repeated(text), "null", []],
    ["a message", message({ some_key: text }), '{"someKey":"a","other":1}', { some_key: "a" }],
  ])("takes %s", (_name, field, json, expected) => {
    expect(read({ it: field }, `{"it":${json}}`)).toEqual({ it: expected });
  });

  test.each<[string, Fields[string], string, string]>([
    ["a number for text", text, "31", "Invalid value 31 for parameter 'it' supplied:  Hint: Value was of type 'int'."],
    [
      "9.0 as it was written",
      text,
      "9.0",
      "Invalid value 9.0 for parameter 'it' supplied:  Hint: Value was of type 'float'.",
    ],
    ["1e2 as it was written", repeated(text), "1e2", "Invalid value 1e2 for parameter 'it'"],
    [
      "text for a number",
      integer,
      '"foo"',
      `Invalid value "foo" for parameter 'it' supplied:  Hint: Value was of type 'str'.`,
    ],
    ["a broken number", integer, "1.5", "Invalid value 1.5 for parameter 'it'"],
    [
      "true for a number",
      integer,
      "true",
      "Invalid value true for parameter 'it' supplied:  Hint: Value was of type 'bool'.",
    ],
    [
      "a list for text",
      text,
      '["b","a"]',
      `Invalid value ["b","a"] for parameter 'it' supplied:  Hint: Value was of type 'list'.`,
    ],
    [
      "an object, its keys in order",
      text,
      '{"b":1.50,"a":null}',
      `Invalid value {"a":null,"b":1.50} for parameter 'it'`,
    ],
    ["other letters than ASCII", integer, '"ü"', 'Invalid value "\\u00fc" for parameter'],
    ["text for a list", repeated(message({ key: text })), '"5"', `Invalid value "5" for parameter 'it' supplied`],
    ["a member of a list", repeated(integer), '[1,"x"]', `Invalid value "x" for parameter 'it[1]' supplied`],
    ["a field of a message", message({ key: text }), '{"key":7}', `Invalid value 7 for parameter 'it.key' supplied`],
    ["nothing where something is needed", required(text), "null", "Missing value for required parameter 'it'."],
    ["an empty text where something is needed", required(text), '""', "Missing value for required parameter 'it'."],
    [
      "an empty list where something is needed",
      required(repeated(text)),
      "[]",
      "Missing value for required parameter 'it'.",
    ],
    [
      "a field that a message of a list needs",
      repeated(message({ timestamp: required(integer) })),
      '[{"timestamp":1},{}]',
      "Missing value for required parameter 'it[1].timestamp'.",
    ],
    [
      "a value out of range",
      checked(integer, () => ""),
      "123456789",
      "Invalid value 123456789 for parameter 'it' supplied",
    ],
    ["a value with a complaint of its own", checked(integer, () => "Too much."), "1", "Too much. See the API docs"],
    ["an unknown name", enumeration({ 1: "ONE" }), '"TWO"', `Invalid value "TWO" for parameter 'it' supplied`],
    ["a name of Object's", enumeration({ 1: "ONE" }), '"constructor"', "Invalid value"],
    ["NaN by another name", double, '"nan"', `Invalid value "nan"`],
  ])("refuses %s", (_name, field, json, expected) => {
    expect(() => read({ it: field }, `{"it":${json}}`)).toThrow(expected);
  });
});

test("run_uuid stands for run_id where that is not given", () => {
  const fields = { run_id: required(text) };
  expect(read(fields, '{"run_uuid":"a"}')).toEqual({ run_id: "a" });
  expect(read(fields, '{"run_id":null,"run_uuid":"a"}')).toEqual({ run_id: "a" });
  expect(read(fields, '{"run_id":"b","run_uuid":"a"}')).toEqual({ run_id: "b" });
});

test("one field under two spellings is refused, so that nobody checks one and uses the other", () => {
  expect(() => read({ model_id: text }, '{"model_id":"a","modelId":"b"}')).toThrow("provide only one of them");
});

test("a query repeats the values of lists, and has one of others", () => {
  const fields = { run_ids: repeated(text), max_results: withDefault(integer, 9), allow: withDefault(bool, false) };
  const raw = queryRequest(fields, "run_ids=a&run_ids=b&max_results=3&allow=true&max_results=4");
  expect(readRequest(fields, raw)).toEqual({ run_ids: ["a", "b"], max_results: 3, allow: true });
});

test("__proto__ in a query supplies no field", () => {
  const fields = { path: text };
  expect(readRequest(fields, queryRequest(fields, "__proto__=x&constructor=y"))).toEqual({ path: undefined });
});

test("whatever JSON comes, it is read by the types of the fields, or refused as input", () => {
  const fields = {
    a: text,
    b: integer,
    c: repeated(double),
    d: message({ e: required(text), f: repeated(message({ g: bool })) }),
  };
  const value = fc.jsonValue({ maxDepth: 4 });
  const body = fc.dictionary(fc.constantFrom("a", "b", "c", "d", "e"), value);
  fc.assert(
    fc.property(body, (given) => {
      try {
        const { a, b, c } = read(fields, JSON.stringify(given));
        expect(["string", "undefined"]).toContain(typeof a);
        expect(b === undefined || Number.isInteger(b)).toBe(true);
        expect(c.every((item) => typeof item === "number")).toBe(true);
      } catch (error) {
        expect((error as { code: string }).code).toBe("SLW_MLFLOW_INPUT");
      }
    }),
    { numRuns: 500 },
  );
});
