/** From finished trials to the members of the final model, by validation outputs alone. */
import { combineOutputs, type Combination } from "../../model/index.ts";
import type { Dataset } from "../dataset.ts";
import { createEvaluator, type Evaluator } from "../evaluate.ts";
import type { ResolvedOptions } from "../resolve-options.ts";
import type { FinishedTrial } from "../search/settle.ts";
import { sharedRows, type Fold } from "../validation.ts";
import { fitStack } from "./stack.ts";
import { voteShares } from "./vote.ts";

export interface Choice {
  /** Trials with their weight as `Member.weight` has it. */
  readonly members: readonly { readonly trial: FinishedTrial; readonly weight: number }[];
  readonly combination: Combination;
  /** Validation outputs of the whole. */
  readonly outputs: Float64Array;
}

export interface SelectInput {
  /** Best first, not empty. */
  readonly trials: readonly FinishedTrial[];
  readonly data: Dataset;
  readonly folds: readonly Fold[];
  readonly metric: string;
  readonly evaluator: Evaluator;
  readonly options: Pick<ResolvedOptions, "votingEnsemble" | "stackEnsemble" | "predictionTimeLimit" | "seed">;
}

/** Models that may join: the best of the leaderboard, and the best of each algorithm. */
const CANDIDATES = 24;
const CANDIDATES_OF_EACH = 2;

/**
 * The best single model, a vote or a stack: what is best on rows that its weights were not learnt from. (The weights
 * of each third of the validation rows are learnt from the other two; the final ones from all.)
 */
export function selectModel(input: SelectInput): Choice {
  const { trials, options } = input;
  const candidates = chooseCandidates(trials);
  const single: Choice = {
    members: [{ trial: trials[0], weight: 1 }],
    combination: { kind: "vote" },
    outputs: trials[0].outcome.outputs,
  };
  const { votingEnsemble, stackEnsemble } = options;
  if (candidates.length < 2 || !(votingEnsemble || stackEnsemble)) return single;
  const positions = everyNth(allPositions(input.folds), Math.floor(CHOICE_NUMBERS / widthOf(input.data)));
  const lossesOf = (method: Method): number[] => crossFit(method, candidates, input, positions);
  // Of the three the vote is the safest: what takes its place must be better on every part of the rows.
  let best = { method: bestOf, losses: lossesOf(bestOf) };
  if (votingEnsemble) {
    const losses = lossesOf(vote);
    if (!isBetter(best.losses, losses)) best = { method: vote, losses };
  }
  if (stackEnsemble && input.data.classes <= STACK_CLASSES) {
    const losses = lossesOf(stack);
    if (isBetter(losses, best.losses)) best = { method: stack, losses };
  }
  return best.method === bestOf ? single : toChoice(best.method(candidates, input, positions), input);
}

/** A weaker model of another kind often helps a vote more than one more of the same. */
function chooseCandidates(trials: readonly FinishedTrial[]): FinishedTrial[] {
  const seen = new Map<string, number>();
  return trials.filter(hasOutputs).filter(({ spec }, rank) => {
    const before = seen.get(spec.algorithm) ?? 0;
    seen.set(spec.algorithm, before + 1);
    return rank < CANDIDATES || before < CANDIDATES_OF_EACH;
  });
}

function hasOutputs({ outcome }: FinishedTrial): boolean {
  return outcome.outputs.length > 0;
}

/** A combination of candidates whose weights were learnt from the validation rows at `positions`. */
type Method = (candidates: readonly FinishedTrial[], input: SelectInput, positions: Uint32Array) => Weighted;
type Weighted = Pick<Choice, "members" | "combination">;

/** The candidate with the best metric. */
const bestOf: Method = (candidates, input, positions) => {
  const { loss } = createEvaluator(input.metric, input.data, [foldAt(input.folds, positions)]);
  const losses = candidates.map(({ outcome }) => loss(takeRows(outcome.outputs, positions, widthOf(input.data))));
  const trial = candidates[losses.indexOf(Math.min(...losses))];
  return { members: [{ trial, weight: 1 }], combination: { kind: "vote" } };
};

/** Shares below it cost more time than they are worth. */
const LEAST_SHARE = 0.02;
const MOST_MEMBERS = 6;

const vote: Method = (candidates, input, positions) => {
  const { data, options } = input;
  const width = widthOf(data);
  const rows = rowsAt(input.folds, positions);
  const judged = candidates.map(({ outcome }) =>
    Float64Array.from(
      positions,
      (at, i) => outcome.outputs[at * width + (data.classes > 0 ? data.target[rows[i]] : 0)],
    ),
  );
  const target = data.classes > 0 ? null : Float64Array.from(rows, (row) => data.target[row]);
  const weights = data.weights && Float64Array.from(rows, (row) => (data.weights as Float64Array)[row]);
  const shares = voteShares({ candidates: judged, target, weights }, options.seed);
  const members = candidates.map((trial, i) => ({ trial, weight: shares[i] }));
  return {
    members: limitMembers(temper(members, input.trials), options.predictionTimeLimit),
    combination: { kind: "vote" },
  };
};

/** Rows that a stack learns from at most, and the classes up to which it is tried: its time grows with both. */
const STACK_ROWS = 20_000;
const STACK_CLASSES = 20;
/** Outputs of a model that a choice looks at, at most. */
const CHOICE_NUMBERS = 2_000_000;

/** Evenly spaced, `most` of them at most. */
function everyNth(positions: Uint32Array, most: number): Uint32Array {
  const step = Math.ceil(positions.length / most);
  return step === 1 ? positions : positions.filter((_, i) => i % step === 0);
}

