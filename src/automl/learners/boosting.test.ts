/** What only tree learners have: losses, growth, order, statistics of categories. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../base/index.ts";
import { learnerOutputs, type TreesLearner } from "../../model/index.ts";
import type { Dataset, Feature } from "../dataset.ts";
import {
  categoricalFeature,
  dataset,
  featuresOf,
  fit,
  list,
  madeDataset,
  numericFeature,
  rowsBetween,
} from "../test-dataset.ts";
import type { Params } from "./index.ts";
import { weightedQuantile } from "./weighted-quantile.ts";

const ROWS = 600;
const TRAIN = rowsBetween(0, 400);
const HELD = rowsBetween(400, ROWS);

function trained(data: Dataset, params: Params, rows = TRAIN, algorithm = "GradientBoosting"): TreesLearner {
  return fit(algorithm, data, rows, params).learner as TreesLearner;
}

function predicted(data: Dataset, params: Params, rows = HELD): Float64Array {
  return learnerOutputs(trained(data, params), featuresOf(data, rows), rows.length);
}

/** Numbers that rise and fall with the target, with noise and holes, and one that waves. */
function wavy(rows: number, classes: number, seed: number): Dataset {
  const random = createRandom(seed);
  const columns = list(4, () => list(rows, () => Math.round(random.normal() * 8) / 4));
  const codes = list(rows, () => random.integer(7));
  const signal = list(rows, (i) => {
    const [up, down, wave, noise] = columns.map((column) => column[i]);
    return up + Math.sin(3 * up) - down + Math.cos(4 * down) + 2 * Math.sin(2 * wave) + noise / 4 + (codes[i] % 3);
  });
  const target = signal.map((value) => (classes === 0 ? value : Number(value + random.normal() > 0.5)));
  const hole = (value: number): number => (random.next() < 0.1 ? NaN : value);
  const monotone: (1 | -1 | undefined)[] = [1, -1, undefined, undefined];
  const features = columns.map((column, f): Feature => {
    const feature = numericFeature(`x${f}`, column.map(hole));
    return monotone[f] ? { ...feature, monotone: monotone[f] } : feature;
  });
  return dataset([...features, categoricalFeature("c", 7, codes)], target, classes);
}

/** By how much the output goes against the order of feature `f`, at worst, over many rows and a grid. */
function worstStep(learner: TreesLearner, data: Dataset, f: 0 | 1): number {
  const rows = rowsBetween(0, Math.min(60, data.rows));
  const width = data.features.length;
  const grid = list(41, (i) => (i - 20) / 4);
  const features = featuresOf(data, rows);
  const outputs = grid.map((value) => {
    const moved = features.map((each, i) => (i % width === f ? value : each));
    const out = learnerOutputs(learner, moved, rows.length);
    return data.classes === 0 ? out : out.filter((_, i) => i % 2 === 1);
  });
  let worst = 0;
  for (let step = 1; step < grid.length; step++)
    outputs[step].forEach((value, i) => {
      worst = Math.max(worst, (f === 0 ? 1 : -1) * (outputs[step - 1][i] - value));
    });
  return worst;
}

