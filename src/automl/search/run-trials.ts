/** The search of a run: trials side by side on the pool until time, trials or ideas are over. */
import type { Evaluator } from "../evaluate.ts";
import type { AutoMLEvent, LeaderboardModel } from "../events.ts";
import { leaderboardName } from "../names.ts";
import type { Pool, TaskReply } from "../pool.ts";
import type { ResolvedOptions } from "../resolve-options.ts";
import { giveUpAbove, LAG, propose, type SearchSpace, type TrialRecord } from "./propose.ts";
import type { TrialOutcome, TrialSpec } from "../trial.ts";

export interface FinishedTrial {
  readonly spec: TrialSpec;
  /** Its outputs are empty where memory did not allow to keep them; the best trials always have theirs. */
  readonly outcome: TrialOutcome;
  readonly entry: LeaderboardModel;
  readonly loss: number;
}

export interface SearchInput {
  readonly pool: Pool;
  readonly space: SearchSpace;
  readonly evaluator: Evaluator;
  readonly options: ResolvedOptions;
  readonly signal: AbortSignal | undefined;
  readonly folds: number;
  /** Seconds since the run began. */
  readonly elapsed: () => number;
}

export interface SearchResult {
  /** Best first. */
  readonly trials: readonly FinishedTrial[];
  readonly failed: readonly { readonly trial: number; readonly name: string; readonly reason: string }[];
}

interface Landed {
  readonly spec: TrialSpec;
  readonly reply: TaskReply;
}

export async function* search(input: SearchInput): AsyncGenerator<AutoMLEvent, SearchResult> {
  const { pool, space, options, elapsed } = input;
  const trials: FinishedTrial[] = [];
  const failed: { trial: number; name: string; reason: string }[] = [];
  const records: (TrialRecord | undefined)[] = [];
  const running = new Map<number, Promise<Landed>>();
  const clock = createDeadline(input.signal);
  let next = 0;
  let ideasLeft = true;
  try {
    for (;;) {
      while (running.size < pool.size && ideasLeft && next < (options.maxTrials ?? Infinity)) {
        const history = records.slice(0, Math.max(0, next - LAG + 1));
        if (history.length < next - LAG + 1 || history.includes(undefined)) break;
        const proposal = propose(space, next, history as TrialRecord[]);
        ideasLeft = proposal !== null;
        if (!proposal) break;
        const giveUp = giveUpAbove(proposal.algorithm, history as TrialRecord[]);
        const spec: TrialSpec = { ...proposal, number: next++, seed: (space.seed + next) >>> 0, giveUpAbove: giveUp };
        yield {
          type: "trialStarted",
          trial: spec.number,
          name: leaderboardName(spec.algorithm),
          elapsedSeconds: elapsed(),
        };
        running.set(
          spec.number,
          pool.run({ kind: "trial", spec, seconds: options.trialTimeLimit }).then((reply) => ({ spec, reply })),
        );
      }
      if (running.size === 0) break;
      const landed = await nextToLand(input, clock, running, trials);
      if (landed === "over") break;
      running.delete(landed.spec.number);
      const event = settle(input, landed, trials, failed, records);
      if (event) yield event;
      if (reachedExitScore(input, trials)) break;
    }
  } finally {
    clock.clear();
    pool.stop();
    await Promise.all(running.values());
    pool.resume();
  }
  return { trials, failed };
}

/** Share of the time limit that trials have to come to an end with what they have, when none was done before. */
const LAST_CALL_SHARE = 0.1;
/** Seconds of it after an interruption: somebody waits. */
const LAST_CALL = 2;

async function nextToLand(
  input: SearchInput,
  clock: Deadline,
  running: ReadonlyMap<number, Promise<Landed>>,
  trials: readonly FinishedTrial[],
): Promise<Landed | "over"> {
  const landed = await clock.race(running.values(), secondsLeft(input, trials));
  if (landed !== "over" || trials.length > 0) return landed;
  input.pool.finish();
  const share = LAST_CALL_SHARE * (input.options.timeLimit ?? Infinity);
  const seconds = input.signal?.aborted ? Math.min(LAST_CALL, share) : share;
  return createDeadline(undefined).race(running.values(), seconds);
}

function reachedExitScore({ options, evaluator }: SearchInput, trials: readonly FinishedTrial[]): boolean {
  if (options.exitScore === null || trials.length === 0) return false;
  const { value } = trials[0].entry;
  return evaluator.isMaximized ? value >= options.exitScore : value <= options.exitScore;
}

