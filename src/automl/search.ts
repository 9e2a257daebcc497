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
  const tunable = space.algorithms.filter((name) => name in VARIATIONS);
  if (tunable.length === 0) return null;
  const best = history
    .filter((trial) => trial.loss < Infinity && trial.algorithm in VARIATIONS)
    .sort((a, b) => a.loss - b.loss)
    .slice(0, 4);
  if (best.length === 0 || random.next() < 0.2) {
    const algorithm = tunable[random.integer(tunable.length)];
    return { algorithm, params: VARIATIONS[algorithm].draw(random, space) };
  }
  const parent = best[Math.min(random.integer(best.length), random.integer(best.length))];
  return { algorithm: parent.algorithm, params: VARIATIONS[parent.algorithm].vary(parent.params, random) };
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
    boosting({ learningRate: 0.05, maxLeaves: 24, featureFraction: 0.5, l2: 1 }),
    { algorithm: "RandomForest", params: { trees: 100, featureFraction: space.task === "classification" ? 0.4 : 0.6 } },
    boosting({ learningRate: 0.05, maxLeaves: 8, featureFraction: 0.5, l2: 1, minRows: 10 }),
    { algorithm: "ExtremeRandomTrees", params: { trees: 100, featureFraction: 0.6 } },
    boosting({ learningRate: 0.03, maxLeaves: 48, featureFraction: 0.4, l2: 5, minRows: 40, categorySmoothing: 30 }),
    boosting({ learningRate: 0.05, maxLeaves: 16, randomThresholds: true, featureFraction: 0.7, l2: 1 }),
    boosting({ learningRate: 0.03, maxLeaves: 5, featureFraction: 0.7, l2: 1, minRows: 5 }),
    boosting({ learningRate: 0.03, maxLeaves: 20, featureFraction: 0.35, rowFraction: 0.7, l2: 10, minRows: 10 }),
    ...(space.task === "classification"
      ? [{ algorithm: "LogisticRegression", params: { C: 0.02 } }]
      : [{ algorithm: "ElasticNet", params: { alpha: 0.05, l1_ratio: 0.5 } }]),
    boosting({ learningRate: 0.02, maxLeaves: 12, featureFraction: 0.25, rowFraction: 0.8, l2: 3, minRows: 3 }),
  ];
  return all.filter((proposal) => space.algorithms.includes(proposal.algorithm));
}

interface Variations {
  draw(random: Random, space: SearchSpace): Params;
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
      for (const [name, range] of Object.entries(ranges)) {
        if (random.next() < 0.5) continue;
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
