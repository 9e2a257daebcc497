/**
 * Trees by the WebAssembly kernel, many rows at a time (kernels/assembly/score-trees.ts), where Node has loaded it: the
 * bits of the walk in trees.ts, many times faster.
 */
import type { Kernels, placeTreeProgram } from "../kernels/index.ts";
import { treeProgramOf } from "./tree-program.ts";
import type { Trees, TreesLearner } from "./types.ts";

/** Bytes of programs that stay in the kernel's memory between calls. */
const MOST_LOADED = 2 ** 28;
/** Features and sums that are in the kernel's memory at a time. */
const BLOCK_NUMBERS = 2 ** 16;
/** Rows that the kernel takes side by side. */
const LANES = 32;

/** False: the kernel cannot; nothing was added. */
type AddLeaves = (learner: TreesLearner, features: Float64Array, rows: number, sums: Float64Array) => boolean;

let kernel: AddLeaves = () => false;
let loading: Promise<void> | undefined;

/**
 * Adds to `sums` (rows x outputs, row-major) the values of the leaves that the rows reach, where there is a kernel and it
 * can score these trees.
 * @param features rows x width, row-major; at least one row
 * @returns whether it did
 */
export function addLeavesByKernel(
  learner: TreesLearner,
  features: Float64Array,
  rows: number,
  sums: Float64Array,
): boolean {
  return kernel(learner, features, rows, sums);
}

/** Node only: from now on the kernel scores trees, in this thread. */
export function loadTreesKernel(): Promise<void> {
  loading ??= (async () => {
    const { createKernels, placeTreeProgram } = await import("../kernels/index.ts");
    kernel = treesKernel(createKernels(), placeTreeProgram);
  })();
  return loading;
}

function treesKernel({ run, arena }: Kernels, place: typeof placeTreeProgram): AddLeaves {
  const address = arena.allocate(BLOCK_NUMBERS * 8);
  const block = new Float64Array(arena.memory.buffer, address, BLOCK_NUMBERS);
  const programOf = createLoader(arena, place);
  return (learner, features, rows, sums) => {
    const width = features.length / rows;
    const { outputs } = learner;
    const fitting = Math.floor(BLOCK_NUMBERS / (width + outputs));
    const program = fitting === 0 ? undefined : programOf(learner);
    if (program === undefined) return false;
    const most = fitting < LANES ? fitting : fitting - (fitting % LANES);
    for (let first = 0; first < rows; first += most) {
      const count = Math.min(most, rows - first);
      const inputs = count * width;
      const targets = count * outputs;
      copy(features, first * width, block, 0, inputs);
      copy(sums, first * outputs, block, inputs, targets);
      run.scoreTrees(program, address, width, count, address + inputs * 8);
      copy(block, inputs, sums, first * outputs, targets);
    }
    return true;
  };
}

/** Numbers up to which a loop is faster than the views that `set` takes. */
const FEW_NUMBERS = 256;

function copy(from: Float64Array, start: number, to: Float64Array, target: number, count: number): void {
  if (count > FEW_NUMBERS) return to.set(from.subarray(start, start + count), target);
  for (let i = 0; i < count; i++) to[target + i] = from[start + i];
}

/**
 * Programs are made and placed once for each model, and once more after so many others that they had to give way.
 * Undefined: these trees have none.
 */
function createLoader(
  arena: Kernels["arena"],
  place: typeof placeTreeProgram,
): (learner: TreesLearner) => number | undefined {
  const start = arena.mark();
  const without = new WeakSet<Trees>();
  let loaded = new WeakMap<Trees, number>();
  let loadedBytes = 0;
  return (learner) => {
    const { trees } = learner;
    const known = loaded.get(trees);
    if (known !== undefined || without.has(trees)) return known;
    const program = treeProgramOf(learner);
    if (!program) {
      without.add(trees);
      return undefined;
    }
    if (loadedBytes > MOST_LOADED) {
      arena.release(start);
      loaded = new WeakMap();
      loadedBytes = 0;
    }
    const { address, bytes } = place(arena, program);
    loaded.set(trees, address);
    loadedBytes += bytes;
    return address;
  };
}
