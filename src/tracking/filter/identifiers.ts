/** What the identifiers of a filter name: "metrics.AUC" is the metric AUC, "status" an attribute. */
import { filterError } from "./clauses.ts";
import { isQuoted, unquote } from "./tokens.ts";

export type EntityType = "metric" | "parameter" | "tag" | "attribute" | "dataset";

const entityTypes: Readonly<Record<string, EntityType>> = {
  metric: "metric",
  metrics: "metric",
  parameter: "parameter",
  parameters: "parameter",
  param: "parameter",
  params: "parameter",
  tag: "tag",
  tags: "tag",
  attribute: "attribute",
  attributes: "attribute",
  attr: "attribute",
  run: "attribute",
  dataset: "dataset",
  datasets: "dataset",
};

/** Splits at the first dot; without one it is an attribute. @throws SLW_TRACKING_FILTER */
export function parseIdentifier(identifier: string): { readonly type: EntityType; readonly key: string } {
  const dot = identifier.indexOf(".");
  if (dot < 0) return { type: "attribute", key: unquoteKey(identifier) };
  const prefix = identifier.slice(0, dot);
  const name = isQuoted(prefix) && prefix.startsWith("`") ? unquote(prefix) : prefix;
  const type = Object.hasOwn(entityTypes, name) ? entityTypes[name] : undefined;
  if (type === undefined) {
    const valid = ["metric", "parameter", "tag", "attribute", "dataset"].map((word) => `'${word}'`).join(", ");
    throw filterError(`Invalid entity type '${name}'. Valid values are [${valid}]`);
  }
  return { type, key: unquoteKey(identifier.slice(dot + 1)) };
}

function unquoteKey(raw: string): string {
  return isQuoted(raw) ? unquote(raw) : raw;
}

/** As Python prints a set of strings. */
export function pythonSet(values: readonly string[]): string {
  return `{${values.map((value) => `'${value}'`).join(", ")}}`;
}