describe("monotone constraints", () => {
  const ways: { way: string; algorithm: string; params: Params }[] = [
    { way: "leafwise", algorithm: "GradientBoosting", params: { minRows: 3 } },
    { way: "symmetric", algorithm: "GradientBoosting", params: { growth: "symmetric" } },
    { way: "random thresholds", algorithm: "GradientBoosting", params: { randomThresholds: true, minRows: 3 } },
    { way: "ordered", algorithm: "GradientBoosting", params: { growth: "symmetric", categories: "ordered" } },
    { way: "absolute error", algorithm: "GradientBoosting", params: { objective: "absolute_error", minRows: 3 } },
    { way: "forest", algorithm: "RandomForest", params: { trees: 5, minRows: 1 } },
    { way: "extra trees", algorithm: "ExtremeRandomTrees", params: { trees: 5, minRows: 1 } },
    { way: "tree", algorithm: "DecisionTree", params: { minRows: 1 } },
  ];

  it.each(ways)("$way: predictions never go against them, whatever the data", ({ algorithm, params }) => {
    const property = fc.property(fc.nat(), fc.integer({ min: 30, max: 250 }), fc.boolean(), (seed, rows, classes) => {
      const numeric = !classes || "objective" in params;
      const data = wavy(rows, numeric ? 0 : 2, seed);
      const learner = trained(data, { ...params, rounds: 12 }, rowsBetween(0, rows), algorithm);
      expect(worstStep(learner, data, 0)).toBeLessThanOrEqual(1e-12);
      expect(worstStep(learner, data, 1)).toBeLessThanOrEqual(1e-12);
    });
    fc.assert(property, { numRuns: 12 });
  });

  it("are what keeps the order: without them the same data breaks it", () => {
    const data = wavy(300, 0, 4);
    const free = { ...data, features: data.features.map((each) => ({ ...each, monotone: undefined })) };
    for (const growth of ["leafwise", "symmetric"])
      expect(worstStep(trained(free, { growth, rounds: 12 }, rowsBetween(0, 300)), data, 0)).toBeGreaterThan(0.01);
  });

  it("cost little where the order is true", () => {
    const data = madeDataset(ROWS, 0, 5);
    const bound = {
      ...data,
      features: data.features.map((each, f) => (f < 2 ? { ...each, monotone: 1 as const } : each)),
    };
    for (const growth of ["leafwise", "symmetric"])
      expect(meanSquare(bound, predicted(bound, { growth }))).toBeLessThan(
        1.1 * meanSquare(data, predicted(data, { growth })),
      );
  });

  it("are refused for more than two classes and for columns that are no numbers", () => {
    const three = madeDataset(60, 3, 1);
    const bound = { ...three, features: three.features.map((each) => ({ ...each, monotone: 1 as const })) };
    const rows = rowsBetween(0, 60);
    expect(() => trained(bound, {}, rows)).toThrow('"a" has a monotone constraint, but there are 3 classes');
    const two = { ...madeDataset(60, 2, 1), features: bound.features };
    expect(() => trained(two, {}, rows)).toThrow('"c" has a monotone constraint, but no numbers');
  });
});

function meanSquare(data: Dataset, outputs: Float64Array, rows = HELD): number {
  return outputs.reduce((sum, value, i) => sum + (value - data.target[rows[i]]) ** 2 / rows.length, 0);
}

