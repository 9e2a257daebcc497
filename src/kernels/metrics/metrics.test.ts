import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ascendingOrder } from "./order.ts";
import {
  accuracyTable,
  classificationMetrics,
  confusionMatrix,
  metricInfo,
  metricNames,
  metricValue,
  predictedTrue,
  primaryMetrics,
  regressionMetrics,
  residuals,
  type ClassificationRows,
  type RegressionRows,
} from "./index.ts";

interface GoldenClassification {
  name: string;
  classes: number;
  labels: number[];
  probabilities: number[];
  weights?: number[];
  predictions?: number[];
  positiveClass?: number;
  expected: Record<string, number | null>;
}

interface GoldenRegression {
  name: string;
  target: number[];
  predictions: number[];
  weights?: number[];
  range?: [number, number];
  expected: Record<string, number | null>;
}

const golden = JSON.parse(readFileSync(new URL("../../../test/golden/metrics.json", import.meta.url), "utf8")) as {
  classification: GoldenClassification[];
  regression: GoldenRegression[];
};

function classificationRows(golden: GoldenClassification): ClassificationRows {
  return {
    labels: Int32Array.from(golden.labels),
    probabilities: Float64Array.from(golden.probabilities),
    classes: golden.classes,
    ...(golden.weights && { weights: Float64Array.from(golden.weights) }),
    ...(golden.predictions && { predictions: Int32Array.from(golden.predictions) }),
    ...(golden.positiveClass !== undefined && { positiveClass: golden.positiveClass }),
  };
}

function regressionRows(golden: GoldenRegression): RegressionRows {
  return {
    target: Float64Array.from(golden.target),
    predictions: Float64Array.from(golden.predictions),
    ...(golden.weights && { weights: Float64Array.from(golden.weights) }),
    ...(golden.range && { range: golden.range }),
  };
}

/** The metrics that differ by more than the tolerance, relative to the value where that is above 1; null is NaN. */
function differences(
  actual: Record<string, number>,
  expected: Record<string, number | null>,
  tolerance: number,
): { name: string; actual: number | undefined; expected: number | null | undefined }[] {
  const names = new Set([...Object.keys(actual), ...Object.keys(expected)]);
  return [...names]
    .filter((name) => {
      const value = expected[name] ?? NaN;
      if (!(name in expected) || !(name in actual)) return true;
      if (Number.isNaN(value)) return !Number.isNaN(actual[name]);
      return !(Math.abs(actual[name] - value) <= tolerance * Math.max(1, Math.abs(value)));
    })
    .map((name) => ({ name, actual: actual[name], expected: expected[name] }));
}

function oneByOne(names: readonly string[], rows: ClassificationRows | RegressionRows): Record<string, number> {
  return Object.fromEntries(names.map((name) => [name, metricValue(name, rows)]));
}

describe("equal to scikit-learn", () => {
  it.each(golden.classification)("classification: $name", (each) => {
    const rows = classificationRows(each);
    expect(differences(classificationMetrics(rows), each.expected, 1e-12)).toEqual([]);
    expect(differences(oneByOne(Object.keys(each.expected), rows), each.expected, 1e-12)).toEqual([]);
  });

  it.each(golden.regression)("regression: $name", (each) => {
    const rows = regressionRows(each);
    expect(differences(regressionMetrics(rows), each.expected, 1e-12)).toEqual([]);
    expect(differences(oneByOne(Object.keys(each.expected), rows), each.expected, 1e-12)).toEqual([]);
  });
});

describe("names", () => {
  it("has 26 metrics for classification and 12 for regression", () => {
    expect(metricNames("classification")).toHaveLength(26);
    expect(metricNames("regression")).toHaveLength(12);
    expect(Object.keys(golden.classification[0].expected).sort()).toEqual([...metricNames("classification")].sort());
  });

  it.each(["classification", "regression"] as const)("knows the primary metrics of %s", (task) => {
    for (const name of primaryMetrics(task)) expect(metricInfo(name).task).toBe(task);
  });

  it("says which way is better", () => {
    expect(metricInfo("AUC_weighted")).toEqual({ task: "classification", direction: "maximize", range: [0, 1] });
    expect(metricInfo("log_loss").direction).toBe("minimize");
    expect(metricInfo("r2_score").range).toEqual([-Infinity, 1]);
  });

  it.each(["auc", "", "toString", "__proto__"])("refuses the unknown name %j", (name) => {
    expect(() => metricInfo(name)).toThrow(expect.objectContaining({ code: "SLW_METRIC_UNKNOWN" }));
  });
});

