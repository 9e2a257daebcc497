/**
 * The nearest stored rows of a k-nearest-neighbours learner. In plain JavaScript, which runs anywhere, or by the
 * WebAssembly kernel where Node has loaded it: the same bits, many times faster (kernels/assembly/nearest.ts says what
 * is computed).
 */
import type { Arena, Kernels } from "../kernels/index.ts";
import type { NeighboursLearner } from "./types.ts";

/** Rows in the form of the stored ones. */
export interface CodedRows {
  /** rows x columns. */
  readonly numbers: Float32Array;
  /** rows x codeCount. */
  readonly codes: Uint32Array;
}

/** queries x k each, nearest first; of equally distant rows the first ones. */
interface Nearest {
  readonly squaredDistances: Float32Array;
  readonly rows: Uint32Array;
}

type FindNearest = (learner: NeighboursLearner, queried: CodedRows, queries: number, k: number) => Nearest;

let fastest: FindNearest = findPlainly;

/** @param k at most the number of stored rows */
export function findNearest(learner: NeighboursLearner, queried: CodedRows, queries: number, k: number): Nearest {
  return fastest(learner, queried, queries, k);
}

/** Node only: from now on the kernel finds them, in this thread. */
export async function loadNearestKernel(): Promise<void> {
  if (fastest !== findPlainly) return;
  const { createKernels } = await import("../kernels/index.ts");
  useNearestKernel(createKernels());
}

/** From now on these kernels find them, in this thread; they are for nothing else. */
export function useNearestKernel(kernels: Kernels): void {
  if (fastest === findPlainly) fastest = kernelSearch(kernels);
}

function findPlainly(learner: NeighboursLearner, queried: CodedRows, queries: number, k: number): Nearest {
  const squaredDistances = new Float32Array(queries * k);
  const rows = new Uint32Array(queries * k);
  for (let query = 0; query < queries; query++) {
    const list = squaredDistances.subarray(query * k, (query + 1) * k);
    const found = rows.subarray(query * k, (query + 1) * k);
    for (let row = 0; row < learner.targets.length; row++) {
      insert(list, found, row, squaredDistance(queried, query, learner, row));
    }
  }
  return { squaredDistances, rows };
}

/** Four sums side by side, each rounded to 32 bits, as the kernel has them. */
function squaredDistance(queried: CodedRows, query: number, learner: NeighboursLearner, row: number): number {
  const { numbers, codes, columns, codeCount } = learner;
  let first = 0;
  let second = 0;
  let third = 0;
  let fourth = 0;
  for (let end = (query + 1) * columns, a = query * columns, b = row * columns; a < end; a += 4, b += 4) {
    first = addSquare(first, queried.numbers[a] as number, numbers[b] as number);
    second = addSquare(second, queried.numbers[a + 1] as number, numbers[b + 1] as number);
    third = addSquare(third, queried.numbers[a + 2] as number, numbers[b + 2] as number);
    fourth = addSquare(fourth, queried.numbers[a + 3] as number, numbers[b + 3] as number);
  }
  const lanes = [0, 0, 0, 0];
  for (let j = 0, a = query * codeCount, b = row * codeCount; j < codeCount; j++, a++, b++) {
    if (queried.codes[a] !== codes[b]) lanes[j & 3] = (lanes[j & 3] as number) + 2;
  }
  const front = Math.fround(Math.fround(first + (lanes[0] as number)) + Math.fround(second + (lanes[1] as number)));
  const back = Math.fround(Math.fround(third + (lanes[2] as number)) + Math.fround(fourth + (lanes[3] as number)));
  return Math.fround(front + back);
}

function addSquare(sum: number, a: number, b: number): number {
  const difference = Math.fround(a - b);
  return Math.fround(sum + Math.fround(difference * difference));
}

/** Into the ascending list of as many rows as it has places; rows come in their order. */
function insert(list: Float32Array, found: Uint32Array, row: number, distance: number): void {
  const last = list.length - 1;
  if (row > last && !(distance < (list[last] as number))) return;
  let place = Math.min(row, last);
  for (; place > 0 && (list[place - 1] as number) > distance; place--) {
    list[place] = list[place - 1] as number;
    found[place] = found[place - 1] as number;
  }
  list[place] = distance;
  found[place] = row;
}

/** Bytes of stored rows that stay in the kernels' memory between calls. */
const MOST_LOADED = 2 ** 28;

/** Addresses in the kernels' memory. */
interface Placed {
  readonly numbers: number;
  readonly codes: number;
}

function place({ memory, allocate }: Arena, values: Float32Array | Uint32Array): number {
  const address = allocate(values.byteLength);
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  new Uint8Array(memory.buffer, address, values.byteLength).set(bytes);
  return address;
}

/** Stored rows are copied to the kernels' memory once, and once more after so much else that they had to give way. */
function createLoader(arena: Arena): (learner: NeighboursLearner) => Placed {
  let loaded = new WeakMap<NeighboursLearner, Placed>();
  let loadedBytes = 0;
  return (learner) => {
    const known = loaded.get(learner);
    if (known) return known;
    const bytes = learner.numbers.byteLength + learner.codes.byteLength;
    if (loadedBytes + bytes > MOST_LOADED) {
      arena.release(0);
      loaded = new WeakMap();
      loadedBytes = 0;
    }
    const placed = { numbers: place(arena, learner.numbers), codes: place(arena, learner.codes) };
    loaded.set(learner, placed);
    loadedBytes += bytes;
    return placed;
  };
}

function kernelSearch({ run, arena }: Kernels): FindNearest {
  const load = createLoader(arena);
  return (learner, queried, queries, k) => {
    const stored = load(learner);
    const { columns, codeCount, targets } = learner;
    const mark = arena.mark();
    try {
      const numbers = place(arena, queried.numbers);
      const codes = place(arena, queried.codes);
      const distances = arena.allocate(queries * k * 4);
      const rows = arena.allocate(queries * k * 4);
      run.nearestRows(
        stored.numbers,
        columns,
        stored.codes,
        codeCount,
        targets.length,
        numbers,
        codes,
        queries,
        k,
        distances,
        rows,
      );
      const { buffer } = arena.memory;
      return {
        squaredDistances: new Float32Array(buffer, distances, queries * k).slice(),
        rows: new Uint32Array(buffer, rows, queries * k).slice(),
      };
    } finally {
      arena.release(mark);
    }
  };
}
