import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { oversample, resolveClassBalance, weighClasses, type ClassBalance } from "./class-balance.ts";
import { dataset, list, numericFeature } from "./test-dataset.ts";
import type { Fold } from "./validation.ts";

/** A dataset whose only feature is the row's number. */
const numbered = (target: readonly number[], classes: number) =>
  dataset(
    [
      numericFeature(
        "row",
        list(target.length, (row) => row),
      ),
    ],
    target,
    classes,
  );

const targets = fc
  .integer({ min: 2, max: 5 })
  .chain((classes) =>
    fc
      .array(fc.integer({ min: 0, max: classes - 1 }), { minLength: 4, maxLength: 60 })
      .map((target) => ({ classes, target })),
  );

/** Every k-th row judges. */
function foldsOf(rows: number, k: number): Fold[] {
  const all = list(rows, (row) => row);
  return list(k, (fold) => ({
    train: Uint32Array.from(all.filter((row) => row % k !== fold)),
    valid: Uint32Array.from(all.filter((row) => row % k === fold)),
  }));
}

describe("weights", () => {
  it("give every class the same sum, and the rows their number", () => {
    fc.assert(
      fc.property(targets, ({ classes, target }) => {
        const { weights } = weighClasses(numbered(target, classes));
        const sums = new Map<number, number>();
        target.forEach((k, row) => sums.set(k, (sums.get(k) ?? 0) + (weights?.[row] ?? NaN)));
        for (const sum of sums.values()) expect(sum).toBeCloseTo(target.length / sums.size, 9);
      }),
    );
  });

  it("multiply those of the weight column", () => {
    const data = { ...numbered([0, 0, 0, 1], 2), weights: Float64Array.of(1, 2, 3, 4) };
    expect(Array.from(weighClasses(data).weights ?? [])).toEqual([2 / 3, 4 / 3, 2, 8]);
  });
});

describe("oversampling", () => {
  it("makes all classes as large, rows stay where they are, and copies only train where their originals do", () => {
    fc.assert(
      fc.property(targets, fc.integer({ min: 2, max: 4 }), fc.nat(1000), ({ classes, target }, k, seed) => {
        const rows = target.length;
        const folds = foldsOf(rows, k);
        const made = oversample(numbered(target, classes), folds, seed);
        const original = made.dataset.features[0].values;
        expect(Array.from(original.subarray(0, rows))).toEqual(list(rows, (row) => row));
        for (let row = 0; row < made.dataset.rows; row++) expect(made.dataset.target[row]).toBe(target[original[row]]);
        const counts = list(classes, (label) => made.dataset.target.filter((each) => each === label).length);
        const largest = Math.max(...counts);
        expect(counts.every((count) => count === 0 || count === largest)).toBe(true);
        made.folds.forEach(({ train, valid }, fold) => {
          expect(valid).toBe(folds[fold].valid);
          const judged = new Set(valid);
          expect(Array.from(train).every((row) => !judged.has(original[row]))).toBe(true);
          expect(Array.from(train)).toEqual(Array.from(train).sort((a, b) => a - b));
          expect(Array.from(train).filter((row) => row < rows)).toEqual(Array.from(folds[fold].train));
        });
        const trained = made.folds[0].train.filter((row) => row >= rows).length;
        const fitting = Array.from({ length: made.dataset.rows - rows }, (_, i) => original[rows + i] % k !== 0);
        expect(trained).toBe(fitting.filter(Boolean).length);
      }),
    );
  });

  it("is drawn by the seed", () => {
    const data = numbered(
      list(40, (row) => (row < 30 ? 0 : 1)),
      2,
    );
    const copies = (seed: number) => Array.from(oversample(data, [], seed).dataset.features[0].values.subarray(40));
    expect(copies(1)).toEqual(copies(1));
    expect(copies(1)).not.toEqual(copies(2));
  });
});

describe("what is done", () => {
  const rare = numbered(
    list(60, (row) => (row < 10 ? 1 : 0)),
    2,
  );
  const even = numbered(
    list(60, (row) => row % 2),
    2,
  );
  const values = numbered(
    list(60, (row) => row / 7),
    0,
  );

  it.each<[string, ClassBalance, typeof rare, string, string]>([
    ["auto, rare, a metric of classes", "auto", rare, "balanced_accuracy", "weights"],
    ["auto, rare, a macro average", "auto", rare, "recall_score_macro", "weights"],
    ["auto, rare, a metric of ranks", "auto", rare, "AUC_macro", "none"],
    ["auto, rare, a metric of rows", "auto", rare, "accuracy", "none"],
    ["auto, even classes", "auto", even, "balanced_accuracy", "none"],
    ["auto, regression", "auto", values, "r2_score", "none"],
    ["none", "none", rare, "balanced_accuracy", "none"],
    ["weights", "weights", even, "accuracy", "weights"],
    ["oversample", "oversample", rare, "accuracy", "oversample"],
  ])("%s", (_, wanted, data, metric, expected) => {
    expect(resolveClassBalance(wanted, data, metric)).toBe(expected);
  });

  it.each(["weights", "oversample"] as const)("%s of a regression is refused", (wanted) => {
    expect(() => resolveClassBalance(wanted, values, "r2_score")).toThrow(
      expect.objectContaining({ code: "SLW_AUTOML_OPTION" }),
    );
  });
});
