/** Input and output by their schemas: nothing is coerced, nothing unknown is let through, and the field is named. */
import type { TObject, TSchema } from "typebox";
import { Compile, type Validator } from "typebox/compile";
import { SlipwayError } from "../base/index.ts";

export type Check = (value: unknown) => void;

/** @param where "body", "query", "path": what the message begins with */
export function createCheck(schema: TSchema, where: string): Check {
  // Compiled at the first call: all of them at once would double the time of a start.
  let validator: Validator | null = null;
  return (value) => {
    validator ??= Compile(schema);
    if (validator.Check(value)) return;
    const [first] = validator.Errors(value);
    if (first === undefined) return;
    const field = `${where}${first.instancePath.replaceAll("/", ".")}`;
    const unknown = (first.params as { additionalProperties?: string[] }).additionalProperties;
    // What TypeBox says of a field that additionalProperties: false forbids.
    const isUnknown = unknown !== undefined || first.message === "schema is false";
    const text = isUnknown ? `is not known here${unknown ? `: ${unknown.join(", ")}` : ""}` : first.message;
    throw new SlipwayError("SLW_API_INPUT", `${field} ${text}.`, { details: { field, problem: text } });
  };
}

/**
 * The fields of a query string by their schema's types. Text that is no number stays text, for the check to refuse.
 * @throws SLW_API_INPUT for a field that is not a list and stands twice
 */
export function parseQuery(schema: TObject, text: string): Record<string, unknown> {
  const result: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of new URLSearchParams(text)) {
    const field = (schema.properties as Record<string, QueryField>)[name];
    const list = field?.type === "array";
    const parsed = parseScalar(list ? field.items : field, value);
    if (list) ((result[name] ??= []) as unknown[]).push(parsed);
    else if (name in result) throw new SlipwayError("SLW_API_INPUT", `query.${name} stands in the URL more than once.`);
    else result[name] = parsed;
  }
  for (const [name, field] of Object.entries(schema.properties as Record<string, QueryField>)) {
    if (!(name in result) && field.default !== undefined) result[name] = field.default;
  }
  return { ...result };
}

interface QueryField {
  readonly type?: string;
  readonly items?: QueryField;
  readonly default?: unknown;
}

function parseScalar(field: QueryField | undefined, text: string): unknown {
  if (field?.type === "integer" && /^-?\d{1,15}$/.test(text)) return Number(text);
  if (field?.type === "number" && /^-?\d+(\.\d+)?([eE][-+]?\d+)?$/.test(text)) return Number(text);
  if (field?.type === "boolean" && (text === "true" || text === "false")) return text === "true";
  return text;
}
