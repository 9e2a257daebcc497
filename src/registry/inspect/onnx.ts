/**
 * The structure of an ONNX file (onnx.proto, ModelProto): versions, operator sets, inputs and outputs of the graph.
 * Nothing is run, and weights are passed by unread.
 */
import { SlipwayError } from "../../base/index.ts";
import type { ModelContents, ModelInput } from "../types.ts";
import type { FileView, View } from "./file-view.ts";
import { readFields } from "./protobuf.ts";

interface NamedType {
  readonly name: string;
  readonly type: string;
}

interface Graph {
  readonly name: string;
  readonly nodes: number;
  readonly inputs: readonly NamedType[];
  readonly outputs: readonly NamedType[];
}

interface Header {
  irVersion: number | null;
  producer: string;
  readonly opsets: Record<string, number>;
  readonly metadata: Record<string, string>;
  graph: Graph | null;
}

/** @throws SLW_REGISTRY_ONNX */
export function inspectOnnx(file: FileView, path: string): ModelContents {
  const { irVersion, producer, opsets, metadata, graph } = readModelProto(file);
  if (irVersion === null || irVersion < 1 || irVersion > 1000) throw invalid("it has no IR version");
  if (graph === null) throw invalid("it has no graph");
  if (Object.keys(opsets).length === 0) throw invalid("it names no operator set");
  if (graph.nodes === 0) throw invalid("its graph has no node");
  if (graph.inputs.length === 0) throw invalid("its graph has no input");
  if (graph.outputs.length === 0) throw invalid("its graph has no output");
  return {
    kind: "onnx",
    primaryPath: path,
    algorithm: graph.name,
    task: null,
    target: null,
    inputs: graph.inputs.map((input): ModelInput => ({ ...input, nullable: false, categories: null })),
    outputs: graph.outputs,
    members: [],
    metrics: {},
    primaryMetric: null,
    rowMicroseconds: null,
    particulars: { irVersion, opsets, producer, nodes: graph.nodes, metadata },
  };
}

function readModelProto(file: FileView): Header {
  const header: Header = { irVersion: null, producer: "", opsets: {}, metadata: {}, graph: null };
  for (const field of readFields(file, file)) {
    if (field.kind === "integer") {
      if (field.number === 1) header.irVersion = field.value;
    } else if (field.kind === "bytes") {
      if (field.number === 2) header.producer = text(file, field.view);
      else if (field.number === 7 && header.graph !== null) throw invalid("it has two graphs");
      else if (field.number === 7) header.graph = readGraph(file, field.view);
      else if (field.number === 8) addOpset(file, field.view, header.opsets);
      else if (field.number === 14) addMetadata(file, field.view, header.metadata);
    }
  }
  return header;
}

function addOpset(file: FileView, view: View, opsets: Record<string, number>): void {
  let domain = "ai.onnx";
  let version = 0;
  for (const field of readFields(file, view)) {
    if (field.number === 1 && field.kind === "bytes") domain = text(file, field.view) || domain;
    if (field.number === 2 && field.kind === "integer") version = field.value;
  }
  if (version < 1 || version > 1000) throw invalid(`its operator set ${domain} has no version`);
  define(opsets, domain, version);
}

function addMetadata(file: FileView, view: View, metadata: Record<string, string>): void {
  if (Object.keys(metadata).length >= 100) return;
  const { 1: key = "", 2: value = "" } = texts(file, view, [1, 2]);
  define(metadata, key, value.slice(0, 1000));
}

