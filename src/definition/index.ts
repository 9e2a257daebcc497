export { parseBytes } from "./bytes.ts";
export { assertDefinition, checkDefinition, definitionOf, type CheckedDefinition } from "./check/check-definition.ts";
export type { DefinitionProblem } from "./check/problems.ts";
export { collectCode, type CollectedFile } from "./code/collect-code.ts";
export { isSafePath } from "./code/safe-path.ts";
export { evaluateCondition } from "./expressions/evaluate.ts";
export { within, type Expression } from "./expressions/expression.ts";
export { parseCondition } from "./expressions/parse.ts";
export type {
  ConditionScope,
  ExpressionValue,
  ParameterValues,
  Scope,
  StepReference,
  StepScope,
} from "./expressions/scope.ts";
export { placeName, type Path } from "./expressions/template.ts";
export { referenceText } from "./expressions/values.ts";
export { outputsOfStep, outputsOfType } from "./outputs.ts";
export { resolveParameters, type GivenParameters } from "./parameters.ts";
export { dataPlaces, modelPlaces } from "./places.ts";
export { loadPipelineFile, type LoadedPipeline } from "./read/load-pipeline-file.ts";
export { parsePipeline } from "./read/parse-pipeline.ts";
export { decidesAboutFailures, referencesOf, type References } from "./references.ts";
export { itemsOf, resolvePlaces, resolveStep, type CommandPlaces, type ResolvedStep } from "./resolve-step.ts";
export { resolveTemplate, type Resolved } from "./resolve-template.ts";
export { pipelineSchema } from "./schema/pipeline-schema.ts";
export type * from "./types.ts";
