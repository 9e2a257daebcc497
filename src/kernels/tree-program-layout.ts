/** Where the parts of a program of trees lie in memory, and how large they are. */
import type { CategoryColumn, NumberColumn, ProgramTree, TreeProgram } from "./tree-program.ts";

/** Leaves of a tree that a byte tells apart: with more, rows only go down. */
export const MOST_LEAVES = 256;
/** Bytes of a row of codes, of a mask and of a split's leaf numbers: one for each of the 32 rows of a block. */
export const LANES = 32;
/** Rows that go down the trees together; bytes of a mask then. */
export const FEW = 4;
export const TREE_BYTES = 16;
/** Splits whose leaf numbers lie side by side before the leaves' values are added: 16 KiB stay in the nearest cache. */
const GROUP_SPLITS = 512;

export function leavesOf({ splits }: ProgramTree): number {
  return splits.length / 3 + 1;
}

/** Neighbouring trees whose splits are scored together. */
export interface Group {
  readonly trees: readonly ProgramTree[];
  /** Splits into two leaves, and others. */
  readonly pairs: number;
  readonly others: number;
}

export function groupTrees(trees: readonly ProgramTree[]): Group[] {
  const groups: Group[] = [];
  let members: ProgramTree[] = [];
  let pairs = 0;
  let splits = 0;
  trees.forEach((tree, i) => {
    members.push(tree);
    splits += tree.splits.length / 3;
    for (let at = 0; at < tree.splits.length; at += 3) pairs += Number(isPair(tree, at));
    if (splits < GROUP_SPLITS && i < trees.length - 1) return;
    groups.push({ trees: members, pairs, others: splits - pairs });
    members = [];
    pairs = 0;
    splits = 0;
  });
  return groups;
}

export function isPair({ splits }: ProgramTree, at: number): boolean {
  return splits[at + 1] >= 0 && splits[at + 2] >= 0;
}

/** Bytes of the program's parts, in their order in memory. What is read together lies together. */
export interface Parts {
  /** The leaf numbers 0 to 255, each in all lanes. */
  readonly leaves: number;
  /** A mask that sends no row to the right. */
  readonly zero: number;
  readonly slots: number;
  readonly masks: number;
  readonly codes: number;
  readonly numbers: number;
  readonly cuts: number;
  readonly categories: number;
  readonly comparisons: number;
  readonly cutNumbers: number;
  readonly lookUps: number;
  readonly tables: number;
  readonly groups: number;
  readonly splits: number;
  readonly trees: number;
  readonly nodes: number;
  readonly leafValues: number;
  readonly values: number;
}

export function sizesOf({ numbers, categories, trees }: TreeProgram, groups: readonly Group[]): Parts {
  const comparisons = comparisonsOf(numbers);
  const lookUps = sum(categories, ({ rights }) => rights.length);
  return {
    leaves: MOST_LEAVES * LANES,
    zero: FEW,
    slots: Math.max(0, ...groups.map(({ pairs, others }) => pairs + others)) * LANES,
    masks: (comparisons + lookUps) * LANES,
    codes: (2 * numbers.length + categories.length) * LANES,
    numbers: numbers.length * 16,
    cuts: sum(numbers, ({ cuts }) => paddedCuts(cuts) * 8),
    categories: categories.length * 16,
    comparisons: numbers.length * 16,
    cutNumbers: comparisons,
    lookUps: categories.length * 16,
    tables: sum(categories, (column) => column.rights.length * tableBytes(column)),
    groups: groups.length * 12,
    splits: sum(groups, ({ pairs, others }) => pairs * 8 + others * 12),
    trees: trees.length * TREE_BYTES,
    nodes: sum(trees, (tree) => 2 * leavesOf(tree) - 1) * 8,
    leafValues: sum(trees, (tree) => 2 * leavesOf(tree) - 1) * 4,
    values: sum(trees, ({ values }) => values.byteLength),
  };
}

export function placesOf(sizes: Parts, first: number): Parts {
  let address = first;
  const entries = Object.entries(sizes).map(([name, bytes]: [string, number]) => {
    address += aligned(bytes);
    return [name, address - aligned(bytes)];
  });
  return Object.fromEntries(entries) as Parts;
}

export function aligned(bytes: number): number {
  return Math.ceil(bytes / 64) * 64;
}

export function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

export function comparisonsOf(numbers: readonly NumberColumn[]): number {
  return sum(numbers, ({ missingLeft, missingRight }) => missingLeft.length + missingRight.length);
}

/** One less than a power of two. */
export function paddedCuts(cuts: Float64Array): number {
  return 2 ** Math.ceil(Math.log2(cuts.length + 1)) - 1;
}

export function tableBytes({ categories }: CategoryColumn): number {
  return Math.ceil((categories + 2) / 16) * 16;
}
