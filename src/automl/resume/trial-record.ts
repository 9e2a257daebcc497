/** What a settled trial leaves behind: enough to go on with its run without training it again. */
import type { GivenUp, TrialOutcome, TrialSpec } from "../trial.ts";

/**
 * Plain data: it can be cloned to another thread, and encodeTrial() makes bytes of it. Models are not part of it: those
 * that are needed at the end of a resumed run are trained again, bit for bit. Nearly all of its size are the outputs.
 */
export interface FinishedTrialRecord {
  /** The run that it belongs to; any other run refuses it. */
  readonly run: RunIdentity;
  readonly spec: TrialSpec;
  /** Seconds since the run began, those of earlier attempts included, when the trial was settled. */
  readonly elapsedSeconds: number;
  readonly outcome: RecordedOutcome;
}

/** Equal where trials have equal results. */
export interface RunIdentity {
  /** Version of Slipway. */
  readonly slipway: string;
  /** Of the table and the validation data, SHA-256, hexadecimal. */
  readonly data: string;
  /** Of the seed and all options that shape trials, SHA-256, hexadecimal. Limits of the whole run are not among them. */
  readonly options: string;
}

export type RecordedOutcome =
  | ({ readonly state: "finished" } & Omit<TrialOutcome, "learner">)
  | ({ readonly state: "givenUp" } & GivenUp)
  | { readonly state: "failed"; readonly reason: string };