/** Files a reply; `trials` stays sorted, best first. */
function settle(
  input: SearchInput,
  { spec, reply }: Landed,
  trials: FinishedTrial[],
  failed: { trial: number; name: string; reason: string }[],
  records: (TrialRecord | undefined)[],
): AutoMLEvent | null {
  const name = leaderboardName(spec.algorithm);
  const { algorithm, params } = spec;
  const record = (loss: number, rungLoss: number, seconds: number): void => {
    records[spec.number] = { algorithm, params, loss, rungLoss, seconds };
  };
  const fail = (reason: string): AutoMLEvent => {
    record(Infinity, NaN, NaN);
    failed.push({ trial: spec.number, name, reason });
    return { type: "trialFailed", trial: spec.number, name, reason, elapsedSeconds: input.elapsed() };
  };
  if (reply.state === "failed") return fail(reply.reason);
  if (reply.state === "givenUp") {
    record(Infinity, reply.outcome.rungLoss, reply.outcome.trainSeconds);
    return { type: "trialGivenUp", trial: spec.number, name, elapsedSeconds: input.elapsed() };
  }
  if (reply.state !== "trial") return null;
  const finished = judge(input.evaluator, spec, reply.outcome, name);
  if (finished.loss === Infinity) return fail("the metric is not defined on the validation rows");
  const tooSlow = slowness(finished.entry.predictMicrosPerRow, input.options.predictionTimeLimit);
  if (tooSlow) return fail(tooSlow);
  record(finished.loss, reply.outcome.rungLoss, reply.outcome.trainSeconds);
  trials.push(finished);
  trials.sort(byLoss);
  forgetOutputs(trials);
  return {
    type: "trialFinished",
    model: finished.entry,
    best: trials[0] === finished,
    bestValue: trials[0].entry.value,
    elapsedSeconds: input.elapsed(),
    secondsLeft: input.options.timeLimit === null ? null : Math.max(0, input.options.timeLimit - input.elapsed()),
  };
}

/** Bytes of validation outputs that are kept for the vote and for charts: those of the best trials. */
const OUTPUT_BYTES = 2 ** 30;

/** With a thousand classes a trial's outputs take as much memory as the table. */
function forgetOutputs(trials: FinishedTrial[]): void {
  const bytes = trials[0].outcome.outputs.byteLength;
  const kept = Math.max(2, Math.floor(OUTPUT_BYTES / bytes));
  for (let i = kept; i < trials.length; i++) {
    const { outcome } = trials[i];
    if (outcome.outputs.length > 0) trials[i] = { ...trials[i], outcome: { ...outcome, outputs: NO_OUTPUTS } };
  }
}

const NO_OUTPUTS = new Float64Array(0);

function slowness(micros: number, limit: number | null): string | null {
  if (limit === null || micros <= limit) return null;
  return `It takes ${micros.toPrecision(3)} microseconds to predict a row; the limit is ${limit}.`;
}

/** Models with equal values are told apart by their log loss, then by who came first. */
function byLoss(a: FinishedTrial, b: FinishedTrial): number {
  const [logLossA, logLossB] = [a.entry.metrics["log_loss"] ?? 0, b.entry.metrics["log_loss"] ?? 0];
  return a.loss - b.loss || logLossA - logLossB || a.spec.number - b.spec.number;
}

function judge(evaluator: Evaluator, spec: TrialSpec, outcome: TrialOutcome, name: string): FinishedTrial {
  const value = evaluator.value(outcome.outputs);
  const entry: LeaderboardModel = {
    trial: spec.number,
    name,
    value,
    metrics: evaluator.metrics(outcome.outputs),
    trainSeconds: outcome.trainSeconds,
    predictMicrosPerRow: outcome.predictMicrosPerRow,
    params: spec.params,
  };
  return { spec, outcome, entry, loss: evaluator.loss(outcome.outputs) };
}

/** Share of the time limit that the final training may take at most; what does not fit keeps its first fold's model. */
const FINAL_SHARE = 0.35;
/** Members that a vote rarely exceeds. */
const LIKELY_MEMBERS = 6;

/** Until the search must end, so that the vote and the final training still fit. */
function secondsLeft(input: SearchInput, trials: readonly FinishedTrial[]): number {
  const { timeLimit } = input.options;
  if (timeLimit === null) return Infinity;
  if (trials.length === 0) return (1 - LAST_CALL_SHARE) * timeLimit - input.elapsed();
  const fits = trials.slice(0, LIKELY_MEMBERS).map(({ outcome }) => outcome.trainSeconds / input.folds);
  const sum = fits.reduce((total, seconds) => total + seconds, 0);
  const longest = Math.max(0, ...fits);
  const final = Math.max(longest, sum / input.pool.size) * 1.25 + 0.025 * timeLimit;
  return timeLimit - Math.min(final, FINAL_SHARE * timeLimit) - input.elapsed();
}

interface Deadline {
  /** The first to land, or "over" after `seconds` or when the signal fires. */
  race(running: Iterable<Promise<Landed>>, seconds: number): Promise<Landed | "over">;
  clear(): void;
}

function createDeadline(signal: AbortSignal | undefined): Deadline {
  let timer: NodeJS.Timeout | undefined;
  let end: () => void = () => {};
  const onAbort = (): void => end();
  signal?.addEventListener("abort", onAbort);
  return {
    race(running, seconds) {
      clearTimeout(timer);
      const over = new Promise<"over">((resolve) => {
        end = () => resolve("over");
        if (signal?.aborted || seconds <= 0) end();
        else if (seconds < Infinity) timer = setTimeout(end, seconds * 1000);
      });
      return Promise.race([over, ...running]);
    },
    clear() {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
    },
  };
}
