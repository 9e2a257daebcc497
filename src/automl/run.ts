/** One AutoML run: search, vote, final training; told as a stream of events. */
import { SlipwayError, slipwayVersion, type Table } from "../base/index.ts";
import { createKernels } from "../kernels/index.ts";
import type { Learner, Member, Model, Task } from "../model/index.ts";
import { checkMetric, createEvaluator, type Evaluator } from "./evaluate.ts";
import type { AutoMLEvent, AutoMLResult, LeaderboardModel } from "./events.ts";
import { featurize, type Featurized } from "./featurize.ts";
import { chooseAlgorithms } from "./names.ts";
import type { AutoMLOptions } from "./options.ts";
import { createPool, type Pool } from "./pool.ts";
import { resolveOptions, type ResolvedOptions } from "./resolve-options.ts";
import { search, type SearchResult } from "./search-run.ts";
import { selectModel, type Choice } from "./select-model.ts";
import type { TrialData } from "./trial.ts";
import { binDataset } from "./trees/binned.ts";
import { createValidation, type Validation } from "./validation.ts";

/**
 * Trains models on `table` until the time or the trials are over and returns the best of them, or a vote.
 *
 * The life of a run: (1) `started`; (2) `trialStarted`, then `trialFinished` or `trialFailed`, several trials side by
 * side; (3) `refitting`; (4) `finished`, whose result is also the generator's return value. When options.signal
 * fires, what is best so far is returned at once.
 *
 * Throws SLW_AUTOML_* for options and data that do not fit, before anything is trained.
 */
export async function* automl(table: Table, options: AutoMLOptions): AsyncGenerator<AutoMLEvent, AutoMLResult> {
  const started = performance.now();
  const elapsed = (): number => (performance.now() - started) / 1000;
  const resolved = resolveOptions(options);
  const plan = prepare(table, options, resolved);
  yield startedEvent(plan, resolved);

  const kernels = createKernels();
  const data: TrialData = {
    dataset: plan.featurized.dataset,
    binned: binDataset(plan.featurized.dataset, kernels),
    folds: plan.validation.folds,
  };
  const pool = createPool(resolved.threads, data, kernels.arena.memory);
  try {
    const found = yield* search({
      pool,
      space: {
        task: plan.task,
        algorithms: plan.algorithms,
        rows: data.dataset.rows,
        seed: resolved.seed,
        perfectLoss: plan.evaluator.perfectLoss,
      },
      evaluator: plan.evaluator,
      options: resolved,
      signal: options.signal,
      folds: data.folds.length,
      elapsed,
    });
    if (found.trials.length === 0) throw noModel(found, elapsed());
    const choice = selectModel(found.trials, data.dataset, data.folds, plan.metric, plan.evaluator);
    yield {
      type: "refitting",
      members: choice.members.map(({ trial }) => trial.entry.name),
      elapsedSeconds: elapsed(),
    };
    const timeLeft = resolved.timeLimit === null ? Infinity : resolved.timeLimit - elapsed();
    const learners = await finalTraining(pool, choice, timeLeft, options.signal);
    const result = assemble(plan, resolved, found, choice, learners, elapsed());
    yield { type: "finished", result };
    return result;
  } finally {
    await pool.close();
  }
}

interface Plan {
  readonly task: Task;
  readonly target: string;
  readonly metric: string;
  readonly algorithms: readonly string[];
  readonly featurized: Featurized;
  readonly validation: Validation;
  readonly evaluator: Evaluator;
}

const DEFAULT_METRIC: Readonly<Record<Task, string>> = {
  classification: "AUC_weighted",
  regression: "normalized_root_mean_squared_error",
};

function prepare(table: Table, options: AutoMLOptions, resolved: ResolvedOptions): Plan {
  const featurized = featurize(table, options.target, options.task);
  const { dataset } = featurized;
  const metric = options.metric ?? DEFAULT_METRIC[dataset.task];
  checkMetric(metric, dataset.task, dataset.classes);
  const validation = createValidation(options.validation ?? "auto", dataset, resolved.seed);
  return {
    task: dataset.task,
    target: options.target,
    metric,
    algorithms: chooseAlgorithms(dataset.task, options.allowed, options.blocked),
    featurized,
    validation,
    evaluator: createEvaluator(metric, dataset, validation.folds),
  };
}