describe("objectives", () => {
  const base = madeDataset(ROWS, 0, 5);
  const random = createRandom(3);
  // Every tenth target is far off, as by a slipped digit.
  const spoiled = {
    ...base,
    target: base.target.map((value, row) => (row < 400 && row % 10 === 0 ? value + 100 : value)),
  };
  const counts = { ...base, target: base.target.map((value) => Math.floor(Math.exp(value / 2) + random.next())) };
  const absolute = (data: Dataset, outputs: Float64Array): number =>
    outputs.reduce((sum, value, i) => sum + Math.abs(value - data.target[HELD[i]]) / HELD.length, 0);

  const growths: Params[] = [{}, { growth: "symmetric", maxDepth: 3 }];

  it.each(growths)("absolute error and Huber's loss ignore wild targets: %o", (growth) => {
    const usual = absolute(base, predicted(base, growth));
    expect(absolute(base, predicted(spoiled, growth))).toBeGreaterThan(3 * usual);
    for (const objective of ["absolute_error", "huber"])
      expect(absolute(base, predicted(spoiled, { ...growth, objective }))).toBeLessThan(2 * usual);
  });

  it.each([0.1, 0.5, 0.9])("the quantile %f has its share of the targets below it", (alpha) => {
    const data = madeDataset(4_000, 0, 8);
    const rows = rowsBetween(0, 3_000);
    const held = rowsBetween(3_000, 4_000);
    const learner = trained(data, { objective: "quantile", alpha, rounds: 60 }, rows);
    const outputs = learnerOutputs(learner, featuresOf(data, held), held.length);
    const below = outputs.filter((value, i) => data.target[held[i]] < value).length / held.length;
    expect(Math.abs(below - alpha)).toBeLessThan(0.06);
  });

  it.each(["poisson", "tweedie"])("%s predicts means above 0, closer than the mean of all", (objective) => {
    const outputs = predicted(counts, { objective });
    expect(Math.min(...outputs)).toBeGreaterThan(0);
    const mean = TRAIN.reduce((sum, row) => sum + counts.target[row] / TRAIN.length, 0);
    expect(meanSquare(counts, outputs)).toBeLessThan(
      0.6 *
        meanSquare(
          counts,
          outputs.map(() => mean),
        ),
    );
    const share =
      outputs.reduce((sum, value) => sum + value, 0) / HELD.reduce((sum, row) => sum + counts.target[row], 0);
    expect(share).toBeGreaterThan(0.9);
    expect(share).toBeLessThan(1.1);
  });

  it("poisson is tweedie of power 1 but for the length of its steps", () => {
    const poisson = predicted(counts, { objective: "poisson", rounds: 300 });
    const tweedie = predicted(counts, { objective: "tweedie", variancePower: 1, rounds: 150 });
    const difference = poisson.reduce((sum, value, i) => sum + Math.abs(value / tweedie[i] - 1) / poisson.length, 0);
    expect(difference).toBeLessThan(0.1);
  });

  it.each(["poisson", "tweedie"])("%s refuses a negative target", (objective) => {
    const target = counts.target.with(7, -2);
    expect(() => trained({ ...counts, target }, { objective })).toThrow("row 7 has -2");
  });

  it("judges rounds by its own loss", () => {
    const outcome = fit(
      "GradientBoosting",
      spoiled,
      TRAIN,
      { objective: "quantile", alpha: 0.9, patience: 5, rounds: 300 },
      {
        validation: HELD,
      },
    );
    expect(outcome.rounds).toBeLessThan(300);
    expect(outcome.rounds).toBeGreaterThan(3);
  });

  it.each([
    [{ objective: "log_loss" }, 'objective is "log_loss"; expected "squared_error" or "absolute_error"'],
    [{ objective: "huber", delta: 0 }, "delta is 0; expected a number above 0"],
    [{ objective: "quantile", alpha: 1 }, "alpha is 1; expected a number above 0 and below 1"],
    [{ objective: "tweedie", variancePower: 2 }, "variancePower is 2; expected a number from 1 and below 2"],
    [{ growth: "depthwise" }, 'growth is "depthwise"; expected "leafwise" or "symmetric"'],
    [{ growth: "symmetric", maxDepth: 11 }, "maxDepth is 11; expected a whole number from 1 to 10"],
    [{ categories: "hashed" }, 'categories is "hashed"; expected "sorted" or "ordered"'],
    [{ priorWeight: 0 }, "priorWeight is 0; expected a number above 0"],
  ])("%o is refused", (params, message) => {
    expect(() => trained(base, params)).toThrow(message);
  });

  it("is squared error for classes", () => {
    expect(() => trained(madeDataset(60, 2, 1), { objective: "poisson" }, rowsBetween(0, 60))).toThrow("objective");
  });
});

describe("weights", () => {
  const params: Params[] = [{}, { growth: "symmetric" }, { objective: "absolute_error" }, { objective: "huber" }];

  it.each(params)("count like rows that are repeated: %o", (each) => {
    const data = madeDataset(4_000, 0, 12);
    const counts = list(4_000, (row) => (row * 7) % 4);
    const weighted = { ...data, weights: Float64Array.from(counts) };
    const repeated = repeat(counts, 3_000);
    const more = rowsOf(data, repeated);
    const held = rowsBetween(3_000, 4_000);
    const options = { ...each, minRows: 1, minHessian: 20, rounds: 50 };
    const outputs = [weighted, more].map((one) => {
      const rows = one === weighted ? rowsBetween(0, 3_000) : rowsBetween(0, one.rows);
      return learnerOutputs(trained(one, options, rows), featuresOf(data, held), held.length);
    });
    const spread = outputs[0].reduce((sum, value) => sum + value ** 2 / held.length, 0);
    const apart = outputs[0].reduce((sum, value, i) => sum + (value - outputs[1][i]) ** 2 / held.length, 0);
    expect(apart / spread).toBeLessThan(0.02);
  });

  it("make the cover of the nodes", () => {
    const data = madeDataset(400, 2, 3);
    const weights = Float64Array.from({ length: 400 }, (_, row) => (row % 5) / 2);
    const { trees } = trained({ ...data, weights }, { rounds: 3, growth: "symmetric", maxDepth: 3 });
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    trees.roots.forEach((root) => expect(trees.cover[root]).toBeCloseTo(total, 3));
    trees.feature.forEach((feature, node) => {
      if (feature < 0) return;
      const child = trees.left[node];
      expect(trees.cover[child] + trees.cover[child + 1]).toBeCloseTo(trees.cover[node], 3);
    });
  });

  it("of 0 on all training rows are refused", () => {
    const data = { ...madeDataset(60, 2, 1), weights: new Float64Array(60) };
    expect(() => trained(data, {}, rowsBetween(0, 60))).toThrow("All 60 training rows have the weight 0");
  });
});

