/**
 * Which trial comes next: first a portfolio that is good on many tables, then variations of what was best.
 *
 * Proposal n depends on the seed and on the results of the trials 0 .. n - LAG only. So the sequence is the same
 * whatever the number of threads (up to LAG) and whatever their speed, and trials still run side by side.
 */
import { createRandom, type Random } from "../base/index.ts";
import type { Task } from "../model/index.ts";
import type { Params } from "./learners/index.ts";

export const LAG = 8;

export interface Proposal {
  readonly algorithm: string;
  readonly params: Params;
}

/** What is known of a trial: its loss (lower is better), Infinity when it failed. */
export interface TrialRecord extends Proposal {
  readonly loss: number;
}

export interface SearchSpace {
  readonly task: Task;
  /** Allowed algorithms. */
  readonly algorithms: readonly string[];
  readonly rows: number;
  readonly seed: number;
  /** The loss that cannot be beaten. */
  readonly perfectLoss: number;
}

/** Trials without a better one after which the search ends. */
const PATIENCE = 60;

/** `history`: the trials 0 .. number - LAG, all of them. Null when nothing new is worth a try. */
export function propose(space: SearchSpace, number: number, history: readonly TrialRecord[]): Proposal | null {
  if (isOver(space, history)) return null;
  const portfolio = portfolioOf(space);
  if (number < portfolio.length) return portfolio[number];
  const random = createRandom(space.seed, 1_000 + number);
  const ranked = history.filter((trial) => trial.loss < Infinity).sort((a, b) => a.loss - b.loss);
  const best = ranked.slice(0, 4);
  if (best.length === 0 || random.next() < 0.2) {
    const promising = promisingAlgorithms(space, ranked);
    const algorithm = promising[random.integer(promising.length)];
    return { algorithm, params: VARIATIONS[algorithm].draw(random) };
  }
  const parent = best[Math.min(random.integer(best.length), random.integer(best.length))];
  return { algorithm: parent.algorithm, params: VARIATIONS[parent.algorithm].vary(parent.params, random) };
}

/** Those with a trial in the better half; all, while nothing is known. */
function promisingAlgorithms(space: SearchSpace, ranked: readonly TrialRecord[]): readonly string[] {
  const better = new Set(ranked.slice(0, Math.ceil(ranked.length / 2)).map((trial) => trial.algorithm));
  const promising = space.algorithms.filter((name) => better.has(name));
  return promising.length > 0 ? promising : space.algorithms;
}

function isOver(space: SearchSpace, history: readonly TrialRecord[]): boolean {
  let best = 0;
  for (let i = 1; i < history.length; i++) if (history[i].loss < history[best].loss) best = i;
  return history.length > 0 && (history[best].loss <= space.perfectLoss || history.length - best > PATIENCE);
}

/** Early stopping decides how many; this only bounds them. */
const MAX_ROUNDS = 3_000;

const boosting = (params: Params): Proposal => ({
  algorithm: "GradientBoosting",
  params: { rounds: MAX_ROUNDS, patience: 60, ...params },
});

function portfolioOf(space: SearchSpace): Proposal[] {
  const all: Proposal[] = [
    boosting({ learningRate: 0.1, rounds: 300, patience: 20 }),
    ...(space.task === "classification"
      ? [{ algorithm: "LogisticRegression", params: { C: 1 } }]
      : [{ algorithm: "ElasticNet", params: { alpha: 0.001, l1_ratio: 0.5 } }]),
    boosting({ learningRate: 0.03, maxLeaves: 24, featureFraction: 0.75, rowFraction: 0.8 }),
    { algorithm: "RandomForest", params: { trees: 100, featureFraction: space.task === "classification" ? 0.4 : 0.6 } },
    boosting({ learningRate: 0.05, maxLeaves: 24, featureFraction: 0.75, maxOneHot: 255 }),
    { algorithm: "ExtremeRandomTrees", params: { trees: 100, featureFraction: 0.6 } },
    boosting({ learningRate: 0.05, maxLeaves: 8, featureFraction: 0.5, l2: 1, minRows: 10 }),
    boosting({ learningRate: 0.03, maxLeaves: 64, featureFraction: 0.6, l2: 1, minRows: 5, categorySmoothing: 30 }),
    boosting({ learningRate: 0.05, maxLeaves: 16, randomThresholds: true, featureFraction: 0.7, l2: 1 }),
    ...(space.task === "classification"
      ? [{ algorithm: "LogisticRegression", params: { C: 0.02 } }]
      : [{ algorithm: "ElasticNet", params: { alpha: 0.05, l1_ratio: 0.5 } }]),
    boosting({ learningRate: 0.03, maxLeaves: 5, featureFraction: 0.7, l2: 1, minRows: 5 }),
    boosting({ learningRate: 0.03, maxLeaves: 16, featureFraction: 0.4, rowFraction: 0.7, l2: 5, minRows: 5 }),
  ];
  return all.filter((proposal) => space.algorithms.includes(proposal.algorithm));
}

