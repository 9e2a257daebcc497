/** Is a value what a schema of ours says? As TypeBox would judge, in words for whoever wrote it, and all of it at once. */
import { nearest } from "../../base/index.ts";
import { parseBytes } from "../bytes.ts";
import { numberOf } from "../expressions/compare.ts";
import { opening, type Path } from "../expressions/template.ts";
import { isReserved } from "../names.ts";
import type { Template } from "../types.ts";
import { shown, type Problems } from "./problems.ts";

/** The part of JSON Schema that src/definition/schema uses. */
interface Shape {
  readonly type?: "string" | "number" | "integer" | "boolean" | "array" | "object";
  readonly const?: string;
  readonly enum?: readonly string[];
  readonly anyOf?: readonly Shape[];
  readonly items?: Shape;
  readonly properties?: Readonly<Record<string, Shape>>;
  readonly required?: readonly string[];
  readonly patternProperties?: Readonly<Record<string, Shape>>;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly maxProperties?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly "x-rule"?: string;
  readonly "x-numeric"?: boolean;
  readonly "x-bytes"?: boolean;
}

/** What is checked, in a message: 'a step of type "evaluate"'. */
type Thing = string | null;

export function checkShape(schema: object, value: Template, path: Path, problems: Problems): void {
  check(schema as Shape, value, path, problems, null);
}

function check(shape: Shape, value: Template, path: Path, problems: Problems, thing: Thing): void {
  if (problems.isFull) return;
  if (shape.anyOf !== undefined) return checkAlternatives(shape.anyOf, value, path, problems);
  if (shape.enum !== undefined) return checkChoice(shape.enum, value, path, problems);
  if (shape.const !== undefined) return checkChoice([shape.const], value, path, problems);
  switch (shape.type) {
    case "string":
      return typeof value === "string" ? checkText(shape, value, path, problems) : refuse(shape, value, path, problems);
    case "number":
    case "integer":
      return typeof value === "number"
        ? checkNumber(shape, value, path, problems)
        : refuse(shape, value, path, problems);
    case "boolean":
      return typeof value === "boolean" ? undefined : refuse(shape, value, path, problems);
    case "array":
      return isList(value) ? checkList(shape, value, path, problems) : refuse(shape, value, path, problems);
    case "object":
      if (!isObject(value)) return refuse(shape, value, path, problems);
      return shape.properties
        ? checkFields(shape, value, path, problems, thing)
        : checkRecord(shape, value, path, problems);
    default:
  }
}

const isList = (value: Template): value is readonly Template[] => Array.isArray(value);
const isObject = (value: Template): value is Readonly<Record<string, Template>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const nouns = {
  string: "a text",
  number: "a number",
  integer: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
} as const;

function refuse(shape: Shape, value: Template, path: Path, problems: Problems): void {
  const isExpression = typeof value === "string" && value.includes(opening);
  const message = `expected ${nouns[shape.type ?? "object"]}, got ${shown(value)}`;
  problems.add(path, isExpression ? `${message}: an expression cannot stand here` : message, {
    fix: shape.type === "string" && isPlain(value) ? `Put it in quotes: "${value}".` : undefined,
  });
}

const isPlain = (value: Template): boolean => typeof value === "number" || typeof value === "boolean";

function checkText(shape: Shape, value: string, path: Path, problems: Problems): void {
  if (value.length < (shape.minLength ?? 0)) problems.add(path, "expected a text, got an empty one");
  else if (shape["x-numeric"] && !value.includes(opening) && numberOf(value) === null)
    problems.add(path, `expected a number, or an expression that becomes one, got ${shown(value)}`);
  else if (shape["x-bytes"] && parseBytes(value) === null)
    problems.add(path, `expected bytes, such as "512 MB" or "2 GB", got ${shown(value)}`);
  else if (shape.pattern !== undefined && (!new RegExp(shape.pattern).test(value) || isReserved(value)))
    problems.add(path, `expected ${shape["x-rule"] ?? shape.pattern}, got ${shown(value)}`);
}

function checkNumber(shape: Shape, value: number, path: Path, problems: Problems): void {
  const { minimum = -Infinity, exclusiveMinimum = -Infinity, maximum = Infinity } = shape;
  if (shape.type === "integer" && !Number.isInteger(value)) return refuse(shape, value, path, problems);
  if (value >= minimum && value > exclusiveMinimum && value <= maximum) return;
  const least = minimum > -Infinity ? `${minimum} or more` : `more than ${exclusiveMinimum}`;
  const most = maximum < Infinity ? ` and at most ${maximum}` : "";
  problems.add(path, `expected ${least}${most}, got ${value}`);
}

function checkList(shape: Shape, list: readonly Template[], path: Path, problems: Problems): void {
  const { minItems = 0, maxItems = Infinity } = shape;
  if (list.length < minItems) problems.add(path, "expected a list, got an empty one");
  if (list.length > maxItems) return problems.add(path, `expected at most ${maxItems} members, got ${list.length}`);
  for (const [index, member] of list.entries()) check(shape.items ?? {}, member, [...path, index], problems, null);
}

