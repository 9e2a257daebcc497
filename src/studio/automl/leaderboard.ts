/** The models of a run, best first: of the leaderboard that it left, or while it goes on of trials and events. */
import type { Run, RunItem } from "../../contract/index.ts";
import { compareValues } from "./choices.ts";
import type { LiveRun, ToldModel } from "./live-run.ts";

export interface Model {
  /** Number of the trial; an ensemble has the number after the last. */
  readonly trial: number;
  readonly name: string;
  /** The primary metric on the validation rows; null: not known. */
  readonly value: number | null;
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly trainSeconds: number | null;
  readonly microsPerRow: number | null;
  readonly params: Readonly<Record<string, unknown>>;
  /** Its own run, which has its charts; an ensemble has none. */
  readonly runId: string | null;
}

/** leaderboard.json of a run. */
export interface LeaderboardFile {
  readonly task: "classification" | "regression";
  readonly target: string;
  readonly metric: string;
  readonly validation: string;
  readonly rows: number;
  readonly columns: number;
  readonly best: ToldModel;
  readonly models: readonly (ToldModel & { readonly runId: string | null })[];
  readonly failed: readonly { readonly trial: number; readonly name: string; readonly reason: string }[];
  readonly testMetrics: Readonly<Record<string, number | null>> | null;
  readonly interrupted: boolean;
  readonly elapsedSeconds: number;
}

/** The one that the run chose stands first: another may be ahead of it by less than chance. */
export function modelsOfFile({ models, metric, best }: LeaderboardFile): Model[] {
  const isChosen = ({ trial, name }: Model): boolean => trial === best.trial && name === best.name;
  return models
    .map(({ predictMicrosPerRow, ...model }): Model => ({ ...model, microsPerRow: predictMicrosPerRow }))
    .toSorted((a, b) => Number(isChosen(b)) - Number(isChosen(a)) || compareValues(metric, a.value, b.value));
}

/** What stands beside a trial's metrics, as metrics. */
const trainSeconds = "train_seconds";
const microsPerRow = "predict_micros_per_row";

/** While a run goes on: its trials as they are stored, and what has been told since. */
export function modelsSoFar(trials: readonly RunItem[], live: LiveRun, metric: string): Model[] {
  const stored = trials.filter(({ status }) => status === "FINISHED").map((trial) => modelOfTrial(trial, metric));
  const known = new Set(stored.map(({ trial }) => trial));
  const told = [...live.finished.values()]
    .filter(({ trial }) => !known.has(trial))
    .map((model) => modelOfEvent(model, trials));
  return [...stored, ...told].toSorted((a, b) => compareValues(metric, a.value, b.value));
}

function modelOfTrial({ id, name, tags = {}, metrics = {}, params = {} }: RunItem, metric: string): Model {
  const numbers = Object.fromEntries(
    Object.entries(metrics).map(([key, value]) => [key, typeof value === "number" ? value : null]),
  );
  const { [trainSeconds]: seconds = null, [microsPerRow]: micros = null, ...rest } = numbers;
  return {
    trial: Number(tags["slipway.trial"] ?? name.split(" ")[0]),
    name: tags["slipway.algorithm"] ?? name,
    value: rest[metric] ?? null,
    metrics: rest,
    trainSeconds: seconds,
    microsPerRow: micros,
    params,
    runId: id,
  };
}

function modelOfEvent({ predictMicrosPerRow, ...model }: ToldModel, trials: readonly RunItem[]): Model {
  const own = trials.find(({ tags }) => tags?.["slipway.trial"] === String(model.trial));
  return { ...model, microsPerRow: predictMicrosPerRow, runId: own?.id ?? null };
}

/** The primary metric of a run that has not said it: the one whose best value it logs, or the one it was asked for. */
export function metricOf(run: Pick<Run, "metrics" | "params" | "tags">): string | null {
  const logged = run.metrics.find(({ key }) => key.startsWith("best_"))?.key.slice("best_".length);
  return run.tags["slipway.primary_metric"] ?? logged ?? run.params["metric"] ?? null;
}

/** Trials that gave no model, by number: failed with a reason, or given up early. */
export interface LostTrial {
  readonly trial: number;
  readonly name: string;
  readonly isFailed: boolean;
  readonly reason: string | null;
}

export function lostTrials(trials: readonly RunItem[], live: LiveRun): LostTrial[] {
  const lost = new Map<number, LostTrial>();
  for (const { status, statusReason, tags, name } of trials) {
    const trial = Number(tags?.["slipway.trial"] ?? name.split(" ")[0]);
    if (status !== "FAILED" && status !== "KILLED") continue;
    lost.set(trial, {
      trial,
      name: tags?.["slipway.algorithm"] ?? name,
      isFailed: status === "FAILED",
      reason: statusReason,
    });
  }
  for (const [trial, { name, reason }] of live.failed) lost.set(trial, { trial, name, isFailed: true, reason });
  for (const [trial, name] of live.givenUp) {
    if (!lost.has(trial)) lost.set(trial, { trial, name, isFailed: false, reason: null });
  }
  return [...lost.values()].toSorted((a, b) => a.trial - b.trial);
}