interface Variations {
  draw(random: Random): Params;
  vary(params: Params, random: Random): Params;
}

/** A number that searches multiply or add to, and stay within. */
interface Range {
  readonly low: number;
  readonly high: number;
  readonly scale: "log" | "linear" | "wholeLog";
}

const BOOSTING_RANGES: Readonly<Record<string, Range>> = {
  learningRate: { low: 0.01, high: 0.2, scale: "log" },
  maxLeaves: { low: 3, high: 127, scale: "wholeLog" },
  minRows: { low: 1, high: 200, scale: "wholeLog" },
  l2: { low: 0.01, high: 100, scale: "log" },
  featureFraction: { low: 0.15, high: 1, scale: "linear" },
  rowFraction: { low: 0.5, high: 1, scale: "linear" },
  categorySmoothing: { low: 1, high: 100, scale: "log" },
  categoryL2: { low: 0.1, high: 100, scale: "log" },
};

const FOREST_RANGES: Readonly<Record<string, Range>> = {
  featureFraction: { low: 0.1, high: 1, scale: "linear" },
  minRows: { low: 1, high: 30, scale: "wholeLog" },
};

function variations(ranges: Readonly<Record<string, Range>>, fixed: (random: Random) => Params): Variations {
  return {
    draw: (random) => ({
      ...fixed(random),
      ...Object.fromEntries(Object.entries(ranges).map(([name, range]) => [name, drawFrom(range, random)])),
    }),
    vary(params, random) {
      const changed: Record<string, number | boolean | string> = { ...params };
      // One surely, so that no trial is run twice; each of the others as a coin falls.
      const surely = random.integer(Object.keys(ranges).length);
      for (const [position, [name, range]] of Object.entries(ranges).entries()) {
        if (position !== surely && random.next() < 0.5) continue;
        const current = typeof params[name] === "number" ? params[name] : drawFrom(range, random);
        changed[name] = move(current, range, random);
      }
      return changed;
    },
  };
}

const VARIATIONS: Readonly<Record<string, Variations>> = {
  GradientBoosting: variations(BOOSTING_RANGES, (random) => ({
    rounds: MAX_ROUNDS,
    patience: 60,
    randomThresholds: random.next() < 0.25,
    maxOneHot: random.next() < 0.5 ? 4 : 255,
  })),
  RandomForest: variations(FOREST_RANGES, () => ({ trees: 100 })),
  ExtremeRandomTrees: variations(FOREST_RANGES, () => ({ trees: 100 })),
  LogisticRegression: variations({ C: { low: 1e-3, high: 100, scale: "log" } }, () => ({})),
  ElasticNet: variations(
    { alpha: { low: 1e-4, high: 1, scale: "log" }, l1_ratio: { low: 0, high: 1, scale: "linear" } },
    () => ({}),
  ),
};

function drawFrom(range: Range, random: Random): number {
  if (range.scale === "linear") return tidy(range.low + random.next() * (range.high - range.low));
  const value = range.low * (range.high / range.low) ** random.next();
  return range.scale === "wholeLog" ? Math.round(value) : tidy(value);
}

function move(current: number, range: Range, random: Random): number {
  if (range.scale === "linear") return clamp(tidy(current + random.normal() * 0.2 * (range.high - range.low)), range);
  const value = Math.max(current, range.low) * Math.exp(random.normal() * 0.5);
  return clamp(range.scale === "wholeLog" ? Math.round(value) : tidy(value), range);
}

function clamp(value: number, range: Range): number {
  return Math.min(range.high, Math.max(range.low, value));
}

/** Three digits are enough to tell two configurations apart, and to read them. */
function tidy(value: number): number {
  return Number(value.toPrecision(3));
}
