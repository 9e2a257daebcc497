import { nearest, SlipwayError } from "../../base/index.ts";
import type { StepOutputs, Template } from "../types.ts";
import { compare } from "./compare.ts";
import type { Expression } from "./expression.ts";
import { parseCondition } from "./parse.ts";
import type { ConditionScope, ExpressionValue, Scope, StepScope } from "./scope.ts";
import { asText, plainOf } from "./values.ts";

/** In a condition, what a step that has not finished would have given is null; elsewhere it is an error. */
interface Situation {
  readonly scope: Scope;
  readonly condition: ConditionScope | null;
}

/** Throws SLW_PIPELINE_EXPRESSION. */
export function evaluate(expression: Expression, scope: Scope): ExpressionValue {
  return valueOf(expression, { scope, condition: null });
}

/** Is `if: text` true? Throws SLW_PIPELINE_EXPRESSION where it has no value, or one that is neither true nor false. */
export function evaluateCondition(text: string, scope: ConditionScope): boolean {
  return isTrue(parseCondition(text), { scope, condition: scope });
}

const plain = (value: Template): ExpressionValue => ({ type: "value", value });
const problem = (message: string): SlipwayError => new SlipwayError("SLW_PIPELINE_EXPRESSION", message);

function valueOf(expression: Expression, situation: Situation): ExpressionValue {
  const { scope } = situation;
  switch (expression.kind) {
    case "literal":
      return plain(expression.value);
    case "parameter":
      return plain(memberOf(scope.parameters, expression.name, "parameters", "parameter"));
    case "state":
      return plain(memberOf(scope.steps, expression.step, "steps", "step").state);
    case "output":
      return outputOf(expression.step, expression.output, situation);
    case "item":
      return itemOf(expression.path, scope);
    case "run":
      return plain(scope.run[expression.field]);
    case "place":
      throw problem(
        `${expression.of}.${expression.name} is known only where the command runs: use it in command or env.`,
      );
    default:
      return plain(isTrue(expression, situation));
  }
}

function isTrue(expression: Expression, situation: Situation): boolean {
  switch (expression.kind) {
    case "not":
      return !isTrue(expression.operand, situation);
    case "and":
      return expression.operands.every((operand) => isTrue(operand, situation));
    case "or":
      return expression.operands.some((operand) => isTrue(operand, situation));
    case "compare":
      return compare(expression.operator, valueOf(expression.left, situation), valueOf(expression.right, situation));
    case "call":
      return call(expression, situation);
    default:
      return truth(valueOf(expression, situation));
  }
}

function truth(value: ExpressionValue): boolean {
  const found = value.type === "value" ? value.value : undefined;
  if (found === null) return false;
  if (found === true || found === "true") return true;
  if (found === false || found === "false") return false;
  throw problem(`A condition is true or false, not ${shown(value)}; compare it with something.`);
}

function call(expression: Extract<Expression, { kind: "call" }>, situation: Situation): boolean {
  const { condition } = situation;
  const [first, second] = expression.operands;
  if (expression.name === "contains" && first !== undefined && second !== undefined)
    return contains(valueOf(first, situation), valueOf(second, situation));
  if (condition === null) throw problem(`${expression.name}() has a value only in "if".`);
  if (expression.name === "failed") return condition.failed;
  return expression.name === "succeeded" ? condition.succeeded : true;
}

function contains(whole: ExpressionValue, part: ExpressionValue): boolean {
  if (whole.type === "list") return whole.items.some((item) => compare("==", item, part));
  if (whole.type === "value" && Array.isArray(whole.value))
    return (whole.value as readonly Template[]).some((item) => compare("==", plain(item), part));
  if (whole.type === "value" && whole.value === null) return false;
  const [text, wanted] = [asText(whole), asText(part)];
  if (text === null || wanted === null)
    throw problem(`contains() takes a list or a text, and a value; got ${shown(whole)} and ${shown(part)}.`);
  return text.includes(wanted);
}

function outputOf(name: string, output: string, situation: Situation): ExpressionValue {
  const step: StepScope = memberOf(situation.scope.steps, name, "steps", "step");
  const read = (outputs: StepOutputs | null): ExpressionValue => {
    if (outputs !== null && Object.hasOwn(outputs, output)) return outputs[output] as ExpressionValue;
    if (situation.condition !== null && outputs === null) return plain(null);
    const why = outputs === null ? `it is ${step.state}` : `it has ${Object.keys(outputs).join(", ") || "none"}`;
    throw problem(`The step "${name}" gave no output "${output}": ${why}.`);
  };
  if (!isList(step.outputs)) return read(step.outputs);
  // An instance that was skipped, or failed and may, leaves a hole: places in the list stay those of the items.
  const items = step.outputs.map((outputs) => (outputs === null ? plain(null) : read(outputs)));
  return plainOf({ type: "list", items });
}

const isList = (outputs: StepScope["outputs"]): outputs is readonly (StepOutputs | null)[] => Array.isArray(outputs);

function itemOf(path: readonly string[], scope: Scope): ExpressionValue {
  if (scope.item === undefined) throw problem('"item" has a value only in a step with for_each.');
  if (path.length === 0) return scope.item;
  let value: Template | undefined = scope.item.type === "value" ? scope.item.value : undefined;
  for (const [depth, key] of path.entries()) {
    if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, key))
      throw problem(`${["item", ...path.slice(0, depth + 1)].join(".")} is not there: item is ${shown(scope.item)}.`);
    value = (value as Readonly<Record<string, Template>>)[key];
  }
  return plain(value ?? null);
}

function memberOf<T>(record: Readonly<Record<string, T>>, name: string, root: string, what: string): T {
  if (Object.hasOwn(record, name)) return record[name] as T;
  const near = nearest(name, Object.keys(record));
  throw problem(`${root}.${name}: there is no ${what} "${name}"${near === null ? "" : `; did you mean "${near}"?`}`);
}

function shown(value: ExpressionValue): string {
  return (asText(value) ?? JSON.stringify(value.type === "value" ? value.value : value)).slice(0, 100);
}
