/**
 * The value below which `share` of the weight lies (the inverse of the empirical distribution function; halfway
 * between two values where the share ends just between them). Where all weights are 0, all count the same. NaN for no
 * values.
 */
export function weightedQuantile(values: Float64Array, weights: Float64Array | null, share: number): number {
  if (!weights) return quantile(values.toSorted(), share);
  const order = Uint32Array.from(values.keys())
    .filter((i) => weights[i] > 0)
    .sort((a, b) => values[a] - values[b]);
  if (order.length === 0) return weightedQuantile(values, null, share);
  let total = 0;
  for (const i of order) total += weights[i];
  let below = 0;
  for (let i = 0; i < order.length; i++) {
    below += weights[order[i]];
    // Weights are not exact: a share that ends between two values must be seen as such.
    if (Math.abs(below - share * total) <= 1e-12 * total && i + 1 < order.length)
      return (values[order[i]] + values[order[i + 1]]) / 2;
    if (below >= share * total) return values[order[i]];
  }
  return values[order[order.length - 1]];
}

function quantile(sorted: Float64Array, share: number): number {
  if (sorted.length === 0) return NaN;
  const place = share * sorted.length;
  const above = Math.min(sorted.length - 1, Math.max(0, Math.ceil(place - 1e-9) - 1));
  const between = Math.abs(place - Math.round(place)) <= 1e-9 && above + 1 < sorted.length;
  return between ? (sorted[above] + sorted[above + 1]) / 2 : sorted[above];
}
