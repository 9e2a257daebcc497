import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { contributionsOf, isEstimated, labelsOf, readAnswer } from "./test-answer.ts";
import { bodyOf, firstRow, inputFields, parseBody } from "./test-input.ts";

const column = { nullable: false, categories: null };

describe("fields of a model's columns", () => {
  test.each([
    ["numeric", "number"],
    ["float32", "number"],
    ["long", "number"],
    ["datetime", "date"],
    ["string", "text"],
    ["boolean", "choice"],
  ])("a column of type %s is asked for as %s", (type, kind) => {
    expect(inputFields([{ ...column, name: "x", type }])[0]?.kind).toBe(kind);
  });

  test("categories are a choice, and the range of the training data is known", () => {
    const inputs = [
      { ...column, name: "sex", type: "string", categories: ["f", "m"] },
      { ...column, name: "age", type: "numeric" },
      { ...column, name: "day", type: "datetime" },
    ];
    const profile = [
      { name: "age", min: 17, max: 98 },
      { name: "day", min: "2020-01-01T00:00:00Z", max: "2021-01-01T00:00:00Z" },
    ];
    expect(inputFields(inputs, profile)).toEqual([
      { kind: "choice", name: "sex", nullable: false, choices: ["f", "m"] },
      { kind: "number", name: "age", nullable: false, range: [17, 98] },
      { kind: "date", name: "day", nullable: false },
    ]);
  });
});

describe("bodies", () => {
  test("what the form sends is read back as its row", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.constant(null))),
        fc.boolean(),
        (row, explain) => {
          expect(firstRow(JSON.parse(JSON.stringify(bodyOf(row, { probabilities: true, explain }))))).toEqual({
            ...row,
          });
        },
      ),
    );
  });

  test.each([[null], [{ data: [] }], [{ data: [[1, 2]] }], [{ data: [{ a: {} }] }], [[{ a: 1 }]]])(
    "%j has no row for the form",
    (body) => expect(firstRow(body)).toBeNull(),
  );

  test("a fault of the text is told", () => {
    expect(parseBody('{"data":')).toHaveProperty("fault");
    expect(parseBody("[1]")).toEqual({ body: [1] });
  });
});

describe("answers", () => {
  const explanation = {
    output: "yes",
    scale: "logOdds" as const,
    exact: false,
    baseline: 0,
    contributions: { a: -2, b: 1, c: 0.5, d: 0.25 },
  };

  test("labels, probabilities and explanations", () => {
    expect(readAnswer({ result: ["no"] }, null)).toEqual([{ value: "no", probabilities: null, explanation: null }]);
    expect(readAnswer({ result: [[0.25, 0.75]], explanations: [explanation] }, ["no", "yes"])).toEqual([
      {
        value: "yes",
        probabilities: [
          { label: "yes", share: 0.75 },
          { label: "no", share: 0.25 },
        ],
        explanation,
      },
    ]);
  });

  test("whether an explanation is estimated is said by newer endpoints", () => {
    const { exact: _, ...older } = explanation;
    expect([explanation, { ...explanation, exact: true }, older as typeof explanation].map(isEstimated)).toEqual([
      true,
      false,
      false,
    ]);
  });

  test("a text that holds JSON is read; another text is no answer", () => {
    expect(readAnswer('{"result":[1.5]}', null)?.[0]?.value).toBe(1.5);
    for (const body of ["Healthy", 7, null, { predictions: [1] }]) expect(readAnswer(body, null)).toBeNull();
  });

  test("contributions: the largest first, the rest together, nothing lost", () => {
    const shown = contributionsOf(explanation, 2);
    expect(shown).toEqual([
      { column: "a", amount: -2, size: 1 },
      { column: "b", amount: 1, size: 0.5 },
      { column: "2 other columns", amount: 0.75, size: 0.375 },
    ]);
  });

  test("labels are known of our own models", () => {
    expect(labelsOf({ labels: [0, 1] })).toEqual([0, 1]);
    expect(labelsOf({})).toBeNull();
  });
});
