/**
 * Which trial comes next: first a portfolio that is good on many tables, then variations of what was best.
 *
 * Proposal n depends on the seed and on the results of the trials 0 .. n - LAG only. So the sequence is the same
 * whatever the number of threads (up to LAG) and whatever their speed, and trials still run side by side. Only under
 * a time limit, where no two runs get equally far anyway, the seconds that trials took have a say too.
 */
import { createRandom, type Random } from "../../base/index.ts";
import type { Task } from "../../model/index.ts";
import { portfolioOf, type Proposal } from "./portfolio.ts";
import { VARIATIONS } from "./variations.ts";

export const LAG = 8;

/** What is known of a trial. */
export interface TrialRecord extends Proposal {
  /** Lower is better; Infinity when it failed or was given up. */
  readonly loss: number;
  /** The loss after its first rung (trial.ts); NaN when it failed before. */
  readonly rungLoss: number;
  /** Seconds of training; NaN when it failed. */
  readonly seconds: number;
}

export interface SearchSpace {
  readonly task: Task;
  /** Allowed algorithms. */
  readonly algorithms: readonly string[];
  readonly rows: number;
  readonly features: number;
  /** 0 for regression. */
  readonly classes: number;
  readonly seed: number;
  /** The loss that cannot be beaten. */
  readonly perfectLoss: number;
  /** End when trials bring nothing any more. */
  readonly earlyStopping: boolean;
  /** Seconds: algorithms that gain in less time are preferred. Null: none, and the clock has no say. */
  readonly timeLimit: number | null;
}

/** Trials without a better one after which the search ends. */
const PATIENCE = 60;
/** Share of trials whose algorithm and hyperparameters are drawn anew. */
const EXPLORATION = 0.2;
/** The best trials, of which one is varied. */
const PARENTS = 4;

/** `history`: the trials 0 .. number - LAG, all of them. Null when nothing new is worth a try. */
export function propose(space: SearchSpace, number: number, history: readonly TrialRecord[]): Proposal | null {
  if (isOver(space, history)) return null;
  const algorithms = affordable(space);
  const portfolio = portfolioOf(space.task, algorithms, space);
  if (number < portfolio.length) return portfolio[number];
  const random = createRandom(space.seed, 1_000 + number);
  const ranked = history.filter((trial) => trial.loss < Infinity).sort((a, b) => a.loss - b.loss);
  const best = ranked.slice(0, PARENTS);
  if (best.length === 0 || random.next() < EXPLORATION) {
    const algorithm = drawAlgorithm({ ...space, algorithms }, ranked, random);
    return { algorithm, params: VARIATIONS[algorithm].draw(random) };
  }
  const parent = best[Math.min(random.integer(best.length), random.integer(best.length))];
  return { algorithm: parent.algorithm, params: VARIATIONS[parent.algorithm].vary(parent.params, random) };
}

/** Their time grows with the square of the rows; Azure ML blocks them above so many, too. */
const QUADRATIC: ReadonlySet<string> = new Set(["KNN", "LinearSVM"]);
const MOST_QUADRATIC_ROWS = 5_000;
/** Seconds that a network takes for each value of the table, with five folds on one core: bank took 26 s. */
const NETWORK_SECONDS = 50e-6;
/** Of the time limit, what one trial may take. */
const NETWORK_SHARE = 0.6;

/** Without those that take too long for so many rows, unless nothing else is allowed. */
function affordable({ algorithms, rows, features, timeLimit }: SearchSpace): readonly string[] {
  const isTooLarge = rows * features * NETWORK_SECONDS > NETWORK_SHARE * (timeLimit ?? Infinity);
  const others = algorithms.filter(
    (name) => !(QUADRATIC.has(name) && rows > MOST_QUADRATIC_ROWS) && !(name === "NeuralNetwork" && isTooLarge),
  );
  return others.length > 0 ? others : algorithms;
}

/** Trials of an algorithm, from which on half of the coming ones may be given up. */
const LANDMARKS = 4;

/**
 * The loss after the first rung above which a trial of the algorithm is not worth going on: the median of the earlier
 * ones (the median stopping rule of Golovin et al. 2017, Google Vizier). Infinity while too few are known.
 */
export function giveUpAbove(algorithm: string, history: readonly TrialRecord[]): number {
  const losses = history
    .filter((trial) => trial.algorithm === algorithm && !Number.isNaN(trial.rungLoss))
    .map(({ rungLoss }) => rungLoss)
    .sort((a, b) => a - b);
  return losses.length < LANDMARKS ? Infinity : losses[Math.floor(losses.length / 2)];
}

/** One with a trial in the better half (any, while nothing is known); under a time limit rather a quick one. */
function drawAlgorithm(space: SearchSpace, ranked: readonly TrialRecord[], random: Random): string {
  const better = new Set(ranked.slice(0, Math.ceil(ranked.length / 2)).map((trial) => trial.algorithm));
  const promising = space.algorithms.filter((name) => better.has(name));
  const choices = promising.length > 0 ? promising : space.algorithms;
  const shares = choices.map((name) => (space.timeLimit !== null ? 1 / meanSeconds(ranked, name) : 1));
  let left = random.next() * shares.reduce((sum, share) => sum + share, 0);
  return choices.find((_, i) => (left -= shares[i]) < 0) ?? choices[0];
}

/** Where all trials are quick, how quick does not matter. */
const QUICK_SECONDS = 0.5;

function meanSeconds(ranked: readonly TrialRecord[], algorithm: string): number {
  const seconds = ranked.filter((trial) => trial.algorithm === algorithm).map((trial) => trial.seconds);
  const sum = seconds.reduce((total, value) => total + value, 0);
  return Math.max(QUICK_SECONDS, sum / Math.max(1, seconds.length));
}

function isOver(space: SearchSpace, history: readonly TrialRecord[]): boolean {
  let best = 0;
  for (let i = 1; i < history.length; i++) if (history[i].loss < history[best].loss) best = i;
  const isStale = space.earlyStopping && history.length - best > PATIENCE;
  return history.length > 0 && (history[best].loss <= space.perfectLoss || isStale);
}
