/** What `${{ … }}` and `if` hold, as a tree. */
import type { Scalar } from "../types.ts";

export const comparisons = ["==", "!=", "<=", ">=", "<", ">"] as const;
export type Comparison = (typeof comparisons)[number];

/** Number of arguments that each takes. */
export const functions = { always: 0, failed: 0, succeeded: 0, contains: 2 } as const;
export type FunctionName = keyof typeof functions;

export type Expression =
  | { readonly kind: "literal"; readonly value: null | Scalar }
  | { readonly kind: "parameter"; readonly name: string }
  | { readonly kind: "output"; readonly step: string; readonly output: string }
  | { readonly kind: "state"; readonly step: string }
  /** `item`, or a member of it: `item.metric` has the path ["metric"]. */
  | { readonly kind: "item"; readonly path: readonly string[] }
  | { readonly kind: "run"; readonly field: "id" | "name" }
  /** Path of an input or output of a command, in its folder. */
  | { readonly kind: "place"; readonly of: "inputs" | "outputs"; readonly name: string }
  | { readonly kind: "not"; readonly operand: Expression }
  | { readonly kind: "and" | "or"; readonly operands: readonly Expression[] }
  | {
      readonly kind: "compare";
      readonly operator: Comparison;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "call"; readonly name: FunctionName; readonly operands: readonly Expression[] };

/** The expression and all that are in it. */
export function* within(expression: Expression): Generator<Expression> {
  yield expression;
  for (const operand of operandsOf(expression)) yield* within(operand);
}

function operandsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "not":
      return [expression.operand];
    case "compare":
      return [expression.left, expression.right];
    case "and":
    case "or":
    case "call":
      return expression.operands;
    default:
      return [];
  }
}
