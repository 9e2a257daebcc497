import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../base/index.ts";
import { chooseAlgorithms } from "../names.ts";
import { portfolioOf } from "./portfolio.ts";
import { giveUpAbove, LAG, propose, type SearchSpace, type TrialRecord } from "./propose.ts";

const spaceOf = (
  task: "classification" | "regression",
  seed = 1,
  algorithms = chooseAlgorithms(task, undefined, undefined),
): SearchSpace => ({
  task,
  algorithms,
  rows: 1_000,
  features: 10,
  classes: task === "classification" ? 2 : 0,
  seed,
  perfectLoss: -1,
  earlyStopping: true,
  timeLimit: null,
});

/** The proposals of a search whose losses come from a seed. */
function run(
  space: SearchSpace,
  trials: number,
  lossSeed: number,
  lossOf = (_: TrialRecord[]) => createRandom(lossSeed, _.length).next(),
): TrialRecord[] {
  const records: TrialRecord[] = [];
  for (let number = 0; number < trials; number++) {
    const proposal = propose(space, number, records.slice(0, Math.max(0, number - LAG + 1)));
    if (!proposal) break;
    const loss = lossOf(records);
    records.push({ ...proposal, loss, rungLoss: loss, seconds: 1 });
  }
  return records;
}

const RANGES: Readonly<Record<string, readonly [low: number, high: number]>> = {
  learningRate: [0.001, 0.2],
  maxLeaves: [3, 256],
  minRows: [1, 200],
  l2: [0, 100],
  featureFraction: [0.1, 1],
  rowFraction: [0.5, 1],
  categorySmoothing: [1, 100],
  categoryL2: [0.1, 100],
  maxOneHot: [4, 255],
  rounds: [1, 3_000],
  patience: [1, 100],
  trees: [1, 100],
  C: [1e-3, 100],
  alpha: [1e-4, 1],
  l1_ratio: [0, 1],
  k: [1, 200],
  maxDepth: [3, 8],
  priorWeight: [0.3, 30],
  weightDecay: [0.03, 3],
  dropout: [0, 0.4],
  bins: [8, 64],
  depth: [1, 3],
  members: [1, 64],
  width: [4, 1024],
  averaging: [0, 100],
};
const WHOLE = new Set([
  "maxLeaves",
  "minRows",
  "maxOneHot",
  "rounds",
  "patience",
  "trees",
  "k",
  "maxDepth",
  "bins",
  "depth",
]);

describe.each(["classification", "regression"] as const)("proposals for %s", (task) => {
  it("depend on the seed and on the results so far alone", () => {
    const property = fc.property(fc.nat(), fc.nat(), (seed, lossSeed) => {
      expect(run(spaceOf(task, seed), 40, lossSeed)).toEqual(run(spaceOf(task, seed), 40, lossSeed));
    });
    fc.assert(property, { numRuns: 20 });
    expect(run(spaceOf(task, 1), 40, 1)).not.toEqual(run(spaceOf(task, 2), 40, 1));
    expect(run(spaceOf(task, 1), 40, 1)).not.toEqual(run(spaceOf(task, 1), 40, 2));
  });

  it("stay within the ranges, for allowed algorithms only", () => {
    const algorithms = chooseAlgorithms(task, undefined, undefined);
    const property = fc.property(fc.nat(), fc.subarray(algorithms, { minLength: 1 }), (seed, allowed) => {
      for (const { algorithm, params } of run(spaceOf(task, seed, allowed), 60, seed)) {
        expect(allowed).toContain(algorithm);
        for (const [name, value] of Object.entries(params)) {
          if (typeof value !== "number") continue;
          const [low, high] = RANGES[name];
          const isWithin = value >= low && value <= high && (!WHOLE.has(name) || Number.isInteger(value));
          expect({ name, value, isWithin }).toEqual({ name, value, isWithin: true });
        }
      }
    });
    fc.assert(property, { numRuns: 30 });
  });

  it("try each algorithm before any is varied", () => {
    const known = chooseAlgorithms(task, undefined, undefined);
    for (const rows of [100, 1_000_000]) {
      const first = portfolioOf(task, known, { rows, features: 10, classes: task === "classification" ? 2 : 0 }).map(
        ({ algorithm }) => algorithm,
      );
      expect(new Set(first)).toEqual(new Set(known));
    }
  });

  it("leave out what takes too long for many rows, unless nothing else is allowed", () => {
    const few = run(spaceOf(task), 60, 1).map(({ algorithm }) => algorithm);
    expect(few).toContain("KNN");
    const many = run({ ...spaceOf(task), rows: 10_000 }, 60, 1).map(({ algorithm }) => algorithm);
    expect(many).not.toContain("KNN");
    const large = { ...spaceOf(task), rows: 100_000 };
    const algorithmsOf = (space: SearchSpace): string[] => run(space, 60, 1).map(({ algorithm }) => algorithm);
    expect(algorithmsOf({ ...large, timeLimit: 60 })).not.toContain("NeuralNetwork");
    expect(algorithmsOf({ ...large, timeLimit: 600 })).toContain("NeuralNetwork");
    expect(algorithmsOf(large)).toContain("NeuralNetwork");
    const alone = run({ ...spaceOf(task, 1, ["KNN"]), rows: 10_000 }, 3, 1).map(({ algorithm }) => algorithm);
    expect(alone).toEqual(["KNN", "KNN", "KNN"]);
  });

  it("end when a trial was perfect, once its result may be known", () => {
    const perfect = run(spaceOf(task), 100, 1, (records) => (records.length === 5 ? -1 : 0.5));
    expect(perfect).toHaveLength(5 + LAG);
  });

  it("end after 60 trials without a better one, and go on while there are better ones", () => {
    const stale = run(spaceOf(task), 300, 1, (records) => (records.length < 10 ? 1 - records.length / 100 : 0.95));
    expect(stale).toHaveLength(10 + 60 + LAG - 1);
    expect(run(spaceOf(task), 150, 1, (records) => 1 - records.length / 1_000)).toHaveLength(150);
  });

  it("do not end so where early stopping is off", () => {
    expect(run({ ...spaceOf(task), earlyStopping: false }, 150, 1, () => 0.5)).toHaveLength(150);
  });

  it("go on after failures", () => {
    expect(run(spaceOf(task), 40, 1, () => Infinity)).toHaveLength(40);
  });
});

