import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createRandom, type Column, type NumericColumn, type Table } from "../../base/index.ts";
import { createStringColumn } from "../string-column.ts";
import { columnPurpose } from "./column-purpose.ts";
import { profileTable } from "./profile-table.ts";
import { areaUnderCurve, ranks, spearman } from "./ranks.ts";

function numbers(name: string, values: ArrayLike<number>): NumericColumn {
  const array = Float64Array.from(values);
  return {
    name,
    type: "numeric",
    values: array,
    integer: array.every((value) => Number.isInteger(value) || Number.isNaN(value)),
  };
}

function texts(name: string, values: readonly (string | null)[]): Column {
  const known = [...new Set(values.filter((value) => value !== null))];
  const position = new Map(known.map((value, code) => [value, code]));
  return createStringColumn(
    name,
    Int32Array.from(values, (value) => (value === null ? -1 : position.get(value)!)),
    known,
  );
}

function table(...columns: Column[]): Table {
  const [first] = columns;
  return { rows: first!.type === "string" ? first!.codes.length : first!.values.length, columns };
}

function warningsOf(columns: Column[], target?: string): Record<string, string[]> {
  const { columns: profiles } = profileTable(table(...columns), { target });
  return Object.fromEntries(profiles.map(({ name, warnings }) => [name, warnings.map(({ id }) => id)]));
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const noise = (count: number, seed: number): number[] => {
  const random = createRandom(seed);
  return range(count).map(() => random.normal());
};

describe("figures", () => {
  test("of numbers are those of Python's statistics module", () => {
    // Python 3.11: mean, stdev and quantiles(n=4 or 100, method="inclusive") of [3, 1, 4, 1, 5, 9, 2, 6].
    const { columns } = profileTable(table(numbers("n", [3, 1, NaN, 4, 1, 5, 9, 2, 6])));
    const [profile] = columns;
    expect(profile).toMatchObject({
      name: "n",
      type: "numeric",
      rows: 9,
      nulls: 1,
      nullRatio: 1 / 9,
      distinct: 7,
      min: 1,
      max: 9,
      mean: 3.875,
    });
    expect(profile!.standardDeviation).toBeCloseTo(2.748376143938713, 12);
    expect(profile!.quantiles).toMatchObject({
      0: 1,
      "0.05": 1,
      "0.25": 1.75,
      "0.5": 3.5,
      "0.75": 5.25,
      "0.95": expect.closeTo(7.95, 12),
      1: 9,
    });
    expect(profile!.topValues.slice(0, 3)).toEqual([
      { value: 1, count: 2 },
      { value: 2, count: 1 },
      { value: 3, count: 1 },
    ]);
    expect(profile!.histogram!.edges).toHaveLength(21);
    expect(profile!.histogram!.counts).toEqual([2, 0, 1, 0, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1]);
  });

  test("of text and of dates", () => {
    const { columns } = profileTable(
      table(texts("t", ["b", "a", null, "b"]), {
        name: "d",
        type: "datetime",
        values: Float64Array.of(86_400_000, 0, NaN, 0),
      }),
    );
    expect(columns[0]).toMatchObject({
      nulls: 1,
      distinct: 2,
      min: null,
      quantiles: null,
      histogram: null,
      topValues: [
        { value: "b", count: 2 },
        { value: "a", count: 1 },
      ],
    });
    expect(columns[1]).toMatchObject({
      nulls: 1,
      distinct: 2,
      min: "1970-01-01T00:00:00.000Z",
      max: "1970-01-02T00:00:00.000Z",
      mean: "1970-01-01T08:00:00.000Z",
      standardDeviation: null,
    });
  });

  test("hold together for any numbers, and are plain JSON", () => {
    const value = fc.oneof(fc.double({ noDefaultInfinity: true }), fc.integer({ min: -3, max: 3 }), fc.constant(NaN));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), (values) => {
        const profile = profileTable(table(numbers("n", values)));
        expect(JSON.parse(JSON.stringify(profile))).toEqual(profile);
        const [column] = profile.columns;
        const present = values.filter((x) => !Number.isNaN(x));
        expect(column!.nulls).toBe(values.length - present.length);
        expect(column!.distinct).toBe(new Set(present).size);
        if (present.length === 0) return;
        expect(column!.min === Math.min(...present) && column!.max === Math.max(...present)).toBe(true);
        expect(column!.histogram!.counts.reduce((a, b) => a + b)).toBe(present.length);
        const order = Object.entries(column!.quantiles!)
          .toSorted((a, b) => Number(a[0]) - Number(b[0]))
          .map(([, q]) => Number(q));
        expect(order).toEqual(order.toSorted((a, b) => a - b));
      }),
    );
  });
});

