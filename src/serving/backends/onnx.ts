/**
 * Models as ONNX graphs, by onnxruntime-web: WebAssembly in this process, no native code. It is an optional peer: who
 * deploys such models installs it beside Slipway.
 */
import { readFile } from "node:fs/promises";
import type * as Ort from "onnxruntime-web";
import type { InferenceSession, Tensor, TypedTensor } from "onnxruntime-web";
import { SlipwayError } from "../../base/index.ts";
import type { Label } from "../../model/index.ts";
import { checkRows, type Cell } from "./rows.ts";
import type { BackendOpener, RowsToScore, ScoredRows, ScoringColumn, ScoringSchema } from "./types.ts";

type Runtime = typeof Ort;
type ElementType = Tensor.Type;

/** A tensor that the graph takes, and the columns that fill it. */
interface Input {
  readonly name: string;
  readonly type: ElementType;
  /** Positions in the schema: one, or as many as the tensor is wide. */
  readonly first: number;
  readonly width: number;
  /** Without a second dimension: [rows] in place of [rows, width]. */
  readonly flat: boolean;
}

interface Graph {
  readonly ort: Runtime;
  readonly session: InferenceSession;
  readonly inputs: readonly Input[];
  readonly schema: ScoringSchema;
}

export const openOnnxBackend: BackendOpener = async ({ path }) => {
  const ort = await loadRuntime();
  const graph = await openGraph(ort, path);
  // A session takes one run at a time.
  let last: Promise<unknown> = Promise.resolve();
  const score = (request: RowsToScore): Promise<ScoredRows> => {
    const { columns, warnings } = checkRows(graph.schema.columns, request.rows, request.checks);
    if (request.explain) throw unsupported("explanations");
    const answer = last.then(async () => ({
      result: await runGraph(graph, columns, request.rows.length, request.method),
      explanations: null,
      warnings,
    }));
    last = answer.catch(() => undefined);
    return answer;
  };
  // The first run compiles what later ones use; a graph that cannot take a row of zeros tells so now, not later.
  const example = graph.schema.columns.map(({ example: value }) => value);
  await score({ rows: [example], method: "predict", explain: false });
  return { schema: graph.schema, score, close: () => graph.session.release() };
};

/** @throws SLW_ENDPOINT_BACKEND */
async function loadRuntime(): Promise<Runtime> {
  try {
    const ort = await import("onnxruntime-web");
    ort.env.wasm.numThreads = 1;
    ort.env.logLevel = "error";
    return ort;
  } catch (cause) {
    throw new SlipwayError(
      "SLW_ENDPOINT_BACKEND",
      "ONNX models need the package onnxruntime-web, which is not there.",
      {
        fix: "Install it beside Slipway (npm install onnxruntime-web), then deploy again.",
        cause,
      },
    );
  }
}

async function openGraph(ort: Runtime, path: string): Promise<Graph> {
  const bytes = await readFile(path);
  try {
    const session = await ort.InferenceSession.create(bytes, { graphOptimizationLevel: "all" });
    const { inputs, columns } = inputsOf(session);
    return { ort, session, inputs, schema: schemaOf(session, columns) };
  } catch (cause) {
    if (cause instanceof SlipwayError) throw cause;
    throw new SlipwayError("SLW_MODEL_INVALID", `The ONNX model cannot be loaded: ${messageOf(cause)}`, { cause });
  }
}

const numeric: ReadonlySet<string> = new Set([
  "float32",
  "float64",
  "int64",
  "int32",
  "int16",
  "int8",
  "uint8",
  "uint16",
  "uint32",
  "bool",
]);
const whole: ReadonlySet<string> = new Set(["int64", "int32", "int16", "int8", "uint8", "uint16", "uint32", "bool"]);

/** One column for a tensor of one; "x_0", "x_1", … for a wider one. */
function inputsOf(session: InferenceSession): { inputs: Input[]; columns: ScoringColumn[] } {
  const columns: ScoringColumn[] = [];
  const inputs = session.inputMetadata.map((input): Input => {
    if (!input.isTensor || (input.type !== "string" && !numeric.has(input.type)) || input.shape.length > 2) {
      throw new SlipwayError(
        "SLW_MODEL_INVALID",
        `The ONNX model takes "${input.name}", which is no table of columns.`,
        {
          fix: "Export it with one tensor of rows, or one tensor a column.",
        },
      );
    }
    const { name, type, shape } = input;
    const [, second] = shape;
    const width = typeof second === "number" && second > 0 ? second : 1;
    const first = columns.length;
    for (let i = 0; i < width; i++) columns.push(columnOf(width === 1 ? name : `${name}_${i}`, type));
    return { name, type, first, width, flat: shape.length < 2 };
  });
  return { inputs, columns };
}

function columnOf(name: string, type: ElementType): ScoringColumn {
  const text = type === "string";
  return {
    name,
    type: text ? "string" : "numeric",
    integer: whole.has(type),
    nullable: false,
    categories: null,
    range: null,
    example: text ? "" : 0,
  };
}

