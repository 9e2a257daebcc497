import { SlipwayError } from "../base/index.ts";
import { evaluate } from "./expressions/evaluate.ts";
import type { ExpressionValue, Scope, StepReference } from "./expressions/scope.ts";
import { opening, parseTemplate, placeName, type Path } from "./expressions/template.ts";
import { plainOf } from "./expressions/values.ts";
import { isCommandText, isExpandable, keepsType } from "./places.ts";
import { mapTexts, resolveText, textOf } from "./resolve-template.ts";
import type { Step, Template } from "./types.ts";

export interface ResolvedStep {
  /**
   * Nothing in it is an expression any more, but `inputs.x` and `outputs.y` in `command` and `env` of a command step,
   * which resolvePlaces replaces where it runs.
   */
  readonly step: Step;
  /** Datasets, models and artifacts by place: "data", "inputs.train". The text there names them. */
  readonly values: Readonly<Record<string, StepReference>>;
}

/**
 * The step with its expressions' values. `if` and `for_each` stay as they are: see evaluateCondition and itemsOf.
 * @throws SLW_PIPELINE_EXPRESSION, its message beginning with the place
 */
export function resolveStep(step: Step, scope: Scope): ResolvedStep {
  const values: Record<string, StepReference> = {};
  const resolved = mapTexts(step as unknown as Template, [], (text, path) => {
    if (!text.includes(opening) || !isExpandable(step.type, path)) return text;
    return at(path, () =>
      isCommandText(step.type, path)
        ? resolveButPlaces(text, path, scope)
        : asField(step, path, resolveText(text, path, scope, values)),
    );
  });
  return { step: resolved as unknown as Step, values };
}

/**
 * Members of a step's for_each: a list, or a text that is an expression with one.
 * @throws SLW_PIPELINE_EXPRESSION for what is no list, and for more than 1,000
 */
export function itemsOf(forEach: Template, scope: Scope): readonly ExpressionValue[] {
  return at(["for_each"], () => {
    const items = Array.isArray(forEach)
      ? (forEach as readonly Template[]).map((member) => itemOf(member, scope))
      : listOf(typeof forEach === "string" ? itemOf(forEach, scope) : { type: "value", value: forEach });
    if (items.length > MOST_ITEMS) throw problem(`a list of ${items.length} items is longer than ${MOST_ITEMS}.`);
    return items;
  });
}

const MOST_ITEMS = 1000;
const problem = (message: string): SlipwayError => new SlipwayError("SLW_PIPELINE_EXPRESSION", message);

function itemOf(template: Template, scope: Scope): ExpressionValue {
  if (typeof template === "string") {
    const [only, ...others] = parseTemplate(template);
    if (only !== undefined && typeof only !== "string" && others.length === 0) return plainOf(evaluate(only, scope));
  }
  const values: Record<string, StepReference> = {};
  const value = mapTexts(template, [], (text, path) => resolveText(text, path, scope, values));
  const [reference] = Object.keys(values);
  if (reference === undefined) return { type: "value", value };
  throw problem(`${reference} is more than data: let the item be the expression alone.`);
}

function listOf(value: ExpressionValue): readonly ExpressionValue[] {
  if (value.type === "list") return value.items;
  if (value.type === "value" && Array.isArray(value.value))
    return (value.value as readonly Template[]).map((member) => ({ type: "value", value: member }));
  throw problem(`expected a list, got ${JSON.stringify(value.type === "value" ? value.value : value).slice(0, 100)}.`);
}

/** A text where the step takes texts. */
function asField(step: Step, path: Path, value: Template): Template {
  if (keepsType(step.type, path) || typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const what = value === null ? "nothing" : Array.isArray(value) ? "a list" : "an object";
  throw problem(`expected a text, got ${what}.`);
}

/** Values as texts; places stay expressions, and what looks like one in all the rest is written so that it is none. */
function resolveButPlaces(text: string, path: Path, scope: Scope): string {
  let resolved = "";
  let plain = "";
  for (const part of parseTemplate(text)) {
    if (typeof part === "string") plain += part;
    else if (part.kind !== "place") plain += textOf(part, evaluate(part, scope), path);
    else {
      resolved += `${escape(plain)}${opening} ${part.of}.${part.name} }}`;
      plain = "";
    }
  }
  return resolved + escape(plain);
}

const escape = (text: string): string => text.replaceAll(opening, `${opening} "${opening}" }}`);

/** Paths of a command's inputs and outputs in its folder, by name. */
export interface CommandPlaces {
  readonly inputs: Readonly<Record<string, string>>;
  readonly outputs: Readonly<Record<string, string>>;
}

/** An argument, or a value of `env`, of a resolved command step as its process gets it. */
export function resolvePlaces(text: string, places: CommandPlaces): string {
  const part = (found: ReturnType<typeof parseTemplate>[number]): string => {
    if (typeof found === "string") return found;
    if (found.kind === "literal" && typeof found.value === "string") return found.value;
    if (found.kind !== "place")
      throw problem(`${JSON.stringify(text.slice(0, 100))} was not resolved before it came here.`);
    const named = places[found.of];
    if (Object.hasOwn(named, found.name)) return named[found.name] as string;
    throw problem(
      `the command has no ${found.of.slice(0, -1)} "${found.name}"; it has ${Object.keys(named).join(", ") || "none"}.`,
    );
  };
  return parseTemplate(text).map(part).join("");
}

function at<T>(path: Path, compute: () => T): T {
  try {
    return compute();
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    const place = placeName(path);
    const message = error.message.startsWith(`${place}: `) ? error.message : `${place}: ${error.message}`;
    throw new SlipwayError(error.code, message, { fix: error.fix, details: { ...error.details, place } });
  }
}
