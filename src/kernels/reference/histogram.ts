/** Plain twins of assembly/histogram.ts, on typed arrays instead of addresses. What they do stands there. */

/** Bins of all features of a row side by side. */
export interface BinnedRows {
  /** rows x stride, row-major. */
  readonly bins: Uint8Array;
  readonly stride: number;
  /** Cells of each feature, bin 0 included. */
  readonly binCounts: Uint32Array;
}

/** The first cell of each feature in a compact histogram. */
export function cellOffsets(binCounts: Uint32Array): Uint32Array {
  let cells = 0;
  return binCounts.map((count) => (cells += count) - count);
}

/** The compact histogram of the listed rows: what histogram() and harvest() make together. */
export function histogram(
  { bins, stride, binCounts }: BinnedRows,
  rows: Uint32Array,
  packed: BigInt64Array,
): BigInt64Array {
  const offsets = cellOffsets(binCounts);
  const cells = new BigInt64Array(binCounts.reduce((sum, count) => sum + count, 0));
  for (const row of rows) offsets.forEach((offset, f) => (cells[offset + bins[row * stride + f]] += packed[row]));
  return cells;
}

export function subtract(parent: BigInt64Array, child: BigInt64Array): BigInt64Array {
  return parent.map((cell, i) => cell - child[i]) as BigInt64Array;
}
