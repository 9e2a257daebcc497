import { describe, expect, it } from "vitest";
import { createRandom } from "../base/index.ts";
import { metricValue } from "../kernels/index.ts";
import { predictedClasses } from "../model/index.ts";
import type { Dataset } from "./dataset.ts";
import { tuneLabelWeights } from "./thresholds.ts";
import type { Fold } from "./validation.ts";

interface Made {
  readonly data: Dataset;
  readonly folds: Fold[];
  readonly outputs: Float64Array;
}

/**
 * Rows whose true class is drawn from the probabilities, which are then given multiplied by `distortion` (1: honest).
 * `priors` are the classes' shares; `spread` is how far the probabilities are from them.
 */
function made(
  rows: number,
  priors: readonly number[],
  spread: number,
  seed: number,
  distortion = priors.map(() => 1),
): Made {
  const random = createRandom(seed);
  const classes = priors.length;
  const outputs = new Float64Array(rows * classes);
  const target = Float64Array.from({ length: rows }, (_, row) => {
    const raw = priors.map((prior) => prior * Math.exp(spread * random.normal()));
    const sum = raw.reduce((a, b) => a + b);
    let rest = random.next() * sum;
    const label = raw.findIndex((share) => (rest -= share) < 0);
    const given = raw.map((share, k) => share * distortion[k]);
    const total = given.reduce((a, b) => a + b);
    outputs.set(
      given.map((share) => share / total),
      row * classes,
    );
    return Math.max(0, label);
  });
  const data: Dataset = { task: "classification", rows, features: [], target, classes, weights: null };
  return { data, folds: foldsOf(rows, 3), outputs };
}

/** `count` folds of neighbouring rows, so that the outputs of all folds are in the order of the rows. */
function foldsOf(rows: number, count: number): Fold[] {
  const edges = Array.from({ length: count + 1 }, (_, k) => Math.floor((rows * k) / count));
  return Array.from({ length: count }, (_, k) => ({
    train: new Uint32Array(0),
    valid: Uint32Array.from({ length: edges[k + 1] - edges[k] }, (_, i) => edges[k] + i),
  }));
}

function metricOf(metric: string, { data, outputs }: Made, labelWeights: readonly number[] | null): number {
  const { classes, target, weights } = data;
  const labels = Array.from({ length: classes }, (_, k) => k);
  const predictions = predictedClasses({ labels, labelWeights }, outputs);
  return metricValue(metric, {
    labels: target,
    probabilities: outputs,
    classes,
    predictions,
    ...(weights && { weights }),
  });
}

describe("two classes", () => {
  it("balanced accuracy of a rare class: the threshold is near its share, and new rows gain by it", () => {
    const few = made(4_000, [0.9, 0.1], 1, 1);
    const tuned = tuneLabelWeights("balanced_accuracy", few.data, few.folds, few.outputs);
    expect(tuned).toHaveLength(2);
    expect(tuned![0] + tuned![1]).toBeCloseTo(1, 12);
    expect(tuned![0]).toBeGreaterThan(0.05);
    expect(tuned![0]).toBeLessThan(0.2);
    const others = made(20_000, [0.9, 0.1], 1, 2);
    const gain = metricOf("balanced_accuracy", others, tuned) - metricOf("balanced_accuracy", others, null);
    expect(gain).toBeGreaterThan(0.1);
  });

  it.each(["accuracy", "f1_score_macro", "matthews_correlation", "norm_macro_recall", "f1_score_binary"])(
    "%s where the probabilities are wrong: new rows gain",
    (metric) => {
      const distorted = made(4_000, [0.5, 0.5], 1.5, 3, [1, 6]);
      const tuned = tuneLabelWeights(metric, distorted.data, distorted.folds, distorted.outputs);
      const others = made(20_000, [0.5, 0.5], 1.5, 4, [1, 6]);
      expect(metricOf(metric, others, tuned)).toBeGreaterThan(metricOf(metric, others, null) + 0.01);
    },
  );

  it("a single holdout is cut into parts of its own", () => {
    const one = made(3_000, [0.9, 0.1], 1, 5);
    expect(tuneLabelWeights("balanced_accuracy", one.data, foldsOf(3_000, 1), one.outputs)).not.toBeNull();
  });

  it("row weights count: as if the rare class were not rare", () => {
    const honest = made(4_000, [0.8, 0.2], 1, 6);
    expect(tuneLabelWeights("accuracy", honest.data, honest.folds, honest.outputs)).toBeNull();
    const weights = honest.data.target.map((label) => (label === 1 ? 4 : 1));
    const tuned = tuneLabelWeights("accuracy", { ...honest.data, weights }, honest.folds, honest.outputs);
    expect(tuned![0]).toBeGreaterThan(0.1);
    expect(tuned![0]).toBeLessThan(0.35);
  });
});

