/** What a run hands back: the leaderboard and the model. */
import { slipwayVersion } from "../base/index.ts";
import { hasExactContributions, type Combination, type Member, type Model } from "../model/index.ts";
import { createChartsOf } from "./charts-of.ts";
import type { Choice } from "./ensemble/select-model.ts";
import type { AutoMLResult, LeaderboardModel } from "./events.ts";
import type { TrainedMember } from "./final-training.ts";
import type { AutoMLOptions } from "./options.ts";
import type { Plan } from "./prepare.ts";
import { createRecipe, type DataSources } from "./recipe.ts";
import type { SearchResult } from "./search/run-trials.ts";
import { labelMetrics } from "./label-metrics.ts";
import { tuneLabelWeights } from "./thresholds.ts";

type LabelWeights = Model["labelWeights"];

/** What a run was given. */
export interface Given {
  /** Of the table as it came, test rows not yet split off. */
  readonly sources: DataSources;
  readonly options: AutoMLOptions & { readonly seed: number };
}

/** From the chosen trials and their final learners to the best line of the leaderboard and the model. */
export function conclude(
  plan: Plan,
  found: SearchResult,
  choice: Choice,
  trained: readonly TrainedMember[],
  given: Given,
): Pick<AutoMLResult, "best" | "models" | "model" | "chartsOf"> {
  const { featurized, validation, metric } = plan;
  const labelWeights = tuneLabelWeights(metric, featurized.dataset, validation.folds, choice.outputs);
  const best = bestEntry(plan, found, choice, labelWeights);
  const others = found.trials.map(({ entry }) => entry).filter(({ trial }) => trial !== best.trial);
  return {
    best,
    models: [best, ...others],
    model: toModel(plan, choice, trained, best, labelWeights, given),
    chartsOf: createChartsOf(plan, found, { number: best.trial, outputs: choice.outputs, labelWeights }),
  };
}

/** The line of the best model: a trial's own, or that of a vote or stack of several. */
function bestEntry(plan: Plan, found: SearchResult, choice: Choice, labelWeights: LabelWeights): LeaderboardModel {
  const entry = isSingle(choice.members, choice.combination)
    ? choice.members[0].trial.entry
    : ensembleEntry(plan, found, choice);
  if (labelWeights === null) return entry;
  const { dataset, labels } = plan.featurized;
  const metrics = labelMetrics(dataset, labels, plan.validation.folds, choice.outputs, labelWeights);
  return { ...entry, value: metrics[plan.metric], metrics };
}

function isSingle(members: readonly unknown[], combination: Combination): boolean {
  return members.length === 1 && combination.kind === "vote";
}

/** `Model.name`. */
export function nameOfWhole(members: readonly { readonly name: string }[], combination: Combination): string {
  if (isSingle(members, combination)) return members[0].name;
  return combination.kind === "stack" ? "StackEnsemble" : "VotingEnsemble";
}

function ensembleEntry(plan: Plan, found: SearchResult, choice: Choice): LeaderboardModel {
  const sum = (of: (entry: LeaderboardModel) => number): number =>
    choice.members.reduce((total, { trial }) => total + of(trial.entry), 0);
  return {
    trial: 1 + Math.max(...found.trials.map(({ spec }) => spec.number)),
    name: nameOfWhole(
      choice.members.map(({ trial }) => trial.entry),
      choice.combination,
    ),
    value: plan.evaluator.value(choice.outputs),
    metrics: plan.evaluator.metrics(choice.outputs),
    trainSeconds: sum((entry) => entry.trainSeconds),
    predictMicrosPerRow: sum((entry) => entry.predictMicrosPerRow),
    params: Object.fromEntries(
      choice.members.map(({ trial, weight }) => [`${trial.spec.number} ${trial.entry.name}`, weight]),
    ),
  };
}

/** For models that are explained by permutations; the others need none, and their files hold none. */
export function backgroundOf(
  { inputs, background }: Plan["featurized"],
  members: readonly Member[],
): Pick<Model, "background"> {
  if (hasExactContributions({ members })) return {};
  return { background: inputs.map(({ name }) => background.get(name)!) };
}

export function toMembers(choice: Choice, trained: readonly TrainedMember[]): Member[] {
  return choice.members.map(({ trial, weight }, i) => ({
    name: trial.entry.name,
    weight,
    learner: trained[i].learner,
  }));
}

function toModel(
  plan: Plan,
  choice: Choice,
  trained: readonly TrainedMember[],
  best: LeaderboardModel,
  labelWeights: LabelWeights,
  { sources, options }: Given,
): Model {
  const { task, target, metric, validation } = plan;
  const { labels, inputs, transforms, dataset, notes } = plan.featurized;
  const recipes = trained.map(({ recipe }) => recipe);
  const members = toMembers(choice, trained);
  return {
    task,
    target,
    labels,
    inputs,
    transforms,
    members,
    combination: choice.combination,
    ...backgroundOf(plan.featurized, members),
    labelWeights,
    name: best.name,
    metrics: best.metrics,
    provenance: {
      slipway: slipwayVersion(),
      primaryMetric: metric,
      seed: options.seed,
      validation: validation.text,
      rows: dataset.rows,
      featurization: notes,
      trials: choice.members.map(({ trial }, i) => ({
        number: trial.spec.number,
        name: trial.entry.name,
        params: { ...trial.spec.params, rounds: recipes[i].rounds },
      })),
      recipe: createRecipe(sources, options, plan, recipes),
    },
  };
}
