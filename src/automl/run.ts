/** One AutoML run: search, vote or stack, final training; told as a stream of events. */
import { SlipwayError, type Table } from "../base/index.ts";
import { createKernels } from "../kernels/index.ts";
import { loadTreesKernel, useNearestKernel } from "../model/index.ts";
import { selectModel } from "./ensemble/select-model.ts";
import type { AutoMLEvent, AutoMLResult } from "./events.ts";
import { trainMembers } from "./final-training.ts";
import { explainRun, searchSeconds } from "./importance.ts";
import { nearestNotes } from "./names.ts";
import type { AutoMLOptions } from "./options.ts";
import { createPool, type Pool } from "./pool.ts";
import { prepare, type Plan } from "./prepare.ts";
import { resolveOptions, type ResolvedOptions } from "./resolve-options.ts";
import { conclude } from "./result.ts";
import { digestSources, type DataSources } from "./recipe.ts";
import { checkRecords, identifyRun } from "./resume/run-identity.ts";
import type { FinishedTrialRecord, RunIdentity } from "./resume/trial-record.ts";
import { search, type SearchInput, type SearchResult } from "./search/run-trials.ts";
import { targetRange, testMetrics } from "./test-set.ts";
import type { TrialData } from "./trial.ts";
import { binDataset } from "./trees/binned.ts";

/**
 * Trains models on `table` until the time or the trials are over and returns the best of them, a vote or a stack.
 *
 * The life of a run: (1) `started`; (2) `trialStarted`, then `trialFinished`, `trialGivenUp` or `trialFailed`, several
 * trials side by side; (3) `refitting`; (4) `finished`, whose result is also the generator's return value. When
 * options.signal fires, what is best so far is returned at once.
 *
 * Throws SLW_AUTOML_* for options and data that do not fit, before anything is trained.
 */
export async function* automl(table: Table, options: AutoMLOptions): AsyncGenerator<AutoMLEvent, AutoMLResult> {
  const { plan, resolved, elapsed, sources, ...attempt } = begin(table, options);
  yield startedEvent(plan, resolved, nearestNotes(plan.task, options.allowed, options.blocked));

  const { pool, close } = openPool(plan, resolved);
  try {
    const setting = searchSetting(plan, resolved);
    const found = yield* search({ ...setting, ...attempt, pool, signal: options.signal, elapsed });
    if (found.trials.length === 0) throw noModel(found, elapsed());
    const choice = selectModel({
      trials: found.trials,
      data: plan.featurized.dataset,
      folds: plan.validation.folds,
      metric: plan.metric,
      evaluator: plan.evaluator,
      options: resolved,
    });
    yield {
      type: "refitting",
      members: choice.members.map(({ trial }) => trial.entry.name),
      elapsedSeconds: elapsed(),
    };
    const trained = await trainMembers(pool, {
      choice,
      onAllRows: plan.trainsOnAll,
      seconds: resolved.timeLimit === null ? Infinity : searchSeconds(resolved, resolved.timeLimit) - elapsed(),
      signal: options.signal,
    });
    if (trained.some(({ learner }) => learner.kind === "neighbours")) useNearestKernel(createKernels());
    if (trained.some(({ learner }) => learner.kind === "trees")) await loadTreesKernel();
    const concluded = conclude(plan, found, choice, trained, {
      sources: sources(),
      options: { ...options, seed: resolved.seed },
    });
    const secondsLeft = resolved.timeLimit === null ? Infinity : resolved.timeLimit - elapsed();
    const importance = resolved.explain
      ? await explainRun(plan, pool, choice, concluded.model, { seconds: secondsLeft, signal: options.signal })
      : null;
    const result = { ...summarize(plan, found, options, concluded), importance, elapsedSeconds: elapsed() };
    yield { type: "finished", result };
    return result;
  } finally {
    await close();
  }
}

