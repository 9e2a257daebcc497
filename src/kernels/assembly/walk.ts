// Rows sent down a tree by their bins.

/** Bytes of a node: i32 feature (negative: a leaf), u32 left child (right is the next), f64 value, 256-bit set. */
const NODE_BYTES: usize = 48;

/**
 * scores[row] += value of the leaf that the row reaches; f64. `columns`: the bins, feature f's at f * pitch: a walk reads
 * a few features of a row, and rows in ascending order read each of them from front to back.
 */
export function walk(nodes: usize, rows: usize, count: u32, columns: usize, pitch: u32, scores: usize): void {
  for (let i: u32 = 0; i < count; i++) {
    const row = load<u32>(rows + ((<usize>i) << 2));
    const node = leafOf(nodes, columns + <usize>row, pitch);
    const at = scores + ((<usize>row) << 3);
    store<f64>(at, load<f64>(at) + load<f64>(node, 8));
  }
}

// @ts-ignore: decorator
@inline
function leafOf(nodes: usize, bins: usize, pitch: u32): usize {
  let node = nodes;
  let feature = load<i32>(node);
  while (feature >= 0) {
    const bin = <u32>load<u8>(bins + <usize>(<u32>feature * pitch));
    const isLeft = (load<u32>(node + ((<usize>(bin >> 5)) << 2), 16) >> (bin & 31)) & 1;
    node = nodes + <usize>(load<u32>(node, 4) + (isLeft ^ 1)) * NODE_BYTES;
    feature = load<i32>(node);
  }
  return node;
}