describe("refusals", () => {
  const good: ClassificationRows = {
    labels: Int32Array.of(0, 1),
    probabilities: Float64Array.of(0.9, 0.1, 0.2, 0.8),
    classes: 2,
  };
  const refused: [string, ClassificationRows][] = [
    ["probabilities", { ...good, probabilities: Float64Array.of(0.9, 0.1, 0.2) }],
    ["probabilities[1]", { ...good, probabilities: Float64Array.of(0.9, NaN, 0.2, 0.8) }],
    ["probabilities[2]", { ...good, probabilities: Float64Array.of(0.9, 0.1, 1.2, -0.2) }],
    ["labels", { ...good, labels: new Int32Array(0), probabilities: new Float64Array(0) }],
    ["labels[1]", { ...good, labels: Int32Array.of(0, 2) }],
    ["labels[0]", { ...good, labels: Float64Array.of(NaN, 1) }],
    ["classes", { ...good, classes: 1 }],
    ["predictions", { ...good, predictions: Int32Array.of(0) }],
    ["predictions[0]", { ...good, predictions: Int32Array.of(-1, 0) }],
    ["weights", { ...good, weights: Float64Array.of(1) }],
    ["positiveClass[0]", { ...good, positiveClass: 2 }],
  ];
  it.each(refused)("names %s", (what, rows) => {
    expect(() => metricValue("accuracy", rows)).toThrow(
      expect.objectContaining({ code: "SLW_METRIC_INPUT", details: expect.objectContaining({ what }) }),
    );
  });

  it("takes averaged probabilities that pass 1 by rounding", () => {
    const probabilities = Float64Array.of(1 + 2 ** -52, 0, 0, 1);
    expect(metricValue("log_loss", { ...good, probabilities })).toBeCloseTo(0, 12);
  });

  it("refuses a metric of the other task", () => {
    expect(() => metricValue("r2_score", good)).toThrow(expect.objectContaining({ code: "SLW_METRIC_INPUT" }));
  });

  it("refuses values that are not finite", () => {
    const target = Float64Array.of(1, 2);
    expect(() => regressionMetrics({ target, predictions: Float64Array.of(1, NaN) })).toThrow("predictions[1]");
    expect(() => regressionMetrics({ target: Float64Array.of(NaN, 1), predictions: target })).toThrow("target[0]");
    expect(() => regressionMetrics({ target, predictions: Float64Array.of(1) })).toThrow("predictions");
  });
});

/** Rows of 2 to 4 classes with many equal probabilities. */
const anyRows: fc.Arbitrary<ClassificationRows> = fc
  .record({ classes: fc.integer({ min: 2, max: 4 }), count: fc.integer({ min: 1, max: 40 }) })
  .chain(({ classes, count }) =>
    fc.record({
      classes: fc.constant(classes),
      labels: fc.array(fc.nat(classes - 1), { minLength: count, maxLength: count }).map((all) => Int32Array.from(all)),
      probabilities: fc
        .array(fc.integer({ min: 1, max: 20 }), { minLength: count * classes, maxLength: count * classes })
        .map((parts) =>
          Float64Array.from(parts, (part, cell) => {
            const first = cell - (cell % classes);
            return part / parts.slice(first, first + classes).reduce((sum, each) => sum + each, 0);
          }),
        ),
      weights: fc
        .array(fc.integer({ min: 1, max: 8 }), { minLength: count, maxLength: count })
        .map((all) => Float64Array.from(all, (weight) => weight / 4)),
    }),
  );

