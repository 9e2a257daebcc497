import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ScoringSchema } from "../backends/types.ts";
import { readUsualRows, rememberKeys } from "./usual-rows.ts";

const names = ["age", "job", "__proto__", 'a"b', "größe"];
const schemaOf = (columns: readonly string[]): ScoringSchema =>
  ({ columns: columns.map((name) => ({ name })) }) as unknown as ScoringSchema;
const schema = schemaOf(names);

/** What the other way makes of it, as lists. */
function parsed(text: string): unknown[][] {
  const { data } = JSON.parse(text) as { data: Record<string, unknown>[] };
  return data.map((row) => names.map((name) => Object.getOwnPropertyDescriptor(row, name)?.value as unknown));
}

function read(text: string, keys: readonly string[] = names): unknown[][] | null {
  rememberKeys(schema, [Object.fromEntries(keys.map((key) => [key, 1]))]);
  return readUsualRows({ body: Buffer.from(text), schema });
}

const value = fc.oneof(
  fc.string({ maxLength: 12, unit: "grapheme" }),
  fc.integer(),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.tuple(fc.integer(), fc.nat(6)).map(([whole, places]) => whole / 10 ** places),
  fc.constantFrom(null, -0, 0, 0.1, 999, 4.962, 93.444, -36.1, 5228.1, 123_456_789_012.345, true),
);
const order = fc.shuffledSubarray(names, { minLength: names.length, maxLength: names.length });
const rowsIn = (keys: readonly string[]) =>
  fc.array(
    fc
      .tuple(...keys.map(() => value))
      .map((values) => `{${keys.map((key, i) => `${JSON.stringify(key)}:${JSON.stringify(values[i])}`).join(",")}}`),
    { minLength: 1, maxLength: 4 },
  );

describe("readUsualRows", () => {
  test("reads what JSON.parse reads, or leaves it", () => {
    let taken = 0;
    const bodies = order.chain((keys) => fc.tuple(fc.constant(keys), rowsIn(keys), fc.boolean()));
    fc.assert(
      fc.property(bodies, ([keys, rows, isSpaced]) => {
        const dense = `{"data":[${rows.join(",")}]}`;
        const text = isSpaced ? `{"data": [${rows.join(", ")}]} ` : dense;
        const lists = read(text, keys);
        if (lists !== null) {
          taken++;
          expect(lists).toEqual(parsed(text));
        }
      }),
      { numRuns: 1000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  test("of a body with one change it reads what JSON.parse reads, or leaves it", () => {
    const whole =
      '{"data":[{"age":57.25,"job":"a b","__proto__":null,"a\\"b":-0,"größe":10},{"age":1,"job":"","__proto__":2,"a\\"b":3,"größe":4}]}';
    expect(read(whole)).toEqual(parsed(whole));
    const change = fc.constantFrom(...'0123456789-+.eE"\\{}[]:, \n\tnulltrue\u0000ü'.split(""), "");
    fc.assert(
      fc.property(fc.nat(whole.length - 1), change, fc.boolean(), (at, character, isMore) => {
        const text = whole.slice(0, at) + character + whole.slice(isMore ? at : at + 1);
        const lists = read(text);
        if (lists !== null) expect(lists).toEqual(parsed(text));
      }),
      { numRuns: 3000 },
    );
  });

  test.each([
    ["a list", '{"data":[[1,2,3,4,5]]}'],
    ["no rows", '{"data":[]}'],
    ["another key", '{"data":[],"method":"predict"}'],
    ["a number that starts with 0", '{"data":[{"age":01,"job":1,"__proto__":1,"a\\"b":1,"größe":1}]}'],
    ["a column twice", '{"data":[{"age":1,"age":1,"job":1,"__proto__":1,"a\\"b":1,"größe":1}]}'],
    [
      "a number beyond what is exact",
      '{"data":[{"age":0.1234567890123456,"job":1,"__proto__":1,"a\\"b":1,"größe":1}]}',
    ],
    ["something behind it", '{"data":[{"age":1,"job":1,"__proto__":1,"a\\"b":1,"größe":1}]}]'],
  ])("leaves %s", (_what, text) => expect(read(text)).toBeNull());

  test("another order is read once it was met, other columns never", () => {
    const own = schemaOf(["a", "b"]);
    const ask = (text: string) => readUsualRows({ body: Buffer.from(text), schema: own });
    expect(ask('{"data":[{"a":1,"b":2}]}')).toBeNull();
    rememberKeys(own, [{ a: 1, b: 2, c: 3 }]);
    rememberKeys(own, [{ a: 1, c: 3 }]);
    rememberKeys(own, [[1, 2]]);
    expect(ask('{"data":[{"a":1,"b":2}]}')).toBeNull();
    rememberKeys(own, [{ b: 2, a: 1 }]);
    expect(ask('{"data":[{"b":2,"a":1}]}')).toEqual([[1, 2]]);
    expect(ask('{"data":[{"a":1,"b":2}]}')).toBeNull();
  });
});
