/** Values of a query are bound to its parameters: no text of a value is ever read as SQL. */
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  LIST,
  VARCHAR,
  type DuckDBPreparedStatement,
  type DuckDBType,
} from "@duckdb/node-api";
import { nearest, SlipwayError } from "../../../base/index.ts";
import type { QueryValue } from "./messages.ts";

/** @throws SLW_STEP_QUERY for a parameter without a value, and a value without a parameter */
export function bindValues(statement: DuckDBPreparedStatement, values: Readonly<Record<string, QueryValue>>): void {
  const parameters = Array.from({ length: statement.parameterCount }, (_, index) => statement.parameterName(index + 1));
  const given = Object.keys(values);
  for (const name of parameters)
    if (!Object.hasOwn(values, name)) throw unmatched(`The query asks for $${name}, which has no value`, name, given);
  for (const name of given)
    if (!parameters.includes(name))
      throw unmatched(`The query has no $${name}, for which there is a value`, name, parameters);
  parameters.forEach((name, index) => bindValue(statement, index + 1, values[name]!));
}

function bindValue(statement: DuckDBPreparedStatement, index: number, value: QueryValue): void {
  if (value === null) return statement.bindNull(index);
  if (typeof value === "object") {
    const type = memberType(value);
    return statement.bindList(index, type === BIGINT ? value.map((member) => BigInt(member)) : [...value], LIST(type));
  }
  const type = typeOf(value);
  statement.bindValue(index, type === BIGINT ? BigInt(value) : value, type);
}

function typeOf(value: number | string | boolean): DuckDBType {
  if (typeof value === "string") return VARCHAR;
  if (typeof value === "boolean") return BOOLEAN;
  return Number.isSafeInteger(value) ? BIGINT : DOUBLE;
}

/** Of a list: whole numbers and others are numbers together. */
function memberType(values: readonly (number | string | boolean)[]): DuckDBType {
  const types = new Set(values.map(typeOf));
  const [only] = types;
  if (types.size === 1) return only!;
  return [...types].every((type) => type === BIGINT || type === DOUBLE) && types.size > 0 ? DOUBLE : VARCHAR;
}

function unmatched(what: string, name: string, others: readonly string[]): SlipwayError {
  const near = nearest(name, others);
  return new SlipwayError("SLW_STEP_QUERY", `${what}.`, {
    fix: near === null ? "Give each $name of the query one entry in `values`." : `Did you mean "$${near}"?`,
    details: { parameter: name, others, nearest: near },
  });
}
