import type { Step } from "../../definition/index.ts";
import type { Fingerprint } from "./fingerprint.ts";
import type { StepInputs } from "./inputs.ts";
import type { StepRecord } from "./types.ts";

/** A step with all that is known before it begins. */
export interface ReadyStep {
  readonly record: StepRecord;
  /** With its expressions resolved. */
  readonly step: Step;
  readonly inputs: StepInputs;
  readonly fingerprint: Fingerprint;
}