describe("warnings", () => {
  const rows = 200;
  const labels = range(rows).map((i) => (i % 3 === 0 ? "yes" : "no"));
  const cases: [string, Column, string[]][] = [
    ["a constant", numbers("x", Array(rows).fill(3)), ["constant"]],
    ["a constant text", texts("x", Array<string>(rows).fill("a")), ["constant"]],
    [
      "one value and nulls",
      texts(
        "x",
        range(rows).map((i) => (i % 4 ? "a" : null)),
      ),
      [],
    ],
    ["nothing", numbers("x", Array(rows).fill(NaN)), ["all-null"]],
    [
      "mostly nulls",
      numbers(
        "x",
        range(rows).map((i) => (i % 4 === 0 ? i % 5 : NaN)),
      ),
      ["mostly-null"],
    ],
    [
      "a row counter",
      numbers(
        "x",
        range(rows).map((i) => i * 3 + 7),
      ),
      ["id-like"],
    ],
    ["shuffled keys", numbers("x", createRandom(1).shuffle(range(rows))), ["id-like"]],
    [
      "account numbers",
      numbers("x", createRandom(2).shuffle(range(rows).map((i) => 40_000_000 + i * i * 7))),
      ["id-like"],
    ],
    ["a measure that happens to be distinct", numbers("x", noise(rows, 3)), []],
    [
      "distinct whole numbers over a wide range",
      numbers("x", createRandom(4).shuffle(range(rows).map((i) => i * i * 3))),
      [],
    ],
    [
      "the same, named as a key",
      numbers("customer_id", createRandom(4).shuffle(range(rows).map((i) => i * i * 3))),
      ["id-like"],
    ],
    [
      "text keys",
      texts(
        "x",
        range(rows).map((i) => `k-${i * 7919}`),
      ),
      ["id-like"],
    ],
    [
      "sentences",
      texts(
        "x",
        range(rows).map((i) => `this is review number ${i} of it`),
      ),
      ["free-text"],
    ],
    [
      "many categories",
      texts(
        "x",
        range(rows).map((i) => `c${i % 120}`),
      ),
      ["high-cardinality"],
    ],
    [
      "few categories",
      texts(
        "x",
        range(rows).map((i) => `c${i % 12}`),
      ),
      [],
    ],
    [
      "numbers and a text",
      texts(
        "x",
        range(rows).map((i) => (i === 50 ? "error" : String(i % 7))),
      ),
      ["mixed-looking"],
    ],
    [
      "leading zeros",
      texts(
        "x",
        range(rows).map((i) => `00${i % 7}`),
      ),
      [],
    ],
  ];
  test.each(cases)("%s", (_, column, expected) => {
    expect(warningsOf([column])[column.name]).toEqual(expected);
  });

  test("name the rows that are no numbers", () => {
    const { columns } = profileTable(
      table(
        texts(
          "x",
          range(rows).map((i) => (i === 50 ? "error" : String(i % 7))),
        ),
      ),
    );
    expect(columns[0]!.warnings[0]!.message).toBe(
      'Column "x" is text, though 99.5% of its values are numbers; not "error" in row 51.',
    );
  });

  test("small tables have no identifiers by chance", () => {
    expect(warningsOf([texts("t", ["a", "b", "c"]), numbers("n", [3, 1, 2])])).toEqual({ t: [], n: [] });
  });

  test.each<[string, Column, string[]]>([
    [
      "a rare class",
      texts(
        "y",
        range(rows).map((i) => (i < 20 ? "yes" : "no")),
      ),
      ["imbalanced-target"],
    ],
    [
      "classes a fifth apart",
      texts(
        "y",
        range(120).map((i) => (i < 20 ? "yes" : "no")),
      ),
      ["imbalanced-target"],
    ],
    ["balanced classes", texts("y", labels), []],
    [
      "a numeric label",
      numbers(
        "y",
        range(rows).map((i) => (i < 20 ? 1 : 0)),
      ),
      ["imbalanced-target"],
    ],
    ["a measure", numbers("y", noise(rows, 5)), []],
  ])("a target with %s", (_, column, expected) => {
    expect(warningsOf([column], "y")["y"]).toEqual(expected);
  });

  test("duplicated rows and columns", () => {
    const profile = profileTable(
      table(
        numbers("a", [1, 2, 1, NaN, NaN, -0, 0]),
        texts("b", ["x", "y", "x", null, null, "z", "z"]),
        numbers("c", [1, 2, 1, NaN, NaN, 0, 0]),
      ),
    );
    expect(profile.duplicatedRows).toBe(3);
    expect(profile.warnings).toEqual([
      { id: "duplicated-rows", message: "3 rows equal an earlier one in every column." },
    ]);
    expect(profile.columns.map(({ warnings }) => warnings.map(({ id }) => id))).toEqual([
      [],
      [],
      ["duplicated-column"],
    ]);
  });

  test("duplicated rows are counted exactly", () => {
    const values = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.constantFrom("a", "b", null)), {
      minLength: 1,
      maxLength: 40,
    });
    fc.assert(
      fc.property(values, (pairs) => {
        const { duplicatedRows } = profileTable(
          table(
            numbers(
              "n",
              pairs.map(([n]) => n),
            ),
            texts(
              "t",
              pairs.map(([, t]) => t),
            ),
          ),
        );
        expect(duplicatedRows).toBe(pairs.length - new Set(pairs.map(String)).size);
      }),
    );
  });
});

