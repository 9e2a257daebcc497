/** The curves of a classifier: one class against the rest. */
import { areaUnder, mostPoints, reduceCurve } from "./reduce-curve.ts";
import { sweepOf, type Sweep } from "./sweep.ts";

/** Points in rising order of the first list. A threshold is the smallest probability called positive; null: none is. */
export interface ClassCurves {
  /** Trapezoids under the whole curve, not only under these points; so are all areas. */
  readonly roc: {
    readonly falsePositiveRate: readonly number[];
    readonly truePositiveRate: readonly number[];
    readonly thresholds: readonly (number | null)[];
    readonly area: number;
  };
  readonly precisionRecall: {
    readonly recall: readonly number[];
    /** Of the threshold that calls nothing positive: 1, as in scikit-learn. */
    readonly precision: readonly number[];
    readonly thresholds: readonly (number | null)[];
    /** scikit-learn's average_precision_score: by steps, not by trapezoids. */
    readonly averagePrecision: number;
  };
  /** Of the rows with the highest probabilities, as a share of all: how many of all positive rows are among them. */
  readonly gain: { readonly share: readonly number[]; readonly gain: readonly number[]; readonly area: number };
  /** gain / share. */
  readonly lift: { readonly share: readonly number[]; readonly lift: readonly number[] };
  /** Bins of equal width of the probability, the empty ones left out: scikit-learn's calibration_curve. */
  readonly calibration: {
    /** The mean probability of the bin's rows. */
    readonly predicted: readonly number[];
    /** The share of the bin's rows that are positive. */
    readonly observed: readonly number[];
    /** The bin's sum of weights. */
    readonly weight: readonly number[];
  };
}

/** @returns null where there is no positive row or no other: most of the curves are not defined then */
export function curvesOf(scores: Float64Array, positive: Uint8Array, weights: Float64Array | null): ClassCurves | null {
  const sweep = sweepOf(scores, positive, weights);
  const positives = sweep.truePositives.at(-1) ?? 0;
  const others = sweep.falsePositives.at(-1) ?? 0;
  if (positives === 0 || others === 0) return null;
  const gain = gainOf(sweep, positives, others);
  const later = gain.share.findIndex((share) => share > 0);
  return {
    roc: rocOf(sweep, positives, others),
    precisionRecall: precisionRecallOf(sweep, positives),
    gain,
    lift: {
      share: gain.share.slice(later),
      lift: gain.gain.slice(later).map((value, i) => value / gain.share[later + i]),
    },
    calibration: calibrationOf(scores, positive, weights),
  };
}

function rocOf({ thresholds, truePositives, falsePositives }: Sweep, positives: number, others: number) {
  const x = falsePositives.map((count) => count / others);
  const y = truePositives.map((count) => count / positives);
  const kept = reduceCurve(x, y);
  return {
    falsePositiveRate: pick(x, kept),
    truePositiveRate: pick(y, kept),
    thresholds: pick(thresholds, kept).map(finite),
    area: atMost1(areaUnder(x, y)),
  };
}

function precisionRecallOf({ thresholds, truePositives, falsePositives }: Sweep, positives: number) {
  const recall = truePositives.map((count) => count / positives);
  const precision = truePositives.map((count, i) => {
    const called = count + falsePositives[i];
    return called === 0 ? 1 : count / called;
  });
  let averagePrecision = 0;
  for (let i = 1; i < recall.length; i++) averagePrecision += (recall[i] - recall[i - 1]) * precision[i];
  const kept = reduceCurve(recall, precision);
  return {
    recall: pick(recall, kept),
    precision: pick(precision, kept),
    thresholds: pick(thresholds, kept).map(finite),
    averagePrecision: atMost1(averagePrecision),
  };
}

function gainOf({ truePositives, falsePositives }: Sweep, positives: number, others: number) {
  const share = truePositives.map((count, i) => (count + falsePositives[i]) / (positives + others));
  const gain = truePositives.map((count) => count / positives);
  const kept = reduceCurve(share, gain);
  return { share: pick(share, kept), gain: pick(gain, kept), area: atMost1(areaUnder(share, gain)) };
}

