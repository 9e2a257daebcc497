import { SlipwayError } from "../base/index.ts";
import { evaluate } from "./expressions/evaluate.ts";
import type { Expression } from "./expressions/expression.ts";
import type { ExpressionValue, Scope, StepReference } from "./expressions/scope.ts";
import { opening, parseTemplate, placeName, type Path } from "./expressions/template.ts";
import { asText, plainOf } from "./expressions/values.ts";
import type { Template } from "./types.ts";

export interface Resolved {
  /** No text in it is an expression any more: what was inserted is data, and is not read again. */
  readonly value: Template;
  /** What stands in it as a text and is more than one, by place in the template: "data", "inputs.train", "models[2]". */
  readonly values: Readonly<Record<string, StepReference>>;
}

/** What a text becomes; `path` is its place. */
export type ResolveText = (text: string, path: Path) => Template;

/**
 * Puts values in the place of `${{ … }}`. A text that is one expression alone becomes its value, of the value's type;
 * within a longer text stands the value's text.
 * @throws SLW_PIPELINE_EXPRESSION
 */
export function resolveTemplate(template: Template, scope: Scope): Resolved {
  const values: Record<string, StepReference> = {};
  const value = mapTexts(template, [], (text, path) => resolveText(text, path, scope, values));
  return { value, values };
}

/** The template with other texts. */
export function mapTexts(template: Template, path: Path, resolve: ResolveText): Template {
  if (typeof template === "string") return resolve(template, path);
  if (typeof template !== "object" || template === null) return template;
  if (Array.isArray(template))
    return (template as readonly Template[]).map((member, index) => mapTexts(member, [...path, index], resolve));
  return Object.fromEntries(
    Object.entries(template).map(([key, member]) => [key, mapTexts(member, [...path, key], resolve)]),
  );
}

/** One text; references are put into `values`. */
export function resolveText(text: string, path: Path, scope: Scope, values: Record<string, StepReference>): Template {
  if (!text.includes(opening)) return text;
  const parts = parseTemplate(text);
  const [only] = parts;
  if (parts.length === 1 && only !== undefined && typeof only !== "string")
    return plainValue(evaluate(only, scope), path, values);
  return parts.map((part) => (typeof part === "string" ? part : textOf(part, evaluate(part, scope), path))).join("");
}

function plainValue(given: ExpressionValue, path: Path, values: Record<string, StepReference>): Template {
  const value = plainOf(given);
  if (value.type === "value") return value.value;
  if (value.type === "list") return value.items.map((item, index) => plainValue(item, [...path, index], values));
  values[placeName(path)] = value;
  return asText(value);
}

/** Of an expression within a longer text. */
export function textOf(expression: Expression, value: ExpressionValue, path: Path): string {
  const text = asText(value);
  if (text !== null) return text;
  const what = value.type === "value" && !Array.isArray(value.value) ? "an object" : "a list";
  throw new SlipwayError(
    "SLW_PIPELINE_EXPRESSION",
    `${placeName(path) || "The text"}: ${describe(expression)} is ${what}, which has no place within a longer text.`,
    { fix: "Let the expression stand alone, or name one member of it." },
  );
}

function describe(expression: Expression): string {
  switch (expression.kind) {
    case "parameter":
      return `parameters.${expression.name}`;
    case "output":
      return `steps.${expression.step}.outputs.${expression.output}`;
    case "item":
      return ["item", ...expression.path].join(".");
    default:
      return "the expression";
  }
}
