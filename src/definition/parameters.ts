import { nearest, SlipwayError } from "../base/index.ts";
import { numberOf } from "./expressions/compare.ts";
import type { ParameterValues } from "./expressions/scope.ts";
import { limits } from "./limits.ts";
import { isReserved } from "./names.ts";
import type { Parameter, PipelineDefinition, Scalar } from "./types.ts";

/** What a caller gives: JSON, or texts of a command line. */
export type GivenParameters = Readonly<Record<string, unknown>>;

/**
 * All parameters of the definition with their values: the given ones, otherwise the defaults.
 * A number or true/false may be given as text, and text as a number: clients of Azure ML send 45 for a text.
 * @throws SLW_PIPELINE_PARAMETER for one that is missing, unknown, or not what it takes
 */
export function resolveParameters(definition: PipelineDefinition, given: GivenParameters): ParameterValues {
  const parameters = definition.parameters ?? {};
  for (const name of Object.keys(given))
    if (!Object.hasOwn(parameters, name)) throw unknown(definition.name, name, Object.keys(parameters));
  const values: Record<string, Scalar | readonly Scalar[]> = {};
  for (const [name, parameter] of Object.entries(parameters)) {
    const value = Object.hasOwn(given, name) && given[name] !== undefined ? given[name] : parameter.default;
    if (value === undefined) throw missing(definition.name, name, parameter);
    const taken = takeParameter(parameter, value);
    if ("wrong" in taken)
      throw new SlipwayError("SLW_PIPELINE_PARAMETER", `Parameter "${name}": ${taken.wrong}.`, {
        details: { parameter: name, type: parameter.type, problem: taken.wrong },
      });
    values[name] = taken.value;
  }
  return values;
}

type Taken = { readonly value: Scalar | readonly Scalar[] } | { readonly wrong: string };

/** The value as the parameter takes it, or what is wrong with it: "expected a number, got …". */
export function takeParameter(parameter: Parameter, value: unknown): Taken {
  for (const text of [value].flat()) {
    if (typeof text !== "string") continue;
    if (text.length > limits.text)
      return { wrong: `a text of ${text.length} characters is longer than ${limits.text}` };
    // PostgreSQL keeps neither.
    if (text.includes("\0") || !text.isWellFormed()) return { wrong: "a text holds a NUL, or is not Unicode" };
  }
  switch (parameter.type) {
    case "string":
      return isScalar(value) ? { value: String(value) } : expected("a text", value);
    case "number":
      return takeNumber(value);
    case "boolean":
      return takeBoolean(value);
    case "enum":
      return takeEnum(parameter.values ?? [], value);
    case "list":
      return takeList(value);
    case "dataset":
      return takeText(value, dataset, 'the name of a dataset, such as "bank" or "bank@3"');
    case "data_path":
      return takeText(value, dataPath, '"DATASTORE:PATH", such as "landing:bank/2026.csv"');
  }
}

/** A name as the workspace takes it, and perhaps a version. */
const dataset = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}(@[1-9]\d{0,8})?$/;
const dataPath = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}:[^\p{Cc}]{1,1000}$/u;

const isScalar = (value: unknown): value is Scalar =>
  typeof value === "string" || typeof value === "boolean" || (typeof value === "number" && Number.isFinite(value));

function takeNumber(value: unknown): Taken {
  const number = typeof value === "string" ? numberOf(value.trim()) : value;
  return typeof number === "number" && Number.isFinite(number) ? { value: number } : expected("a number", value);
}

function takeBoolean(value: unknown): Taken {
  const text = typeof value === "string" ? value.trim().toLowerCase() : value;
  if (text === true || text === "true") return { value: true };
  return text === false || text === "false" ? { value: false } : expected("true or false", value);
}

function takeEnum(values: readonly (string | number)[], value: unknown): Taken {
  const found = isScalar(value) ? values.find((member) => String(member) === String(value)) : undefined;
  if (found !== undefined) return { value: found };
  const near = typeof value === "string" ? nearest(value, values.map(String)) : null;
  const taken = expected(`one of ${values.slice(0, 50).join(", ")}`, value);
  return near === null ? taken : { wrong: `${taken.wrong}; did you mean "${near}"?` };
}

/** A list, or a text of its members with commas between. */
function takeList(value: unknown): Taken {
  if (typeof value === "string") {
    const members = value.split(",").map((member) => member.trim());
    return takeList(value.trim() === "" ? [] : members);
  }
  if (!Array.isArray(value)) return expected('a list, or a text such as "a,b"', value);
  if (value.length > limits.items) return { wrong: `a list of ${value.length} members is longer than ${limits.items}` };
  const strange: unknown = value.find((member) => !isScalar(member));
  return strange === undefined
    ? { value: value as Scalar[] }
    : expected("texts, numbers, true or false in the list", strange);
}

function takeText(value: unknown, pattern: RegExp, what: string): Taken {
  return typeof value === "string" && pattern.test(value) ? { value } : expected(what, value);
}

function expected(what: string, value: unknown): { wrong: string } {
  const got = JSON.stringify(value) as string | undefined;
  return { wrong: `expected ${what}, got ${(got ?? String(value)).slice(0, 100)}` };
}

function unknown(pipeline: string, name: string, names: readonly string[]): SlipwayError {
  const near = isReserved(name) ? null : nearest(name, names);
  const there = names.length === 0 ? "it takes none" : `it takes ${names.slice(0, 50).join(", ")}`;
  return new SlipwayError(
    "SLW_PIPELINE_PARAMETER",
    `The pipeline "${pipeline}" has no parameter "${name.slice(0, 100)}": ${near === null ? there : `did you mean "${near}"?`}`,
    {
      fix: names.length === 0 ? "Leave it out." : `Its parameters: ${names.slice(0, 50).join(", ")}.`,
      details: { parameter: name.slice(0, 100), parameters: names },
    },
  );
}

function missing(pipeline: string, name: string, parameter: Parameter): SlipwayError {
  return new SlipwayError(
    "SLW_PIPELINE_PARAMETER",
    `The pipeline "${pipeline}" needs a value for the parameter "${name}" (${parameter.type}): it has no default.`,
    { fix: `Give it: --parameter ${name}=VALUE`, details: { parameter: name, type: parameter.type } },
  );
}