/** What skl2onnx, onnxmltools and we ourselves write: labels first, then probabilities; or one column of values. */
function schemaOf(session: InferenceSession, columns: readonly ScoringColumn[]): ScoringSchema {
  for (const output of session.outputMetadata) {
    if (output.isTensor) continue;
    throw new SlipwayError("SLW_MODEL_INVALID", `The ONNX model answers "${output.name}", which is no tensor.`, {
      fix: "Export it without ZipMap: options={id(model): {'zipmap': False}} with skl2onnx.",
    });
  }
  const { labels, probabilities } = outputsOf(session);
  return {
    algorithm: "ONNX",
    task: labels !== null ? "classification" : "regression",
    target: null,
    columns,
    labels: [],
    probabilities: probabilities !== null,
    explanations: false,
  };
}

/** Positions of the outputs that are answers. */
function outputsOf({ outputMetadata }: InferenceSession): { labels: string | null; probabilities: string | null } {
  const tensors = outputMetadata.filter((output) => output.isTensor);
  const labels = tensors.find(({ type, name }) => type === "string" || type === "int64" || /label/i.test(name));
  const probabilities = tensors.find(
    ({ type, shape, name }) => type.startsWith("float") && (shape.length === 2 || /prob/i.test(name)),
  );
  const classifier = labels !== undefined && tensors.length > 1;
  return { labels: labels?.name ?? null, probabilities: classifier ? (probabilities?.name ?? null) : null };
}

async function runGraph(
  { ort, session, inputs, schema }: Graph,
  columns: readonly (readonly Cell[])[],
  rows: number,
  method: RowsToScore["method"],
): Promise<unknown[]> {
  const { labels, probabilities } = outputsOf(session);
  if (method === "predict_proba" && probabilities === null) throw unsupported("probabilities");
  const names = schema.columns.map(({ name }) => name);
  const feeds = Object.fromEntries(inputs.map((input) => [input.name, tensorOf(ort, input, columns, names, rows)]));
  const wanted =
    method === "predict_proba" ? (probabilities as string) : (labels ?? (session.outputNames[0] as string));
  const answers = await session.run(feeds, [wanted]).catch((cause: unknown) => {
    throw new SlipwayError("SLW_ENDPOINT_BACKEND", `The ONNX model failed: ${messageOf(cause)}`, { cause });
  });
  const tensor = answers[wanted] as Tensor;
  const values = Array.from(tensor.data as ArrayLike<unknown>, plain);
  const width = values.length / Math.max(1, rows);
  if (values.some((value) => typeof value === "number" && !Number.isFinite(value))) {
    throw new SlipwayError("SLW_ENDPOINT_BACKEND", "The ONNX model answered a number that is not finite.", {
      fix: "Look at the values of the row; the model cannot take them.",
    });
  }
  if (width === 1) return values;
  return Array.from({ length: rows }, (_, row) => values.slice(row * width, (row + 1) * width));
}

function plain(value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : (value as Label);
}

function tensorOf(
  ort: Runtime,
  { type, first, width, flat }: Input,
  columns: readonly (readonly Cell[])[],
  names: readonly string[],
  rows: number,
): Tensor {
  const cells: Cell[] = [];
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < width; i++) cells.push(columns[first + i]?.[row] as Cell);
  }
  refuseBeyond(type, columns.slice(first, first + width), names.slice(first, first + width));
  const shape = flat ? [rows] : [rows, width];
  if (type === "string") return new ort.Tensor("string", cells as string[], shape);
  if (type === "int64") return new ort.Tensor("int64", BigInt64Array.from(cells as number[], BigInt), shape);
  if (type === "bool") return new ort.Tensor("bool", Uint8Array.from(cells as number[]), shape);
  return new ort.Tensor(type as "float32", cells as number[] as unknown as TypedTensor<"float32">["data"], shape);
}

/** Larger numbers would become infinite. */
const largestSingle = 3.4028234663852886e38;

/** Of types that would make something else of what does not fit. */
const ranges: Readonly<Record<string, readonly [low: number, high: number]>> = {
  int64: [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int16: [-(2 ** 15), 2 ** 15 - 1],
  int8: [-(2 ** 7), 2 ** 7 - 1],
  uint8: [0, 2 ** 8 - 1],
  uint16: [0, 2 ** 16 - 1],
  uint32: [0, 2 ** 32 - 1],
  bool: [0, 1],
  float32: [-largestSingle, largestSingle],
};

/** @throws SLW_SCORE_VALUE */
function refuseBeyond(type: ElementType, columns: readonly (readonly Cell[])[], names: readonly string[]): void {
  const range = ranges[type];
  if (range === undefined) return;
  const [low, high] = range;
  columns.forEach((cells, i) => {
    const row = cells.findIndex((cell) => (cell as number) < low || (cell as number) > high);
    if (row < 0) return;
    const kind = whole.has(type) ? "a whole number" : "a number";
    const [column, got, expected] = [names[i], String(cells[row]), `${kind} from ${low} to ${high}`];
    throw new SlipwayError("SLW_SCORE_VALUE", `data[${row}], column "${column}": expected ${expected}, got ${got}.`, {
      fix: `Send ${expected}: the model's input is of the type ${type}.`,
      details: { row, column, expected, got },
    });
  });
}

function unsupported(what: string): SlipwayError {
  return new SlipwayError("SLW_SCORE_METHOD", `This ONNX model gives no ${what}.`, {
    fix: 'Use "predict", or leave the method out.',
  });
}

function messageOf(cause: unknown): string {
  return (cause instanceof Error ? cause.message : String(cause)).split("\n", 1)[0]?.slice(0, 500) ?? "";
}
