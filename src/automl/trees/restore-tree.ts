/** A finished tree as training sees it, so that a later training can go on from it. */
import type { Trees } from "../../model/index.ts";
import type { Binning } from "./binned.ts";
import { NAN_LEFT, setAt } from "./flatten.ts";
import { NODE_BYTES, type Workspace } from "./workspace.ts";

/** Writes tree number `tree` (leafWidth 1) to the workspace's nodes, for walk(): the reverse of TreesBuilder.add. */
export function restoreTree(space: Workspace, trees: Trees, tree: number): void {
  const first = trees.roots[tree];
  const end = trees.roots[tree + 1] ?? trees.feature.length;
  const bytes = new DataView(space.kernels.arena.memory.buffer, space.nodes, (end - first) * NODE_BYTES);
  for (let i = first; i < end; i++) {
    const at = (i - first) * NODE_BYTES;
    const feature = trees.feature[i];
    bytes.setInt32(at, feature < 0 ? -1 : feature, true);
    if (feature < 0) {
      bytes.setFloat64(at + 8, trees.leafValues[trees.left[i]], true);
      continue;
    }
    bytes.setUint32(at + 4, trees.left[i] - first, true);
    leftBins(trees, i, space.data.binnings[feature]).forEach((word, j) => bytes.setUint32(at + 16 + 4 * j, word, true));
  }
}

/** The 256-bit set of the bins that go left. */
function leftBins(trees: Trees, node: number, binning: Binning): Uint32Array {
  const set = new Uint32Array(8);
  const mark = (bin: number): void => void (set[bin >> 5] |= 1 << (bin & 31));
  const nanLeft = (trees.flags[node] & NAN_LEFT) !== 0;
  if (binning.kind === "categorical") {
    const has = membership(setAt(trees, node));
    binning.categories.forEach((category, i) => {
      if (has(category)) mark(i + 1);
    });
    if (nanLeft) mark(0);
    return set;
  }
  const highest = binning.kind === "numeric" ? trees.threshold[node] : highestStatistic(trees, node, binning);
  const last = binning.cuts.filter((cut) => cut < highest).length + 1;
  for (let bin = 1; bin <= last; bin++) mark(bin);
  if (binning.kind === "numeric" && nanLeft) mark(0);
  return set;
}

/** Between the cut of the split and the one below it: every bin of a statistic has a category of its own. */
function highestStatistic(trees: Trees, node: number, binning: Extract<Binning, { kind: "statistic" }>): number {
  const has = membership(setAt(trees, node));
  let highest = (trees.flags[node] & NAN_LEFT) !== 0 ? binning.missing : -Infinity;
  binning.statistics.forEach((statistic, category) => {
    if (has(category)) highest = Math.max(highest, statistic);
  });
  return highest;
}

function membership(words: Uint32Array): (category: number) => boolean {
  return (category) => category >> 5 < words.length && ((words[category >> 5] >>> (category & 31)) & 1) === 1;
}
