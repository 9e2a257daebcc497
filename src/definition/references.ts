import { within, type Expression } from "./expressions/expression.ts";
import { parseCondition } from "./expressions/parse.ts";
import { parseTemplate, textsOf } from "./expressions/template.ts";
import { expandableTexts } from "./places.ts";
import type { Step, Template } from "./types.ts";

export interface References {
  /** Steps that it needs: named in `needs`, or used in an expression. In the order of their first use. */
  readonly steps: readonly string[];
  readonly parameters: readonly string[];
}

/** Steps and parameters that the step needs. Throws SLW_PIPELINE_EXPRESSION for an expression that does not parse. */
export function referencesOf(step: Step): References {
  const steps = new Set(step.needs);
  const parameters = new Set<string>();
  for (const expression of expressionsOf(step))
    for (const found of within(expression)) {
      if (found.kind === "output" || found.kind === "state") steps.add(found.step);
      if (found.kind === "parameter") parameters.add(found.name);
    }
  return { steps: [...steps], parameters: [...parameters] };
}

/**
 * Does the step's condition itself say what becomes of it when a step that it needs has failed or was skipped? It does
 * where it asks for `always()`, `failed()`, `succeeded()` or a state; otherwise such a step is not run.
 */
export function decidesAboutFailures(condition: string): boolean {
  for (const found of within(parseCondition(condition)))
    if (found.kind === "state" || (found.kind === "call" && found.name !== "contains")) return true;
  return false;
}

function* expressionsOf(step: Step): Generator<Expression> {
  if (step.if !== undefined) yield parseCondition(step.if);
  if (step.for_each !== undefined) yield* expressionsIn(step.for_each);
  for (const { text } of expandableTexts(step)) yield* expressionsInText(text);
}

function* expressionsIn(template: Template): Generator<Expression> {
  for (const { text } of textsOf(template)) yield* expressionsInText(text);
}

function* expressionsInText(text: string): Generator<Expression> {
  for (const part of parseTemplate(text)) if (typeof part !== "string") yield part;
}
