/** From finished trials to the members of the final model. */
import { selectEnsemble } from "./ensemble.ts";
import { createEvaluator, type Evaluator } from "./evaluate.ts";
import type { Dataset } from "./dataset.ts";
import type { FinishedTrial } from "./search-run.ts";
import type { Fold } from "./validation.ts";

export interface Choice {
  /** Trials with their share in the vote; shares sum to 1. */
  readonly members: readonly { readonly trial: FinishedTrial; readonly weight: number }[];
  /** Validation outputs of the vote. */
  readonly outputs: Float64Array;
}

/** Models that may join the vote: the best of the leaderboard, and the best of each algorithm. */
const CANDIDATES = 16;
const CANDIDATES_OF_EACH = 2;
/** More rows do not make the choice of members better, only slower. */
const MAX_ROWS = 20_000;

/** The best single trial and, where it is better on the validation rows, a vote. `trials`: best first, not empty. */
export function selectModel(
  trials: readonly FinishedTrial[],
  data: Dataset,
  folds: readonly Fold[],
  metric: string,
  evaluator: Evaluator,
): Choice {
  const single: Choice = { members: [{ trial: trials[0], weight: 1 }], outputs: trials[0].outcome.outputs };
  const candidates = chooseCandidates(trials);
  if (candidates.length < 2) return single;
  const thinned = thin(candidates, data, folds);
  const { loss } = createEvaluator(metric, data, thinned.folds);
  const { weights } = selectEnsemble(thinned.outputs, loss);
  const chosen = candidates.map((trial, i) => ({ trial, weight: weights[i] })).filter(({ weight }) => weight > 0);
  const votes = [temper(chosen, trials), chosen].filter((members) => members.length > 1);
  const choices = votes.map((members) => ({ members, outputs: vote(members) }));
  return choices.find(({ outputs }) => evaluator.loss(outputs) < evaluator.loss(single.outputs)) ?? single;
}

/** What the early trials have of a tempered vote together, and how many of them there are. */
const EARLY_SHARE = 1 / 3;
const EARLY_TRIALS = 8;

/**
 * A vote chosen on few validation rows is fitted to their noise. The first trials of the best algorithm came before
 * anything was known of those rows, so their plain average has no such bias: they get a share of the vote.
 */
function temper(members: Choice["members"], trials: readonly FinishedTrial[]): Choice["members"] {
  const early = trials
    .filter(({ spec }) => spec.algorithm === trials[0].spec.algorithm)
    .sort((a, b) => a.spec.number - b.spec.number)
    .slice(0, EARLY_TRIALS);
  const shares = new Map(members.map(({ trial, weight }) => [trial, weight * (1 - EARLY_SHARE)]));
  for (const trial of early) shares.set(trial, (shares.get(trial) ?? 0) + EARLY_SHARE / early.length);
  return [...shares].map(([trial, weight]) => ({ trial, weight }));
}

/** A weaker model of another kind often helps a vote more than one more of the same. */
function chooseCandidates(trials: readonly FinishedTrial[]): FinishedTrial[] {
  const seen = new Map<string, number>();
  return trials.filter(({ spec }, rank) => {
    const before = seen.get(spec.algorithm) ?? 0;
    seen.set(spec.algorithm, before + 1);
    return rank < CANDIDATES || before < CANDIDATES_OF_EACH;
  });
}

function vote(members: Choice["members"]): Float64Array {
  const outputs = new Float64Array(members[0].trial.outcome.outputs.length);
  for (const { trial, weight } of members) {
    const part = trial.outcome.outputs;
    for (let i = 0; i < outputs.length; i++) outputs[i] += weight * part[i];
  }
  return outputs;
}

/** Every n-th validation row, where there are many. */
function thin(
  trials: readonly FinishedTrial[],
  data: Dataset,
  folds: readonly Fold[],
): { folds: readonly Fold[]; outputs: Float64Array[] } {
  const rows = folds.reduce((sum, fold) => sum + fold.valid.length, 0);
  const step = Math.ceil(rows / MAX_ROWS);
  if (step === 1) return { folds, outputs: trials.map(({ outcome }) => outcome.outputs) };
  const width = Math.max(1, data.classes);
  const positions: number[] = [];
  let start = 0;
  const fewer = folds.map((fold) => {
    for (let i = 0; i < fold.valid.length; i += step) positions.push(start + i);
    start += fold.valid.length;
    return { train: fold.train, valid: fold.valid.filter((_, i) => i % step === 0) };
  });
  const outputs = trials.map(({ outcome }) => {
    const part = new Float64Array(positions.length * width);
    positions.forEach((position, i) =>
      part.set(outcome.outputs.subarray(position * width, (position + 1) * width), i * width),
    );
    return part;
  });
  return { folds: fewer, outputs };
}