describe("nothing to gain", () => {
  it("accuracy with honest probabilities: null, but for one seed in ten", () => {
    const seeds = Array.from({ length: 30 }, (_, i) => 100 + i);
    const tuned = seeds.map((seed) => {
      const honest = made(1_000, [0.6, 0.4], 1, seed);
      return tuneLabelWeights("accuracy", honest.data, honest.folds, honest.outputs);
    });
    expect(tuned.filter((weights) => weights !== null).length).toBeLessThanOrEqual(3);
  });

  it("labels that have nothing to do with the probabilities: null, but for one seed in ten", () => {
    const seeds = Array.from({ length: 30 }, (_, i) => 200 + i);
    const tuned = seeds.map((seed) => {
      const noise = made(300, [0.34, 0.33, 0.33], 1, seed);
      const random = createRandom(seed, 1);
      const data = { ...noise.data, target: noise.data.target.map(() => random.integer(3)) };
      return tuneLabelWeights("norm_macro_recall", data, noise.folds, noise.outputs);
    });
    expect(tuned.filter((weights) => weights !== null).length).toBeLessThanOrEqual(3);
  });

  it.each(["AUC_weighted", "log_loss", "average_precision_score_macro", "weighted_accuracy"])(
    "%s judges no label",
    (metric) => {
      const few = made(500, [0.9, 0.1], 1, 7);
      expect(tuneLabelWeights(metric, few.data, few.folds, few.outputs)).toBeNull();
    },
  );

  it("regression, a single class in all rows, one row", () => {
    const few = made(500, [0.9, 0.1], 1, 8);
    const regression: Dataset = { ...few.data, task: "regression", classes: 0 };
    expect(tuneLabelWeights("r2_score", regression, few.folds, few.outputs)).toBeNull();
    const same = { ...few.data, target: new Float64Array(500) };
    expect(tuneLabelWeights("norm_macro_recall", same, few.folds, few.outputs)).toBeNull();
    const one = made(1, [0.5, 0.5], 1, 9);
    expect(tuneLabelWeights("accuracy", one.data, foldsOf(1, 1), one.outputs)).toBeNull();
  });
});

describe("more classes", () => {
  it("macro recall of unequal classes: every new row set gains; the same again for the same rows", () => {
    const few = made(4_000, [0.8, 0.15, 0.05], 1, 10);
    const tuned = tuneLabelWeights("norm_macro_recall", few.data, few.folds, few.outputs);
    expect(tuned).toHaveLength(3);
    expect(tuneLabelWeights("norm_macro_recall", few.data, few.folds, few.outputs)).toEqual(tuned);
    for (const seed of [11, 12]) {
      const others = made(10_000, [0.8, 0.15, 0.05], 1, seed);
      const gain = metricOf("norm_macro_recall", others, tuned) - metricOf("norm_macro_recall", others, null);
      expect(gain).toBeGreaterThan(0.1);
    }
  });

  it("accuracy where one class is overstated", () => {
    const distorted = made(3_000, [0.4, 0.3, 0.3], 1.5, 13, [1, 1, 8]);
    const tuned = tuneLabelWeights("accuracy", distorted.data, distorted.folds, distorted.outputs);
    const others = made(10_000, [0.4, 0.3, 0.3], 1.5, 14, [1, 1, 8]);
    expect(metricOf("accuracy", others, tuned)).toBeGreaterThan(metricOf("accuracy", others, null) + 0.05);
  });
});
