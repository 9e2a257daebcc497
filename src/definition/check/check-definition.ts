import { SlipwayError } from "../../base/index.ts";
import { limits } from "../limits.ts";
import { pipelineSchema } from "../schema/pipeline-schema.ts";
import type { PipelineDefinition, Template } from "../types.ts";
import { checkCycles } from "./check-cycles.ts";
import { checkOutputs, checkStepExpressions } from "./check-expressions.ts";
import { copyJson } from "./check-json.ts";
import { checkParameters } from "./check-parameters.ts";
import { checkShape } from "./check-shape.ts";
import { checkNeeds, checkStep } from "./check-step.ts";
import { createProblems, type DefinitionProblem, type Positions, type Problems } from "./problems.ts";

export interface CheckedDefinition {
  /** A copy of what was given; null where something is wrong with it. */
  readonly definition: PipelineDefinition | null;
  /** All that is wrong, at most 100. */
  readonly problems: readonly DefinitionProblem[];
}

/** @param positions of what was given in its text, where it was one */
export function checkDefinition(value: unknown, positions: Positions | null = null): CheckedDefinition {
  const problems = createProblems(positions);
  const copy = copyJson(value, problems);
  if (copy !== undefined && !hasTooMany(copy, problems)) {
    checkShape(pipelineSchema, copy, [], problems);
    checkMeaning(copy, problems);
  }
  return {
    definition: problems.list.length === 0 ? (copy as unknown as PipelineDefinition) : null,
    problems: problems.list,
  };
}

/**
 * The definition, where nothing is wrong with it.
 * @throws SLW_PIPELINE_INVALID: the first problem in its message, all of them in details.problems
 */
export function assertDefinition(value: unknown, positions: Positions | null = null): PipelineDefinition {
  return definitionOf(checkDefinition(value, positions));
}

/** @throws SLW_PIPELINE_INVALID as assertDefinition */
export function definitionOf({ definition, problems }: CheckedDefinition): PipelineDefinition {
  const [first] = problems;
  if (definition !== null && first === undefined) return definition;
  const line = typeof first?.line === "number" ? [`line ${first.line}`] : [];
  const place = [...line, ...(first?.path ? [first.path] : [])].join(", ");
  const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
  throw new SlipwayError(
    "SLW_PIPELINE_INVALID",
    `${place === "" ? "" : `${place}: `}${first?.message ?? "it is empty"}${more}`,
    {
      ...(first?.fix !== undefined && { fix: first.fix }),
      details: { problems },
    },
  );
}

/** With ten thousand steps, what is wrong is that there are ten thousand. */
function hasTooMany(value: Template, problems: Problems): boolean {
  const steps = recordAt(value, "steps");
  const parameters = recordAt(value, "parameters");
  for (const [name, record, most] of [
    ["steps", steps, limits.steps],
    ["parameters", parameters, limits.parameters],
  ] as const) {
    const many = Object.keys(record).length;
    if (many > most) problems.add([name], `a pipeline has at most ${most} ${name}, this one ${many}`, { at: "key" });
  }
  return problems.list.length > 0;
}

function recordAt(value: Template, key: string): Readonly<Record<string, Template>> {
  if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, key)) return {};
  const record = (value as Readonly<Record<string, Template>>)[key];
  const isRecord = typeof record === "object" && record !== null && !Array.isArray(record);
  return isRecord ? (record as Readonly<Record<string, Template>>) : {};
}

/** What a schema cannot say. Fields with a wrong shape are not looked into. */
function checkMeaning(copy: Template, problems: Problems): void {
  const namesIn = (key: string): Set<string> => new Set(Object.keys(recordAt(copy, key)));
  const names = { steps: namesIn("steps"), parameters: namesIn("parameters") };
  const sound = new Set([...names.steps].filter((name) => !problems.has(["steps", name])));
  const definition = soundPart(copy, problems);
  checkParameters(definition.parameters ?? {}, problems);
  if (names.steps.size === 0 && !problems.has(["steps"]) && !problems.has([]))
    problems.add(["steps"], "a pipeline has at least one step", { at: "key" });
  const meaning = { definition, names, sound, problems };
  for (const [name, step] of Object.entries(definition.steps)) {
    checkNeeds(meaning, name, step);
    if (sound.has(name)) checkStep(definition, name, step, problems);
    checkStepExpressions(meaning, name, step);
  }
  if (!problems.has(["outputs"])) checkOutputs(meaning);
  checkCycles(definition, problems);
}

/** The definition without parameters, and without fields of steps, that have a wrong shape. */
function soundPart(copy: Template, problems: Problems): PipelineDefinition {
  const steps: Record<string, unknown> = {};
  for (const [name, step] of Object.entries(recordAt(copy, "steps"))) {
    const isKnown = typeof step === "object" && step !== null && !Array.isArray(step) && "type" in step;
    if (!isKnown || problems.has(["steps", name, "type"])) continue;
    const isSound = (field: string): boolean =>
      field === "needs" ? !problems.has(["steps", name, field]) : !problems.hasAt(["steps", name, field]);
    steps[name] = Object.fromEntries(Object.entries(step).filter(([field]) => isSound(field)));
  }
  const given = Object.entries(recordAt(copy, "parameters"));
  const parameters = Object.fromEntries(given.filter(([name]) => !problems.has(["parameters", name])));
  return { ...(copy as object), steps, parameters } as unknown as PipelineDefinition;
}
