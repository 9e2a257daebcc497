/** The transforms of a model file's header: written so that long lists stand there once, and read with every check. */
import {
  invalidModel,
  readFinite,
  readInteger,
  readList,
  readObject,
  readOneOf,
  readRecord,
  readText,
  requireDistinct,
} from "./fields.ts";
import type { Tensor, TensorType } from "./tensors.ts";
import type { CategoryStatistic, DatePart, InputColumn, TextTransform, Transform } from "./types.ts";

type ReadTensor = <T extends TensorType>(value: unknown, dtype: T, path: string) => Tensor<T>;

/**
 * The transforms as they stand in a header: where a statistic has the very list of categories that an earlier transform
 * has, the number of that transform stands for it.
 */
export function shareCategories(transforms: readonly Transform[]): unknown[] {
  const places = new Map<readonly string[], number>();
  return transforms.map((transform, index) => {
    if (transform.op !== "Category" && transform.op !== "CategoryStatistic") return transform;
    const place = places.get(transform.categories);
    if (place === undefined) places.set(transform.categories, index);
    return place === undefined || transform.op === "Category" ? transform : { ...transform, categories: place };
  });
}

/** @throws SLW_MODEL_INVALID naming the field */
export function readTransforms(value: unknown, inputs: readonly InputColumn[], readTensor: ReadTensor): Transform[] {
  const transforms: Transform[] = [];
  readList(value, "transforms", (item, path) => {
    const transform = readTransform(item, path, transforms, readTensor);
    checkTypes(transform, inputs, path);
    transforms.push(transform);
  });
  return transforms;
}

/** The types of the columns that each op takes. */
const takes: Readonly<Record<Transform["op"], readonly InputColumn["type"][]>> = {
  Numeric: ["numeric", "string"],
  Category: ["string", "numeric"],
  CategoryStatistic: ["string", "numeric"],
  DatePart: ["datetime", "string"],
  DaysBetween: ["datetime", "string"],
  TermWeight: ["string"],
  TextLength: ["string"],
  TextScore: ["string"],
};

function checkTypes(transform: Transform, inputs: readonly InputColumn[], path: string): void {
  const check = (name: string, at: string): void => {
    const input = inputs.find((candidate) => candidate.name === name);
    if (!input) throw invalidModel(at, "one of the inputs", name);
    const types = takes[transform.op];
    if (!types.includes(input.type)) throw invalidModel(at, `a ${types.join(" or ")} column`, input.type);
  };
  check(transform.column, `${path}.column`);
  if (transform.op === "DaysBetween") check(transform.from, `${path}.from`);
}

function readTransform(value: unknown, path: string, earlier: readonly Transform[], readTensor: ReadTensor): Transform {
  const op = readOneOf(readRecord(value, path).op, `${path}.op`, Object.keys(takes) as Transform["op"][]);
  switch (op) {
    case "Numeric":
      return readNumeric(value, path);
    case "Category":
      return readCategory(value, path);
    case "CategoryStatistic":
      return readStatistic(value, path, earlier, readTensor);
    case "DatePart": {
      const fields = readObject(value, path, ["op", "column", "part"]);
      return { op, column: columnOf(fields, path), part: readOneOf(fields.part, `${path}.part`, dateParts) };
    }
    case "DaysBetween": {
      const fields = readObject(value, path, ["op", "column", "from"]);
      return { op, column: columnOf(fields, path), from: readText(fields.from, `${path}.from`) };
    }
    default:
      return readTextTransform(op, value, path, readTensor);
  }
}

export const dateParts = [
  "year",
  "month",
  "day",
  "dayOfWeek",
  "dayOfYear",
  "hour",
  "minute",
  "elapsedDays",
  "monthSin",
  "monthCos",
  "dayOfWeekSin",
  "dayOfWeekCos",
  "hourSin",
  "hourCos",
] as const satisfies DatePart[];

function columnOf(fields: { readonly column: unknown }, path: string): string {
  return readText(fields.column, `${path}.column`);
}

