import * as fc from "fast-check";
import { expect, test } from "vitest";
import { rowsText } from "./rows-text.ts";

const names = ["age", "constructor", "__proto__", 'a "quoted" one'];
const columns = names.map((name) => ({ name }));

test("rows come back as lists in the order of the columns, with null for what was not sent", () => {
  const row = fc.dictionary(fc.constantFrom(...names, "other"), fc.jsonValue(), { noNullPrototype: true });
  fc.assert(
    fc.property(fc.array(fc.oneof(row, fc.array(fc.jsonValue())), { minLength: 1 }), (rows) => {
      const sent = JSON.parse(JSON.stringify(rows)) as (unknown[] | Record<string, unknown>)[];
      const expected = sent.map((each) =>
        Array.isArray(each) ? each : names.map((name) => (Object.hasOwn(each, name) ? each[name] : null)),
      );
      expect(JSON.parse(rowsText(columns, sent))).toEqual(expected);
    }),
  );
});

test("rows of a model that does not say its columns come back as they were", () => {
  const rows = [{ b: 1, a: "x" }, [1, 2]];
  expect(JSON.parse(rowsText([], rows))).toEqual(rows);
});
