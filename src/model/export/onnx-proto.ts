/** The messages of ONNX (onnx.proto, IR version 10) that an exported model is made of. */
import { bytesField, integerField, integersField, message, textField } from "./protobuf.ts";

/** TensorProto.DataType */
const elementTypes = { uint8: 2, int64: 7, string: 8, double: 11 } as const;
export type ElementType = keyof typeof elementTypes;

export interface Tensor {
  readonly type: ElementType;
  /** Empty: a scalar. */
  readonly dims: readonly number[];
  /** Row-major; as many as the dims multiply to. */
  readonly values: ArrayLike<number> | readonly string[];
}

/** INT, INTS, STRINGS or TENSOR. */
export type Attribute = number | ArrayLike<number> | readonly string[] | { readonly tensor: Tensor };

export interface Node {
  readonly domain: "" | "ai.onnx.ml";
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** An input or output. Every dim is a length or the name of one that is known when the model runs. */
export interface Value {
  readonly name: string;
  readonly type: ElementType;
  readonly dims: readonly (number | string)[];
  readonly description: string;
}

export interface Graph {
  readonly name: string;
  readonly description: string;
  readonly inputs: readonly Value[];
  readonly outputs: readonly Value[];
  readonly constants: readonly (Tensor & { readonly name: string })[];
  /** In an order in which they can be run. */
  readonly nodes: readonly Node[];
}

export function encodeTensor({ type, dims, values }: Tensor, name = ""): Uint8Array {
  const fields = [integersField(1, dims), integerField(2, elementTypes[type])];
  if (name !== "") fields.push(textField(8, name));
  if (type === "string") for (const text of values as readonly string[]) fields.push(textField(6, text));
  else fields.push(bytesField(9, rawData(type, values as ArrayLike<number>)));
  return message(...fields);
}

/** Little-endian, whatever the machine. */
function rawData(type: Exclude<ElementType, "string">, values: ArrayLike<number>): Uint8Array {
  if (type === "uint8") return Uint8Array.from(values);
  const view = new DataView(new ArrayBuffer(values.length * 8));
  for (let i = 0; i < values.length; i++) {
    if (type === "double") view.setFloat64(i * 8, values[i] as number, true);
    else view.setBigInt64(i * 8, BigInt(values[i] as number), true);
  }
  return new Uint8Array(view.buffer);
}

/** AttributeProto.AttributeType is field 20. */
function encodeAttribute(name: string, value: Attribute): Uint8Array {
  const named = textField(1, name);
  if (typeof value === "number") return message(named, integerField(3, value), integerField(20, 2));
  if ("tensor" in value) return message(named, bytesField(5, encodeTensor(value.tensor)), integerField(20, 4));
  if (typeof value[0] !== "string")
    return message(named, integersField(8, value as ArrayLike<number>), integerField(20, 7));
  const texts = (value as readonly string[]).map((text) => textField(9, text));
  return message(named, ...texts, integerField(20, 8));
}

function encodeNode({ domain, operator, inputs, output, attributes }: Node): Uint8Array {
  return message(
    ...inputs.map((input) => textField(1, input)),
    textField(2, output),
    textField(4, operator),
    ...Object.entries(attributes).map(([name, value]) => bytesField(5, encodeAttribute(name, value))),
    ...(domain === "" ? [] : [textField(7, domain)]),
  );
}

function encodeValue({ name, type, dims, description }: Value): Uint8Array {
  const shape = dims.map((dim) => bytesField(1, typeof dim === "number" ? integerField(1, dim) : textField(2, dim)));
  const tensorType = message(integerField(1, elementTypes[type]), bytesField(2, message(...shape)));
  return message(textField(1, name), bytesField(2, bytesField(1, tensorType)), textField(3, description));
}

function encodeGraph({ name, description, inputs, outputs, constants, nodes }: Graph): Uint8Array {
  return message(
    ...nodes.map((node) => bytesField(1, encodeNode(node))),
    textField(2, name),
    ...constants.map((constant) => bytesField(5, encodeTensor(constant, constant.name))),
    textField(10, description),
    ...inputs.map((input) => bytesField(11, encodeValue(input))),
    ...outputs.map((output) => bytesField(12, encodeValue(output))),
  );
}

/** A whole file. IR version 10 and the operator sets below came with ONNX 1.16. */
export function encodeOnnx(graph: Graph, producerVersion: string): Uint8Array {
  const operatorSet = (domain: string, version: number): Uint8Array =>
    bytesField(8, message(textField(1, domain), integerField(2, version)));
  return message(
    integerField(1, 10),
    textField(2, "slipway"),
    textField(3, producerVersion),
    bytesField(7, encodeGraph(graph)),
    operatorSet("", 21),
    operatorSet("ai.onnx.ml", 5),
  );
}