/** The keys of a transform that may have a `fill`. */
function withFill<K extends string>(value: unknown, path: string, keys: readonly K[]): readonly (K | "fill")[] {
  return Object.hasOwn(readRecord(value, path), "fill") ? [...keys, "fill"] : keys;
}

function readNumeric(value: unknown, path: string): Transform {
  const fields: Record<string, unknown> = readObject(value, path, withFill(value, path, ["op", "column"]));
  const column = readText(fields.column, `${path}.column`);
  return "fill" in fields
    ? { op: "Numeric", column, fill: readFinite(fields.fill, `${path}.fill`) }
    : { op: "Numeric", column };
}

function readCategory(value: unknown, path: string): Transform {
  const fields: Record<string, unknown> = readObject(
    value,
    path,
    withFill(value, path, ["op", "column", "categories"]),
  );
  const column = readText(fields.column, `${path}.column`);
  const categories = readList(fields.categories, `${path}.categories`, readText);
  requireDistinct(categories, `${path}.categories`);
  if (!("fill" in fields)) return { op: "Category", column, categories };
  const fill = readText(fields.fill, `${path}.fill`);
  if (!categories.includes(fill)) throw invalidModel(`${path}.fill`, "one of the categories", fill);
  return { op: "Category", column, categories, fill };
}

function readStatistic(
  value: unknown,
  path: string,
  earlier: readonly Transform[],
  readTensor: ReadTensor,
): CategoryStatistic {
  const keys = ["op", "column", "statistic", "categories", "values", "unknown", "missing"] as const;
  const fields = readObject(value, path, keys);
  const categories = readSharedCategories(fields.categories, `${path}.categories`, earlier);
  return {
    op: "CategoryStatistic",
    column: columnOf(fields, path),
    statistic: readOneOf(fields.statistic, `${path}.statistic`, ["target", "frequency"]),
    categories,
    values: readNumbers(readTensor(fields.values, "float64", `${path}.values`), `${path}.values`, categories.length),
    unknown: readFinite(fields.unknown, `${path}.unknown`),
    missing: readFinite(fields.missing, `${path}.missing`),
  };
}

function readSharedCategories(value: unknown, path: string, earlier: readonly Transform[]): readonly string[] {
  if (typeof value !== "number") {
    const categories = readList(value, path, readText);
    requireDistinct(categories, path);
    return categories;
  }
  const place = earlier[readInteger(value, path, 0, earlier.length - 1)] as Transform;
  if (place.op === "Category" || place.op === "CategoryStatistic") return place.categories;
  throw invalidModel(path, "a list, or the number of an earlier transform that has one", value);
}

function readNumbers<T extends Float64Array | Float32Array>(tensor: T, path: string, length: number): T {
  if (tensor.length !== length) throw invalidModel(path, `${length} elements`, tensor.length);
  const at = tensor.findIndex((number) => !Number.isFinite(number));
  if (at >= 0) throw invalidModel(`${path}[${at}]`, "a finite number", String(tensor[at]));
  return tensor;
}

function readTextTransform(
  op: TextTransform["op"],
  value: unknown,
  path: string,
  readTensor: ReadTensor,
): TextTransform {
  if (op === "TermWeight") {
    const fields = readObject(value, path, ["op", "column", "term", "idf"]);
    const [term, idf] = [readText(fields.term, `${path}.term`), readFinite(fields.idf, `${path}.idf`)];
    return { op, column: columnOf(fields, path), term, idf };
  }
  if (op === "TextLength") {
    const fields = readObject(value, path, ["op", "column", "unit"]);
    return {
      op,
      column: columnOf(fields, path),
      unit: readOneOf(fields.unit, `${path}.unit`, ["characters", "words"]),
    };
  }
  const fields = readObject(value, path, ["op", "column", "weights", "bias"]);
  const weights = readTensor(fields.weights, "float32", `${path}.weights`);
  if (weights.length === 0 || (weights.length & (weights.length - 1)) !== 0) {
    throw invalidModel(`${path}.weights`, "a power of two elements", weights.length);
  }
  return {
    op,
    column: columnOf(fields, path),
    weights: readNumbers(weights, `${path}.weights`, weights.length),
    bias: readFinite(fields.bias, `${path}.bias`),
  };
}
