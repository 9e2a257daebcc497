/** What becomes of a trial that ended: its place among the others, its record and what is told of it. */
import type { Learner } from "../../model/index.ts";
import type { AutoMLEvent, LeaderboardModel, SettledTrial } from "../events.ts";
import { leaderboardName } from "../names.ts";
import type { TaskReply } from "../pool.ts";
import type { FinishedTrialRecord, RecordedOutcome } from "../resume/trial-record.ts";
import type { TrialOutcome, TrialSpec } from "../trial.ts";
import type { TrialRecord } from "./propose.ts";

export interface FinishedTrial {
  readonly spec: TrialSpec;
  /** Its outputs are empty where memory did not allow to keep them; the best trials always have theirs. */
  readonly outcome: TrialOutcome;
  readonly entry: LeaderboardModel;
  readonly loss: number;
}

/** All trials that are settled. */
export interface Board {
  /** Best first. */
  readonly trials: FinishedTrial[];
  readonly failed: { readonly trial: number; readonly name: string; readonly reason: string }[];
  /** What the search learns from each, by number; undefined: not settled. */
  readonly history: (TrialRecord | undefined)[];
}

/** What a reply leaves on record; null where the trial was stopped. */
export function outcomeOf(reply: TaskReply, predictionTimeLimit: number | null): RecordedOutcome | null {
  if (reply.state === "failed") return { state: "failed", reason: reply.reason };
  if (reply.state === "givenUp") return { state: "givenUp", ...reply.outcome };
  if (reply.state !== "trial") return null;
  const { learner: _, ...outcome } = reply.outcome;
  if (outcome.loss === Infinity) return { state: "failed", reason: "the metric is not defined on the validation rows" };
  const tooSlow = slowness(outcome.predictMicrosPerRow, predictionTimeLimit);
  return tooSlow ? { state: "failed", reason: tooSlow } : { state: "finished", ...outcome };
}

function slowness(micros: number, limit: number | null): string | null {
  if (limit === null || micros <= limit) return null;
  return `It takes ${micros.toPrecision(3)} microseconds to predict a row; the limit is ${limit}.`;
}

/**
 * Files the trial and says what is told of it; `board.trials` stays sorted.
 * @param learner of its first fold; null where there is none, or the trial comes from an earlier attempt
 * @param told what tells a new trial from a resumed one
 */
export function settle(
  board: Board,
  { spec, outcome, elapsedSeconds }: FinishedTrialRecord,
  { learner, told, timeLimit }: { learner: Learner | null; told: SettledTrial; timeLimit: number | null },
): AutoMLEvent {
  const { number: trial, algorithm, params } = spec;
  const name = leaderboardName(algorithm);
  const remember = (loss: number, rungLoss: number, seconds: number): void => {
    board.history[trial] = { algorithm, params, loss, rungLoss, seconds };
  };
  if (outcome.state === "failed") {
    const { reason } = outcome;
    remember(Infinity, NaN, NaN);
    board.failed.push({ trial, name, reason });
    return { type: "trialFailed", trial, name, reason, elapsedSeconds, ...told };
  }
  if (outcome.state === "givenUp") {
    remember(Infinity, outcome.rungLoss, outcome.trainSeconds);
    return { type: "trialGivenUp", trial, name, elapsedSeconds, ...told };
  }
  remember(outcome.loss, outcome.rungLoss, outcome.trainSeconds);
  const finished: FinishedTrial = {
    spec,
    outcome: { ...outcome, learner },
    entry: entryOf(spec, outcome, name),
    loss: outcome.loss,
  };
  board.trials.push(finished);
  board.trials.sort(byLoss);
  forgetOutputs(board.trials);
  return {
    type: "trialFinished",
    model: finished.entry,
    best: board.trials[0].entry === finished.entry,
    bestValue: board.trials[0].entry.value,
    elapsedSeconds,
    secondsLeft: timeLimit === null ? null : Math.max(0, timeLimit - elapsedSeconds),
    ...told,
  };
}

function entryOf(
  { number: trial, params }: TrialSpec,
  { value, metrics, trainSeconds, predictMicrosPerRow }: Omit<TrialOutcome, "learner">,
  name: string,
): LeaderboardModel {
  return { trial, name, value, metrics, trainSeconds, predictMicrosPerRow, params };
}

/** Models with equal values are told apart by their log loss, then by who came first. */
function byLoss(a: FinishedTrial, b: FinishedTrial): number {
  const [logLossA, logLossB] = [a.entry.metrics["log_loss"] ?? 0, b.entry.metrics["log_loss"] ?? 0];
  return a.loss - b.loss || logLossA - logLossB || a.spec.number - b.spec.number;
}

/** Bytes of validation outputs that are kept for the vote and for charts: those of the best trials. */
const OUTPUT_BYTES = 2 ** 30;
const NO_OUTPUTS = new Float64Array(0);

/** With a thousand classes a trial's outputs take as much memory as the table. */
function forgetOutputs(trials: FinishedTrial[]): void {
  const bytes = trials[0].outcome.outputs.byteLength;
  const kept = Math.max(2, Math.floor(OUTPUT_BYTES / bytes));
  for (let i = kept; i < trials.length; i++) {
    const { outcome } = trials[i];
    if (outcome.outputs.length > 0) trials[i] = { ...trials[i], outcome: { ...outcome, outputs: NO_OUTPUTS } };
  }
}