/** All that can be refused, before anything is trained. */
function begin(
  table: Table,
  options: AutoMLOptions,
): Pick<SearchInput, "elapsed" | "resumed" | "identity"> & {
  readonly plan: Plan;
  readonly resolved: ResolvedOptions;
  readonly sources: () => DataSources;
} {
  const started = performance.now();
  const { resume = [] } = options;
  const before = Math.max(0, ...resume.map(({ elapsedSeconds }) => elapsedSeconds));
  const resolved = resolveOptions(options);
  const plan = prepare(table, options, resolved);
  const sources = once(() => digestSources(table, options.validationData));
  const identity = once(() => identifyRun({ ...sources(), plan, options, resolved }));
  return {
    plan,
    resolved,
    elapsed: () => before + (performance.now() - started) / 1000,
    sources,
    identity,
    resumed: resume.length > 0 ? resumable(resume, identity(), plan, resolved) : [],
  };
}

/** Digests read all of the data: not before they are needed, while the workers train. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
}

/** The trials of an earlier attempt, by number. */
function resumable(
  records: readonly FinishedTrialRecord[],
  identity: RunIdentity,
  { validation, featurized }: Plan,
  { maxTrials }: ResolvedOptions,
): FinishedTrialRecord[] {
  const rows = validation.folds.reduce((sum, { valid }) => sum + valid.length, 0);
  const outputs = rows * Math.max(1, featurized.dataset.classes);
  return checkRecords(records, identity, outputs).filter(({ spec }) => spec.number < (maxTrials ?? Infinity));
}

function startedEvent(plan: Plan, options: ResolvedOptions, learnerNotes: readonly string[]): AutoMLEvent {
  return {
    type: "started",
    task: plan.task,
    target: plan.target,
    metric: plan.metric,
    rows: plan.featurized.dataset.rows,
    columns: plan.featurized.inputs.length,
    validation: plan.validation.text,
    testRows: plan.test?.rows ?? 0,
    timeLimit: options.timeLimit,
    maxTrials: options.maxTrials,
    threads: options.threads,
    notes: [...learnerNotes, ...plan.featurized.notes],
    guardrails: plan.guardrails,
  };
}

/** Workers that train on the plan's data. */
export function openPool(
  { training, metric, featurized }: Plan,
  limits: Pick<ResolvedOptions, "threads" | "concurrentTrials" | "coresPerTrial">,
): { readonly pool: Pool; readonly close: () => Promise<void> } {
  const kernels = createKernels();
  const binned = binDataset(training.dataset, kernels);
  const data: TrialData = { ...training, binned, metric, judgeWeights: featurized.dataset.weights };
  const pool = createPool(limits, data, kernels.arena.memory);
  return { pool, close: () => pool.close() };
}

function searchSetting(
  plan: Plan,
  options: ResolvedOptions,
): Pick<SearchInput, "space" | "evaluator" | "options" | "folds"> {
  return {
    space: {
      task: plan.task,
      algorithms: plan.algorithms,
      rows: plan.training.dataset.rows,
      features: plan.training.dataset.features.length,
      classes: plan.training.dataset.classes,
      seed: options.seed,
      perfectLoss: plan.evaluator.perfectLoss,
      earlyStopping: options.earlyStopping,
      timeLimit: options.timeLimit,
    },
    evaluator: plan.evaluator,
    options:
      options.timeLimit === null ? options : { ...options, timeLimit: searchSeconds(options, options.timeLimit) },
    folds: plan.training.folds.length,
  };
}

function summarize(
  plan: Plan,
  found: SearchResult,
  { weightColumn, signal }: AutoMLOptions,
  concluded: ReturnType<typeof conclude>,
): Omit<AutoMLResult, "importance" | "elapsedSeconds"> {
  const { task, target, metric, validation, guardrails, test, featurized } = plan;
  return {
    task,
    target,
    metric,
    validation: validation.text,
    rows: featurized.dataset.rows,
    columns: featurized.inputs.length,
    ...concluded,
    failed: found.failed,
    guardrails,
    testMetrics: test && testMetrics(concluded.model, test, targetRange(featurized.dataset), weightColumn),
    interrupted: signal?.aborted ?? false,
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
