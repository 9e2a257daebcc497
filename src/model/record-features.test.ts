import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { featureRows, readRecords } from "./index.ts";
import type { InputColumn, Model, Transform } from "./types.ts";

const input = (name: string, type: InputColumn["type"], nullable: boolean): InputColumn => ({
  name,
  type,
  integer: false,
  nullable,
  range: null,
  example: null,
});

const statistic = { op: "CategoryStatistic", statistic: "target", values: Float64Array.of(0.1, 0.2) } as const;

/** Every kind of column with every kind of transform. */
const schema: Pick<Model, "inputs" | "transforms"> = {
  inputs: [
    input("age", "numeric", true),
    input("job", "string", true),
    input("constructor", "string", true),
    input("rooms", "numeric", true),
    input("note", "string", true),
    input("from", "datetime", true),
    input("until", "datetime", true),
    input("amount", "string", true),
    input("balance", "numeric", false),
    input("city", "string", false),
    input("unused", "string", false),
  ],
  transforms: [
    { op: "Numeric", column: "balance" },
    { op: "DaysBetween", column: "until", from: "from" },
    { op: "Category", column: "job", categories: ["admin.", "student"] },
    { op: "TextLength", column: "note", unit: "words" },
    { op: "Numeric", column: "age", fill: 40 },
    { op: "Numeric", column: "age" },
    { op: "Category", column: "city", categories: ["Bonn", "Köln"] },
    { ...statistic, column: "city", categories: ["Bonn", "Ulm"], unknown: 0.3, missing: 0.4 },
    { ...statistic, column: "rooms", categories: ["1", "2.5"], unknown: 0.3, missing: 0.4 },
    { op: "DatePart", column: "from", part: "year" },
    { op: "Numeric", column: "amount", fill: -1 },
    { op: "Category", column: "amount", categories: ["1", "2"] },
    { op: "Category", column: "constructor", categories: ["a", "b"], fill: "b" },
    { op: "TermWeight", column: "note", term: "good", idf: 2 },
  ],
};

/** A schema that knows no straight way: one of its features is of a column that no row has. */
const byColumns = {
  ...schema,
  transforms: [...schema.transforms, { op: "Numeric", column: "nowhere" } as Transform],
};

type Outcome = ReturnType<typeof outcomeOf>;

/** Features, columns and warnings, or the refusal. */
function outcomeOf(by: typeof schema, rows: unknown) {
  try {
    const { table, warnings } = readRecords(by, rows);
    const features = featureRows(schema.transforms, table);
    return { features, rows: table.rows, columns: table.columns, warnings };
  } catch (error) {
    const { code, message, fix, details } = error as Record<string, unknown>;
    return { code, message, fix, details };
  }
}

const date = fc.constantFrom("2020-02-29", "1999-12-31T23:59:59.5+01:00");
const record = fc.record(
  {
    age: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(-0, null)),
    job: fc.constantFrom("admin.", "student", "pilot", "toString", "", null),
    constructor: fc.constantFrom("a", "b", "c", null),
    rooms: fc.constantFrom(1, 2.5, 3, null),
    note: fc.constantFrom("good", "not good, good", "", null),
    from: fc.oneof(date, fc.constant(null)),
    until: date,
    amount: fc.constantFrom("1", "1.5e1", "x", null),
    extra: fc.anything(),
  },
  { requiredKeys: [] },
);
const required = fc.record({
  balance: fc.integer(),
  city: fc.constantFrom("Bonn", "Köln", "Ulm", "Rom"),
  unused: fc.string(),
});
const row = fc
  .tuple(record, required, fc.boolean())
  .map(([some, all, isFirst]): Record<string, unknown> => (isFirst ? { ...some, ...all } : { ...all, ...some }));

describe("rows straight to features", () => {
  test("are what their columns give: numbers, warnings and columns", () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
        expect(outcomeOf(schema, rows)).toEqual(outcomeOf(byColumns, rows) satisfies Outcome);
      }),
      { numRuns: 200 },
    );
  });

  test("lists are as objects", () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 10 }), (rows) => {
        const lists = rows.map((each) =>
          schema.inputs.map(({ name }) => (Object.hasOwn(each, name) ? each[name] : undefined)),
        );
        expect(outcomeOf(schema, lists)).toEqual(outcomeOf(byColumns, lists));
      }),
    );
  });

  test("are refused as their columns are, whatever is wrong with them", () => {
    const names = [...schema.inputs.map(({ name }) => name), "__proto__"];
    const wrong = fc.record({
      at: fc.nat(),
      column: fc.constantFrom(...names),
      value: fc.oneof(fc.anything(), fc.constantFrom(undefined, null, NaN, Infinity, "2020-13-01", true, 1, "1")),
      isRemoved: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(row, { minLength: 1, maxLength: 8 }), fc.array(wrong, { maxLength: 3 }), (rows, faults) => {
        for (const { at, column, value, isRemoved } of faults) {
          const each = rows[at % rows.length]!;
          if (isRemoved) delete each[column];
          else Object.defineProperty(each, column, { value, enumerable: true, configurable: true, writable: true });
        }
        expect(outcomeOf(schema, rows)).toEqual(outcomeOf(byColumns, rows));
      }),
      { numRuns: 500 },
    );
  });

  test("a request is read as it is, whatever the one before it looked like", () => {
    const good = { balance: 1, city: "Bonn", unused: "" };
    const expected = outcomeOf(byColumns, [good]);
    const others: unknown[] = [[], [{}], [{ ...good, xyz: 1 }], [{ city: "Bonn", unused: "", balance: 2 }], [[1]]];
    for (const other of others) {
      outcomeOf(schema, other);
      expect(outcomeOf(schema, [good])).toEqual(expected);
    }
  });

  test("only what is a row's own counts", () => {
    const own = { balance: 1, city: "Bonn", unused: "" };
    const rows = [own, Object.assign(Object.create({ age: 3 }) as object, own)];
    const { features } = outcomeOf(schema, rows) as { features: Float64Array };
    expect(features.slice(schema.transforms.length)).toEqual(features.slice(0, schema.transforms.length));
    expect(outcomeOf(schema, rows)).toEqual(outcomeOf(byColumns, rows));
  });
});
