/** What every learning algorithm promises, for each of its tasks. */
import { describe, expect, it } from "vitest";
import { createRandom } from "../../base/index.ts";
import { createKernels, createMemory } from "../../kernels/index.ts";
import { decodeModel, encodeModel, learnerOutputs, type Learner, type Model } from "../../model/index.ts";
import type { Dataset } from "../dataset.ts";
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
import { binDataset } from "../trees/binned.ts";
import { learningAlgorithms, type Params } from "./index.ts";

/** Small, so that the suite is quick; the defaults are judged by golden.test.ts. */
const QUICK: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  GradientBoosting: { rounds: 40 },
  RandomForest: { trees: 20 },
  ExtremeRandomTrees: { trees: 20 },
  NeuralNetwork: { rounds: 30, members: 2, width: 16 },
};

/** Further ways of an algorithm to train, which promise the same; `classes`: where they differ from the default. */
interface Variant {
  readonly name: string;
  readonly variant: string;
  readonly params: Params;
  readonly classes: readonly number[];
}

const QUICK_BOOSTING = { rounds: 40 };
const objectives = ["absolute_error", "huber", "quantile"].map((objective): Variant => ({
  name: "GradientBoosting",
  variant: objective,
  params: { ...QUICK_BOOSTING, objective, alpha: 0.5 },
  classes: [0],
}));
const growths: { readonly variant: string; readonly params: Params }[] = [
  { variant: "symmetric", params: { growth: "symmetric" } },
  { variant: "ordered categories", params: { categories: "ordered" } },
  { variant: "symmetric, ordered", params: { growth: "symmetric", categories: "ordered", rowFraction: 0.7 } },
  { variant: "symmetric, random", params: { growth: "symmetric", randomThresholds: true, featureFraction: 0.7 } },
];
const variants: Variant[] = [
  ...Object.values(learningAlgorithms).map(({ name, tasks }) => ({
    name,
    variant: "",
    params: QUICK[name] ?? {},
    classes: tasks.flatMap((task) => (task === "classification" ? [2, 3] : [0])),
  })),
  ...growths.map(({ variant, params }) => ({
    name: "GradientBoosting",
    variant,
    params: { ...QUICK_BOOSTING, ...params },
    classes: [2, 3, 0],
  })),
  ...objectives,
];

const cases = variants.flatMap(({ classes, ...each }) => classes.map((count) => ({ ...each, classes: count })));

const ROWS = 600;
const TRAIN = rowsBetween(0, 400);
const HELD = rowsBetween(400, ROWS);

function outputsOf(learner: Learner, data: Dataset, rows: Uint32Array): Float64Array {
  return learnerOutputs(learner, featuresOf(data, rows), rows.length);
}

/** Mean squared error of the values, or of the classes' probabilities (Brier score). */
function lossOf(outputs: Float64Array, data: Dataset, rows: Uint32Array): number {
  const width = Math.max(1, data.classes);
  let sum = 0;
  for (let i = 0; i < outputs.length; i++) {
    const target = data.target[rows[Math.floor(i / width)]];
    const truth = data.classes > 0 ? Number(target === i % width) : target;
    sum += (outputs[i] - truth) ** 2;
  }
  return sum / rows.length;
}

/** The loss of who knows only the training rows' classes or mean. */
function trivialLoss(data: Dataset, train: Uint32Array, rows: Uint32Array): number {
  const width = Math.max(1, data.classes);
  const answer = new Float64Array(width);
  for (const row of train)
    answer[data.classes > 0 ? data.target[row] : 0] += (data.classes > 0 ? 1 : data.target[row]) / train.length;
  return lossOf(
    Float64Array.from({ length: rows.length * width }, (_, i) => answer[i % width]),
    data,
    rows,
  );
}

