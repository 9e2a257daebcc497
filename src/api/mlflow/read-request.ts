/** A request by its fields: what is unknown is passed by, what is missing or mistyped refused in MLflow's words. */
import { invalidParameter } from "./errors.ts";
import { camelCase, isObject, mistyped, type Field, type Fields, type Values } from "./fields.ts";
import { describeValue, type Path } from "./python-json.ts";

/** Where the values come from. */
export interface RawRequest {
  readonly values: Readonly<Record<string, unknown>>;
  /** JSON that the values were parsed from: messages quote from it. */
  readonly text: string;
}

/** @throws SLW_MLFLOW_INPUT */
export function readRequest<F extends Fields>(fields: F, raw: RawRequest): Values<F> {
  return readMessage(fields, raw.values, [], raw.text) as Values<F>;
}

/** A query string as a request: repeated fields keep all their values, others the first. */
export function queryRequest(fields: Fields, query: string): RawRequest {
  const values = Object.create(null) as Record<string, unknown>;
  const fieldOf = new Map(Object.entries(fields));
  for (const [name, value] of new URLSearchParams(query)) {
    if (fieldOf.get(name)?.repeated) ((values[name] ??= []) as string[]).push(value);
    else values[name] ??= value;
  }
  return { values, text: JSON.stringify(values) };
}

type Result = Record<string, unknown>;

function readMessage(fields: Fields, values: Readonly<Record<string, unknown>>, path: Path, text: string): Result {
  const result: Result = {};
  for (const [name, field] of Object.entries(fields)) {
    const key = keyOf(name, values);
    const value = key === null ? undefined : values[key];
    result[name] = readField(field, value ?? undefined, [...path, key ?? name], [...path, name], text);
  }
  return result;
}

/** The name that the request has the field under, old clients say run_uuid for run_id; null where it has none. */
function keyOf(name: string, values: Readonly<Record<string, unknown>>): string | null {
  const other = camelCase(name);
  const has = Object.hasOwn(values, name);
  if (name === "run_id" && (values[name] ?? null) === null && Object.hasOwn(values, "run_uuid")) return "run_uuid";
  const hasOther = other !== name && Object.hasOwn(values, other);
  if (has && hasOther) {
    throw invalidParameter(`Request specifies both '${name}' and '${other}'; provide only one of them.`);
  }
  return has ? name : hasOther ? other : null;
}

function readField(field: Field<unknown>, value: unknown, path: Path, name: Path, text: string): unknown {
  if (field.required && (value === undefined || value === "")) throw missing(name);
  if (value === undefined) return field.absent;
  const read = field.repeated ? readList(field, value, path, name, text) : readOne(field, value, path, name, text);
  const complaint = field.check(read);
  if (complaint === null) return read;
  throw complaint === "" ? invalid(path, name, text) : invalidParameter(`${complaint}${seeDocs}`);
}

function readList(field: Field<unknown>, value: unknown, path: Path, name: Path, text: string): unknown[] {
  if (!Array.isArray(value)) throw invalid(path, name, text);
  if (field.required && value.length === 0) throw missing(name);
  return value.map((item, i) => readOne(field, item, [...path, i], [...name, i], text));
}

function readOne(field: Field<unknown>, value: unknown, path: Path, name: Path, text: string): unknown {
  const read = field.read(value);
  if (read === mistyped) throw invalid(path, name, text);
  if (field.message === null || !isObject(read)) return read;
  return readMessage(field.message, read, path, text);
}

const seeDocs = " See the API docs for more information about request parameters.";

function missing(name: Path): Error {
  return invalidParameter(`Missing value for required parameter '${nameOf(name)}'.${seeDocs}`);
}

function invalid(path: Path, name: Path, text: string): Error {
  const { dump, type } = describeValue(text, path);
  const hint = `Hint: Value was of type '${type}'.`;
  return invalidParameter(`Invalid value ${dump} for parameter '${nameOf(name)}' supplied:  ${hint}${seeDocs}`);
}

/** ["metrics", 0, "key"] as "metrics[0].key". */
function nameOf(path: Path): string {
  return path.map((step, i) => (typeof step === "number" ? `[${step}]` : i === 0 ? step : `.${step}`)).join("");
}
