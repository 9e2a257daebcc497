/** Writes the parts of a program of trees to their places. */
import {
  FEW,
  isPair,
  LANES,
  leavesOf,
  MOST_LEAVES,
  paddedCuts,
  tableBytes,
  TREE_BYTES,
} from "./tree-program-layout.ts";
import type { Group, Parts } from "./tree-program-layout.ts";
import type { NumberColumn, ProgramTree, TreeProgram } from "./tree-program.ts";

/** All of the kernels' memory. */
export interface Memory {
  readonly bytes: Uint8Array;
  readonly words: Uint32Array;
  readonly numbers: Float64Array;
}

/** In the order of signed bytes, which one instruction compares. */
function signed(code: number): number {
  return code ^ 128;
}

/** @param address a multiple of four */
export function write({ words }: Memory, address: number, values: readonly number[]): void {
  for (let i = 0; i < values.length; i++) words[address / 4 + i] = values[i];
}

export function writeNumbers(memory: Memory, at: Parts, numbers: readonly NumberColumn[]): void {
  let { cuts: cutsAt, codes, cutNumbers } = at;
  numbers.forEach(({ feature, cuts, missingLeft, missingRight }, i) => {
    const padded = memory.numbers.subarray(cutsAt / 8, cutsAt / 8 + paddedCuts(cuts));
    padded.fill(Infinity);
    padded.set(cuts);
    const half = cuts.length === 0 ? 0 : (padded.length + 1) / 2;
    write(memory, at.numbers + 16 * i, [feature, half * 8, cutsAt, codes]);
    write(memory, at.comparisons + 16 * i, [codes, missingLeft.length, codes + LANES, missingRight.length]);
    memory.bytes.set(missingLeft.map(signed), cutNumbers);
    memory.bytes.set(missingRight.map(signed), cutNumbers + missingLeft.length);
    cutNumbers += missingLeft.length + missingRight.length;
    cutsAt += padded.byteLength;
    codes += 2 * LANES;
  });
}

export function writeCategories(memory: Memory, at: Parts, { numbers, categories }: TreeProgram): void {
  let table = at.tables;
  categories.forEach((column, i) => {
    const codes = at.codes + (2 * numbers.length + i) * LANES;
    const bytes = tableBytes(column);
    write(memory, at.categories + 16 * i, [column.feature, column.categories, codes, 0]);
    write(memory, at.lookUps + 16 * i, [codes, column.rights.length, bytes, 0]);
    for (const right of column.rights) {
      memory.bytes.set(right, table);
      table += bytes;
    }
  });
}

export function writeTrees(memory: Memory, at: Parts, { trees }: TreeProgram, groups: readonly Group[]): void {
  for (let leaf = 0; leaf < MOST_LEAVES; leaf++) {
    memory.bytes.fill(leaf, at.leaves + leaf * LANES, at.leaves + (leaf + 1) * LANES);
  }
  let { splits, values, nodes } = at;
  const chosen = groups.flatMap((group, i) => {
    write(memory, at.groups + 12 * i, [group.pairs, group.others, group.trees.length]);
    const slots = writeSplits(memory, at, splits, group);
    splits += group.pairs * 8 + group.others * 12;
    return slots;
  });
  trees.forEach((tree, i) => {
    write(memory, at.trees + i * TREE_BYTES, [chosen[i] ?? 0, values, tree.output * 8, nodes]);
    memory.numbers.set(tree.values, values / 8);
    nodes = writeNodes(memory, at, nodes, values, tree);
    values += tree.values.byteLength;
  });
}

/** @returns for each tree of the group where the numbers of the leaves that the rows reach will be */
function writeSplits(memory: Memory, at: Parts, address: number, { trees, pairs }: Group): number[] {
  let pair = 0;
  let other = pairs;
  return trees.map((tree) => {
    const { splits } = tree;
    const slots: number[] = [];
    const addressOf = (child: number): number =>
      child >= 0 ? at.leaves + child * LANES : (slots[-1 - child] as number);
    for (let i = 0; i < splits.length; i += 3) {
      const mask = at.masks + splits[i] * LANES;
      if (isPair(tree, i)) {
        write(memory, address + pair * 8, [mask, splits[i + 1]]);
        slots.push(at.slots + pair++ * LANES);
      } else {
        write(memory, address + pairs * 8 + (other - pairs) * 12, [
          mask,
          addressOf(splits[i + 1]),
          addressOf(splits[i + 2]),
        ]);
        slots.push(at.slots + other++ * LANES);
      }
    }
    return slots.at(-1) ?? at.leaves;
  });
}

/** From the root on, children side by side, each node with the address of its values. @returns where the next tree goes */
function writeNodes(memory: Memory, at: Parts, address: number, values: number, tree: ProgramTree): number {
  const { splits } = tree;
  const valueBytes = tree.values.byteLength / leavesOf(tree);
  const queue = [splits.length === 0 ? 0 : -splits.length / 3];
  for (let i = 0; i < queue.length; i++) {
    const child = queue[i] as number;
    const node = address + i * 8;
    if (child >= 0) {
      write(memory, node, [at.zero, node]);
      write(memory, at.leafValues + (node - at.nodes) / 2, [values + child * valueBytes]);
    } else {
      const split = 3 * (-1 - child);
      write(memory, node, [at.masks + splits[split] * FEW, address + queue.length * 8]);
      queue.push(splits[split + 1], splits[split + 2]);
    }
  }
  return address + queue.length * 8;
}
