/** One AutoML run: search, vote or stack, final training; told as a stream of events. */
import { SlipwayError, type Table } from "../base/index.ts";
import { createKernels } from "../kernels/index.ts";
import { useNearestKernel } from "../model/index.ts";
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
import { search, type SearchResult } from "./search/run-trials.ts";
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
  const started = performance.now();
  const elapsed = (): number => (performance.now() - started) / 1000;
  const resolved = resolveOptions(options);
  const plan = prepare(table, options, resolved);
  yield startedEvent(plan, resolved, nearestNotes(plan.task, options.allowed, options.blocked));

  const { pool, close } = openPool(plan, resolved);
  try {
    const found = yield* search(searchInput(plan, resolved, pool, options.signal, elapsed));
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
    const concluded = conclude(plan, found, choice, trained, { table, options: { ...options, seed: resolved.seed } });
    const secondsLeft = resolved.timeLimit === null ? Infinity : resolved.timeLimit - elapsed();
    const importance = resolved.explain
      ? await explainRun(plan, choice, concluded.model, { seconds: secondsLeft, signal: options.signal })
      : null;
    const result = { ...summarize(plan, found, options, concluded), importance, elapsedSeconds: elapsed() };
    yield { type: "finished", result };
    return result;
  } finally {
    await close();
  }
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
  { training, metric }: Plan,
  limits: Pick<ResolvedOptions, "threads" | "concurrentTrials" | "coresPerTrial">,
): { readonly pool: Pool; readonly close: () => Promise<void> } {
  const kernels = createKernels();
  const data: TrialData = { ...training, binned: binDataset(training.dataset, kernels), metric };
  const pool = createPool(limits, data, kernels.arena.memory);
  return { pool, close: () => pool.close() };
}

function searchInput(
  plan: Plan,
  options: ResolvedOptions,
  pool: Pool,
  signal: AbortSignal | undefined,
  elapsed: () => number,
): Parameters<typeof search>[0] {
  return {
    pool,
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
    signal,
    folds: plan.training.folds.length,
    elapsed,
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
