/**
 * The tensor section of a model file: the model's typed arrays one after the other, little-endian, each on an
 * 8-byte boundary. The header holds a reference in the place of each.
 */
import { invalidModel } from "./fields.ts";

export interface TensorReference {
  readonly dtype: TensorType;
  /** Elements, not bytes. */
  readonly length: number;
  /** Bytes from the start of the tensor section. */
  readonly offset: number;
}

const constructors = {
  float64: Float64Array,
  float32: Float32Array,
  int32: Int32Array,
  uint32: Uint32Array,
  uint8: Uint8Array,
} as const;

export type TensorType = keyof typeof constructors;
export type Tensor<T extends TensorType = TensorType> = InstanceType<(typeof constructors)[T]>;

export function align8(bytes: number): number {
  return Math.ceil(bytes / 8) * 8;
}

export function isTensor(value: unknown): value is Tensor {
  return ArrayBuffer.isView(value) && !(value instanceof DataView);
}

/** Where each tensor goes, in the order in which they are added. */
export function createTensorWriter(): {
  add(tensor: Tensor): TensorReference;
  /** Bytes of the section. */
  size(): number;
  /** Writes the section to target[start…]. */
  write(target: Uint8Array, start: number): void;
} {
  const placed: { tensor: Tensor; offset: number }[] = [];
  let size = 0;
  return {
    add(tensor) {
      const dtype = tensorTypes.find((type) => tensor instanceof constructors[type]);
      if (!dtype) throw invalidModel("tensor", `one of ${tensorTypes.join(", ")}`, tensor.constructor.name);
      const reference = { dtype, length: tensor.length, offset: size };
      placed.push({ tensor, offset: size });
      size = align8(size + tensor.byteLength);
      return reference;
    },
    size: () => size,
    write(target, start) {
      for (const { tensor, offset } of placed) {
        target.set(new Uint8Array(tensor.buffer, tensor.byteOffset, tensor.byteLength), start + offset);
      }
    },
  };
}

const tensorTypes = Object.keys(constructors) as TensorType[];

/**
 * Reads tensors from `section`, which must start at an 8-byte boundary of its buffer. The arrays are views: whatever
 * lengths a header claims, nothing is allocated.
 */
export function createTensorReader(section: Uint8Array): {
  read<T extends TensorType>(reference: TensorReference, dtype: T, path: string): Tensor<T>;
  /** @throws SLW_MODEL_INVALID unless the tensors read so far fill the section without gap or overlap. */
  finish(): void;
} {
  const taken: { start: number; end: number; path: string }[] = [];
  return {
    read(reference, dtype, path) {
      const { length, offset } = reference;
      if (reference.dtype !== dtype) throw invalidModel(`${path}.dtype`, dtype, reference.dtype);
      const TypedArray = constructors[dtype];
      const bytes = length * TypedArray.BYTES_PER_ELEMENT;
      if (offset % 8 !== 0) throw invalidModel(`${path}.offset`, "a multiple of 8", offset);
      if (offset + bytes > section.length) {
        throw invalidModel(path, `bytes within the section of ${section.length}`, `${bytes} bytes at ${offset}`);
      }
      taken.push({ start: offset, end: align8(offset + bytes), path });
      return new TypedArray(section.buffer as ArrayBuffer, section.byteOffset + offset, length) as Tensor<typeof dtype>;
    },
    finish() {
      let end = 0;
      for (const tensor of taken.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
        if (tensor.start !== end) throw invalidModel(tensor.path, `offset ${end}`, tensor.start);
        end = tensor.end;
      }
      if (end !== section.length) throw invalidModel("tensors", `${section.length} bytes in use`, end);
    },
  };
}
