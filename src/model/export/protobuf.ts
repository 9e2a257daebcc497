/**
 * The wire format of Protocol Buffers, as far as ONNX needs it (protobuf.dev, "Encoding"): a message is its fields one
 * after the other; a field is its number and wire type as a varint, then a varint or a length and that many bytes.
 */
const utf8 = new TextEncoder();

const wireVarint = 0;
const wireBytes = 2;

/** Base 128, low digits first; a negative number as its 64-bit two's complement. */
function varint(value: number): number[] {
  const digits: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  // Nearly all numbers are small, and numbers are much faster than BigInts.
  let low = value >= 0 && value < 2 ** 31 ? value : -1;
  if (low >= 0) {
    for (; low > 127; low >>>= 7) digits.push((low & 127) | 128);
    digits.push(low);
    return digits;
  }
  for (; rest > 127n; rest >>= 7n) digits.push(Number(rest & 127n) | 128);
  digits.push(Number(rest));
  return digits;
}

/** A message, or a repeated field: its fields one after the other. */
export function message(...fields: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(fields.reduce((length, field) => length + field.length, 0));
  let offset = 0;
  for (const field of fields) {
    bytes.set(field, offset);
    offset += field.length;
  }
  return bytes;
}

/** A whole number (int32, int64, enum). */
export function integerField(number: number, value: number): Uint8Array {
  return Uint8Array.from([...varint((number << 3) | wireVarint), ...varint(value)]);
}

/** A message, or bytes. */
export function bytesField(number: number, bytes: Uint8Array): Uint8Array {
  return message(Uint8Array.from([...varint((number << 3) | wireBytes), ...varint(bytes.length)]), bytes);
}

export function textField(number: number, text: string): Uint8Array {
  return bytesField(number, utf8.encode(text));
}

/** Whole numbers as one packed field; readers take it for a repeated field too, and it is half as long. */
export function integersField(number: number, values: ArrayLike<number>): Uint8Array {
  const digits: number[] = [];
  for (let i = 0; i < values.length; i++) for (const digit of varint(values[i] as number)) digits.push(digit);
  return bytesField(number, Uint8Array.from(digits));
}
