/** A program of trees in the kernels' memory, in the form that assembly/score-trees.ts describes. */
import type { Arena } from "./memory.ts";
import {
  aligned,
  comparisonsOf,
  groupTrees,
  leavesOf,
  MOST_LEAVES,
  placesOf,
  sizesOf,
  sum,
  TREE_BYTES,
  type Group,
} from "./tree-program-layout.ts";
import { write, writeCategories, writeNumbers, writeTrees } from "./tree-program-parts.ts";
import type { ProgramTree, TreeProgram } from "./tree-program.ts";

/** What a split costs 16 rows on the way up, in the unit of what a node costs one row on the way down; measured. */
const SPLIT_COST = 0.75;
const HEADER_BYTES = 128;

/**
 * Writes the program and its working space to the arena.
 * @returns its address, for `scoreTrees`, good until the arena releases it; and the bytes it takes
 * @throws SLW_MEMORY_FULL
 */
export function placeTreeProgram(arena: Arena, program: TreeProgram): { address: number; bytes: number } {
  const { outputs, leafWidth, numbers, categories } = program;
  const groups = program.trees.every((tree) => leavesOf(tree) <= MOST_LEAVES) ? groupTrees(program.trees) : [];
  const sizes = sizesOf(program, groups);
  const bytes = Object.values(sizes).reduce((sum, size) => sum + aligned(size), HEADER_BYTES);
  const address = arena.allocate(bytes);
  const at = placesOf(sizes, address + HEADER_BYTES);
  const { buffer } = arena.memory;
  const memory = { bytes: new Uint8Array(buffer), words: new Uint32Array(buffer), numbers: new Float64Array(buffer) };
  writeNumbers(memory, at, numbers);
  writeCategories(memory, at, program);
  writeTrees(memory, at, program, groups);
  const trees = [at.trees, leafWidth, fewRows(program, groups), at.trees + program.trees.length * TREE_BYTES];
  write(memory, address, [outputs, at.masks, at.numbers, numbers.length, at.categories, categories.length]);
  write(memory, address + 24, [at.comparisons, 2 * numbers.length, at.cutNumbers]);
  write(memory, address + 36, [at.lookUps, categories.length, at.tables, comparisonsOf(numbers)]);
  write(memory, address + 52, [at.groups, groups.length, at.slots, at.splits, ...trees, at.nodes, at.leafValues]);
  return { address, bytes };
}

/** Up to so many rows go down in less time than 16 rows take on the way up. */
function fewRows({ trees }: TreeProgram, groups: readonly Group[]): number {
  if (groups.length === 0) return 0xffff_ffff;
  const splits = sum(groups, ({ pairs, others }) => pairs + others);
  return Math.round((SPLIT_COST * splits) / Math.max(1, sum(trees, meanDepth)));
}

/** Of the leaves. */
function meanDepth(tree: ProgramTree): number {
  const { splits } = tree;
  const depths = new Uint32Array(splits.length / 3);
  let total = 0;
  // Parents stand behind their children.
  for (let split = depths.length - 1; split >= 0; split--) {
    for (const child of [splits[3 * split + 1], splits[3 * split + 2]]) {
      if (child < 0) depths[-1 - child] = depths[split] + 1;
      else total += depths[split] + 1;
    }
  }
  return total / leavesOf(tree);
}
