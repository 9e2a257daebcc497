/** From a choice of trials to the learners of the final model. */
import { SlipwayError } from "../base/index.ts";
import type { Learner, MemberRecipe } from "../model/index.ts";
import type { Choice } from "./ensemble/select-model.ts";
import type { Pool } from "./pool.ts";
import type { FinishedTrial } from "./search/run-trials.ts";

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
  const ofFirstFold = choice.members.map(({ trial }) => firstFold(trial));
  if (!onAllRows || signal?.aborted || seconds <= 0) return ofFirstFold;
  const stop = (): void => pool.stop();
  const timer = seconds < Infinity ? setTimeout(stop, seconds * 1000) : undefined;
  signal?.addEventListener("abort", stop);
  try {
    return await Promise.all(
      choice.members.map(async ({ trial }, i) => {
        const { spec, outcome } = trial;
        const reply = await pool.run({ kind: "refit", spec, rounds: outcome.rounds });
        if (reply.state !== "refit") return ofFirstFold[i];
        return { learner: reply.learner, recipe: recipeOf(trial, "all", outcome.rounds) };
      }),
    );
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

/** The first fold's model, which the search kept. */
export function firstFold(trial: FinishedTrial): TrainedMember {
  return { learner: trial.outcome.learner, recipe: recipeOf(trial, 0, trial.outcome.firstRounds) };
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