function repeat(counts: readonly number[], rows: number): Uint32Array {
  return Uint32Array.from(list(rows, (row) => list(counts[row], () => row)).flat());
}

/** The dataset of the listed rows. */
function rowsOf(data: Dataset, rows: Uint32Array): Dataset {
  const features = data.features.map((feature) => ({
    ...feature,
    values: Float64Array.from(rows, (row) => feature.values[row]),
  }));
  return { ...data, rows: rows.length, features, target: Float64Array.from(rows, (row) => data.target[row]) };
}

describe("symmetric growth", () => {
  it("splits all nodes of a level alike", () => {
    const { trees } = trained(madeDataset(ROWS, 2, 5), { growth: "symmetric", rounds: 5, maxDepth: 4 });
    trees.roots.forEach((root, tree) => {
      const end = trees.roots[tree + 1] ?? trees.feature.length;
      let level = [root];
      while (trees.feature[level[0]] >= 0) {
        const splits = level.map((node) => [trees.feature[node], trees.threshold[node], trees.flags[node]]);
        for (const split of splits) expect(split).toEqual(splits[0]);
        level = level.flatMap((node) => [trees.left[node], trees.left[node] + 1]);
      }
      expect(level.every((node) => node < end && trees.feature[node] < 0)).toBe(true);
      expect(level.length).toBeGreaterThan(1);
    });
  });
});

describe("ordered target statistics", () => {
  /** Very many categories, of which a third says much. */
  function manyCategories(rows: number, categories: number, classes: number): Dataset {
    const random = createRandom(21);
    const effects = list(categories, () => (random.next() < 0.33 ? 2 : -1));
    const codes = list(rows, () => Math.floor(categories * random.next() ** 2));
    const x = list(rows, () => random.normal());
    const signal = list(rows, (i) => effects[codes[i]] + x[i] + random.normal() / 2);
    const target = signal.map((value) =>
      classes === 0 ? value : classes === 2 ? Number(value > 0) : value > 1 ? 2 : Number(value > -1),
    );
    return dataset([categoricalFeature("c", categories, codes), numericFeature("x", x)], target, classes);
  }

  it.each([0, 2, 3])("see all of 10,000 categories, where bins fold most: %i classes", (classes) => {
    const data = manyCategories(30_000, 10_000, classes);
    const rows = rowsBetween(0, 25_000);
    const held = rowsBetween(25_000, 30_000);
    const lossOf = (categories: string): number => {
      const learner = trained(data, { categories, rounds: 40, learningRate: 0.2 }, rows);
      const outputs = learnerOutputs(learner, featuresOf(data, held), held.length);
      const width = Math.max(1, classes);
      return outputs.reduce((sum, value, i) => {
        const target = data.target[held[Math.floor(i / width)]];
        return sum + (value - (classes === 0 ? target : Number(target === i % width))) ** 2;
      }, 0);
    };
    expect(lossOf("ordered")).toBeLessThan(0.9 * lossOf("sorted"));
  });

  it("do not leak: categories that say nothing are not believed", () => {
    const random = createRandom(5);
    const codes = list(3_000, () => random.integer(1_500));
    const target = list(3_000, () => random.normal());
    const data = dataset([categoricalFeature("c", 1_500, codes)], target, 0);
    const rows = rowsBetween(0, 2_000);
    const held = rowsBetween(2_000, 3_000);
    const outputs = learnerOutputs(trained(data, { categories: "ordered" }, rows), featuresOf(data, held), held.length);
    const none = meanSquare(data, new Float64Array(held.length), held);
    expect(meanSquare(data, outputs, held)).toBeLessThan(1.25 * none);
  });
});

