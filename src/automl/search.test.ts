import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../base/index.ts";
import { chooseAlgorithms } from "./names.ts";
import { LAG, propose, type SearchSpace, type TrialRecord } from "./search.ts";

const spaceOf = (
  task: "classification" | "regression",
  seed = 1,
  algorithms = chooseAlgorithms(task, undefined, undefined),
): SearchSpace => ({
  task,
  algorithms,
  rows: 1_000,
  seed,
  perfectLoss: -1,
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
    records.push({ ...proposal, loss: lossOf(records) });
  }
  return records;
}

const RANGES: Readonly<Record<string, readonly [low: number, high: number]>> = {
  learningRate: [0.01, 0.2],
  maxLeaves: [3, 127],
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
};
const WHOLE = new Set(["maxLeaves", "minRows", "maxOneHot", "rounds", "patience", "trees"]);

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

  it("start with each algorithm", () => {
    const first = run(spaceOf(task), 6, 1).map(({ algorithm }) => algorithm);
    expect(new Set(first)).toEqual(new Set(chooseAlgorithms(task, undefined, undefined)));
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

  it("go on after failures", () => {
    expect(run(spaceOf(task), 40, 1, () => Infinity)).toHaveLength(40);
  });
});