describe("leaks", () => {
  const rows = 200;
  const x = noise(rows, 6);
  const z = noise(rows, 7);
  const classes = createRandom(8).shuffle(range(rows).map((i) => ["red", "green", "blue"][i % 3]!));
  const cases: [string, Column[], Record<string, string[]>][] = [
    ["the target again", [numbers("y", x), numbers("a", x)], { a: ["leak-equals-target"] }],
    [
      "the target in another unit",
      [
        numbers("y", x),
        numbers(
          "a",
          x.map((v) => v * 1.8 + 32),
        ),
      ],
      { a: ["leak-strong-predictor"] },
    ],
    [
      "the target upside down",
      [
        numbers("y", x),
        numbers(
          "a",
          x.map((v) => -v),
        ),
      ],
      { a: ["leak-strong-predictor"] },
    ],
    [
      "a recoding of classes",
      [
        texts("y", classes),
        texts(
          "a",
          classes.map((c) => c.toUpperCase()),
        ),
      ],
      { a: ["leak-recodes-target"] },
    ],
    [
      "categories that nearly recode two classes",
      [
        numbers(
          "y",
          range(rows).map((i) => i % 2),
        ),
        texts(
          "a",
          range(rows).map((i) => (i === 7 || i === 8 ? "m" : `c${i % 2}`)),
        ),
        texts(
          "b",
          range(rows).map((i) => `c${i % 10 === 7 ? 0 : i % 2}`),
        ),
      ],
      { a: ["leak-strong-predictor"], b: [] },
    ],
    [
      "a finer recoding as numbers",
      [
        texts("y", classes),
        numbers(
          "a",
          classes.map((c, i) => c.length * 10 + (i % 2)),
        ),
      ],
      { a: ["leak-recodes-target"] },
    ],
    [
      "two parts of a sum",
      [
        numbers(
          "y",
          x.map((v, i) => v + z[i]!),
        ),
        numbers("a", x),
        numbers("b", z),
      ],
      { a: ["leak-sum"], b: ["leak-sum"] },
    ],
    [
      "a difference",
      [
        numbers(
          "y",
          x.map((v, i) => v - z[i]!),
        ),
        numbers("a", x),
        numbers("b", z),
      ],
      { a: ["leak-sum"], b: ["leak-sum"] },
    ],
    [
      "a score that splits two classes",
      [
        texts(
          "y",
          x.map((v) => (v > 0 ? "yes" : "no")),
        ),
        numbers(
          "a",
          x.map((v) => v * 3),
        ),
      ],
      { a: ["leak-strong-predictor"] },
    ],
    [
      "honest columns",
      [
        texts("y", classes),
        numbers("a", x),
        texts(
          "b",
          classes.map((_, i) => `c${i % 4}`),
        ),
      ],
      { a: [], b: [] },
    ],
    [
      "a good but honest predictor",
      [
        numbers("y", x),
        numbers(
          "a",
          x.map((v, i) => v + 0.3 * z[i]!),
        ),
      ],
      { a: [] },
    ],
    [
      "an identifier tells each row apart, no more",
      [
        texts("y", classes),
        texts(
          "a",
          range(rows).map((i) => `k${i}`),
        ),
      ],
      { a: ["id-like"] },
    ],
  ];
  test.each(cases)("%s", (_, columns, expected) => {
    expect(warningsOf(columns, "y")).toMatchObject(expected);
  });

  test("say the formula", () => {
    const { columns } = profileTable(
      table(
        numbers(
          "y",
          x.map((v, i) => v - z[i]!),
        ),
        numbers("a", x),
        numbers("b", z),
      ),
      { target: "y" },
    );
    expect(columns[1]!.warnings[0]!.message).toBe('Columns "a" and "b" give the target away: a - b = y in every row.');
  });

  test("ask for a target that is there", () => {
    expect(() => profileTable(table(numbers("a", [1])), { target: "y" })).toThrow(
      expect.objectContaining({ code: "SLW_DATA_COLUMN_MISSING" }),
    );
  });
});