it("with many classes, what grows with them comes last", () => {
  const known = chooseAlgorithms("classification", undefined, undefined);
  const order = portfolioOf("classification", known, { rows: 20_000, features: 10, classes: 1_000 }).map(
    ({ algorithm }) => algorithm,
  );
  expect(order.indexOf("GradientBoosting")).toBeGreaterThan(order.indexOf("RandomForest"));
  expect(order.indexOf("LogisticRegression")).toBeGreaterThan(order.indexOf("MultinomialNaiveBayes"));
});

describe("under a time limit", () => {
  const algorithms = ["GradientBoosting", "LogisticRegression"];
  const space = { ...spaceOf("classification", 1, algorithms), earlyStopping: false };
  /** How many of 400 proposals are of boosting, when a trial of it takes `seconds`: all of them are explorations. */
  const countOfBoosting = (timeLimit: number | null, seconds: number): number => {
    const trials = ["LogisticRegression", "GradientBoosting"].flatMap((algorithm) =>
      Array.from({ length: 10 }, () => ({ algorithm, params: {}, loss: 0.5, rungLoss: 0.5 })),
    );
    // The four parents of variations are the first four: none of boosting.
    const half = { algorithm: "GradientBoosting", params: {}, loss: 0.6, rungLoss: 0.6 };
    const records = [...trials, ...Array.from({ length: 20 }, () => half)].map((trial) => ({
      ...trial,
      seconds: trial.algorithm === "GradientBoosting" ? seconds : 1,
    }));
    const numbers = Array.from({ length: 400 }, (_, i) => i + 40);
    return numbers.filter((n) => propose({ ...space, timeLimit }, n, records)?.algorithm === "GradientBoosting").length;
  };

  it("slow algorithms are drawn less often, without one as often", () => {
    expect(countOfBoosting(60, 1)).toBeGreaterThan(20);
    expect(countOfBoosting(60, 50)).toBeLessThan(countOfBoosting(60, 1) / 4);
    expect(countOfBoosting(null, 50)).toBe(countOfBoosting(null, 1));
  });
});

describe("giveUpAbove", () => {
  const record = (algorithm: string, rungLoss: number): TrialRecord => ({
    algorithm,
    params: {},
    loss: rungLoss,
    rungLoss,
    seconds: 1,
  });

  it("is the median rung loss of the algorithm's trials, failed ones not counted", () => {
    const history = [...[0.4, 0.1, 0.3, 0.2].map((loss) => record("A", loss)), record("B", 0), record("A", NaN)];
    expect(giveUpAbove("A", history)).toBe(0.3);
  });

  it("is Infinity while fewer than four are known", () => {
    expect(
      giveUpAbove(
        "A",
        [0.1, 0.2, 0.3].map((loss) => record("A", loss)),
      ),
    ).toBe(Infinity);
    expect(giveUpAbove("B", [])).toBe(Infinity);
  });
});

it.each(["classification", "regression"] as const)("wide tables: shallow trees of few features, %s", (task) => {
  const known = chooseAlgorithms(task, undefined, undefined);
  const shape = { rows: 2_000, classes: task === "classification" ? 2 : 0 };
  const wide = portfolioOf(task, known, { ...shape, features: 5_000 });
  const usual = portfolioOf(task, known, { ...shape, features: 999 });
  expect(wide.map(({ algorithm }) => algorithm)).toEqual(usual.map(({ algorithm }) => algorithm));
  for (const { algorithm, params } of wide) {
    if (algorithm !== "GradientBoosting") continue;
    expect(params.featureFraction).toBeLessThanOrEqual(0.1);
    expect(params.growth === "symmetric" ? 2 ** Number(params.maxDepth) : params.maxLeaves).toBeLessThanOrEqual(8);
  }
  // With many rows it is they that cost.
  const long = { ...shape, rows: 200_000 };
  expect(portfolioOf(task, known, { ...long, features: 5_000 })).toEqual(
    portfolioOf(task, known, { ...long, features: 9 }),
  );
});