describe("the weighted quantile", () => {
  it.each([
    { values: [3, 1, 2], weights: null, share: 0.5, expected: 2 },
    { values: [4, 1, 3, 2], weights: null, share: 0.5, expected: 2.5 },
    { values: [4, 1, 3, 2], weights: null, share: 0.9, expected: 4 },
    { values: [5], weights: null, share: 0.1, expected: 5 },
    { values: [1, 2, 3], weights: [1, 1, 2], share: 0.5, expected: 2.5 },
    { values: [1, 2, 3], weights: [0.1, 0.1, 0.2], share: 0.5, expected: 2.5 },
    { values: [1, 2, 3], weights: [1, 0, 5], share: 0.5, expected: 3 },
    { values: [1, 3], weights: [0, 0], share: 0.5, expected: 2 },
  ])("of $values by $weights at $share is $expected", ({ values, weights, share, expected }) => {
    expect(weightedQuantile(Float64Array.from(values), weights && Float64Array.from(weights), share)).toBe(expected);
  });

  it("with whole weights is that of repeated values", () => {
    const pair = fc.tuple(fc.integer({ min: -9, max: 9 }), fc.integer({ min: 0, max: 4 }));
    const property = fc.property(
      fc.array(pair, { minLength: 1 }),
      fc.integer({ min: 1, max: 19 }),
      (pairs, twentieths) => {
        fc.pre(pairs.some(([, weight]) => weight > 0));
        const [values, weights] = [0, 1].map((i) => Float64Array.from(pairs, (each) => each[i]));
        const repeated = Float64Array.from(pairs.flatMap(([value, weight]) => list(weight, () => value)));
        const share = twentieths / 20;
        expect(weightedQuantile(values, weights, share)).toBe(weightedQuantile(repeated, null, share));
      },
    );
    fc.assert(property);
  });
});

describe("outputs for the validation rows", () => {
  /** More categories than there are bins, some of them in the validation rows only, and missing ones. */
  const many = (classes: number): Dataset => {
    const random = createRandom(11);
    const made = madeDataset(2_000, classes, 3);
    const codes = list(2_000, (row) => (row % 11 === 0 ? -1 : random.integer(row < 1_500 ? 380 : 400)));
    return { ...made, features: [...made.features, categoricalFeature("many", 400, codes)] };
  };
  const [train, held] = [rowsBetween(0, 1_500), rowsBetween(1_500, 2_000)];

  it.each<{ classes: number; params: Params }>([
    { classes: 2, params: {} },
    { classes: 2, params: { categories: "ordered" } },
    { classes: 4, params: { categories: "ordered", growth: "symmetric" } },
    { classes: 0, params: { categories: "ordered", rowFraction: 0.6 } },
    { classes: 0, params: { objective: "poisson" } },
    { classes: 2, params: { patience: 1, learningRate: 1.9 } },
  ])("$classes classes, $params: what scoring says, to the bit", ({ classes, params }) => {
    const made = many(classes);
    const data = "objective" in params ? { ...made, target: made.target.map(Math.abs) } : made;
    const weights = Float64Array.from({ length: 2_000 }, (_, row) => (row % 5 === 0 ? 0 : 1));
    for (const each of [data, { ...data, weights }]) {
      const { learner, outputs } = fit(
        "GradientBoosting",
        each,
        train,
        { rounds: 30, ...params },
        { validation: held },
      );
      expect(outputs).toEqual(learnerOutputs(learner, featuresOf(each, held), held.length));
    }
  });
});
