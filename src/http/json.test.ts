import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJsonBody } from "./json.ts";

const parse = (text: string): unknown => parseJsonBody(Buffer.from(text));

describe("parseJsonBody", () => {
  test("reads what JSON.parse reads, keys and texts with any characters", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 10 }), fc.boolean(), (value, indented) => {
        const text = JSON.stringify(value, null, indented ? "\n  " : undefined);
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  test("refuses a key that any object has twice", () => {
    const key = fc.string({ maxLength: 8 });
    fc.assert(
      fc.property(
        fc.dictionary(key, fc.jsonValue({ maxDepth: 3 }), { minKeys: 1, maxKeys: 5 }),
        fc.nat(),
        fc.jsonValue({ maxDepth: 2 }),
        (object, pick, other) => {
          const keys = Object.keys(object);
          const repeated = JSON.stringify(keys[pick % keys.length]);
          const members = Object.entries(object).map(
            ([name, value]) => `${JSON.stringify(name)} : ${JSON.stringify(value)}`,
          );
          const text = `[{"outer":{${[...members, `${repeated}\n:${JSON.stringify(other)}`].join(",")}}}]`;
          expect(() => parse(text)).toThrow(
            expect.objectContaining({ code: "SLW_HTTP_JSON", message: expect.stringContaining(" twice") }),
          );
        },
      ),
    );
  });

  test("names the key", () => {
    expect(() => parse('{"a":{"x":1},"b":{"x":1,"y:":[{"x":"\\"x\\":"}],"x":2}}')).toThrow(
      'The JSON has an object with the key "x" twice.',
    );
  });

  test("one name in two objects is no repetition", () => {
    expect(parse('[{"a":":"},{"a":"\\\\"},{"a":"{\\"a\\":1}"}]')).toHaveLength(3);
  });

  test("any bytes give a value or a refusal", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        expect(codeOf(() => parseJsonBody(bytes))).toMatch(/^(|SLW_HTTP_(BODY_EMPTY|UTF8|JSON))$/);
      }),
      { numRuns: 1000 },
    );
  });
});

/** Empty when nothing is thrown. */
function codeOf(call: () => unknown): string {
  try {
    call();
    return "";
  } catch (error) {
    return (error as { code: string }).code;
  }
}
