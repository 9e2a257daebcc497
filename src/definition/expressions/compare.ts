import { SlipwayError } from "../../base/index.ts";
import type { Scalar } from "../types.ts";
import type { Comparison } from "./expression.ts";
import type { ExpressionValue } from "./scope.ts";
import { asText } from "./values.ts";

/**
 * A number and a text that is one are compared as numbers, true and false with their texts; two texts by their UTF-16
 * units. Nothing is less or greater than null. Throws SLW_PIPELINE_EXPRESSION for lists, objects, and an order of what
 * has none.
 */
export function compare(operator: Comparison, left: ExpressionValue, right: ExpressionValue): boolean {
  const [a, b] = [scalarOf(left), scalarOf(right)];
  if (operator === "==") return isEqual(a, b);
  if (operator === "!=") return !isEqual(a, b);
  if (a === null || b === null) return false;
  const order = orderOf(a, b);
  switch (operator) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    default:
      return order >= 0;
  }
}

function scalarOf(value: ExpressionValue): null | Scalar {
  if (value.type === "value" && (value.value === null || typeof value.value !== "object")) return value.value;
  const text = asText(value);
  if (text !== null) return text;
  throw new SlipwayError(
    "SLW_PIPELINE_EXPRESSION",
    "A list or an object is not compared; contains() looks into a list.",
  );
}

function isEqual(a: null | Scalar, b: null | Scalar): boolean {
  if (a === null || b === null || typeof a === typeof b) return a === b;
  if (typeof a === "boolean" || typeof b === "boolean") return String(a) === String(b);
  return numberOf(a) === numberOf(b);
}

function orderOf(a: Scalar, b: Scalar): number {
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : Number(a > b);
  const [x, y] = [numberOf(a), numberOf(b)];
  if (x !== null && y !== null) return x - y;
  throw new SlipwayError(
    "SLW_PIPELINE_EXPRESSION",
    `${JSON.stringify(a).slice(0, 100)} and ${JSON.stringify(b).slice(0, 100)} have no order: compare numbers, or texts.`,
  );
}

const numeric = /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/;

/** The number that it is or writes; null for none. */
export function numberOf(value: Scalar): number | null {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || value.length > 400 || !numeric.test(value)) return null;
  const number = Number(value);
  return Number.isFinite(number) ? number : null;
}
