/** Plain twins of assembly/walk.ts, on typed arrays instead of addresses. What they do stands there. */
import { inSet } from "./partition.ts";

export interface Node {
  /** Negative: a leaf. */
  readonly feature: number;
  /** The left child, the right one is the next; of a leaf: its number. */
  readonly left: number;
  readonly value: number;
  /** 256-bit set of the bins that go left. */
  readonly set: Uint32Array;
}

/** @param bins those of one row */
export function leafOf(nodes: readonly Node[], bins: Uint8Array): Node {
  let node = nodes[0];
  while (node.feature >= 0) node = nodes[node.left + (inSet(node.set, bins[node.feature]) ? 0 : 1)];
  return node;
}
