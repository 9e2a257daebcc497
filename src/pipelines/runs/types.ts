/** What is known of a run when it is looked at, and what is decided then. Times are milliseconds since 1970, by the database's clock. */
import type { StepOutputs, StoredDefinition } from "../../definition/index.ts";

export const finalStepStates = ["FINISHED", "FAILED", "KILLED", "SKIPPED"] as const;
export type FinalStepState = (typeof finalStepStates)[number];
export type StepState = "WAITING" | "QUEUED" | "RUNNING" | "APPROVAL" | FinalStepState;

export function isFinalState(state: StepState): state is FinalStepState {
  return (finalStepStates as readonly StepState[]).includes(state);
}

/** Has it a run that is under way? */
export function isActive({ state, runId }: StepRecord): boolean {
  return runId !== null && (state === "QUEUED" || state === "RUNNING");
}

/** A row of pipeline_steps. A step with for_each keeps a row of its own beside those of its instances. */
export interface StepRecord {
  /** "train", or "train[2]" for an instance. */
  readonly name: string;
  /** In the definition. */
  readonly step: string;
  readonly position: number;
  /** Of an instance. */
  readonly item: { readonly value: unknown } | null;
  readonly state: StepState;
  readonly runId: string | null;
  readonly earlierRuns: readonly string[];
  readonly retriesLeft: number;
  readonly fingerprint: string | null;
  readonly fingerprintParts: FingerprintParts | null;
  readonly reusedFrom: string | null;
  readonly outputs: StepOutputs | null;
  readonly reason: string | null;
  readonly decision: StepDecision | null;
  /** Of a try that waits until then. */
  readonly notBefore: number | null;
  readonly deadlineAt: number | null;
  readonly queuedAt: number | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

/** What is known of a step that waits for its turn. */
export const notBegun = {
  state: "WAITING",
  runId: null,
  fingerprint: null,
  fingerprintParts: null,
  reusedFrom: null,
  outputs: null,
  reason: null,
  decision: null,
  notBefore: null,
  deadlineAt: null,
  queuedAt: null,
  startedAt: null,
  endedAt: null,
} as const satisfies Partial<StepRecord>;

/** By what it is: "file train.py". Two steps with the same keys are the same; `shown` is for people. */
export type FingerprintParts = Readonly<Record<string, FingerprintPart>>;

export interface FingerprintPart {
  /** Null for what explains, but does not count by itself: a parameter counts by what it makes of the step. */
  readonly key: string | null;
  readonly shown: string;
}

/** Of an approval; of an evaluation that ends the rest of the run, only `cancelRest`. */
export interface StepDecision {
  /** What is asked, and who may decide (empty: every contributor). */
  readonly message?: string;
  readonly approvers?: readonly string[];
  readonly decision?: "approve" | "reject";
  readonly user?: string;
  /** ISO 8601. */
  readonly at?: string;
  readonly comment?: string;
  /** Why the rest of the run ends. */
  readonly cancelRest?: string;
}

/** What the run of a step has come to: its job, or the pipeline's run that it is. */
export interface Work {
  readonly state: "QUEUED" | "RUNNING" | "FINISHED" | "FAILED" | "KILLED";
  readonly reason: string | null;
  /** When it has finished. */
  readonly outputs: StepOutputs | null;
  readonly cancelRest: string | null;
  readonly cancelRequested: boolean;
  readonly cancelForced: boolean;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
}

export interface RunRecord {
  readonly id: string;
  readonly name: string;
  readonly workspaceId: string;
  readonly definition: StoredDefinition;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly continueOnStepFailure: boolean;
  readonly deadlineAt: number;
  /** Seconds that it was given. */
  readonly seconds: number;
  readonly cancel: { readonly by: string; readonly forced: boolean } | null;
}

export interface Snapshot {
  readonly now: number;
  readonly run: RunRecord;
  readonly steps: readonly StepRecord[];
  /** Of active steps, by the run's id. A run that is missing here is gone. */
  readonly work: ReadonlyMap<string, Work>;
}

export interface Cancellation {
  readonly runId: string;
  readonly force: boolean;
}

export interface RunEnd {
  readonly state: "FINISHED" | "FAILED" | "KILLED";
  readonly reason: string | null;
}

export interface Changes {
  /** Steps as they are now, also new ones. */
  readonly steps: readonly StepRecord[];
  /** Names of steps that begin now: they are to be queued, reused, or to have failed, before the next decision. */
  readonly start: readonly string[];
  /** Runs that have to end early. */
  readonly cancel: readonly Cancellation[];
  readonly end: RunEnd | null;
  /** When to look again though nothing happens; null where the run has ended. */
  readonly nextAt: number | null;
}
