/** Every expression parses, and every name in it means something where it stands. */
import { nearest, SlipwayError } from "../../base/index.ts";
import { within, type Expression } from "../expressions/expression.ts";
import { parseCondition } from "../expressions/parse.ts";
import { opening, parseTemplate, textsOf, type Path } from "../expressions/template.ts";
import { outputsOfStep, outputsOfType } from "../outputs.ts";
import { isCommandText, isExpandable, keepsType } from "../places.ts";
import type { CommandStep, Step, Template } from "../types.ts";
import { checkPlaceTypes } from "./check-place-types.ts";
import type { Meaning } from "./meaning.ts";

/** What may stand in an expression where it stands. */
interface Surroundings {
  readonly path: Path;
  /** Name of the step that it is in; null for the outputs of the run. */
  readonly step: string | null;
  readonly isCondition: boolean;
  readonly hasItem: boolean;
  /** Whose inputs and outputs have paths here. */
  readonly command: CommandStep | null;
  /** May it be a list? */
  readonly takesLists: boolean;
}

export function checkStepExpressions(meaning: Meaning, name: string, step: Step): void {
  const root: Path = ["steps", name];
  const inStep = { step: name, isCondition: false, command: null } as const;
  if (step.if !== undefined) {
    const path = [...root, "if"];
    const expression = parsed(meaning, path, () => parseCondition(step.if ?? ""));
    const hasItem = step.for_each !== undefined;
    if (expression) checkNames(meaning, expression, { ...inStep, path, isCondition: true, hasItem, takesLists: true });
  }
  if (step.for_each !== undefined)
    for (const { text, path } of textsOf(step.for_each, [...root, "for_each"]))
      checkText(meaning, text, { ...inStep, path, hasItem: false, takesLists: true });
  for (const { text, path: within } of textsOf(step as unknown as Template)) {
    const path = [...root, ...within];
    if (isExpandable(step.type, within)) {
      const command = isCommandText(step.type, within) ? (step as CommandStep) : null;
      const takesLists = keepsType(step.type, within);
      checkText(meaning, text, { ...inStep, path, command, hasItem: step.for_each !== undefined, takesLists });
    } else if (text.includes(opening) && !["if", "for_each", "description"].includes(String(within[0])))
      meaning.problems.add(path, `an expression cannot stand here`, { fix: insteadOf(within) });
  }
  if (!meaning.problems.has(root)) checkPlaceTypes(meaning, name, step);
}

function insteadOf(path: Path): string | undefined {
  return path.includes("query") ? "Give it as `values: {name: …}` and write $name in the query." : undefined;
}

/** Outputs of the run. */
export function checkOutputs(meaning: Meaning): void {
  for (const { text, path } of textsOf(meaning.definition.outputs ?? {}, ["outputs"]))
    checkText(meaning, text, { path, step: null, isCondition: false, hasItem: false, command: null, takesLists: true });
}

function checkText(meaning: Meaning, text: string, surroundings: Surroundings): void {
  if (!text.includes(opening)) return;
  const parts = parsed(meaning, surroundings.path, () => parseTemplate(text)) ?? [];
  const takesLists = surroundings.takesLists && parts.length === 1;
  for (const part of parts) if (typeof part !== "string") checkNames(meaning, part, { ...surroundings, takesLists });
}

function parsed<T>({ problems }: Meaning, path: Path, parse: () => T): T | null {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    problems.add(path, error.message, { fix: error.fix });
    return null;
  }
}

function checkNames(meaning: Meaning, expression: Expression, surroundings: Surroundings): void {
  const { path } = surroundings;
  for (const found of within(expression)) {
    const wrong = problemOf(meaning, found, found === expression, surroundings);
    if (wrong !== null) meaning.problems.add(path, wrong.message, { fix: wrong.fix });
  }
}

interface Wrong {
  readonly message: string;
  readonly fix?: string | undefined;
}

function problemOf(meaning: Meaning, found: Expression, isWhole: boolean, around: Surroundings): Wrong | null {
  switch (found.kind) {
    case "parameter":
      return absent(found.name, meaning.names.parameters, `parameters.${found.name}`, "the pipeline has no parameter");
    case "state":
    case "output":
      return stepProblem(meaning, found, isWhole, around);
    case "item":
      return around.hasItem ? null : { message: '"item" has a value only in a step with for_each' };
    case "place":
      return placeProblem(found, isWhole, around);
    case "call":
      if (around.isCondition || found.name === "contains") return null;
      return { message: `${found.name}() has a value only in "if"` };
    default:
      return null;
  }
}

function absent(name: string, names: ReadonlySet<string>, written: string, message: string): Wrong | null {
  if (names.has(name)) return null;
  const near = nearest(name, names);
  const list = names.size === 0 ? "There is none." : `There are ${[...names].slice(0, 30).join(", ")}.`;
  return { message: `${written}: ${message} "${name}"`, fix: near === null ? list : `Did you mean "${near}"?` };
}

function stepProblem(
  { definition, names, sound }: Meaning,
  found: Extract<Expression, { kind: "state" | "output" }>,
  isWhole: boolean,
  { step: own, takesLists, isCondition }: Surroundings,
): Wrong | null {
  const written = `steps.${found.step}${found.kind === "state" ? ".state" : `.outputs.${found.output}`}`;
  if (found.step === own) return { message: `${written}: a step cannot wait for itself` };
  const unknown = absent(found.step, names.steps, written, "there is no step");
  const step = Object.hasOwn(definition.steps, found.step) ? definition.steps[found.step] : undefined;
  if (unknown !== null || found.kind === "state" || step === undefined) return unknown;
  const outputs = sound.has(found.step) ? outputsOfStep(step) : outputsOfType[step.type];
  if (outputs !== null && !Object.hasOwn(outputs, found.output)) {
    const what = `the step "${found.step}" (${step.type}) has no output`;
    return absent(found.output, new Set(Object.keys(outputs)), written, what);
  }
  // In a condition it may be an argument of contains().
  if (step.for_each === undefined || isCondition || (takesLists && isWhole)) return null;
  return {
    message: `${written} is a list, since "${found.step}" has for_each: it cannot stand in a text`,
    fix: "Use it alone: as for_each of this step, in an expression with contains(), or where JSON is taken.",
  };
}

function placeProblem(
  found: Extract<Expression, { kind: "place" }>,
  isWhole: boolean,
  { command }: Surroundings,
): Wrong | null {
  const written = `${found.of}.${found.name}`;
  if (command === null) return { message: `${written} has a value only in "command" and "env" of a command step` };
  if (!isWhole)
    return { message: `${written} is a path: nothing is compared with it`, fix: `Write \${{ ${written} }} alone.` };
  const what = `the step has no ${found.of.slice(0, -1)}`;
  return absent(found.name, new Set(Object.keys(command[found.of] ?? {})), written, what);
}