describe("rank statistics", () => {
  test("are right where they can be counted by hand", () => {
    expect(Array.from(ranks(Float64Array.of(2, 1, 2, 3)))).toEqual([2.5, 1, 2.5, 4]);
    // Python 3.11: statistics.correlation([1, 2, 3, 4, 5], [1, 2, 3.5, 5, 3.5]), the ranks.
    expect(spearman(Float64Array.of(1, 2, 3, 4, 5), Float64Array.of(5, 6, 7, 8, 7))).toBeCloseTo(
      0.8207826816681233,
      12,
    );
    // Three of the four pairs of a positive and a negative are in order; a tie counts half.
    expect(areaUnderCurve(Float64Array.of(0.1, 0.4, 0.35, 0.8), Uint8Array.of(0, 0, 1, 1))).toBe(0.75);
    expect(areaUnderCurve(Float64Array.of(1, 1), Uint8Array.of(0, 1))).toBe(0.5);
  });
});

describe("columnPurpose", () => {
  const rows = 200;
  test.each<[string, Column]>([
    ["Numeric", numbers("x", noise(rows, 9))],
    [
      "Numeric",
      numbers(
        "x",
        range(rows).map((i) => i % 4),
      ),
    ],
    [
      "Categorical",
      texts(
        "x",
        range(rows).map((i) => `c${i % 120}`),
      ),
    ],
    ["DateTime", { name: "x", type: "datetime", values: Float64Array.from(range(rows)) }],
    [
      "Text",
      texts(
        "x",
        range(rows).map((i) => `this is review number ${i} of it`),
      ),
    ],
    ["Ignore", numbers("x", Array(rows).fill(1))],
    ["Ignore", numbers("x", range(rows))],
    [
      "Hashes",
      texts(
        "x",
        range(rows).map((i) => `k${i}`),
      ),
    ],
    ["AllNan", texts("x", Array<null>(rows).fill(null))],
  ])("%s", (purpose, column) => {
    const found = columnPurpose(column, profileTable(table(column)).columns[0]!);
    expect(found.purpose).toBe(purpose);
    expect(found.reason).not.toBe("");
  });
});
