import { readFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../base/index.ts";
import { modelCharts, type ClassCurves, type ClassificationCharts } from "./index.ts";
import { areaUnder, mostPoints, reduceCurve } from "./reduce-curve.ts";

type GoldenCurves = Pick<ClassCurves, "roc" | "precisionRecall"> & {
  readonly calibration?: Pick<ClassCurves["calibration"], "predicted" | "observed">;
};

interface GoldenCase {
  readonly name: string;
  readonly classes: number;
  readonly target: number[];
  readonly outputs: number[];
  readonly weights: number[] | null;
  readonly confusion: number[][];
  readonly curves: GoldenCurves[];
  readonly micro: GoldenCurves;
}

const file = new URL("../../../test/golden/charts.json", import.meta.url);
const golden = JSON.parse(readFileSync(file, "utf8")) as { cases: GoldenCase[] };

function chartsOf({ classes, target, outputs, weights }: GoldenCase): ClassificationCharts {
  const labels = Array.from({ length: classes }, (_, k) => `class ${k}`);
  const charts = modelCharts(
    "classification",
    labels,
    Float64Array.from(target),
    Float64Array.from(outputs),
    weights && Float64Array.from(weights),
  );
  return charts as ClassificationCharts;
}

function expectEqual(found: readonly (number | null)[], expected: readonly (number | null)[]): void {
  expect(found).toHaveLength(expected.length);
  expected.forEach((value, i) => {
    if (value === null) expect(found[i]).toBeNull();
    else expect(found[i]).toBeCloseTo(value, 12);
  });
}

/** Every point of ours is one of theirs, the areas are the same, and nothing is left out that fits into a chart. */
function expectCurves(found: ClassCurves | null, expected: GoldenCurves): void {
  if (found === null) throw new Error("there is no curve");
  const { roc, precisionRecall } = expected;
  expect(found.roc.area).toBeCloseTo(roc.area, 12);
  expect(found.precisionRecall.averagePrecision).toBeCloseTo(precisionRecall.averagePrecision, 12);
  const places = found.roc.thresholds.map((threshold) => near(roc.thresholds, threshold));
  if (roc.thresholds.length <= mostPoints) expect(places).toHaveLength(roc.thresholds.length);
  else expect(places.length).toBeLessThanOrEqual(mostPoints);
  expectEqual(
    found.roc.falsePositiveRate,
    places.map((i) => roc.falsePositiveRate[i]),
  );
  expectEqual(
    found.roc.truePositiveRate,
    places.map((i) => roc.truePositiveRate[i]),
  );
  const cuts = found.precisionRecall.thresholds.map((threshold) => near(precisionRecall.thresholds, threshold));
  expectEqual(
    found.precisionRecall.recall,
    cuts.map((i) => precisionRecall.recall[i]),
  );
  expectEqual(
    found.precisionRecall.precision,
    cuts.map((i) => precisionRecall.precision[i]),
  );
  if (expected.calibration) {
    expectEqual(found.calibration.predicted, expected.calibration.predicted);
    expectEqual(found.calibration.observed, expected.calibration.observed);
  }
}

function near(thresholds: readonly (number | null)[], threshold: number | null): number {
  const place = thresholds.findIndex((each) =>
    each === null || threshold === null ? each === threshold : Math.abs(each - threshold) < 1e-15,
  );
  expect(place).toBeGreaterThanOrEqual(0);
  return place;
}

describe("the charts of a classifier are those of scikit-learn", () => {
  it.each(golden.cases)("$name", (each) => {
    const charts = chartsOf(each);
    expect(charts.confusion_matrix.data.matrix).toEqual(each.confusion);
    charts.classes.forEach(({ curves }, k) => expectCurves(curves, each.curves[k]));
    expectCurves(charts.micro, each.micro);
    const mean = each.curves.reduce((sum, { roc }) => sum + roc.area, 0) / each.classes;
    expect(charts.macro?.roc.area).toBeCloseTo(mean, 12);
  });
});

/** Rows whose second probability tells the class, more or less. */
function made(rows: number, seed: number, slope: number): { target: Float64Array; outputs: Float64Array } {
  const random = createRandom(seed);
  const target = Float64Array.from({ length: rows }, () => random.integer(2));
  const outputs = new Float64Array(2 * rows);
  target.forEach((label, row) => {
    const p = 1 / (1 + Math.exp(-slope * (label - 0.5) - random.normal()));
    outputs.set([1 - p, p], 2 * row);
  });
  return { target, outputs };
}

describe("a chart", () => {
  it.each([
    [300, 0],
    [3_000, 0],
    [3_000, 2],
    [60_000, 1],
    [60_000, 8],
  ])("of %i rows, slope %i: at most 200 points, and the area of all", (rows, slope) => {
    const { target, outputs } = made(rows, 3, slope);
    const charts = modelCharts("classification", ["a", "b"], target, outputs) as ClassificationCharts;
    for (const curves of [...charts.classes.map((each) => each.curves), charts.micro]) {
      const { roc, gain, precisionRecall } = curves as ClassCurves;
      expect(roc.thresholds.length).toBeLessThanOrEqual(200);
      expect(precisionRecall.thresholds.length).toBeLessThanOrEqual(200);
      expect(Math.abs(areaUnder(roc.falsePositiveRate, roc.truePositiveRate) - roc.area)).toBeLessThan(1e-4);
      expect(Math.abs(areaUnder(gain.share, gain.gain) - gain.area)).toBeLessThan(1e-4);
    }
    const { macro } = charts;
    expect(Math.abs(areaUnder(macro!.gain.share, macro!.gain.gain) - macro!.gain.area)).toBeLessThan(2e-3);
  });

  it("gain and lift: of the highest share of rows", () => {
    const target = Float64Array.of(1, 1, 0, 1, 0, 0, 0, 0);
    const outputs = Float64Array.from({ length: 16 }, (_, i) => (i % 2 === 1 ? 0.9 - (i - 1) / 20 : 0.1 + i / 20));
    const charts = modelCharts("classification", ["a", "b"], target, outputs) as ClassificationCharts;
    const { gain, lift } = charts.classes[1].curves as ClassCurves;
    expectEqual(
      gain.share,
      [0, 1, 2, 3, 4, 5, 6, 7, 8].map((i) => i / 8),
    );
    expectEqual(
      gain.gain,
      [0, 1, 2, 2, 3, 3, 3, 3, 3].map((i) => i / 3),
    );
    expectEqual(lift.lift.slice(0, 4), [8 / 3, 8 / 3, 16 / 9, 2]);
    expect(lift.lift.at(-1)).toBeCloseTo(1, 14);
  });

  it("the confusion matrix is that of the labels that the model gives", () => {
    const target = Float64Array.of(0, 1);
    const outputs = Float64Array.of(0.6, 0.4, 0.6, 0.4);
    const matrix = (labelWeights: number[] | null): unknown => {
      const charts = modelCharts("classification", ["a", "b"], target, outputs, null, labelWeights);
      return (charts as ClassificationCharts).confusion_matrix.data.matrix;
    };
    expect(matrix(null)).toEqual([
      [1, 0],
      [1, 0],
    ]);
    expect(matrix([0.3, 0.7])).toEqual([
      [0, 1],
      [0, 1],
    ]);
  });

  it("rows of one class, and a class without rows: no curves for them", () => {
    const outputs = Float64Array.of(0.2, 0.5, 0.3, 0.1, 0.8, 0.1);
    const charts = modelCharts(
      "classification",
      ["a", "b", "c"],
      Float64Array.of(1, 1),
      outputs,
    ) as ClassificationCharts;
    expect(charts.classes.map(({ curves }) => curves)).toEqual([null, null, null]);
    expect(charts.macro).toBeNull();
    expect(charts.micro?.roc.area).toBe(1);
  });

  it("of 30 classes: the curves of 20, no accuracy table, the mean of all", () => {
    const rows = 300;
    const random = createRandom(1);
    const target = Float64Array.from({ length: rows }, (_, row) => (row < 290 ? row % 29 : 29));
    const outputs = new Float64Array(rows * 30);
    for (let row = 0; row < rows; row++) {
      const shares = Array.from({ length: 30 }, (_, k) => random.next() + (k === target[row] ? 1 : 0));
      const sum = shares.reduce((a, b) => a + b);
      outputs.set(
        shares.map((share) => share / sum),
        row * 30,
      );
    }
    const labels = Array.from({ length: 30 }, (_, k) => k);
    const charts = modelCharts("classification", labels, target, outputs) as ClassificationCharts;
    expect(charts.classes.map(({ label }) => label)).toEqual(labels.slice(0, 20));
    expect(charts.accuracy_table).toBeNull();
    expect(charts.macro?.roc.area).toBeGreaterThan(0.9);
    expect(JSON.stringify(charts).length).toBeLessThan(1e6);
  });

  it("of a regression: Azure ML's tables", () => {
    const charts = modelCharts("regression", [], Float64Array.of(1, 2, 3), Float64Array.of(1.5, 2, 2));
    expect(charts).toMatchObject({
      task: "regression",
      rows: 3,
      residuals: { schema_type: "residuals", data: { res_count: 3 } },
      predicted_true: { schema_type: "predictions" },
    });
  });

  it("refuses probabilities that are none", () => {
    const bad = (): unknown => modelCharts("classification", ["a", "b"], Float64Array.of(0), Float64Array.of(0.5, 1.5));
    expect(bad).toThrow(expect.objectContaining({ code: "SLW_METRIC_INPUT" }));
  });
});

describe("a curve of fewer points", () => {
  const steps = fc.array(fc.record({ dx: fc.nat(3), dy: fc.integer({ min: -3, max: 5 }) }), {
    minLength: 201,
    maxLength: 2_000,
  });

  it("begins and ends where it did, is rising, and keeps its area within 1e-4 of its box", () => {
    fc.assert(
      fc.property(steps, (made) => {
        const x = new Float64Array(made.length + 1);
        const y = new Float64Array(made.length + 1);
        made.forEach(({ dx, dy }, i) => {
          x[i + 1] = x[i] + dx;
          y[i + 1] = y[i] + dy;
        });
        const width = Math.max(1, x.at(-1) as number);
        const height = Math.max(1, ...y.map(Math.abs));
        const [sx, sy] = [x.map((value) => value / width), y.map((value) => value / height)];
        const kept = reduceCurve(sx, sy);
        expect(kept.length).toBeLessThanOrEqual(200);
        expect([kept[0], kept.at(-1)]).toEqual([0, made.length]);
        expect(kept.every((place, i) => i === 0 || place > kept[i - 1])).toBe(true);
        const pick = (values: Float64Array): number[] => Array.from(kept, (place) => values[place]);
        expect(Math.abs(areaUnder(pick(sx), pick(sy)) - areaUnder(sx, sy))).toBeLessThan(1e-4);
      }),
      { numRuns: 100 },
    );
  });
});
