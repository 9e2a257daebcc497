/** The wire format of Protocol Buffers, read (protobuf.dev, "Encoding"): fields one after the other, unknown ones too. */
import { SlipwayError } from "../../base/index.ts";
import type { FileView, View } from "./file-view.ts";

/** One field of a message: its number, and a whole number or where its bytes lie. */
export type Field =
  | { readonly number: number; readonly kind: "integer"; readonly value: number }
  | { readonly number: number; readonly kind: "bytes"; readonly view: View }
  | { readonly number: number; readonly kind: "fixed" };

/**
 * The fields of the message that lies in `view`. Nothing of a field's bytes is read before it is asked for.
 * @throws SLW_REGISTRY_ONNX where the bytes are no message
 */
export function* readFields(file: FileView, view: View): Generator<Field> {
  let at = view.start;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 10; shift++) {
      const byte = at < view.end ? file.byte(at++) : undefined;
      if (byte === undefined) throw broken(at, "a number is cut");
      value += (byte & 0x7f) * 2 ** (7 * shift);
      if (byte < 0x80) return value;
    }
    throw broken(at, "a number is longer than 64 bits");
  };
  while (at < view.end) {
    const key = varint();
    const number = Math.floor(key / 8);
    if (number < 1 || number > 536_870_911) throw broken(at, "a field has no number");
    const wire = key % 8;
    if (wire === 0) {
      yield { number, kind: "integer", value: varint() };
    } else if (wire === 2) {
      const length = varint();
      const start = at;
      at += length;
      if (at > view.end) throw broken(start, `${length} bytes are announced and ${view.end - start} are left`);
      yield { number, kind: "bytes", view: { start, end: at } };
    } else if (wire === 1 || wire === 5) {
      at += wire === 1 ? 8 : 4;
      if (at > view.end) throw broken(at, "a number is cut");
      yield { number, kind: "fixed" };
    } else throw broken(at, `there is no wire type ${wire}`);
  }
}

function broken(position: number, problem: string): SlipwayError {
  return new SlipwayError("SLW_REGISTRY_ONNX", `The file is no ONNX model: at byte ${position}, ${problem}.`, {
    details: { position },
  });
}