const calibrationBins = 10;

function calibrationOf(scores: Float64Array, positive: Uint8Array, weights: Float64Array | null) {
  const weight = new Float64Array(calibrationBins);
  const predicted = new Float64Array(calibrationBins);
  const observed = new Float64Array(calibrationBins);
  for (let row = 0; row < scores.length; row++) {
    // An edge belongs to the bin below it, as in scikit-learn; the edges are those of numpy.linspace.
    let bin = 0;
    while (bin < calibrationBins - 1 && scores[row] > (bin + 1) * (1 / calibrationBins)) bin++;
    const w = weights === null ? 1 : weights[row];
    weight[bin] += w;
    predicted[bin] += w * scores[row];
    observed[bin] += w * positive[row];
  }
  const kept = Uint32Array.from(weight.keys()).filter((bin) => weight[bin] > 0);
  return {
    predicted: Array.from(kept, (bin) => atMost1(predicted[bin] / weight[bin])),
    observed: Array.from(kept, (bin) => atMost1(observed[bin] / weight[bin])),
    weight: pick(weight, kept),
  };
}

function pick(values: Float64Array, positions: Uint32Array): number[] {
  return Array.from(positions, (position) => values[position]);
}

/** Sums of shares may pass 1 by their rounding. */
function atMost1(value: number): number {
  return Math.min(1, value);
}

function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}

/**
 * The mean of the classes' curves, each class counting the same: of true positive rate, precision and gain at the same
 * false positive rate, recall and share. Where a curve rises or falls at one place, its last value there counts. A mean
 * of thresholds or of bins would be one of nothing, so there are none.
 */
export type MeanCurves = {
  readonly roc: Omit<ClassCurves["roc"], "thresholds">;
  readonly precisionRecall: Omit<ClassCurves["precisionRecall"], "thresholds">;
} & Pick<ClassCurves, "gain" | "lift">;

/** @returns null for no class */
export function meanCurves(classes: readonly ClassCurves[]): MeanCurves | null {
  if (classes.length === 0) return null;
  const grid = Array.from({ length: mostPoints }, (_, i) => i / (mostPoints - 1));
  const mean = (of: (curves: ClassCurves) => number): number =>
    classes.reduce((sum, curves) => sum + of(curves), 0) / classes.length;
  const at = (xOf: (c: ClassCurves) => readonly number[], yOf: (c: ClassCurves) => readonly number[]): number[] =>
    grid.map((x) => mean((curves) => interpolate(xOf(curves), yOf(curves), x)));
  const gain = at(
    (curves) => curves.gain.share,
    (curves) => curves.gain.gain,
  );
  return {
    roc: {
      falsePositiveRate: grid,
      truePositiveRate: at(
        ({ roc }) => roc.falsePositiveRate,
        ({ roc }) => roc.truePositiveRate,
      ),
      area: mean(({ roc }) => roc.area),
    },
    precisionRecall: {
      recall: grid,
      precision: at(
        ({ precisionRecall }) => precisionRecall.recall,
        ({ precisionRecall }) => precisionRecall.precision,
      ),
      averagePrecision: mean(({ precisionRecall }) => precisionRecall.averagePrecision),
    },
    gain: { share: grid, gain, area: mean((curves) => curves.gain.area) },
    lift: { share: grid.slice(1), lift: gain.slice(1).map((value, i) => value / grid[i + 1]) },
  };
}

/** On the line through the points; where several have this x, the last of them. */
function interpolate(xs: readonly number[], ys: readonly number[], x: number): number {
  let low = 0;
  let high = xs.length - 1;
  // The last point at or before x.
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (xs[middle] <= x) low = middle;
    else high = middle - 1;
  }
  if (low === xs.length - 1 || xs[low] === x) return ys[low];
  const share = (x - xs[low]) / (xs[low + 1] - xs[low]);
  return ys[low] + share * (ys[low + 1] - ys[low]);
}
