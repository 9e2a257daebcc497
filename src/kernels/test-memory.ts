/** Moving typed arrays in and out of the kernels' memory, for the tests of this folder. */
import type { Kernels } from "./index.ts";

/** Numbers of any width. */
type Numbers = Uint8Array | Uint32Array | Float32Array | Float64Array | BigInt64Array;

/** Copies values to the kernels' memory and returns their address. */
export function place({ arena }: Kernels, values: Numbers): number {
  const address = arena.allocate(values.byteLength);
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  new Uint8Array(arena.memory.buffer, address, values.byteLength).set(bytes);
  return address;
}

/** Copies of `length` numbers at an address. */
export function read({ arena }: Kernels, address: number, length: number) {
  const buffer = arena.memory.buffer;
  return {
    bytes: () => new Uint8Array(buffer, address, length).slice(),
    uint32: () => new Uint32Array(buffer, address, length).slice(),
    float32: () => new Float32Array(buffer, address, length).slice(),
    float64: () => new Float64Array(buffer, address, length).slice(),
    int64: () => new BigInt64Array(buffer, address, length).slice(),
  };
}

/** Runs `test` and gives back the memory it took. */
export function released<T>({ arena }: Kernels, test: () => T): T {
  const mark = arena.mark();
  try {
    return test();
  } finally {
    arena.release(mark);
  }
}

/** The table of harvest() (assembly/histogram.ts) for features that have a slot each. */
export function slotTable(binCounts: Uint32Array): Uint32Array {
  let first = 0;
  return Uint32Array.from(
    [...binCounts].flatMap((count) => {
      first += count;
      return [count, 1, first - count, 0, 0, 0];
    }),
  );
}
