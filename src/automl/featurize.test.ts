import { describe, expect, test } from "vitest";
import { createRandom, type Column, type DateTimeColumn } from "../base/index.ts";
import { featureRows, type Transform } from "../model/index.ts";
import type { FeaturizationOptions } from "./featurization-options.ts";
import { featurize, type Featurized, type FeaturizeOptions } from "./featurize.ts";
import { list, numericColumn, stringColumn, table } from "./test-dataset.ts";

const day = 86_400_000;
const rows = 60;
const random = createRandom(1);
const dates = (name: string, values: readonly number[]): DateTimeColumn => ({
  name,
  type: "datetime",
  values: Float64Array.from(values),
});
const columns: Column[] = [
  numericColumn(
    "age",
    list(rows, (i) => (i % 6 === 0 ? null : i % 7)),
  ),
  stringColumn(
    "job",
    list(rows, (i) => (i === 3 ? null : (["clerk", "cook", "pilot"][i % 3] as string))),
  ),
  stringColumn(
    "mixed",
    list(rows, (i) => (i < 3 ? "?" : String(i % 9))),
  ),
  dates(
    "start",
    list(rows, () => Date.UTC(2024, 0, 1) + random.integer(400) * day),
  ),
  dates(
    "end",
    list(rows, () => Date.UTC(2025, 5, 1) + random.integer(400) * day),
  ),
  stringColumn(
    "review",
    list(rows, (i) => `row ${i} was ${i % 2 === 0 ? "good" : "bad"} for me`),
  ),
  stringColumn(
    "id",
    list(rows, (i) => `x${i}`),
  ),
  stringColumn(
    "code",
    list(rows, (i) => `c${i % 55}`),
  ),
  numericColumn(
    "none",
    list(rows, () => null),
  ),
  stringColumn(
    "y",
    list(rows, (i) => (i === 59 ? null : i % 2 === 0 ? "yes" : "no")),
  ),
];
const data = table(...columns);
const run = (featurization: Partial<FeaturizationOptions> = {}, more: Partial<FeaturizeOptions> = {}): Featurized =>
  featurize(data, { target: "y", featurization: { mode: "auto", ...featurization }, ...more });
const opsOf = ({ transforms }: Featurized, column: string): string[] =>
  transforms.flatMap((each) => (each.column === column ? [each.op] : []));
const noteOf = ({ notes }: Featurized, column: string): string | undefined =>
  notes.find((note) => note.startsWith(`${column}:`));

describe('"auto"', () => {
  const made = run();

  test("every column by its purpose, said in words", () => {
    expect(made.notes.slice(0, 12)).toEqual([
      "y: 1 rows without a value left out.",
      "age: numeric, 10 missing (trees: own branch; others: median 3)",
      "job: 3 categories, 1 missing",
      "mixed: 10 categories",
      expect.stringMatching(/^start: date as year, month, monthSin, monthCos, day, dayOfWeek, /),
      expect.stringMatching(/^end: date as /),
      "review: text as its length and 2 terms (tf-idf)",
      "id: left out, it looks like an identifier: 59 different values in 59 rows",
      "code: 55 categories, frequency of all",
      "none: left out, it has no value at all",
      "end: days since start",
      expect.any(String),
    ]);
  });

  test("rows without a target are left out, and the others told by their number", () => {
    expect(made.dataset.rows).toBe(59);
    expect(Array.from(made.keptRows)).toEqual(list(59, (i) => i));
  });

  test("features are what the transforms say of the table", () => {
    const inRows = featureRows(made.transforms, { rows: 60, columns });
    const width = made.transforms.length;
    made.dataset.features.forEach(({ values }, f) => {
      expect(Array.from(values)).toEqual(list(59, (row) => inRows[row * width + f]));
    });
  });

  test("every input is read by a transform, and every transform reads an input", () => {
    const read = made.transforms.flatMap((each) =>
      each.op === "DaysBetween" ? [each.column, each.from] : each.column,
    );
    expect([...new Set(read)].sort()).toEqual(made.inputs.map(({ name }) => name).sort());
  });

  test("columns that need the target later", () => {
    expect(made.pending.map(({ kind, column }) => [kind, column.name])).toEqual([
      ["text", "review"],
      ["category", "code"],
    ]);
  });

  test("a table of numbers in shared memory is not copied", () => {
    const values = new Float64Array(new SharedArrayBuffer(8 * 40)).map((_, i) => Math.sin(i));
    const shared = new Float64Array(new SharedArrayBuffer(8 * 40));
    shared.set(values);
    const column: Column = { name: "x", type: "numeric", values: shared, integer: false };
    const target = numericColumn(
      "y",
      list(40, (i) => i + Math.cos(i)),
    );
    const [feature] = featurize(table(column, target), { target: "y", featurization: { mode: "auto" } }).dataset
      .features;
    expect(feature?.values).toBe(shared);
  });
});