function startedEvent(plan: Plan, options: ResolvedOptions): AutoMLEvent {
  return {
    type: "started",
    task: plan.task,
    target: plan.target,
    metric: plan.metric,
    rows: plan.featurized.dataset.rows,
    columns: plan.featurized.inputs.length,
    validation: plan.validation.text,
    timeLimit: options.timeLimit,
    maxTrials: options.maxTrials,
    threads: options.threads,
    notes: plan.featurized.notes,
  };
}

function noModel(found: SearchResult, seconds: number): SlipwayError {
  const reason = found.failed[0]?.reason;
  return new SlipwayError(
    "SLW_AUTOML_NO_MODEL",
    reason
      ? `All ${found.failed.length} trials failed; the first with: ${reason}`
      : `No model was ready when the run ended after ${seconds.toFixed(1)} s.`,
    { details: { failed: found.failed } },
  );
}

/** Every member trained on all rows; where the time ends first, the first fold's model stays. */
async function finalTraining(
  pool: Pool,
  choice: Choice,
  seconds: number,
  signal: AbortSignal | undefined,
): Promise<Learner[]> {
  if (signal?.aborted || seconds <= 0) return choice.members.map(({ trial }) => trial.outcome.learner);
  const stop = (): void => pool.stop();
  const timer = seconds < Infinity ? setTimeout(stop, seconds * 1000) : undefined;
  signal?.addEventListener("abort", stop);
  try {
    return await Promise.all(
      choice.members.map(async ({ trial }) => {
        const reply = await pool.run({ kind: "refit", spec: trial.spec, rounds: trial.outcome.rounds });
        return reply.state === "refit" ? reply.learner : trial.outcome.learner;
      }),
    );
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}

function assemble(
  plan: Plan,
  options: ResolvedOptions,
  found: SearchResult,
  choice: Choice,
  learners: readonly Learner[],
  elapsedSeconds: number,
): AutoMLResult {
  const best = leaderboardEntry(plan, found, choice);
  const entries = found.trials.map(({ entry }) => entry);
  const models = choice.members.length > 1 ? [best, ...entries] : entries;
  return {
    task: plan.task,
    target: plan.target,
    metric: plan.metric,
    validation: plan.validation.text,
    rows: plan.featurized.dataset.rows,
    columns: plan.featurized.inputs.length,
    best,
    models,
    failed: found.failed,
    elapsedSeconds,
    model: toModel(plan, options, choice, learners, best),
  };
}

function leaderboardEntry(plan: Plan, found: SearchResult, choice: Choice): LeaderboardModel {
  if (choice.members.length === 1) return choice.members[0].trial.entry;
  const sum = (of: (entry: LeaderboardModel) => number): number =>
    choice.members.reduce((total, { trial }) => total + of(trial.entry), 0);
  return {
    trial: 1 + Math.max(...found.trials.map(({ spec }) => spec.number)),
    name: "VotingEnsemble",
    value: plan.evaluator.value(choice.outputs),
    metrics: plan.evaluator.metrics(choice.outputs),
    trainSeconds: sum((entry) => entry.trainSeconds),
    predictMicrosPerRow: sum((entry) => entry.predictMicrosPerRow),
    params: Object.fromEntries(
      choice.members.map(({ trial, weight }) => [`${trial.spec.number} ${trial.entry.name}`, weight]),
    ),
  };
}

function toModel(
  plan: Plan,
  options: ResolvedOptions,
  choice: Choice,
  learners: readonly Learner[],
  best: LeaderboardModel,
): Model {
  const { featurized } = plan;
  const members: Member[] = choice.members.map(({ trial, weight }, i) => ({
    name: trial.entry.name,
    weight,
    learner: learners[i],
  }));
  return {
    task: plan.task,
    target: plan.target,
    labels: featurized.labels,
    inputs: featurized.inputs,
    transforms: featurized.transforms,
    members,
    name: best.name,
    metrics: best.metrics,
    provenance: {
      slipway: slipwayVersion(),
      primaryMetric: plan.metric,
      seed: options.seed,
      validation: plan.validation.text,
      rows: featurized.dataset.rows,
      featurization: featurized.notes,
      trials: choice.members.map(({ trial }) => ({
        number: trial.spec.number,
        name: trial.entry.name,
        params: { ...trial.spec.params, rounds: trial.outcome.rounds },
      })),
    },
  };
}
