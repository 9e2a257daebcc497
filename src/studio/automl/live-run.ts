/** What a run tells while it goes on, put together from its events (run.progress: what the engine tells). */
import type { DataGuardrails } from "../../contract/index.ts";

interface TrialEnd {
  readonly trial: number;
  readonly name: string;
  readonly elapsedSeconds: number;
}

export interface ToldModel {
  readonly trial: number;
  readonly name: string;
  readonly value: number;
  readonly metrics: Readonly<Record<string, number | null>>;
  readonly trainSeconds: number;
  readonly predictMicrosPerRow: number;
  readonly params: Readonly<Record<string, unknown>>;
}

/** `data.event` of an event of the type run.progress. */
export type ProgressEvent =
  | {
      readonly type: "started";
      readonly metric: string;
      readonly task: string;
      readonly validation: string;
      readonly rows: number;
      readonly columns: number;
      readonly timeLimit: number | null;
      readonly maxTrials: number | null;
      readonly guardrails: DataGuardrails;
      readonly notes: readonly string[];
    }
  | (TrialEnd & { readonly type: "trialStarted" | "trialGivenUp" })
  | (TrialEnd & { readonly type: "trialFailed"; readonly reason: string })
  | { readonly type: "trialFinished"; readonly model: ToldModel; readonly elapsedSeconds: number }
  | { readonly type: "refitting"; readonly members: readonly string[]; readonly elapsedSeconds: number }
  | { readonly type: "finished" };

export type Started = Extract<ProgressEvent, { type: "started" }>;

export interface LiveRun {
  readonly started: Started | null;
  /** By their numbers: what is being tried. */
  readonly running: ReadonlyMap<number, string>;
  readonly finished: ReadonlyMap<number, ToldModel>;
  readonly failed: ReadonlyMap<number, { readonly name: string; readonly reason: string }>;
  readonly givenUp: ReadonlyMap<number, string>;
  /** Models that are trained on all rows, once the search is over. */
  readonly refitting: readonly string[] | null;
}

export const nothingTold: LiveRun = {
  started: null,
  running: new Map(),
  finished: new Map(),
  failed: new Map(),
  givenUp: new Map(),
  refitting: null,
};

/** The same event again changes nothing; those of another kind neither. A new attempt begins with `started`. */
export function hear(run: LiveRun, event: ProgressEvent): LiveRun {
  switch (event.type) {
    case "started":
      return { ...run, started: event, running: new Map(), refitting: null };
    case "trialStarted":
      return isSettled(run, event.trial) ? run : { ...run, running: extended(run.running, event.trial, event.name) };
    case "trialFinished":
      return { ...settle(run, event.model.trial), finished: extended(run.finished, event.model.trial, event.model) };
    case "trialFailed": {
      const { trial, name, reason } = event;
      return { ...settle(run, trial), failed: extended(run.failed, trial, { name, reason }) };
    }
    case "trialGivenUp":
      return { ...settle(run, event.trial), givenUp: extended(run.givenUp, event.trial, event.name) };
    case "refitting":
      return { ...run, running: new Map(), refitting: event.members };
    case "finished":
      return { ...run, running: new Map(), refitting: null };
    default:
      // An event of a later release.
      return run;
  }
}

function isSettled(run: LiveRun, trial: number): boolean {
  return run.finished.has(trial) || run.failed.has(trial) || run.givenUp.has(trial);
}

function settle(run: LiveRun, trial: number): LiveRun {
  const running = new Map(run.running);
  running.delete(trial);
  return { ...run, running };
}

function extended<T>(map: ReadonlyMap<number, T>, key: number, value: T): ReadonlyMap<number, T> {
  return new Map(map).set(key, value);
}
