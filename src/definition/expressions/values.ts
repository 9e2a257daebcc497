import type { Template } from "../types.ts";
import type { ExpressionValue, StepReference } from "./scope.ts";

/** A reference as a text: "bank@3", or MLflow's address of a run's artifact. */
export function referenceText(reference: StepReference): string {
  switch (reference.type) {
    case "dataset":
      return `${reference.dataset}@${reference.version}`;
    case "model_version":
      return `${reference.model}@${reference.version}`;
    default:
      return `runs:/${reference.runId}/${reference.path}`;
  }
}

/** As it stands in a longer text; null for a list or an object, which have no text of their own. */
export function asText(value: ExpressionValue): string | null {
  if (value.type === "list") return null;
  if (value.type !== "value") return referenceText(value);
  if (value.value === null) return "";
  return typeof value.value === "object" ? null : String(value.value);
}

/** A list of nothing but data is data. */
export function plainOf(value: ExpressionValue): ExpressionValue {
  if (value.type !== "list") return value;
  const members: Template[] = [];
  for (const item of value.items) {
    const plain = plainOf(item);
    if (plain.type !== "value") return value;
    members.push(plain.value);
  }
  return { type: "value", value: members };
}
