/** The search of a run: trials side by side on the pool until time, trials or ideas are over. */
import type { Evaluator } from "./evaluate.ts";
import type { AutoMLEvent, LeaderboardModel } from "./events.ts";
import { leaderboardName } from "./names.ts";
import type { Pool, TaskReply } from "./pool.ts";
import type { ResolvedOptions } from "./resolve-options.ts";
import { LAG, propose, type SearchSpace, type TrialRecord } from "./search.ts";
import type { TrialOutcome, TrialSpec } from "./trial.ts";

export interface FinishedTrial {
  readonly spec: TrialSpec;
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
        const spec: TrialSpec = { ...proposal, number: next++, seed: space.seed };
        yield {
          type: "trialStarted",
          trial: spec.number,
          name: leaderboardName(spec.algorithm),
          elapsedSeconds: elapsed(),
        };
        running.set(
          spec.number,
          pool.run({ kind: "trial", spec }).then((reply) => ({ spec, reply })),
        );
      }
      if (running.size === 0) break;
      const landed = await nextToLand(input, clock, running, trials);
      if (landed === "over") break;
      running.delete(landed.spec.number);
      const event = settle(input, landed, trials, failed, records);
      if (event) yield event;
    }
  } finally {
    clock.clear();
    pool.stop();
    await Promise.all(running.values());
    pool.resume();
  }
  return { trials, failed };
}

/** Seconds that trials have to come to an end with what they have, when time is over before any was done. */
const LAST_CALL = 2;
/** Of a short time limit, no more than this share. */
const LAST_CALL_SHARE = 0.1;

async function nextToLand(
  input: SearchInput,
  clock: Deadline,
  running: ReadonlyMap<number, Promise<Landed>>,
  trials: readonly FinishedTrial[],
): Promise<Landed | "over"> {
  const landed = await clock.race(running.values(), secondsLeft(input, trials));
  if (landed !== "over" || trials.length > 0) return landed;
  input.pool.finish();
  const seconds = Math.min(LAST_CALL, LAST_CALL_SHARE * (input.options.timeLimit ?? Infinity));
  return createDeadline(undefined).race(running.values(), seconds);
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
  const record = (loss: number): void => {
    records[spec.number] = { algorithm: spec.algorithm, params: spec.params, loss };
  };
  const fail = (reason: string): AutoMLEvent => {
    record(Infinity);
    failed.push({ trial: spec.number, name, reason });
    return { type: "trialFailed", trial: spec.number, name, reason, elapsedSeconds: input.elapsed() };
  };
  if (reply.state === "failed") return fail(reply.reason);
  if (reply.state !== "trial") return null;
  const finished = judge(input.evaluator, spec, reply.outcome, name);
  if (finished.loss === Infinity) return fail("the metric is not defined on the validation rows");
  record(finished.loss);
  trials.push(finished);
  trials.sort(byLoss);
  return {
    type: "trialFinished",
    model: finished.entry,
    best: trials[0] === finished,
    bestValue: trials[0].entry.value,
    elapsedSeconds: input.elapsed(),
    secondsLeft: input.options.timeLimit === null ? null : Math.max(0, input.options.timeLimit - input.elapsed()),
  };
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
