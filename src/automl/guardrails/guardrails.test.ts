import { describe, expect, test } from "vitest";
import { createRandom, type Table } from "../../base/index.ts";
import { encodeTargets } from "../encode-targets.ts";
import { featurize } from "../featurize.ts";
import { list, numericColumn, stringColumn, table } from "../test-dataset.ts";
import { createValidation } from "../validation.ts";
import { dataGuardrails, type DataFault, type GuardrailInput } from "./guardrails.ts";

const rows = 400;
const random = createRandom(1);
const x = list(rows, () => random.normal());
const troubled = table(
  numericColumn(
    "age",
    list(rows, (i) => (i % 4 === 0 ? null : i % 50)),
  ),
  stringColumn(
    "city",
    list(rows, (i) => `c${i % 90}`),
  ),
  stringColumn(
    "id",
    list(rows, (i) => `x${i}`),
  ),
  numericColumn(
    "copy",
    list(rows, (i) => (i % 10 === 0 ? 1 : 0)),
  ),
  stringColumn(
    "y",
    list(rows, (i) => (i === 399 ? null : i % 10 === 0 ? "yes" : "no")),
  ),
);
const clean = table(
  numericColumn("x", x),
  numericColumn(
    "y",
    x.map((value) => value + random.normal()),
  ),
);

function run(data: Table, more: Partial<GuardrailInput> = {}, validation = "cv:3"): Record<string, DataFault> {
  const featurized = featurize(data, { target: "y", featurization: { mode: "auto" } });
  const { folds, text } = createValidation(validation, featurized.dataset, 42);
  const input = {
    table: data,
    target: "y",
    featurized: encodeTargets(featurized, folds, 42),
    validation: text,
    ...more,
  };
  const { schema_type, schema_version, faults } = dataGuardrails(input);
  expect([schema_type, schema_version]).toEqual(["faults", "1.0.0"]);
  return Object.fromEntries(faults.map((fault) => [fault.type, fault]));
}

const results = (faults: Record<string, DataFault>): Record<string, string> =>
  Object.fromEntries(Object.values(faults).map(({ type, result }) => [type, result]));

test("nothing wrong: every check that applies says so", () => {
  expect(results(run(clean))).toEqual({
    MissingValues: "passed",
    HighCardinality: "passed",
    IdLikeColumns: "passed",
    Leakage: "passed",
    DuplicatedRows: "passed",
    CrossValidation: "done",
  });
});

describe("a troubled table", () => {
  const faults = run(troubled, {}, "holdout:0.25");

  test("is told so", () => {
    expect(results(faults)).toEqual({
      MissingValues: "done",
      HighCardinality: "done",
      IdLikeColumns: "done",
      Leakage: "alerted",
      ClassBalancing: "alerted",
      DuplicatedRows: "passed",
      TrainValidationSplit: "done",
    });
  });

  test.each<[string, Record<string, string | number>]>([
    [
      "MissingValues",
      { column: "age", missing_rows: 100, treatment: "trees: a branch of their own; others: the median and a mark" },
    ],
    ["IdLikeColumns", { column: "id", different_values: 399 }],
    ["Leakage", { column: "copy", reason: expect.stringContaining("away") as unknown as string }],
    [
      "ClassBalancing",
      { smallest_class: "yes", rows_of_smallest: 40, largest_class: "no", rows_of_largest: 359, ratio: 0.111 },
    ],
    ["TrainValidationSplit", { training_rows: 299, validation_rows: 100, share: 0.25 }],
  ])("%s: with its parameters", (type, parameters) => {
    expect(faults[type]?.parameters).toEqual([parameters]);
  });

  test("in words for people too", () => {
    expect(faults["MissingValues"]).toMatchObject({
      friendly_type: "Missing feature values",
      friendly_result: "Values are missing in 1 column and were treated. 1 rows without a target were left out.",
      friendly_parameters: [{ Column: "age", "Missing rows": 100 }],
    });
  });

  test("what was asked for is fixed", () => {
    expect(run(troubled, { isBalanced: true })["ClassBalancing"]?.result).toBe("fixed");
    const featurization = { mode: "auto", imputers: { age: { strategy: "median" } } } as const;
    const featurized = featurize(troubled, { target: "y", featurization });
    const fault = run(troubled, { featurized })["MissingValues"];
    expect(fault).toMatchObject({
      result: "fixed",
      parameters: [{ treatment: expect.stringMatching(/^\d+(\.5)? stands/) }],
    });
  });
});

test("duplicated rows are counted", () => {
  const twice = table(
    numericColumn("x", [...x, ...x]),
    numericColumn(
      "y",
      [...x, ...x].map((value) => value ** 2),
    ),
  );
  expect(run(twice)["DuplicatedRows"]).toMatchObject({
    result: "alerted",
    parameters: [{ duplicated_rows: 400, share: 0.5 }],
  });
});

describe("drift", () => {
  const drawn = (count: number, seed: number, shift: number, colours: readonly string[], nulls = 0): Table => {
    const own = createRandom(seed);
    const values = list(count, () => own.normal() + shift);
    return table(
      numericColumn(
        "x",
        values.map((value) => (own.next() < nulls ? null : value)),
      ),
      stringColumn(
        "colour",
        list(count, () => colours[own.integer(colours.length)]!),
      ),
      numericColumn(
        "y",
        values.map((value) => value + own.normal()),
      ),
    );
  };
  const train = drawn(2_000, 1, 0, ["red", "green", "blue"]);
  const named = (test: Table): unknown =>
    run(train, { test })["TrainTestDrift"]?.parameters.map(({ column }) => column);

  test.each<[string, Table, string[]]>([
    ["none", drawn(500, 2, 0, ["red", "green", "blue"]), []],
    ["numbers", drawn(500, 2, 0.5, ["red", "green", "blue"]), ["x", "y"]],
    ["categories", drawn(500, 2, 0, ["red", "green", "black"]), ["colour"]],
    ["nulls", drawn(500, 2, 0, ["red", "green", "blue"], 0.3), ["x"]],
    ["too few rows to tell", drawn(8, 2, 0.2, ["red", "green", "blue"]), []],
    ["too little to matter, in however many rows", drawn(60_000, 2, 0.05, ["red", "green", "blue"]), []],
  ])("%s", (_name, test, columns) => {
    expect(named(test)).toEqual(columns);
  });

  test("is asked for only with a test set", () => {
    expect(run(train)).not.toHaveProperty("TrainTestDrift");
  });
});
