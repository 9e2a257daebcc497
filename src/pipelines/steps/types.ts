/** What a worker computes for a step of a pipeline, whatever its type. */
import type { Transaction } from "kysely";
import type { JobContext } from "../../compute/index.ts";
import type { ArtifactStore, Tables } from "../../store/index.ts";
import type { CodeSnapshot, Step, StepOutputs, StepType, StepValue } from "../../definition/index.ts";

/** Kind of the jobs of steps that a worker computes as such; AutoML and batch scoring have their own. */
export const stepKind = "step";

/** What the job of a step knows: nothing in it is an expression any more. */
export interface StepSpec {
  /** Id of the pipeline's run. */
  readonly pipelineRun: string;
  /** Name in the definition; an instance of for_each has its number: "train[2]". */
  readonly name: string;
  readonly type: StepType;
  /** The step with all expressions resolved: a text that was one expression alone is its value as text. */
  readonly step: Step;
  /**
   * What its expressions stood for where that is more than a text, by place in the step: "data", "model",
   * "inputs.train". A dataset has its version, chosen when the step was queued.
   */
  readonly values: Readonly<Record<string, StepValue>>;
  readonly code: CodeSnapshot | null;
}

export interface StepServices {
  readonly artifacts: ArtifactStore;
  /** Python environments of the machine; null for none that last. */
  readonly environmentsFolder: string | null;
}

export interface StepContext extends JobContext {
  readonly spec: StepSpec;
  /** To the log of the step's run, kept after the worker is gone; a line end is added where it lacks. */
  readonly write: (text: string) => Promise<void>;
}

export interface StepResult {
  readonly outputs: StepOutputs;
  /** Metrics of the step's run. */
  readonly metrics?: Readonly<Record<string, number>>;
  /** Ends the rest of the pipeline's run, for this reason: an evaluation that found nothing better. */
  readonly cancelRest?: string;
  /** Done in the transaction that ends the step. */
  readonly last?: (transaction: Transaction<Tables>) => Promise<void>;
}

/** What it throws is the reason of the failure; a SlipwayError's message and fix are shown as they are. */
export type StepHandler = (context: StepContext, services: StepServices) => Promise<StepResult>;
