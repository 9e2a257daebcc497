/** Tensors of the Open Inference Protocol v2, to rows and from answers. */
import { SlipwayError } from "../../base/index.ts";
import type { RowsToScore, ScoringSchema } from "../backends/types.ts";
import { arrangeColumns, refuseTwice } from "./data-frame.ts";
import { checkRowCount, malformed, objectAt, refuseOtherKeys } from "./parts.ts";
import type { WireRequest } from "./types.ts";

export interface Tensor {
  readonly name: string;
  readonly datatype: string;
  readonly shape: readonly number[];
  /** Flat, row after row. */
  readonly data: readonly unknown[];
}

/** What a value of each datatype is, in words, and whether one is. */
const datatypes: Readonly<Record<string, { readonly expected: string; readonly is: (value: unknown) => boolean }>> = {
  BOOL: { expected: "true or false", is: (value) => typeof value === "boolean" },
  BYTES: { expected: "text", is: (value) => typeof value === "string" },
  FP16: number(),
  FP32: number(),
  FP64: number(),
  INT8: whole(-(2 ** 7), 2 ** 7 - 1),
  INT16: whole(-(2 ** 15), 2 ** 15 - 1),
  INT32: whole(-(2 ** 31), 2 ** 31 - 1),
  INT64: whole(-(2 ** 63), 2 ** 63),
  UINT8: whole(0, 2 ** 8 - 1),
  UINT16: whole(0, 2 ** 16 - 1),
  UINT32: whole(0, 2 ** 32 - 1),
  UINT64: whole(0, 2 ** 64),
};

function number(): (typeof datatypes)[string] {
  return { expected: "a number", is: (value) => typeof value === "number" };
}

function whole(low: number, high: number): (typeof datatypes)[string] {
  return {
    expected: `a whole number from ${low} to ${high}`,
    is: (value) => Number.isInteger(value) && (value as number) >= low && (value as number) <= high,
  };
}

const tensorKeys: ReadonlySet<string> = new Set(["name", "shape", "datatype", "parameters", "data"]);

/**
 * One tensor for each column; or, for a model of numbers, one of shape [n, columns]. A null stands for a missing value,
 * which the protocol has no word for.
 * @throws SLW_SCORE_DATA, SLW_HTTP_ROWS
 */
export function readTensors(inputs: unknown, request: WireRequest): readonly unknown[] {
  if (!Array.isArray(inputs) || inputs.length === 0) throw malformed("inputs", "a list of tensors", inputs);
  const tensors = inputs.map((input: unknown, i) => readTensor(input, `inputs[${i}]`));
  const [first] = tensors as [Tensor];
  const rows = first.shape[0] as number;
  checkRowCount(rows, request);
  if (tensors.length === 1 && first.shape.length === 2 && first.shape[1] !== 1) return rowsOf(first);
  const names = tensors.map(({ name }) => name);
  refuseTwice(names, "inputs");
  tensors.forEach(({ shape }, i) => {
    if (shape[0] === rows && (shape.length === 1 || shape[1] === 1)) return;
    throw wrongShape(`inputs[${i}].shape`, `[${rows}] or [${rows}, 1]: one value for each row`, shape);
  });
  const columns = tensors.map(({ data }) => data);
  return arrangeColumns(names, columns, rows, request.schema);
}

function readTensor(input: unknown, path: string): Tensor {
  const tensor = objectAt(input, path, "a tensor");
  refuseOtherKeys(tensor, tensorKeys, path);
  const { name, shape, datatype, data } = tensor;
  if (typeof name !== "string") throw malformed(`${path}.name`, "the name of a column", name);
  const type = typeof datatype === "string" && Object.hasOwn(datatypes, datatype) ? datatypes[datatype] : undefined;
  if (type === undefined) {
    throw malformed(`${path}.datatype`, `one of ${Object.keys(datatypes).join(", ")}`, datatype);
  }
  const dimensions = readShape(shape, `${path}.shape`);
  if (!Array.isArray(data)) throw malformed(`${path}.data`, "a list", data);
  // Nested as the shape says, or flat: the protocol allows both.
  const flat = dimensions.length > 1 && data.some(Array.isArray) ? (data as unknown[][]).flat() : (data as unknown[]);
  const size = dimensions.reduce((product, length) => product * length, 1);
  if (flat.length !== size) {
    throw malformed(`${path}.data`, `${size} values, as the shape says`, flat.length);
  }
  flat.forEach((value, i) => {
    if (value !== null && !type.is(value)) {
      throw malformed(
        `${path}.data[${i}], column "${name.slice(0, 60)}"`,
        `${type.expected} (${String(datatype)})`,
        value,
      );
    }
  });
  return { name, datatype: datatype as string, shape: dimensions, data: flat };
}

function readShape(value: unknown, path: string): readonly number[] {
  const isShape =
    Array.isArray(value) &&
    (value.length === 1 || value.length === 2) &&
    value.every((length) => Number.isSafeInteger(length) && (length as number) >= 0);
  if (!isShape) throw wrongShape(path, "[n] or [n, 1]", value);
  return value as number[];
}

function wrongShape(path: string, expected: string, value: unknown): SlipwayError {
  const got = Array.isArray(value) ? JSON.stringify(value).slice(0, 60) : "none";
  return new SlipwayError("SLW_SCORE_DATA", `${path}: expected ${expected}, got ${got}.`, {
    details: { path, expected, got },
  });
}

function rowsOf({ shape, data }: Tensor): readonly unknown[] {
  const [rows, width] = shape as [number, number];
  return Array.from({ length: rows }, (_, row) => data.slice(row * width, (row + 1) * width));
}

/** [n, 1] of answers, or [n, labels] of probabilities. */
export function outputTensor(
  name: RowsToScore["method"],
  result: readonly unknown[],
  { labels }: Pick<ScoringSchema, "labels">,
): Tensor {
  const isNested = result.some(Array.isArray);
  const data = isNested ? (result as unknown[][]).flat() : result;
  const width = isNested && result.length > 0 ? data.length / result.length : name === "predict" ? 1 : labels.length;
  return { name, datatype: datatypeOf(data, name), shape: [result.length, width], data };
}

function datatypeOf(values: readonly unknown[], name: RowsToScore["method"]): string {
  if (values.some((value) => typeof value === "string")) return "BYTES";
  if (values.length > 0 && values.every((value) => typeof value === "boolean")) return "BOOL";
  return name === "predict" && values.length > 0 && values.every((value) => Number.isInteger(value)) ? "INT64" : "FP64";
}