describe("what the user says", () => {
  test.each<[string, Partial<FeaturizationOptions>, string, string[]]>([
    ["numbers in text", { columnPurposes: { mixed: "Numeric" } }, "mixed", ["Numeric"]],
    ["numbers as categories", { columnPurposes: { age: "Categorical" } }, "age", ["Category"]],
    [
      "numbers as many categories",
      { columnPurposes: { age: "CategoricalHash" } },
      "age",
      ["Category", "CategoryStatistic"],
    ],
    ["an identifier as category", { columnPurposes: { id: "Categorical" } }, "id", ["Category", "CategoryStatistic"]],
    ["ignored", { columnPurposes: { age: "Ignore" } }, "age", []],
    ["dropped", { dropColumns: ["age"] }, "age", []],
    ["text as category", { columnPurposes: { review: "Categorical" } }, "review", ["Category", "CategoryStatistic"]],
    [
      "category as text",
      { columnPurposes: { job: "Text" } },
      "job",
      ["TextLength", "TextLength", ...list(3, () => "TermWeight")],
    ],
    ["no terms", { blockedTransformers: ["TfIdf"] }, "review", ["TextLength", "TextLength"]],
    ["no target encoding", { blockedTransformers: ["CatTargetEncoder"] }, "code", ["Category"]],
    ["dates as days only", { blockedTransformers: ["DateTimeTransformer"] }, "end", ["DatePart"]],
  ])("%s", (_name, options, column, ops) => {
    expect(opsOf(run(options), column)).toEqual(ops);
  });

  test("a text that is no number is missing, and counted", () => {
    expect(noteOf(run({ columnPurposes: { mixed: "Numeric" } }), "mixed")).toBe(
      "mixed: numeric, 3 texts that are no numbers (trees: own branch; others: median 4)",
    );
  });

  test.each<[string, FeaturizationOptions["imputers"], string, Partial<Transform>, string]>([
    [
      "the mean",
      { age: { strategy: "mean" } },
      "age",
      { fill: 139 / 49 },
      "age: numeric, mean 2.83673 imputed, 10 missing",
    ],
    ["the median", { age: { strategy: "median" } }, "age", { fill: 3 }, "age: numeric, median 3 imputed, 10 missing"],
    [
      "the mode",
      { age: { strategy: "most_frequent" } },
      "age",
      { fill: 1 },
      "age: numeric, most_frequent 1 imputed, 10 missing",
    ],
    [
      "a number",
      { age: { strategy: "constant", fillValue: -1 } },
      "age",
      { fill: -1 },
      "age: numeric, constant -1 imputed, 10 missing",
    ],
    [
      "the most frequent category",
      { job: { strategy: "most_frequent" } },
      "job",
      { fill: "cook" },
      'job: 3 categories, "cook" imputed, 1 missing',
    ],
    [
      "a new category",
      { job: { strategy: "constant", fillValue: "none" } },
      "job",
      { fill: "none" },
      'job: 4 categories, "none" imputed, 1 missing',
    ],
  ])("imputes %s", (_name, imputers, column, transform, note) => {
    const made = run({ imputers: imputers ?? {} });
    expect(made.transforms.find((each) => each.column === column)).toMatchObject(transform);
    expect(noteOf(made, column)).toBe(note);
    const index = made.transforms.findIndex((each) => each.column === column);
    expect(made.dataset.features[index]?.values.some(Number.isNaN)).toBe(false);
    expect(made.inputs.find(({ name }) => name === column)?.nullable).toBe(true);
  });

  test("monotone columns", () => {
    const { features } = run({}, { monotone: { age: -1 } }).dataset;
    expect(features.map(({ monotone }) => monotone).filter((each) => each !== undefined)).toEqual([-1]);
    expect(features[0]?.monotone).toBe(-1);
  });

  test('"off": numbers as they are, text as categories, nothing else', () => {
    const made = run({ mode: "off", dropColumns: ["id"] });
    expect(made.transforms.map(({ op }) => op)).toEqual([
      "Numeric",
      "Category",
      "Category",
      "DatePart",
      "DatePart",
      "Category",
      "Category",
    ]);
    expect(made.pending).toEqual([]);
  });
});

test.each<[string, Partial<FeaturizationOptions>, Partial<FeaturizeOptions>, string]>([
  ["an unknown column", { columnPurposes: { agee: "Numeric" } }, {}, 'Did you mean "age"?'],
  ["an unknown purpose", { columnPurposes: { age: "Numerical" as "Numeric" } }, {}, 'Did you mean "Numeric"?'],
  ["a purpose for the target", { columnPurposes: { y: "Text" } }, {}, "Use one of: age"],
  ["the words of a number", { columnPurposes: { age: "Text" } }, {}, "Choose another purpose"],
  ["an imputer for an unknown column", { imputers: { jo: { strategy: "mean" } } }, {}, 'Did you mean "job"?'],
  ["an unknown strategy", { imputers: { age: { strategy: "medain" as "median" } } }, {}, 'Did you mean "median"?'],
  ["a constant without a value", { imputers: { age: { strategy: "constant" } } }, {}, "Name columns"],
  ["a value for the mean", { imputers: { age: { strategy: "mean", fillValue: 3 } } }, {}, "Name columns"],
  ["text for a number", { imputers: { age: { strategy: "constant", fillValue: "3" } } }, {}, "Give a number"],
  ["the mean of categories", { imputers: { job: { strategy: "mean" } } }, {}, "Use most_frequent or constant"],
  ["an imputer for dates", { imputers: { end: { strategy: "mean" } } }, {}, "Name columns"],
  ["an unknown column to drop", { dropColumns: ["ages"] }, {}, 'Did you mean "age"?'],
  ["an unknown transformer", { blockedTransformers: ["Tfidf"] }, {}, 'Did you mean "TfIdf"?'],
  ["an unknown mode", { mode: "of" as "off" }, {}, 'Did you mean "off"?'],
  ["purposes with off", { mode: "off", columnPurposes: { age: "Numeric" } }, {}, 'Use the mode "auto"'],
  ["an unknown monotone column", {}, { monotone: { agge: 1 } }, 'Did you mean "age"?'],
  ["a monotone category", {}, { monotone: { job: 1 } }, "Constrain columns of numbers"],
  ["a monotone number that is left out", { dropColumns: ["age"] }, { monotone: { age: 1 } }, "Constrain columns"],
])("refuses %s", (_name, options, more, fix) => {
  expect(() => run(options, more)).toThrow(
    expect.objectContaining({ code: "SLW_AUTOML_FEATURIZATION", fix: expect.stringContaining(fix) }),
  );
});