const stack: Method = (candidates, input, positions) => {
  const { data } = input;
  const { members } = vote(candidates, input, positions);
  const thinned = everyNth(positions, STACK_ROWS);
  const rows = rowsAt(input.folds, thinned);
  const { coefficients, combination } = fitStack(
    {
      members: members.map(({ trial }) => takeRows(trial.outcome.outputs, thinned, widthOf(data))),
      target: Float64Array.from(rows, (row) => data.target[row]),
      weights: data.weights && Float64Array.from(rows, (row) => (data.weights as Float64Array)[row]),
      classes: data.classes,
    },
    members.map(({ weight }) => weight),
  );
  return { members: members.map(({ trial }, i) => ({ trial, weight: coefficients[i] })), combination };
};

/** What the best trials have of a tempered vote together, and how many there are: a third of all trials, at most so many. */
const BEST_SHARE = 1 / 2;
const BEST_TRIALS = 8;

/**
 * Shares that were learnt are fitted to the noise of the validation rows; equal shares of the best trials are not, and
 * are nearly as good (docs/decisions/0009). The middle of both was best on rows that neither saw.
 */
function temper(members: Choice["members"], trials: readonly FinishedTrial[]): Choice["members"] {
  const best = trials.filter(hasOutputs).slice(0, Math.min(BEST_TRIALS, Math.ceil(trials.length / 3)));
  const shares = new Map(members.map(({ trial, weight }) => [trial, weight * (1 - BEST_SHARE)]));
  for (const trial of best) shares.set(trial, (shares.get(trial) ?? 0) + BEST_SHARE / best.length);
  return [...shares].map(([trial, weight]) => ({ trial, weight }));
}

/** Those with the largest shares, as many as are worth it and fast enough together. */
function limitMembers(members: Choice["members"], microsPerRow: number | null): Choice["members"] {
  const kept: { trial: FinishedTrial; weight: number }[] = [];
  let micros = 0;
  for (const member of members.toSorted((a, b) => b.weight - a.weight)) {
    micros += member.trial.entry.predictMicrosPerRow;
    const isTooMuch = kept.length >= MOST_MEMBERS || member.weight < LEAST_SHARE || micros > (microsPerRow ?? Infinity);
    if (kept.length > 0 && isTooMuch) break;
    kept.push(member);
  }
  const total = kept.reduce((sum, { weight }) => sum + weight, 0);
  return kept.map(({ trial, weight }) => ({ trial, weight: weight / total }));
}

const PARTS = 3;

/** The metric on each part of the rows, with weights learnt from the others. */
function crossFit(
  method: Method,
  candidates: readonly FinishedTrial[],
  input: SelectInput,
  positions: Uint32Array,
): number[] {
  // Whole folds, so that no row's judge was trained on it; the rows of a single holdout are dealt out.
  const groups = input.folds.length >= PARTS ? foldOfPositions(input.folds) : positions;
  return Array.from({ length: PARTS }, (_, part) => {
    const inside = positions.filter((position) => groups[position] % PARTS === part);
    const outside = positions.filter((position) => groups[position] % PARTS !== part);
    const outputs = combine(method(candidates, input, outside), input.data, inside);
    return createEvaluator(input.metric, input.data, [foldAt(input.folds, inside)]).loss(outputs);
  });
}

/** On every part. */
function isBetter(losses: readonly number[], than: readonly number[]): boolean {
  return losses.every((loss, part) => loss < than[part]);
}

function toChoice(weighted: Weighted, { data, folds }: SelectInput): Choice {
  return { ...weighted, outputs: combine(weighted, data, allPositions(folds)) };
}

/** Outputs at `positions`. */
function combine({ members, combination }: Weighted, data: Dataset, positions: Uint32Array): Float64Array {
  const width = widthOf(data);
  const parts = members.map(({ trial, weight }) => ({
    weight,
    outputs: takeRows(trial.outcome.outputs, positions, width),
  }));
  return combineOutputs(combination, parts, positions.length, width);
}

function widthOf(data: Dataset): number {
  return Math.max(1, data.classes);
}

function allPositions(folds: readonly Fold[]): Uint32Array {
  return Uint32Array.from({ length: folds.reduce((sum, { valid }) => sum + valid.length, 0) }, (_, i) => i);
}

/** The number of the fold, for each row of the concatenated outputs. */
function foldOfPositions(folds: readonly Fold[]): Uint32Array {
  return Uint32Array.from(folds.flatMap(({ valid }, fold) => new Array<number>(valid.length).fill(fold)));
}

/** The dataset's rows at positions of the concatenated outputs. */
function rowsAt(folds: readonly Fold[], positions: Uint32Array): Uint32Array {
  const rows = sharedRows(folds.reduce((sum, { valid }) => sum + valid.length, 0));
  let at = 0;
  for (const { valid } of folds) {
    rows.set(valid, at);
    at += valid.length;
  }
  return Uint32Array.from(positions, (position) => rows[position]);
}

function foldAt(folds: readonly Fold[], positions: Uint32Array): Fold {
  return { train: new Uint32Array(0), valid: rowsAt(folds, positions) };
}

function takeRows(outputs: Float64Array, positions: Uint32Array, width: number): Float64Array {
  if (positions.length * width === outputs.length) return outputs;
  const taken = new Float64Array(positions.length * width);
  for (let i = 0; i < positions.length; i++) {
    const start = positions[i] * width;
    for (let k = 0; k < width; k++) taken[i * width + k] = outputs[start + k];
  }
  return taken;
}
