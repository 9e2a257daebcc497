/** The parts that schemas of steps are made of. */
import { Type, type TProperties, type TSchema } from "typebox";
import { limits } from "../limits.ts";
import { namePattern, nameRule } from "../names.ts";

export const text = (description: string) => Type.String({ maxLength: limits.text, description });
export const filled = (description: string) => Type.String({ minLength: 1, maxLength: limits.text, description });
export const texts = (description: string, maxItems = 1000) =>
  Type.Array(Type.String({ minLength: 1, maxLength: limits.text }), { minItems: 1, maxItems, description });
export const count = (minimum: number, maximum: number, description: string) =>
  Type.Integer({ minimum, maximum, description });
export const seconds = (minimum: number, description: string) =>
  Type.Number({ minimum, maximum: limits.timeout, description });
export const flag = (description: string) => Type.Boolean({ description });
export const choice = (values: string[], description: string) => Type.Enum(values, { description });
export const optional = <T extends TSchema>(schema: T) => Type.Optional(schema);

/** Any JSON; its texts may hold expressions. */
export const template = (description: string) => Type.Unknown({ description });

/** A number, or an expression that becomes one. */
export const numeric = (description: string) =>
  Type.Union([Type.Number(), Type.String({ minLength: 1, maxLength: limits.text, "x-numeric": true })], {
    description,
  });

/** A text of a form; `rule` says it in words. */
export const formed = (pattern: string, rule: string, description: string) =>
  Type.String({ pattern, "x-rule": rule, description });

/** Name -> value; names as they stand in expressions. */
export const named = <T extends TSchema>(value: T, description: string, maxProperties = 500) =>
  Type.Record(Type.String({ pattern: namePattern }), value, {
    additionalProperties: false,
    maxProperties,
    description,
    "x-rule": nameRule,
  });

/** Key -> value; any key. */
export const keyed = <T extends TSchema>(value: T, description: string, maxProperties = 1000) =>
  Type.Record(Type.String(), value, { maxProperties, description });

export const closed = <T extends TProperties>(fields: T, description?: string) =>
  Type.Object(fields, { additionalProperties: false, ...(description !== undefined && { description }) });