describe("properties", () => {
  it("AUC does not change when scores are stretched without changing their order", () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const stretched = rows.probabilities.map((p) => (Math.exp(3 * p) - 1) / 30);
        for (const name of ["AUC_macro", "AUC_weighted", "AUC_micro", "average_precision_score_macro"]) {
          const before = metricValue(name, rows);
          expect(metricValue(name, { ...rows, probabilities: stretched })).toBe(before);
        }
      }),
    );
  });

  it("AUC is the share of pairs in the right order, ties counted half", () => {
    fc.assert(
      fc.property(anyRows, ({ labels, probabilities, classes }) => {
        const own = Array.from(labels.keys()).filter((row) => labels[row] === 1);
        const others = Array.from(labels.keys()).filter((row) => labels[row] !== 1);
        const score = (row: number): number => probabilities[row * classes + 1];
        let right = 0;
        for (const a of own) for (const b of others) right += (Math.sign(score(a) - score(b)) + 1) / 2;
        const auc = metricValue("AUC_binary", { labels, probabilities, classes, positiveClass: 1 });
        expect(differences({ auc }, { auc: right / (own.length * others.length) }, 1e-12)).toEqual([]);
      }),
    );
  });

  it("the order of the rows does not matter", () => {
    fc.assert(
      fc.property(anyRows, fc.infiniteStream(fc.nat()), (rows, keys) => {
        const order = [...rows.labels.keys()].map((row) => ({ row, key: keys.next().value as number }));
        order.sort((a, b) => a.key - b.key);
        const { classes, labels, probabilities, weights } = rows;
        const moved: ClassificationRows = {
          classes,
          labels: Int32Array.from(order, ({ row }) => labels[row]),
          probabilities: Float64Array.from(probabilities, (_, cell) => {
            return probabilities[order[Math.floor(cell / classes)].row * classes + (cell % classes)];
          }),
          weights: Float64Array.from(order, ({ row }) => weights![row]),
        };
        expect(differences(classificationMetrics(moved), classificationMetrics(rows), 1e-12)).toEqual([]);
      }),
    );
  });

  it("whole weights count like repeated rows", () => {
    fc.assert(
      fc.property(anyRows, ({ classes, labels, probabilities, weights }) => {
        const times = weights!.map((weight) => weight * 4);
        const copies = Array.from(labels.keys()).flatMap((row) => Array.from({ length: times[row] }, () => row));
        const repeated = {
          classes,
          labels: Int32Array.from(copies, (row) => labels[row]),
          probabilities: Float64Array.from({ length: copies.length * classes }, (_, cell) => {
            return probabilities[copies[Math.floor(cell / classes)] * classes + (cell % classes)];
          }),
        };
        const weighted = classificationMetrics({ classes, labels, probabilities, weights: times });
        const copied = classificationMetrics(repeated);
        // Azure ML's weighted_accuracy does not look at row weights.
        const differing = differences(weighted, copied, 1e-9).filter(({ name }) => name !== "weighted_accuracy");
        expect(differing).toEqual([]);
      }),
    );
  });

  it("the confusion matrix holds every row once", () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const { weights, ...unweighted } = rows;
        const labels = Array.from({ length: rows.classes }, (_, k) => String(k));
        const cells = confusionMatrix(unweighted, labels).data.matrix;
        expect(cells.flat().reduce((sum, each) => sum + each, 0)).toBe(rows.labels.length);
        cells.forEach((line, k) => {
          expect(line.reduce((sum, each) => sum + each, 0)).toBe(rows.labels.filter((label) => label === k).length);
        });
        const weighted = confusionMatrix(rows, labels).data.matrix;
        expect(weighted.flat().reduce((sum, each) => sum + each, 0)).toBeCloseTo(
          weights!.reduce((sum, each) => sum + each, 0),
          10,
        );
      }),
    );
  });

  it("sorts like a comparison sort that keeps the order of equals", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, -0, 0.5, -0.5))), (values) => {
        const order = ascendingOrder(Float64Array.from(values));
        const expected = [...values.keys()].sort((a, b) =>
          values[a] < values[b] ? -1 : values[a] > values[b] ? 1 : a - b,
        );
        expect([...order]).toEqual(expected);
      }),
    );
  });

  it("no row order or shift of the target changes what should not change in regression", () => {
    const value = fc.integer({ min: -1000, max: 1000 });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { minLength: 2, maxLength: 40 }), value, (pairs, shift) => {
        const rows = (all: [number, number][]): RegressionRows => ({
          target: Float64Array.from(all, ([y]) => y),
          predictions: Float64Array.from(all, ([, p]) => p),
        });
        const before = regressionMetrics(rows(pairs));
        const reversed = regressionMetrics(rows(pairs.toReversed()));
        expect(differences(reversed, before, 1e-9)).toEqual([]);
        const shifted = regressionMetrics(rows(pairs.map(([y, p]) => [y + shift, p + shift])));
        const unshifted = /log|percentage/;
        const differing = differences(shifted, before, 1e-9).filter(({ name }) => !unshifted.test(name));
        expect(differing).toEqual([]);
      }),
    );
  });
});