/** Keys come from the file: `__proto__` is one like any other. */
function define<T>(record: Record<string, T>, key: string, value: T): void {
  Object.defineProperty(record, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Columns of a model at most; each input is one. */
const mostValues = 10_000;

function readGraph(file: FileView, view: View): Graph {
  let name = "";
  let nodes = 0;
  const inputs: NamedType[] = [];
  const outputs: NamedType[] = [];
  const initialized = new Set<string>();
  for (const field of readFields(file, view)) {
    if (field.kind !== "bytes") continue;
    if (field.number === 1) nodes++;
    else if (field.number === 2) name = text(file, field.view);
    else if (field.number === 5) initialized.add(readInitializer(file, field.view));
    else if (field.number === 11) inputs.push(readValueInfo(file, field.view));
    else if (field.number === 12) outputs.push(readValueInfo(file, field.view));
    if (inputs.length + outputs.length > mostValues) throw invalid(`it has more than ${mostValues} inputs and outputs`);
  }
  // Before IR version 4 weights were listed among the inputs too.
  return { name, nodes, outputs, inputs: inputs.filter((input) => !initialized.has(input.name)) };
}

/** TensorProto. @returns its name. @throws SLW_REGISTRY_ONNX where its bytes are in another file */
function readInitializer(file: FileView, view: View): string {
  let name = "";
  for (const field of readFields(file, view)) {
    if (field.number === 8 && field.kind === "bytes") name = text(file, field.view);
    if (field.number === 14 && field.kind === "integer" && field.value !== 0) {
      throw invalid("its weights are in other files; save it as one file");
    }
  }
  return name;
}

/** ValueInfoProto: name and type. */
function readValueInfo(file: FileView, view: View): NamedType {
  let name = "";
  let type = "unknown";
  for (const field of readFields(file, view)) {
    if (field.kind !== "bytes") continue;
    if (field.number === 1) name = text(file, field.view);
    if (field.number === 2) type = readType(file, field.view);
  }
  if (name === "") throw invalid("an input or output of its graph has no name");
  return { name, type };
}

const typeKinds: Readonly<Record<number, string>> = { 4: "sequence", 5: "map", 8: "sparse tensor", 9: "optional" };

/** TypeProto: "float32[?,4]" for tensors. */
function readType(file: FileView, view: View): string {
  for (const field of readFields(file, view)) {
    if (field.kind !== "bytes") continue;
    if (field.number === 1) return readTensorType(file, field.view);
    const kind = typeKinds[field.number];
    if (kind !== undefined) return kind;
  }
  return "unknown";
}

/** TensorProto.DataType, by its number. */
const elementTypes = [
  "undefined",
  "float32",
  "uint8",
  "int8",
  "uint16",
  "int16",
  "int32",
  "int64",
  "string",
  "bool",
  "float16",
  "float64",
  "uint32",
  "uint64",
  "complex64",
  "complex128",
  "bfloat16",
] as const;

function readTensorType(file: FileView, view: View): string {
  let element = "undefined";
  let shape = "";
  for (const field of readFields(file, view)) {
    if (field.number === 1 && field.kind === "integer") element = elementTypes[field.value] ?? `type ${field.value}`;
    if (field.number === 2 && field.kind === "bytes") shape = `[${readShape(file, field.view).join(",")}]`;
  }
  return `${element}${shape}`;
}

/** Of each dimension its size, or a question mark where any size will do. */
function readShape(file: FileView, view: View): string[] {
  const sizes: string[] = [];
  for (const dimension of readFields(file, view)) {
    if (dimension.number !== 1 || dimension.kind !== "bytes") continue;
    let size = "?";
    for (const field of readFields(file, dimension.view)) {
      if (field.number === 1 && field.kind === "integer") size = String(field.value);
    }
    sizes.push(size);
    if (sizes.length > 100) throw invalid("a tensor has more than 100 dimensions");
  }
  return sizes;
}

function texts(file: FileView, view: View, numbers: readonly number[]): Record<number, string> {
  const found: Record<number, string> = {};
  for (const field of readFields(file, view)) {
    if (field.kind === "bytes" && numbers.includes(field.number)) found[field.number] = text(file, field.view);
  }
  return found;
}

function text(file: FileView, view: View): string {
  if (view.end - view.start > 100_000) throw invalid("a name in it is longer than 100,000 bytes");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(file.bytes(view));
  } catch {
    throw invalid("a name in it is not UTF-8");
  }
}

function invalid(problem: string): SlipwayError {
  return new SlipwayError("SLW_REGISTRY_ONNX", `The file is no ONNX model that can be registered: ${problem}.`, {
    details: { problem },
  });
}
