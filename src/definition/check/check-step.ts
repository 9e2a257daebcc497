/** What fields of one step mean together, and forms that a schema cannot say. */
import { nearest } from "../../base/index.ts";
import { opening, type Path } from "../expressions/template.ts";
import { limits } from "../limits.ts";
import { isReserved } from "../names.ts";
import type { Check, CommandStep, PipelineDefinition, Step, Template } from "../types.ts";
import type { Meaning } from "./meaning.ts";
import { shown, type Problems } from "./problems.ts";

export function checkStep(definition: PipelineDefinition, name: string, step: Step, problems: Problems): void {
  const path: Path = ["steps", name];
  checkFanOut(step, path, problems);
  switch (step.type) {
    case "data_check":
      for (const [index, check] of step.checks.entries()) checkBounds(check, [...path, "checks", index], problems);
      return;
    case "transform":
    case "register":
    case "deploy":
      return checkNamesGiven(step, path, problems);
    case "batch_score":
      checkNamesGiven(step, path, problems);
      if ((step.model === undefined) === (step.endpoint === undefined))
        problems.add(path, "a batch_score step has either a model or an endpoint", { at: "key" });
      return;
    case "command":
      return checkCommand(step, path, problems);
    case "http":
      return isUrl(step.url)
        ? undefined
        : problems.add([...path, "url"], `expected a URL that begins with http:// or https://, got ${shown(step.url)}`);
    case "pipeline":
      return checkNested(definition, step.pipeline, path, problems);
    default:
  }
}

export function checkNeeds({ names, problems }: Meaning, name: string, step: Step): void {
  const seen = new Set<string>();
  for (const [index, need] of (step.needs ?? []).entries()) {
    const path = ["steps", name, "needs", index];
    if (need === name) problems.add(path, `the step "${name}" needs itself`);
    else if (!names.steps.has(need)) {
      const near = nearest(need, names.steps);
      const fix = near === null ? `There are ${[...names.steps].slice(0, 30).join(", ")}.` : `Did you mean "${near}"?`;
      problems.add(path, `there is no step ${shown(need)}`, { fix });
    } else if (seen.has(need)) problems.add(path, `${shown(need)} stands in the list twice`);
    seen.add(need);
  }
}

function checkFanOut(step: Step, path: Path, problems: Problems): void {
  const { for_each: members, max_parallel: most } = step;
  if (members === undefined) {
    if (most !== undefined)
      problems.add([...path, "max_parallel"], "max_parallel belongs to for_each, which the step has not", {
        at: "key",
      });
    return;
  }
  const at = [...path, "for_each"];
  if (typeof members === "string") {
    const isExpression = /^\s*\$\{\{/.test(members);
    if (!isExpression) problems.add(at, `expected a list, or an expression that is one, got ${shown(members)}`);
    else if (members !== members.trim())
      problems.add(at, "blanks stand around the expression: it would be a text, not a list");
  } else if (!Array.isArray(members))
    problems.add(at, `expected a list, or an expression that is one, got ${shown(members)}`);
  else if (members.length > limits.items)
    problems.add(at, `expected at most ${limits.items} members, got ${members.length}`);
}

/** Bounds that bound something. */
function checkBounds(check: Check, path: Path, problems: Problems): void {
  if (check.check !== "range" && check.check !== "row_count") return;
  const { min, max } = check;
  if (min === undefined && max === undefined)
    problems.add(path, `the check "${check.check}" needs "min", "max" or both`);
  if (isNumber(min) && isNumber(max) && min > max) problems.add([...path, "min"], `min ${min} is more than max ${max}`);
}

const isNumber = (value: Template | undefined): value is number => typeof value === "number";

/** Names of what the step makes, where they are written out. */
function checkNamesGiven(step: object, path: Path, problems: Problems): void {
  for (const field of ["output", "name", "endpoint"])
    if (Object.hasOwn(step, field))
      checkThingName((step as Readonly<Record<string, unknown>>)[field], [...path, field], problems);
}

const thingName = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;

function checkThingName(value: unknown, path: Path, problems: Problems): void {
  if (typeof value !== "string" || value.includes(opening)) return;
  if (!thingName.test(value) || isReserved(value))
    problems.add(path, `expected a name of up to 128 letters, digits, "_", "." and "-", got ${shown(value)}`);
}

function checkCommand(step: CommandStep, path: Path, problems: Problems): void {
  if (step.command[0]?.trim() === "") problems.add([...path, "command", 0], "the program's name is empty");
  if (step.code !== undefined) checkRelative(step.code, [...path, "code"], problems);
  for (const [name, { type, name: dataset, path: file }] of Object.entries(step.outputs ?? {})) {
    const at = [...path, "outputs", name];
    if (file !== undefined) checkRelative(file, [...at, "path"], problems);
    if (type !== "dataset" && dataset !== undefined)
      problems.add([...at, "name"], `"name" belongs to a dataset, not to a ${type}`, { at: "key" });
    else if (type === "dataset" && dataset === undefined)
      problems.add([...at, "name"], 'an output of type dataset needs "name", the dataset that gets a version', {
        at: "key",
      });
    else checkThingName(dataset, [...at, "name"], problems);
  }
  const requirements = typeof step.environment === "object" ? step.environment.python?.requirements : undefined;
  if (typeof requirements === "string")
    checkRelative(requirements, [...path, "environment", "python", "requirements"], problems);
}

/** A path that leads nowhere else. */
function checkRelative(value: string, path: Path, problems: Problems): void {
  const isAbsolute = /^([/\\]|[A-Za-z]:)/.test(value);
  if (isAbsolute || value.includes("\\") || value.split("/").includes(".."))
    problems.add(path, `expected a relative path with slashes and without "..", got ${shown(value)}`);
}

function isUrl(text: string): boolean {
  if (text.includes(opening)) return true;
  return /^https?:\/\//i.test(text) && URL.canParse(text);
}

/** A pipeline within itself would never end; longer circles are found where it is published. */
function checkNested(definition: PipelineDefinition, nested: string, path: Path, problems: Problems): void {
  const at = [...path, "pipeline"];
  const [, name, version] = /^([A-Za-z0-9][A-Za-z0-9._-]{0,99})(@[1-9]\d{0,8})?$/.exec(nested) ?? [];
  if (nested.includes(opening)) return;
  if (name === undefined)
    problems.add(at, `expected a pipeline's name, "retrain" or "retrain@3", got ${shown(nested)}`);
  else if (name === definition.name)
    problems.add(at, `self-nesting: the pipeline "${name}" has itself${version ?? ""} as a step`);
}
