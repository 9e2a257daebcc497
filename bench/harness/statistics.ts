/** Of an even number of values the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle];
  return (sorted[middle - 1] + sorted[middle]) / 2;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The sample's standard deviation (n - 1); NaN of fewer than two values. */
export function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return Number.NaN;
  const center = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - center) ** 2, 0) / (values.length - 1));
}

/** Slope of the straight line through the points by least squares. */
export function slopeOf(x: readonly number[], y: readonly number[]): number {
  const [centerX, centerY] = [mean(x), mean(y)];
  const covariance = x.reduce((sum, value, i) => sum + (value - centerX) * ((y[i] as number) - centerY), 0);
  return covariance / x.reduce((sum, value) => sum + (value - centerX) ** 2, 0);
}