describe("tables", () => {
  it("counts outcomes at 100 thresholds", () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const { data } = accuracyTable(rows, ["a", "b", "c", "d"].slice(0, rows.classes));
        data.probability_tables.forEach((table, k) => {
          expect(table).toHaveLength(100);
          table.forEach((outcomes, i) => {
            const counted = [0, 0, 0, 0];
            for (let row = 0; row < rows.labels.length; row++) {
              const positive = rows.probabilities[row * rows.classes + k] >= data.probability_thresholds[i];
              const own = rows.labels[row] === k;
              counted[positive ? (own ? 0 : 1) : own ? 3 : 2]++;
            }
            expect(outcomes).toEqual(counted);
          });
        });
        expect(data.percentile_thresholds[0]).toBe(Math.min(...rows.probabilities));
        expect(data.percentile_thresholds[99]).toBe(Math.max(...rows.probabilities));
      }),
      { numRuns: 20 },
    );
  });

  const number = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  const pairs = fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 200 });
  const rowsOf = (all: [number, number][]): RegressionRows => ({
    target: Float64Array.from(all, ([y]) => y),
    predictions: Float64Array.from(all, ([, p]) => p),
  });

  it("puts every residual in one of ten bins", () => {
    fc.assert(
      fc.property(pairs, (all) => {
        const { data } = residuals(rowsOf(all));
        expect(data.bin_edges).toHaveLength(11);
        expect(data.bin_counts).toHaveLength(10);
        expect(data.bin_counts.reduce((sum, count) => sum + count, 0)).toBe(all.length);
        expect(data.bin_edges).toEqual(data.bin_edges.toSorted((a, b) => a - b));
      }),
    );
    const { data } = residuals(
      rowsOf([
        [0, 1],
        [2, 1],
        [0, 9],
      ]),
      1,
    );
    expect(data.bin_edges).toEqual([-2.5, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 9]);
    expect(data.bin_counts).toEqual([0, 0, 0, 1, 0, 0, 0, 1, 0, 1]);
    expect(data.mean).toBe(3);
  });

  it("puts every target in one bin and averages its predictions", () => {
    fc.assert(
      fc.property(pairs, (all) => {
        const { data } = predictedTrue(rowsOf(all));
        expect(data.bin_counts).toHaveLength(data.bin_edges.length - 1);
        expect(data.bin_counts.reduce((sum, count) => sum + count, 0)).toBe(all.length);
        const total = data.bin_counts.reduce((sum, count, i) => sum + count * data.bin_averages[i], 0);
        expect(total / all.length).toBeCloseTo(all.reduce((sum, [, p]) => sum + p, 0) / all.length, 4);
      }),
    );
    const { data } = predictedTrue(
      rowsOf([
        [5, 1],
        [5, 3],
      ]),
    );
    expect(data).toEqual({ bin_edges: [5, 5], bin_counts: [2], bin_averages: [2], bin_errors: [1] });
  });
});
