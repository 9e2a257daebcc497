/** Permutation importance at the end of a run: on rows that the model was not trained on, within a time limit. */
import { createRandom, type Table } from "../base/index.ts";
import { takeRows } from "../data/index.ts";
import { score, type Model } from "../model/index.ts";
import type { Choice } from "./ensemble/select-model.ts";
import type { RunImportance } from "./events.ts";
import { permutationImportance } from "./explanation.ts";
import { firstFold, stopAfter, type TrainedMember } from "./final-training.ts";
import type { Pool } from "./pool.ts";
import type { Plan } from "./prepare.ts";
import type { ResolvedOptions } from "./resolve-options.ts";
import { toMembers } from "./result.ts";

/** Share of the time limit that is kept for the explanation, and its most seconds, whatever the limit. */
const SHARE = 0.05;
const MOST_SECONDS = 10;

/** What a time limit leaves for everything else. */
export function searchSeconds({ explain }: Pick<ResolvedOptions, "explain">, timeLimit: number): number {
  return explain ? timeLimit - Math.min(MOST_SECONDS, SHARE * timeLimit) : timeLimit;
}

/**
 * On test rows where there are some. Otherwise the rows that judged are also in the final training, so the models of the
 * first fold stand for it: those were not trained on that fold's rows.
 */
export async function explainRun(
  plan: Plan,
  pool: Pool,
  choice: Choice,
  model: Model,
  { seconds, signal }: Pick<ImportanceInput, "seconds" | "signal">,
): Promise<RunImportance | null> {
  const started = performance.now();
  const limits = { seconds: Math.min(seconds, MOST_SECONDS), signal };
  if (signal?.aborted || seconds <= 0) return null;
  if (plan.test) return measureImportance({ model, rows: plan.test, on: "test", ...limits });
  const { keptRows } = plan.featurized;
  const rows = takeRows(
    plan.table,
    Uint32Array.from(plan.validation.folds[0].valid, (row) => keptRows[row]),
  );
  const found = await stopAfter(pool, limits, () =>
    Promise.all(choice.members.map(({ trial }) => firstFold(pool, trial))),
  );
  const trained = found.filter((member): member is TrainedMember => typeof member !== "string");
  if (trained.length < found.length) return null;
  limits.seconds -= (performance.now() - started) / 1000;
  return measureImportance({
    model: { ...model, members: toMembers(choice, trained) },
    rows,
    on: "validation",
    ...limits,
  });
}

interface ImportanceInput {
  readonly model: Model;
  readonly rows: Table;
  readonly on: RunImportance["on"];
  /** At most. */
  readonly seconds: number;
  readonly signal: AbortSignal | undefined;
}

const MOST_ROWS = 2_000;
/** Fewer rows would say more about chance than about columns. */
const FEWEST_ROWS = 30;
/** Of the time, the rest is for what else happens to the rows. */
const SCORING_SHARE = 0.75;
/** Scorings of the table: once as it is, and five times a column. */
const SCORINGS_OF_EACH = 5;

/** As many rows as there is time for; null where there is too little of it, or the metric is not defined there. */
async function measureImportance(input: ImportanceInput): Promise<RunImportance | null> {
  const { model, seconds, signal } = input;
  if (signal?.aborted || seconds <= 0) return null;
  const { primaryMetric, seed } = model.provenance;
  const order = createRandom(seed, 6).shuffle(Uint32Array.from({ length: input.rows.rows }, (_, row) => row));
  const fitting = Math.min(MOST_ROWS, order.length, rowsFor(model, takeRows(input.rows, order.slice(0, 200)), seconds));
  if (fitting < Math.min(FEWEST_ROWS, order.length)) return null;
  const sample = takeRows(input.rows, order.slice(0, fitting).sort());
  const timer = new AbortController();
  const timeout = setTimeout(() => timer.abort(), seconds * 1000);
  const ends = signal ? AbortSignal.any([signal, timer.signal]) : timer.signal;
  try {
    const found = await permutationImportance(model, sample, model.target, primaryMetric, seed, { signal: ends });
    return Number.isFinite(found.value) ? { ...found, on: input.on, rows: sample.rows } : null;
  } catch (error) {
    if (ends.aborted) return null;
    throw error;
  } finally {
    clearTimeout(timeout);
  }
}

/** How many rows can be scored that often in time. */
function rowsFor(model: Model, few: Table, seconds: number): number {
  // Once for the compiler: the first rows take several times as long as those after them.
  score(model, few);
  const started = performance.now();
  score(model, few);
  const secondsPerRow = (performance.now() - started) / 1000 / few.rows;
  return Math.floor((SCORING_SHARE * seconds) / (secondsPerRow * (1 + SCORINGS_OF_EACH * model.inputs.length)));
}
