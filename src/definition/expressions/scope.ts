/** What the names in an expression stand for while a run goes on. */
import type { Scalar, StepOutputs, StepValue, Template } from "../types.ts";

/** By name; all that the definition has. */
export type ParameterValues = Readonly<Record<string, Scalar | readonly Scalar[]>>;

/** What is more than data: a dataset's version, a model, an artifact. */
export type StepReference = Exclude<StepValue, { readonly type: "value" }>;

/**
 * What an expression stands for. Users' data stands inside `value` alone, so that nothing in it, whatever it looks
 * like, is taken for a reference.
 */
export type ExpressionValue =
  | StepReference
  | { readonly type: "value"; readonly value: Template }
  | { readonly type: "list"; readonly items: readonly ExpressionValue[] };

export interface StepScope {
  /** "FINISHED", "FAILED", "SKIPPED", …; of a step with for_each, that of all its instances together. */
  readonly state: string;
  /** Null where it has none: it has not finished. A list, in the order of the items, for a step with for_each. */
  readonly outputs: StepOutputs | null | readonly (StepOutputs | null)[];
}

export interface Scope {
  readonly parameters: ParameterValues;
  /** By name in the definition. */
  readonly steps: Readonly<Record<string, StepScope>>;
  readonly run: { readonly id: string; readonly name: string };
  /** Of an instance of for_each. */
  readonly item?: ExpressionValue;
}

/** Of a condition besides. */
export interface ConditionScope extends Scope {
  /** `failed()`: a step that this one needs, directly or not, has failed. */
  readonly failed: boolean;
  /** `succeeded()`: all that it needs have finished well, or were skipped. */
  readonly succeeded: boolean;
}
