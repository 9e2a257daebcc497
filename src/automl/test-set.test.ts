import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Table } from "../base/index.ts";
import { splitTestRows } from "./test-set.ts";
import { list, numericColumn, stringColumn, table } from "./test-dataset.ts";

/** The row numbers of a table made with them. */
const rowsOf = (part: Table): number[] => Array.from((part.columns[0] as { values: Float64Array }).values);

const numbered = (...targets: readonly (string | null)[]): Table =>
  table(
    numericColumn(
      "row",
      list(targets.length, (row) => row),
    ),
    stringColumn("y", targets),
  );

describe("a share of the rows", () => {
  const cases = fc.record({
    targets: fc.array(fc.constantFrom("a", "b", "c", null), { minLength: 4, maxLength: 200 }),
    share: fc.double({ min: 0.13, max: 0.87, noNaN: true }),
    seed: fc.nat(1000),
  });

  it("every row is on one side, in its order, and each class has its share on both", () => {
    fc.assert(
      fc.property(cases, ({ targets, share, seed }) => {
        const { training, test } = splitTestRows(numbered(...targets), "y", share, seed);
        expect(test.rows).toBe(Math.round(targets.length * share));
        const [train, tested] = [rowsOf(training), rowsOf(test)];
        expect([...train, ...tested].sort((a, b) => a - b)).toEqual(list(targets.length, (row) => row));
        for (const part of [train, tested]) expect(part).toEqual(part.toSorted((a, b) => a - b));
        for (const label of ["a", "b", "c", null]) {
          const of = (rows: readonly number[]): number => rows.filter((row) => targets[row] === label).length;
          const exact = (of([...train, ...tested]) * test.rows) / targets.length;
          expect(Math.abs(of(tested) - exact)).toBeLessThanOrEqual(1);
        }
      }),
    );
  });

  it("is drawn by the seed", () => {
    const data = numbered(...list(60, (row) => (row % 3 === 0 ? "a" : "b")));
    const tested = (seed: number): number[] => rowsOf(splitTestRows(data, "y", 0.3, seed).test);
    expect(tested(1)).toEqual(tested(1));
    expect(tested(1)).not.toEqual(tested(2));
  });

  it("few whole numbers are classes too, many numbers are not", () => {
    const row = numericColumn(
      "row",
      list(100, (i) => i),
    );
    const few = table(
      row,
      numericColumn(
        "y",
        list(100, (i) => (i < 10 ? 1 : 0)),
      ),
    );
    expect(rowsOf(splitTestRows(few, "y", 0.2, 1).test).filter((i) => i < 10)).toHaveLength(2);
    const many = table(
      row,
      numericColumn(
        "y",
        list(100, (i) => i / 7),
      ),
    );
    expect(splitTestRows(many, "y", 0.2, 1).test.rows).toBe(20);
  });

  it.each([0, 1, -0.1, NaN, 0.01, 0.99])("%d of 10 rows is refused", (share) => {
    expect(() => splitTestRows(numbered(...list(10, () => "a")), "y", share, 1)).toThrow(
      expect.objectContaining({ code: "SLW_AUTOML_OPTION" }),
    );
  });
});
