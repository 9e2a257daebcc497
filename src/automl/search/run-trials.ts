/** The search of a run: trials side by side on the pool until time, trials or ideas are over. */
import type { Evaluator } from "../evaluate.ts";
import type { AutoMLEvent } from "../events.ts";
import { leaderboardName } from "../names.ts";
import type { Pool, TaskMessage, TaskReply } from "../pool.ts";
import type { ResolvedOptions } from "../resolve-options.ts";
import type { FinishedTrialRecord, RunIdentity } from "../resume/trial-record.ts";
import type { TrialSpec } from "../trial.ts";
import { giveUpAbove, LAG, propose, type SearchSpace, type TrialRecord } from "./propose.ts";
import { outcomeOf, settle, type Board, type FinishedTrial } from "./settle.ts";

export interface SearchInput {
  readonly pool: Pool;
  readonly space: SearchSpace;
  readonly evaluator: Pick<Evaluator, "isMaximized">;
  readonly options: ResolvedOptions;
  /** Trials of an earlier attempt, each once, by number. */
  readonly resumed: readonly FinishedTrialRecord[];
  /** What the records of this search belong to. */
  readonly identity: () => RunIdentity;
  readonly signal: AbortSignal | undefined;
  readonly folds: number;
  /** Seconds since the run began. */
  readonly elapsed: () => number;
}

export type SearchResult = Pick<Board, "trials" | "failed">;

interface Landed {
  readonly spec: TrialSpec;
  readonly reply: TaskReply;
}

export async function* search(input: SearchInput): AsyncGenerator<AutoMLEvent, SearchResult> {
  const { pool, space, options, elapsed } = input;
  const { timeLimit } = options;
  const board: Board = { trials: [], failed: [], history: [] };
  for (const record of input.resumed)
    yield settle(board, record, { learner: null, told: { resumed: true }, timeLimit });
  const running = new Map<number, Promise<Landed>>();
  const clock = createDeadline(input.signal);
  let next = 0;
  let ideasLeft = !isOver(input, board.trials);
  try {
    for (;;) {
      while (running.size < pool.size && ideasLeft && next < (options.maxTrials ?? Infinity)) {
        if (board.history[next] !== undefined) {
          next++;
          continue;
        }
        const spec = nextSpec(space, next, board);
        if (spec === "later") break;
        ideasLeft = spec !== null;
        if (spec === null) break;
        next++;
        yield {
          type: "trialStarted",
          trial: spec.number,
          name: leaderboardName(spec.algorithm),
          elapsedSeconds: elapsed(),
        };
        running.set(
          spec.number,
          pool.run(taskOf(input, spec, board)).then((reply) => ({ spec, reply })),
        );
      }
      if (running.size === 0) break;
      const landed = await nextToLand(input, clock, running, board.trials);
      if (landed === "over") break;
      running.delete(landed.spec.number);
      const event = settleReply(input, landed, board);
      if (event) yield event;
      if (reachedExitScore(input, board.trials)) break;
    }
  } finally {
    clock.clear();
    pool.stop();
    await Promise.all(running.values());
    pool.resume();
  }
  return board;
}

/** A trial that cannot be done in time makes room for others; but not while there is none at all. */
function taskOf(input: SearchInput, spec: TrialSpec, { trials }: Board): TaskMessage {
  const isBound = trials.length > 0 && input.options.timeLimit !== null;
  const left = isBound ? secondsLeft(input, trials) : null;
  return { kind: "trial", spec, seconds: input.options.trialTimeLimit, secondsLeft: left };
}

/** Null: nothing new is worth a try; "later": a trial that it depends on is still under way. */
function nextSpec(space: SearchSpace, number: number, board: Board): TrialSpec | "later" | null {
  const known = Math.max(0, number - LAG + 1);
  const history = board.history.slice(0, known);
  if (history.length < known || history.includes(undefined)) return "later";
  const proposal = propose(space, number, history as TrialRecord[]);
  if (!proposal) return null;
  return {
    ...proposal,
    number,
    seed: (space.seed + number + 1) >>> 0,
    giveUpAbove: giveUpAbove(proposal.algorithm, history as TrialRecord[]),
  };
}

/** Null where the trial was stopped. */
function settleReply(input: SearchInput, { spec, reply }: Landed, board: Board): AutoMLEvent | null {
  const { predictionTimeLimit, timeLimit } = input.options;
  const outcome = outcomeOf(reply, predictionTimeLimit);
  if (!outcome) return null;
  const record = { run: input.identity(), spec, elapsedSeconds: input.elapsed(), outcome };
  const learner = reply.state === "trial" ? reply.outcome.learner : null;
  return settle(board, record, { learner, told: { record }, timeLimit });
}

/** Share of the time limit that trials have to come to an end with what they have, when none was done before. */
const LAST_CALL_SHARE = 0.1;
/** Seconds that it is at least: on a busy machine, a model some seconds late is better than none in time. */
const SHORTEST_LAST_CALL = 5;
/** Seconds of it after an interruption: somebody waits. */
const INTERRUPTED_LAST_CALL = 2;

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
  const seconds = input.signal?.aborted ? Math.min(INTERRUPTED_LAST_CALL, share) : Math.max(SHORTEST_LAST_CALL, share);
  return createDeadline(undefined).race(running.values(), seconds);
}

/** Before anything is started: an earlier attempt may have come to the end. */
function isOver(input: SearchInput, trials: readonly FinishedTrial[]): boolean {
  return reachedExitScore(input, trials) || (trials.length > 0 && secondsLeft(input, trials) <= 0);
}

function reachedExitScore({ options, evaluator }: SearchInput, trials: readonly FinishedTrial[]): boolean {
  if (options.exitScore === null || trials.length === 0) return false;
  const { value } = trials[0].entry;
  return evaluator.isMaximized ? value >= options.exitScore : value <= options.exitScore;
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
