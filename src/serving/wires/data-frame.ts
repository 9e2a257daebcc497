/** Rows that come with the names of their columns apart: pandas' "split" form, columns of values, CSV. */
import { SlipwayError } from "../../base/index.ts";
import type { RowsToScore, ScoringSchema } from "../backends/types.ts";
import { checkRowCount, malformed, objectAt, readMethod, readRows, refuseOtherKeys } from "./parts.ts";
import type { WireRequest } from "./types.ts";

const frameKeys: ReadonlySet<string> = new Set(["columns", "index", "data"]);

/**
 * `{"columns": […], "index"?: […], "data": [[…], …]}`; the index says nothing to a model.
 * @throws SLW_SCORE_DATA, SLW_HTTP_ROWS
 */
export function readDataFrame(
  frame: Readonly<Record<string, unknown>>,
  path: string,
  request: WireRequest,
): readonly unknown[] {
  refuseOtherKeys(frame, frameKeys, path);
  const names = readNames(frame["columns"], `${path}.columns`);
  const rows = readRows(frame["data"], `${path}.data`, request);
  const index = frame["index"];
  if (index !== undefined && (!Array.isArray(index) || index.length !== rows.length)) {
    throw malformed(`${path}.index`, `a list of ${rows.length}, one for each row`, index);
  }
  for (let row = 0; row < rows.length; row++) {
    const values = rows[row];
    if (Array.isArray(values) && values.length === names.length) continue;
    throw wrongWidth(`${path}.data[${row}]`, names.length, values);
  }
  return arrangeRows(names, withoutNaT(names, rows as readonly unknown[][], request.schema), request.schema);
}

/** pandas' word for a missing date. */
function withoutNaT(
  names: readonly string[],
  rows: readonly (readonly unknown[])[],
  { columns }: ScoringSchema,
): readonly (readonly unknown[])[] {
  const dates = new Set(columns.filter(({ type }) => type === "datetime").map(({ name }) => name));
  const places = [...names.keys()].filter((i) => dates.has(names[i] as string));
  if (!rows.some((values) => places.some((i) => values[i] === "NaT"))) return rows;
  return rows.map((values) => values.map((value, i) => (value === "NaT" && places.includes(i) ? null : value)));
}

function wrongWidth(path: string, width: number, values: unknown): SlipwayError {
  if (!Array.isArray(values)) return malformed(path, "a list of values", values);
  const details = { path, expected: width, got: values.length };
  const message = `${path}: expected ${width} values, one for each column, got ${values.length}.`;
  return new SlipwayError("SLW_SCORE_DATA", message, { details });
}

function readNames(value: unknown, path: string): readonly string[] {
  if (!Array.isArray(value)) throw malformed(path, "a list of names", value);
  value.forEach((name: unknown, i) => {
    if (typeof name !== "string") throw malformed(`${path}[${i}]`, "the name of a column", name);
  });
  refuseTwice(value as string[], path);
  return value as string[];
}

/** @throws SLW_SCORE_DATA */
export function refuseTwice(names: readonly string[], path: string): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) {
      throw new SlipwayError("SLW_SCORE_DATA", `${path}: the column "${name.slice(0, 60)}" is there twice.`, {
        fix: "Send every column once.",
        details: { path, column: name.slice(0, 60) },
      });
    }
    seen.add(name);
  }
}

/**
 * As the backend takes them: lists where all columns of the model and no other are there, otherwise objects. Columns
 * that the model does not know are in the first of these alone: that is enough to be warned of them, or refused.
 */
export function arrangeRows(
  names: readonly string[],
  rows: readonly (readonly unknown[])[],
  schema: ScoringSchema,
): readonly unknown[] {
  const places = placesOf(names, schema);
  if (places === null) {
    const known = knownPlaces(names, schema);
    return rows.map((values, row) => objectOf(names, row === 0 ? names.keys() : known, (i) => values[i]));
  }
  if (places.every((place, i) => place === i)) return rows;
  return rows.map((values) => places.map((place) => values[place]));
}

/** As arrangeRows. @param columns the values of each column, of all `rows` */
export function arrangeColumns(
  names: readonly string[],
  columns: readonly (readonly unknown[])[],
  rows: number,
  schema: ScoringSchema,
): readonly unknown[] {
  const places = placesOf(names, schema);
  const known = places === null ? knownPlaces(names, schema) : [];
  return Array.from({ length: rows }, (_, row) =>
    places === null
      ? objectOf(names, row === 0 ? names.keys() : known, (i) => columns[i]?.[row])
      : places.map((place) => columns[place]?.[row]),
  );
}

/** Where in `names` there are columns of the model; everywhere, where it does not say its columns. */
function knownPlaces(names: readonly string[], { columns }: ScoringSchema): readonly number[] {
  const known = new Set(columns.map(({ name }) => name));
  return [...names.keys()].filter((i) => known.size === 0 || known.has(names[i] as string));
}

/** Where each column of the model stands in `names`; null where they are not exactly the model's. */
function placesOf(names: readonly string[], { columns }: ScoringSchema): readonly number[] | null {
  if (columns.length === 0 || names.length !== columns.length) return null;
  const positions = new Map(names.map((name, i) => [name, i]));
  const places = columns.map(({ name }) => positions.get(name) ?? -1);
  return places.includes(-1) ? null : places;
}

/** Without a prototype: a column may be called `__proto__`. */
function objectOf(
  names: readonly string[],
  places: Iterable<number>,
  valueAt: (place: number) => unknown,
): Record<string, unknown> {
  const row = Object.create(null) as Record<string, unknown>;
  for (const place of places) row[names[place] as string] = valueAt(place);
  return row;
}

/**
 * `{"a": [1, 2], "b": ["x", "y"]}`: columns of equal length.
 * @throws SLW_SCORE_DATA, SLW_HTTP_ROWS
 */
export function readColumns(
  object: Readonly<Record<string, unknown>>,
  path: string,
  request: WireRequest,
): readonly unknown[] {
  const names = Object.keys(object);
  const columns = Object.values(object);
  const length = Array.isArray(columns[0]) ? columns[0].length : 0;
  columns.forEach((values, i) => {
    if (Array.isArray(values) && values.length === length) return;
    const place = `${path}.${(names[i] as string).slice(0, 60)}`;
    throw malformed(place, i === 0 ? "a list of values" : `a list of ${length} values, as in "${names[0]}"`, values);
  });
  checkRowCount(length, request);
  return arrangeColumns(names, columns as unknown[][], length, request.schema);
}

/**
 * MLflow's inference params. A model that can answer probabilities takes `method` from them.
 * @throws SLW_SCORE_DATA, SLW_SCORE_METHOD
 */
export function readParams(
  value: unknown,
  schema: ScoringSchema,
): Pick<RowsToScore, "method"> & { readonly params: Pick<RowsToScore, "params"> } {
  if (value === undefined || value === null) return { method: "predict", params: {} };
  const all = objectAt(value, "params", "an object");
  if (!schema.probabilities) return { method: "predict", params: { params: all } };
  const { method, ...others } = all;
  return {
    method: readMethod(method, "params.method"),
    params: Object.keys(others).length === 0 ? {} : { params: others },
  };
}