/** Finite, and for classification probabilities. */
function expectSound(outputs: Float64Array, classes: number): void {
  expect(outputs.every(Number.isFinite)).toBe(true);
  if (classes === 0) return;
  for (let start = 0; start < outputs.length; start += classes) {
    const row = outputs.subarray(start, start + classes);
    expect(row.every((share) => share >= 0 && share <= 1 + 1e-9)).toBe(true);
    expect(row.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
  }
}

describe.each(cases)("$name $variant, $classes classes", ({ name, classes, params }) => {
  const data = madeDataset(ROWS, classes, 5);
  const train = (of: Dataset, rows: Uint32Array, context = {}) => fit(name, of, rows, params, context);

  it("beats the trivial answer on rows it has not seen", () => {
    const outputs = outputsOf(train(data, TRAIN).learner, data, HELD);
    expectSound(outputs, classes);
    expect(lossOf(outputs, data, HELD)).toBeLessThan(0.75 * trivialLoss(data, TRAIN, HELD));
  });

  it("learns what a missing value means, in numbers and categories", () => {
    const random = createRandom(2);
    const isMissing = list(ROWS, () => random.next() < 0.4);
    const target = isMissing.map((missing) => (classes === 0 ? (missing ? 5 : 1) : missing ? 1 : 0));
    const columns = [
      numericFeature(
        "x",
        isMissing.map((missing) => (missing ? NaN : random.normal())),
      ),
      categoricalFeature(
        "c",
        4,
        isMissing.map((missing) => (missing ? -1 : random.integer(4))),
      ),
      categoricalFeature(
        "many",
        40,
        isMissing.map((missing) => (missing ? -1 : random.integer(40))),
      ),
    ];
    for (const column of columns) {
      const holes = dataset(
        [
          column,
          numericFeature(
            "noise",
            list(ROWS, () => random.normal()),
          ),
        ],
        target,
        classes,
      );
      const outputs = outputsOf(train(holes, TRAIN).learner, holes, HELD);
      expectSound(outputs, classes);
      expect(lossOf(outputs, holes, HELD)).toBeLessThan(0.6 * trivialLoss(holes, TRAIN, HELD));
    }
  });

  it("answers for a row of nothing but missing values, and for values far from any seen", () => {
    const { learner } = train(data, TRAIN);
    const far = [NaN, NaN, NaN, NaN, 1e300, -1e300, NaN, 0, -1e9, 1e9, 4, 1e-300];
    expectSound(learnerOutputs(learner, Float64Array.from(far), 3), classes);
  });

  it("answers for categories that training did not see", () => {
    const codes = list(ROWS, (i) => i % 5);
    const rows = TRAIN.filter((row) => codes[row] !== 4);
    const categories = dataset([categoricalFeature("c", 6, codes), data.features[0]], [...data.target], classes);
    const { learner } = train(categories, rows);
    // Not in the training rows, in no row at all, beyond the cardinality.
    const unknown = learnerOutputs(learner, Float64Array.of(4, 0.5, 5, 0.5, 77, 0.5), 3);
    expectSound(unknown, classes);
    expectSound(outputsOf(learner, categories, HELD), classes);
  });

  it("trains on rows of a single class or value", () => {
    const target = data.target.map((value, row) => (row < 400 ? (classes > 0 ? 1 : 3.5) : value));
    const single = { ...data, target };
    const outputs = outputsOf(train(single, TRAIN).learner, single, HELD);
    expectSound(outputs, classes);
    const width = Math.max(1, classes);
    for (let i = 0; i < HELD.length; i++) {
      const answer = classes > 0 ? outputs[i * width + 1] : outputs[i] - 2.5;
      expect(answer).toBeGreaterThan(0.9);
      expect(answer).toBeLessThan(1.1);
    }
  });

  it.each([1, 2, 3])("trains on %i row(s)", (count) => {
    expectSound(outputsOf(train(data, rowsBetween(0, count)).learner, data, HELD), classes);
  });

  it("is not disturbed by a constant column and an empty one", () => {
    const constant = numericFeature(
      "constant",
      list(ROWS, () => 7),
    );
    const empty = numericFeature(
      "empty",
      list(ROWS, () => NaN),
    );
    const oneCategory = categoricalFeature(
      "one",
      1,
      list(ROWS, () => 0),
    );
    const noCategory = categoricalFeature(
      "none",
      3,
      list(ROWS, () => -1),
    );
    const wider = { ...data, features: [constant, ...data.features, empty, oneCategory, noCategory] };
    const { learner } = train(wider, TRAIN);
    const outputs = outputsOf(learner, wider, HELD);
    expect(lossOf(outputs, wider, HELD)).toBeLessThan(0.75 * trivialLoss(data, TRAIN, HELD));
    const other = numericFeature(
      "constant",
      list(ROWS, () => -123),
    );
    const filled = numericFeature(
      "empty",
      list(ROWS, (i) => i),
    );
    expect(
      outputsOf(learner, { ...wider, features: [other, ...data.features, filled, oneCategory, noCategory] }, HELD),
    ).toEqual(outputs);
  });

  it("trains on columns that say nothing", () => {
    const nothing = dataset(
      [
        numericFeature(
          "constant",
          list(ROWS, () => 7),
        ),
      ],
      [...data.target],
      classes,
    );
    const outputs = outputsOf(train(nothing, TRAIN).learner, nothing, HELD);
    expectSound(outputs, classes);
    expect(lossOf(outputs, nothing, HELD)).toBeLessThan(1.1 * trivialLoss(nothing, TRAIN, HELD));
  });

  it("repeats bit for bit with a seed, also in memory that was used before, and is as good with another", () => {
    const first = train(data, TRAIN);
    const kernels = createKernels();
    fit(name, madeDataset(333, classes, 6), rowsBetween(0, 200), params, { kernels });
    expect(train(data, TRAIN)).toEqual(first);
    expect(train(data, TRAIN, { kernels })).toEqual(first);
    const other = outputsOf(train(data, TRAIN, { seed: 2 }).learner, data, HELD);
    expect(lossOf(other, data, HELD)).toBeLessThan(0.75 * trivialLoss(data, TRAIN, HELD));
  });

  it("gives all memory back when a checkpoint throws, and trains right after it", () => {
    const expected = train(data, TRAIN);
    let calls = 0;
    train(data, TRAIN, { checkpoint: () => void calls++ });
    expect(calls).toBeGreaterThan(0);
    const kernels = createKernels();
    const binned = binDataset(data, kernels);
    const mark = kernels.arena.mark();
    for (const last of new Set([1, Math.ceil(calls / 2), calls])) {
      let left = last;
      const checkpoint = (): void => {
        if (--left === 0) throw new Error("stopped");
      };
      const context = { kernels, binned, seed: 1, validation: null, shouldFinish: () => false };
      const algorithm = learningAlgorithms[name];
      expect(() => algorithm.fit(data, TRAIN, params, { ...context, checkpoint })).toThrow("stopped");
      expect(kernels.arena.mark()).toBe(mark);
      expect(algorithm.fit(data, TRAIN, params, { ...context, checkpoint: () => {} })).toEqual(expected);
      expect(kernels.arena.mark()).toBe(mark);
    }
  });

  it("scores the same after it was written and read", () => {
    const { learner } = train(data, TRAIN);
    const [member] = decodeModel(encodeModel(modelOf(learner, data))).members;
    expect(member.learner).toEqual(learner);
    expect(outputsOf(member.learner, data, HELD)).toEqual(outputsOf(learner, data, HELD));
  });

  it("takes from validation rows the number of rounds, and nothing else", () => {
    const hasRounds = "rounds" in params;
    const many = hasRounds ? { ...params, rounds: 200, patience: 10 } : params;
    const judged = fit(name, data, TRAIN, many, { validation: HELD });
    const alone = fit(name, data, TRAIN, hasRounds ? { ...params, rounds: judged.rounds } : params);
    expect(judged.learner).toEqual(alone.learner);
    // Where training tells them, they are what scoring says, to the bit.
    expect(judged.outputs !== undefined).toBe(name === "GradientBoosting");
    if (judged.outputs) expect(judged.outputs).toEqual(outputsOf(judged.learner, data, HELD));
  });

  it("goes on from fewer rounds or trees to the very learner of one longer training", () => {
    const shorter = (count: string): Params => (count in params ? { ...params, [count]: 7 } : params);
    const begun = fit(name, data, TRAIN, { ...shorter("rounds"), ...shorter("trees") });
    expect(train(data, TRAIN, { resume: begun.learner })).toEqual(train(data, TRAIN));
    // From one that early stopping has cut, to one that it ends.
    const judged = { validation: HELD };
    const many = "rounds" in params ? { ...params, rounds: 200, patience: 10 } : params;
    const cut = fit(name, data, TRAIN, { ...many, ...shorter("rounds") }, judged);
    expect(fit(name, data, TRAIN, many, { ...judged, resume: cut.learner })).toEqual(
      fit(name, data, TRAIN, many, judged),
    );
  });

  it("does not listen to rows of weight 0", () => {
    const weights = Float64Array.from({ length: ROWS }, (_, row) => (row % 3 === 0 ? 0 : 0.5 + (row % 4)));
    const wrong = data.target.map((value, row) => {
      if (weights[row] > 0) return value;
      return classes > 0 ? (value + 1) % classes : -3 * value;
    });
    const weighted = { ...data, weights };
    const outputs = outputsOf(train(weighted, TRAIN).learner, weighted, HELD);
    expectSound(outputs, classes);
    expect(outputsOf(train({ ...weighted, target: wrong }, TRAIN).learner, weighted, HELD)).toEqual(outputs);
    expect(lossOf(outputs, data, HELD)).toBeLessThan(0.8 * trivialLoss(data, TRAIN, HELD));
  });

  it("listens more to rows that weigh more", () => {
    const isHeavy = (value: number): boolean => (classes > 0 ? value === classes - 1 : value > 0);
    const weights = data.target.map((value) => (isHeavy(value) ? 8 : 1));
    const meanOf = (outputs: Float64Array): number => {
      const width = Math.max(1, classes);
      const last = outputs.filter((_, i) => i % width === width - 1);
      return last.reduce((sum, value) => sum + value / last.length, 0);
    };
    const even = meanOf(outputsOf(train(data, TRAIN).learner, data, HELD));
    const heavy = meanOf(outputsOf(train({ ...data, weights }, TRAIN).learner, data, HELD));
    expect(heavy).toBeGreaterThan(even + 0.02);
  });

  it("never looks at the targets of rows that are not its own", () => {
    const expected = train(data, TRAIN);
    const target = data.target.map((value, row) =>
      row < 400 ? value : classes > 0 ? (value + 1) % classes : 1e6 - value,
    );
    expect(train({ ...data, target }, TRAIN)).toEqual(expected);
  });

  it("is the same whatever the size of the team of threads", async () => {
    const large = madeDataset(9_000, classes, 7);
    const rows = rowsBetween(0, large.rows);
    const few = { ...params, ...("rounds" in params && { rounds: 4 }), ...("trees" in params && { trees: 2 }) };
    const alone = fit(name, large, rows, few);
    const kernels = createKernels(createMemory(), 3);
    expect(fit(name, large, rows, few, { kernels })).toEqual(alone);
    await kernels.team.close();
  });
});

describe.each(cases.filter(({ classes }) => classes === 0))("$name $variant", ({ name, params }) => {
  it("learns a target that is far from 0", () => {
    const data = madeDataset(ROWS, 0, 5);
    const offset = { ...data, target: data.target.map((value) => 1e8 + value) };
    const outputs = outputsOf(fit(name, offset, TRAIN, params).learner, offset, HELD);
    expect(lossOf(outputs, offset, HELD)).toBeLessThan(0.75 * trivialLoss(offset, TRAIN, HELD));
  });
});

function modelOf(learner: Learner, data: Dataset): Model {
  return {
    task: data.task,
    target: "y",
    labels: list(data.classes, (k) => `class ${k}`),
    inputs: data.features.map(({ name, kind }) => ({
      name,
      type: kind === "numeric" ? "numeric" : "string",
      integer: false,
      nullable: true,
      range: null,
      example: null,
    })),
    transforms: data.features.map(({ name, kind, cardinality }) =>
      kind === "numeric"
        ? { op: "Numeric", column: name }
        : { op: "Category", column: name, categories: list(cardinality, (k) => `category ${k}`) },
    ),
    members: [{ name: "model", weight: 1, learner }],
    combination: { kind: "vote" },
    labelWeights: null,
    name: "model",
    metrics: {},
    provenance: {
      slipway: "0.0.0",
      primaryMetric: "accuracy",
      seed: 1,
      validation: "cv:5",
      rows: data.rows,
      featurization: [],
      trials: [],
    },
  };
}
