/** Lists of numbers inside a JavaScript module: base64 of their bytes, exact and half as long as digits. */

/**
 * The elements' type and their little-endian bytes. "D…": a dictionary, its places (of the type that follows) and its
 * F64 values, for lists in which numbers repeat.
 */
export type PackedNumbers =
  | readonly [type: "U8" | "U16" | "U32" | "F64", bytes: string]
  | readonly [type: "DU8" | "DU16" | "DU32", places: string, values: string];

/** Doubles, bit for bit. */
export function packNumbers(values: readonly number[]): PackedNumbers {
  const distinct = new Map<number, number>();
  // A Map takes -0 for 0; adding them to a sum makes no difference.
  for (const value of values) if (!distinct.has(value)) distinct.set(value, distinct.size);
  const [type, places] = smallestIntegers(values.map((value) => distinct.get(value) as number));
  const dictionary = base64(Float64Array.from(distinct.keys()));
  const plain = base64(Float64Array.from(values));
  return places.length + dictionary.length < plain.length ? [`D${type}`, places, dictionary] : ["F64", plain];
}

/** Whole numbers from 0 to 2^32 - 1. */
export function smallestIntegers(values: readonly number[]): readonly ["U8" | "U16" | "U32", string] {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, value);
  if (largest < 256) return ["U8", base64(Uint8Array.from(values))];
  return largest < 65_536 ? ["U16", base64(Uint16Array.from(values))] : ["U32", base64(Uint32Array.from(values))];
}

/** As the model file itself, this takes a little-endian machine for granted. */
export function base64({ buffer, byteLength, byteOffset }: ArrayBufferView): string {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength);
  let text = "";
  for (let start = 0; start < bytes.length; start += 8192) {
    text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return btoa(text);
}
