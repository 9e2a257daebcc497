/** Plain twin of assembly/nearest.ts, on typed arrays instead of addresses. What it does stands there. */

/** Rows as the kernel takes them; `columns` and `codeCount` are multiples of four. */
export interface CodedRows {
  /** rows x columns, row-major. */
  readonly numbers: Float32Array;
  readonly columns: number;
  /** rows x codeCount, row-major. */
  readonly codes: Uint32Array;
  readonly codeCount: number;
}

/** Bit for bit what the kernel finds: every sum is rounded to 32 bits, four of them side by side. */
function squaredDistance(a: CodedRows, i: number, b: CodedRows, j: number): number {
  const sums = new Float32Array(4);
  for (let at = 0; at < a.columns; at++) {
    const difference = Math.fround(a.numbers[i * a.columns + at] - b.numbers[j * b.columns + at]);
    sums[at % 4] += Math.fround(difference * difference);
  }
  const different = [0, 0, 0, 0];
  for (let at = 0; at < a.codeCount; at++) {
    if (a.codes[i * a.codeCount + at] !== b.codes[j * b.codeCount + at]) different[at % 4] += 2;
  }
  different.forEach((count, lane) => (sums[lane] += count));
  return Math.fround(Math.fround(sums[0] + sums[1]) + Math.fround(sums[2] + sums[3]));
}

/** For each query the k nearest rows, nearest first, of equally distant ones the first. */
export function nearestRows(
  stored: CodedRows,
  rows: number,
  queried: CodedRows,
  queries: number,
  k: number,
): { row: number; distance: number }[][] {
  return Array.from({ length: queries }, (_, query) =>
    Array.from({ length: rows }, (_, row) => ({ row, distance: squaredDistance(queried, query, stored, row) }))
      .sort((a, b) => a.distance - b.distance || a.row - b.row)
      .slice(0, k),
  );
}
