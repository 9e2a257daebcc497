/** From a choice of trials to the learners of the final model. */
import { SlipwayError } from "../base/index.ts";
import type { Learner, MemberRecipe } from "../model/index.ts";
import type { Choice } from "./ensemble/select-model.ts";
import type { Pool } from "./pool.ts";
import type { FinishedTrial } from "./search/settle.ts";

/** A learner and what it was trained with. */
export interface TrainedMember {
  readonly learner: Learner;
  readonly recipe: MemberRecipe;
}

export interface FinalTraining {
  readonly choice: Choice;
  /** False: the models of the first fold are the answer. */
  readonly onAllRows: boolean;
  /** Until the run must end; Infinity: no limit. */
  readonly seconds: number;
  readonly signal: AbortSignal | undefined;
}

/** Every member trained on all rows; where the time ends first, the first fold's model stays. */
export async function trainMembers(pool: Pool, training: FinalTraining): Promise<TrainedMember[]> {
  const { choice, onAllRows, seconds, signal } = training;
  const trials = choice.members.map(({ trial }) => trial);
  const isInTime = onAllRows && !signal?.aborted && seconds > 0;
  const trained = isInTime
    ? await stopAfter(pool, training, () => Promise.all(trials.map((trial) => onAll(pool, trial))))
    : trials.map(() => null);
  return Promise.all(trained.map((member, i) => member ?? needFirstFold(pool, trials[i])));
}

/** Milliseconds; what setTimeout takes at most. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** Stops the pool's work when the time is over or the signal fires; afterwards the pool takes tasks again. */
export async function stopAfter<T>(
  pool: Pool,
  { seconds, signal }: Pick<FinalTraining, "seconds" | "signal">,
  work: () => Promise<T>,
): Promise<T> {
  const stop = (): void => pool.stop();
  const timer = seconds < Infinity ? setTimeout(stop, Math.min(seconds * 1000, LONGEST_TIMER)) : undefined;
  signal?.addEventListener("abort", stop);
  try {
    return await work();
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
    pool.resume();
  }
}

/** Null where the training was stopped or failed. */
async function onAll(pool: Pool, trial: FinishedTrial): Promise<TrainedMember | null> {
  const { spec, outcome } = trial;
  const reply = await pool.run({ kind: "refit", spec, rounds: outcome.rounds });
  if (reply.state !== "refit") return null;
  return { learner: reply.learner, recipe: recipeOf(trial, "all", outcome.rounds) };
}

/**
 * The first fold's model, which the search kept; that of a resumed trial is trained again, bit for bit.
 * @returns the reason where that was stopped or failed
 */
export async function firstFold(pool: Pool, trial: FinishedTrial): Promise<TrainedMember | string> {
  const { spec, outcome } = trial;
  const recipe = recipeOf(trial, 0, outcome.firstRounds);
  if (outcome.learner) return { learner: outcome.learner, recipe };
  const reply = await pool.run({ kind: "refit", spec, rounds: outcome.firstRounds, fold: 0 });
  if (reply.state === "refit") return { learner: reply.learner, recipe };
  return reply.state === "failed" ? reply.reason : "it was stopped";
}

async function needFirstFold(pool: Pool, trial: FinishedTrial): Promise<TrainedMember> {
  const member = await firstFold(pool, trial);
  if (typeof member !== "string") return member;
  const { number, algorithm } = trial.spec;
  throw new SlipwayError("SLW_AUTOML_NO_MODEL", `Trial ${number}, ${algorithm}, cannot be trained again: ${member}`, {
    details: { trial: number, algorithm, reason: member },
  });
}

function recipeOf({ spec }: FinishedTrial, trainedOn: MemberRecipe["trainedOn"], rounds: number): MemberRecipe {
  const { number, algorithm, params, seed } = spec;
  return { trial: number, algorithm, params, rounds, seed, trainedOn };
}

/**
 * The learners of a recipe, trained again.
 * @throws the signal's reason; SLW_AUTOML_VERIFY with the reason of a training that failed
 */
export async function retrain(
  pool: Pool,
  members: readonly MemberRecipe[],
  signal: AbortSignal | undefined,
): Promise<Learner[]> {
  const stop = (): void => pool.stop();
  signal?.addEventListener("abort", stop);
  try {
    signal?.throwIfAborted();
    return await Promise.all(
      members.map(async ({ trial, algorithm, params, rounds, seed, trainedOn }) => {
        const spec = { number: trial, algorithm, params, seed, giveUpAbove: Infinity };
        const fold = trainedOn === "all" ? {} : { fold: trainedOn };
        const reply = await pool.run({ kind: "refit", spec, rounds, ...fold });
        if (reply.state === "refit") return reply.learner;
        signal?.throwIfAborted();
        const reason = reply.state === "failed" ? reply.reason : "it was stopped";
        throw new SlipwayError(
          "SLW_AUTOML_VERIFY",
          `Trial ${trial}, ${algorithm}, cannot be trained again: ${reason}`,
          {
            details: { trial, algorithm, reason },
          },
        );
      }),
    );
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}
