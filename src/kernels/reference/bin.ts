/** Plain twins of assembly/bin.ts, on typed arrays instead of addresses. What they do stands there. */

/** @param cuts ascending, at most 254 */
export function binNumeric(values: Float64Array, cuts: Float64Array): Uint8Array {
  return Uint8Array.from(values, (value) => {
    if (Number.isNaN(value)) return 0;
    return 1 + cuts.filter((cut) => cut < value).length;
  });
}

/** @param table the bin of each category */
export function binCategorical(values: Float64Array, table: Uint8Array): Uint8Array {
  return Uint8Array.from(values, (value) => table[value] ?? 0);
}

/** @param columns features x rows, row-major; the result is rows x stride, the padding 0 */
export function interleave(columns: Uint8Array, rows: number, features: number, stride: number): Uint8Array {
  const bins = new Uint8Array(rows * stride);
  for (let row = 0; row < rows; row++)
    for (let f = 0; f < features; f++) bins[row * stride + f] = columns[f * rows + row];
  return bins;
}
