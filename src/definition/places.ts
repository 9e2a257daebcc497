/** Which places of a step hold what: tables, models, texts that may be expressions, values that keep their type. */
import { parseTemplate, textsOf, type Path } from "./expressions/template.ts";
import type { PipelineDefinition, Step, StepType, Template } from "./types.ts";

/** Fields in which `${{ … }}` is never read: they are known before a run begins. */
const fixedFields = new Set([
  "type",
  "description",
  "needs",
  "if",
  "for_each",
  "max_parallel",
  "retries",
  "retry_delay",
  "timeout",
  "allow_reuse",
  "continue_on_failure",
  "resources",
  // A query takes values as $name: no text of a user becomes SQL.
  "query",
  "code",
  "pipeline",
]);

/** Fields whose values are JSON: a number stays a number. All others are texts. */
const typedFields: Readonly<Partial<Record<StepType, readonly string[]>>> = {
  transform: ["values"],
  automl: ["options"],
  evaluate: ["min_improvement", "threshold"],
  register: ["tags"],
  deploy: ["traffic", "settings"],
  command: ["inputs"],
  http: ["body"],
  pipeline: ["parameters"],
};
const typedInChecks = new Set(["min", "max", "max_share", "max_distance", "max_rows", "values"]);

/** May a text at this place of the step hold expressions? */
export function isExpandable(type: StepType, path: Path): boolean {
  if (fixedFields.has(String(path[0]))) return false;
  return !(type === "data_check" && path[0] === "checks" && (path[2] === "query" || path[2] === "check"));
}

/** Does a value at this place keep its type? Elsewhere it becomes a text. */
export function keepsType(type: StepType, path: Path): boolean {
  if (type === "data_check") return path[0] === "checks" && typedInChecks.has(String(path[2]));
  return typedFields[type]?.includes(String(path[0])) ?? false;
}

/** Fields of a command that name paths in its folder, which only the worker knows. */
export const isCommandText = (type: StepType, path: Path): boolean =>
  type === "command" && (path[0] === "command" || path[0] === "env");

/** Texts of the step that may hold expressions, with their places. */
export function* expandableTexts(step: Step): Generator<{ text: string; path: Path }> {
  for (const found of textsOf(step as unknown as Template)) if (isExpandable(step.type, found.path)) yield found;
}

/**
 * Places of the step that are tables: a dataset's name, or an output that is one. An input of a command is one where it
 * is a parameter of type dataset or data_path.
 */
export function dataPlaces(step: Step, definition: Pick<PipelineDefinition, "parameters">): readonly Path[] {
  switch (step.type) {
    case "data_check":
      return [
        ["data"],
        ...step.checks.flatMap((check, index) =>
          check.check === "distribution" ? [["checks", index, "reference"]] : [],
        ),
      ];
    case "transform":
      return Object.keys(step.inputs).map((name) => ["inputs", name]);
    case "automl":
      return present(step, ["data", "validation_data", "test_data"]);
    case "evaluate":
    case "batch_score":
      return [["data"]];
    case "command":
      return Object.entries(step.inputs ?? {}).flatMap(([name, input]) =>
        isDatasetParameter(input, definition) ? [["inputs", name]] : [],
      );
    default:
      return [];
  }
}

/** Places of the step that are models: "bank@7", "bank@production", or an output that is one. */
export function modelPlaces(step: Step): readonly Path[] {
  switch (step.type) {
    case "evaluate":
    case "batch_score":
      return present(step, ["model", "against"]);
    case "register":
    case "deploy":
      return [["model"]];
    default:
      return [];
  }
}

const present = (step: object, fields: readonly string[]): Path[] =>
  fields.filter((field) => Object.hasOwn(step, field)).map((field) => [field]);

function isDatasetParameter(input: Template, definition: Pick<PipelineDefinition, "parameters">): boolean {
  if (typeof input !== "string") return false;
  const [only, ...others] = parseTemplate(input);
  if (only === undefined || typeof only === "string" || others.length > 0 || only.kind !== "parameter") return false;
  const parameters = definition.parameters ?? {};
  const type = Object.hasOwn(parameters, only.name) ? parameters[only.name]?.type : undefined;
  return type === "dataset" || type === "data_path";
}