function checkRecord(shape: Shape, record: Readonly<Record<string, Template>>, path: Path, problems: Problems): void {
  const { maxProperties = Infinity, patternProperties = {} } = shape;
  const keys = Object.keys(record);
  if (keys.length > maxProperties)
    return problems.add(
      path,
      `expected at most ${maxProperties} ${String(path.at(-1) ?? "entries")}, got ${keys.length}`,
    );
  const [[pattern, member] = [".*", {}]] = Object.entries(patternProperties);
  const isKey = new RegExp(pattern, "s");
  const hasRule = shape["x-rule"] !== undefined;
  for (const key of keys) {
    if (!isKey.test(key))
      problems.add([...path, key], `the name ${shown(key)} is not allowed: expected ${shape["x-rule"] ?? pattern}`, {
        at: "key",
      });
    else if (hasRule && isReserved(key))
      problems.add([...path, key], `the name "${key}" is reserved`, { at: "key", fix: "Choose another name." });
    check(member, record[key] ?? null, [...path, key], problems, null);
  }
}

function checkFields(
  shape: Shape,
  value: Readonly<Record<string, Template>>,
  path: Path,
  problems: Problems,
  thing: Thing,
): void {
  const { properties = {}, required = [] } = shape;
  const names = Object.keys(properties);
  for (const name of required)
    if (!Object.hasOwn(value, name))
      problems.add([...path, name], `${thing ?? owner(path)} needs ${JSON.stringify(name)}`, { at: "key" });
  for (const [name, member] of Object.entries(value)) {
    const field = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (field !== undefined) check(field, member, [...path, name], problems, null);
    else {
      const near = nearest(
        name,
        names.filter((other) => !Object.hasOwn(value, other)),
      );
      const fix = near === null ? `It takes ${names.join(", ")}.` : `Did you mean "${near}"?`;
      problems.add([...path, name], `${thing ?? owner(path)} has no field ${shown(name)}`, { at: "key", fix });
    }
  }
}

const owner = (path: Path): string => (path.length === 0 ? "a pipeline" : `"${String(path.at(-1))}"`);

function checkChoice(choices: readonly string[], value: Template, path: Path, problems: Problems): void {
  if (typeof value === "string" && choices.includes(value)) return;
  const near = typeof value === "string" ? nearest(value, choices) : null;
  const message = `expected ${choices.length === 1 ? "" : "one of "}${choices.join(", ")}, got ${shown(value)}`;
  problems.add(path, message, { fix: near === null ? undefined : `Did you mean "${near}"?` });
}

function checkAlternatives(alternatives: readonly Shape[], value: Template, path: Path, problems: Problems): void {
  const key = discriminatorOf(alternatives);
  if (key !== null) return checkKinds(alternatives, key, value, path, problems);
  const fitting = alternatives.find((shape) => shape.type !== undefined && isOfType(shape.type, value));
  if (fitting !== undefined) return check(fitting, value, path, problems, null);
  const text = alternatives.find(({ type }) => type === "string");
  const others = alternatives.map((shape) => (shape["x-numeric"] ? null : nouns[shape.type ?? "object"]));
  const isNumeric = alternatives.some((shape) => shape["x-numeric"]);
  const expected = others.filter((noun) => noun !== null).join(" or ");
  problems.add(
    path,
    `expected ${expected}${isNumeric ? ", or an expression that becomes one" : ""}, got ${shown(value)}`,
    {
      fix: text !== undefined && !isNumeric && isPlain(value) ? `Put it in quotes: "${String(value)}".` : undefined,
    },
  );
}

function isOfType(type: NonNullable<Shape["type"]>, value: Template): boolean {
  if (type === "array") return isList(value);
  if (type === "object") return isObject(value);
  return typeof value === (type === "integer" ? "number" : type);
}

/** The field by which objects of several kinds are told apart. */
function discriminatorOf(alternatives: readonly Shape[]): string | null {
  const fields = Object.entries(alternatives[0]?.properties ?? {});
  return fields.find(([, field]) => field.const !== undefined)?.[0] ?? null;
}

function checkKinds(
  alternatives: readonly Shape[],
  key: string,
  value: Template,
  path: Path,
  problems: Problems,
): void {
  if (!isObject(value)) return refuse({ type: "object" }, value, path, problems);
  const kinds = alternatives.map((shape) => shape.properties?.[key]?.const ?? "");
  const what = key === "type" ? "a step" : "a check";
  if (!Object.hasOwn(value, key)) {
    return problems.add([...path, key], `${what} needs "${key}"`, {
      at: "key",
      fix: `It is one of ${kinds.join(", ")}.`,
    });
  }
  const chosen = alternatives[kinds.indexOf(String(value[key]))];
  if (chosen === undefined) return checkChoice(kinds, value[key] ?? null, [...path, key], problems);
  const thing = key === "type" ? `a step of type "${String(value[key])}"` : `the check "${String(value[key])}"`;
  check(chosen, value, path, problems, thing);
}
