/** The door `slipway/pipeline`: what a module imports that defines a pipeline in TypeScript. */
import { outputsOfType } from "./outputs.ts";
import type { PipelineDefinition, Step, StepType } from "./types.ts";

export type {
  ApprovalStep,
  AutoMLStep,
  BatchScoreStep,
  Check,
  CommandOutput,
  CommandStep,
  DataCheckStep,
  DeployStep,
  EvaluateStep,
  HttpStep,
  NotifyStep,
  Parameter,
  ParameterType,
  PipelineDefinition,
  PipelineStep,
  RegisterStep,
  Resources,
  Scalar,
  Step,
  StepType,
  Template,
  TransformStep,
} from "./types.ts";

/** A definition whose steps are named `Name`. */
export interface TypedDefinition<Name extends string> extends Omit<PipelineDefinition, "steps"> {
  readonly steps: { readonly [Key in Name]: Step & { readonly needs?: readonly NoInfer<Name>[] } };
}

/**
 * The definition as it is. What the compiler sees: the fields of each type of step, the types of parameters, and that
 * `needs` names steps that are there. Everything else is checked before the pipeline is stored or run.
 */
export function definePipeline<const Name extends string>(definition: TypedDefinition<Name>): PipelineDefinition {
  return definition;
}

type KnownOutputs = typeof outputsOfType;

/** Output -> the expression that stands for it. */
export type OutputExpressions<Type extends StepType, Name extends string> = Readonly<
  Record<KnownOutputs[Type] extends null ? Name : keyof KnownOutputs[Type], string>
>;

/**
 * Expressions for a step's outputs: `outputsOf("train", "automl").model` is "${{ steps.train.outputs.model }}", and a
 * name that is none does not compile. Of a command or a pipeline, `names` are those that it declares.
 */
export function outputsOf<Type extends StepType, const Name extends string = never>(
  step: string,
  type: Type,
  names: readonly Name[] = [],
): OutputExpressions<Type, Name> {
  const all = outputsOfType[type] === null ? names : Object.keys(outputsOfType[type]);
  const expressions = all.map((name) => [name, `\${{ steps.${step}.outputs.${name} }}`]);
  return Object.fromEntries(expressions) as OutputExpressions<Type, Name>;
}
