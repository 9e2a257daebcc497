/** For tests: ONNX graphs that answer with what they are given, as 64-bit numbers. Written by onnx.proto's field numbers. */

/** onnx.TensorProto.DataType. */
const types = {
  float32: 1,
  uint8: 2,
  int8: 3,
  uint16: 4,
  int16: 5,
  int32: 6,
  int64: 7,
  bool: 9,
  double: 11,
  uint32: 12,
};
export type CastType = Exclude<keyof typeof types, "double">;

/** One tensor [rows, 1] called "x" of that type in, the same numbers as doubles out. */
export function castModel(type: CastType): Buffer {
  const node = message([1, "x"], [2, "y"], [4, "Cast"], [5, message([1, "to"], [3, types.double], [20, 2])]);
  const graph = message([1, node], [2, "cast"], [11, tensor("x", types[type])], [12, tensor("y", types.double)]);
  return message([1, 8], [7, graph], [8, message([1, ""], [2, 13])]);
}

/** ValueInfoProto of a tensor with as many rows as come. */
function tensor(name: string, type: number): Buffer {
  const shape = message([1, message([2, "rows"])], [1, message([1, 1])]);
  return message([1, name], [2, message([1, message([1, type], [2, shape])])]);
}

type Field = readonly [number: number, value: number | string | Buffer];

function message(...fields: readonly Field[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([number, value]) => {
      if (typeof value === "number") return [varint(number << 3), varint(value)];
      const bytes = Buffer.from(value as Buffer);
      return [varint((number << 3) | 2), varint(bytes.length), bytes];
    }),
  );
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 128) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 127) | 128);
  }
}
