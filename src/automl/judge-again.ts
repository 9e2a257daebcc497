/** What a model file says of its quality, found again from the trials that it records. */
import { combineOutputs, type MemberRecipe, type Model } from "../model/index.ts";
import { labelMetrics } from "./label-metrics.ts";
import type { Pool } from "./pool.ts";
import type { Plan } from "./prepare.ts";
import { tuneLabelWeights } from "./thresholds.ts";
import type { TrialOutcome } from "./trial.ts";

export type Judgement = Pick<Model, "labelWeights" | "metrics">;

/**
 * Runs the members' trials once more on all folds and judges their answers together, with the weights and the
 * combination of the model.
 * @returns in words, why that is not possible
 */
export async function judgeAgain(
  pool: Pool,
  plan: Plan,
  model: Pick<Model, "members" | "combination">,
  recipes: readonly MemberRecipe[],
): Promise<Judgement | string> {
  const outcomes = await Promise.all(recipes.map((recipe) => runAgain(pool, recipe)));
  const failure = outcomes.find((outcome) => typeof outcome === "string");
  if (failure !== undefined) return failure;
  const { metric, featurized, validation, evaluator } = plan;
  const { dataset, labels } = featurized;
  const width = Math.max(1, dataset.classes);
  const parts = (outcomes as TrialOutcome[]).map(({ outputs }, i) => ({ weight: model.members[i].weight, outputs }));
  const outputs = combineOutputs(model.combination, parts, parts[0].outputs.length / width, width);
  const labelWeights = tuneLabelWeights(metric, dataset, validation.folds, outputs);
  const metrics = labelWeights
    ? labelMetrics(dataset, labels, validation.folds, outputs, labelWeights)
    : evaluator.metrics(outputs);
  return { labelWeights, metrics };
}

async function runAgain(
  pool: Pool,
  { trial: number, algorithm, params, seed, rounds, trainedOn }: MemberRecipe,
): Promise<TrialOutcome | string> {
  const spec = { number, algorithm, params, seed, giveUpAbove: Infinity };
  const reply = await pool.run({ kind: "trial", spec, seconds: null });
  if (reply.state === "failed") return `trial ${number} failed: ${reply.reason}`;
  if (reply.state !== "trial") return `trial ${number} was stopped`;
  const again = trainedOn === "all" ? reply.outcome.rounds : reply.outcome.firstRounds;
  // Learners without rounds have 1 on both sides.
  return again === rounds ? reply.outcome : `trial ${number} was ended by the clock, after ${rounds} rounds`;
}
