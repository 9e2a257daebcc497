/**
 * How far one distribution lies from another. All take the baseline first, and no nulls.
 * Names as in Azure ML's monitoring signals and Evidently.
 */

/** Shares below this count as this, so that a value that one side lacks makes the index large and not infinite. */
const smallestShare = 1e-4;

/**
 * Population stability index: sum of (target - baseline) * ln(target / baseline) over the shares of bins or categories.
 * 0 for equal ones; by the usual rule of thumb below 0.1 is stable, above 0.25 has shifted (Siddiqi, Credit Risk
 * Scorecards, 2006).
 * @param baseline counts by bin; @param target counts in the same bins
 */
export function populationStabilityIndex(baseline: readonly number[], target: readonly number[]): number {
  const expected = shares(baseline);
  const actual = shares(target);
  let index = 0;
  for (let i = 0; i < expected.length; i++) {
    const e = Math.max(expected[i]!, smallestShare);
    const a = Math.max(actual[i]!, smallestShare);
    index += (a - e) * Math.log(a / e);
  }
  return index;
}

/**
 * Jensen-Shannon distance: square root of the divergence with logarithms to base 2, as
 * scipy.spatial.distance.jensenshannon(p, q, base=2). 0 for equal distributions, 1 for ones without a common value.
 */
export function jensenShannonDistance(baseline: readonly number[], target: readonly number[]): number {
  const p = shares(baseline);
  const q = shares(target);
  let divergence = 0;
  for (let i = 0; i < p.length; i++) {
    const middle = (p[i]! + q[i]!) / 2;
    divergence += (surprise(p[i]!, middle) + surprise(q[i]!, middle)) / 2;
  }
  // Rounding may leave a tiny negative number.
  return Math.sqrt(Math.min(1, Math.max(0, divergence)));
}

function surprise(share: number, middle: number): number {
  return share === 0 ? 0 : share * Math.log2(share / middle);
}

function shares(counts: readonly number[]): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / total);
}

/**
 * Two-sample Kolmogorov-Smirnov statistic: the largest difference between the empirical distribution functions, 0 to 1;
 * scipy.stats.ks_2samp(a, b).statistic.
 * @param baseline ascending; @param target ascending
 */
export function kolmogorovSmirnov(baseline: Float64Array, target: Float64Array): number {
  let largest = 0;
  walkBoth(baseline, target, (below, above) => (largest = Math.max(largest, Math.abs(below - above))));
  return largest;
}

/**
 * First Wasserstein distance, the area between the empirical distribution functions, in units of the column;
 * scipy.stats.wasserstein_distance(a, b).
 * @param baseline ascending; @param target ascending
 */
export function wassersteinDistance(baseline: Float64Array, target: Float64Array): number {
  let area = 0;
  walkBoth(baseline, target, (below, above, width) => (area += Math.abs(below - above) * width));
  return area;
}

/**
 * Calls `visit` for each distinct value of both samples with the share of the baseline and of the target that is at
 * most that value, and the distance to the next value (0 for the last).
 */
function walkBoth(
  baseline: Float64Array,
  target: Float64Array,
  visit: (baselineShare: number, targetShare: number, width: number) => void,
): void {
  let i = 0;
  let j = 0;
  while (i < baseline.length || j < target.length) {
    const value = Math.min(baseline[i] ?? Infinity, target[j] ?? Infinity);
    while (i < baseline.length && baseline[i] === value) i++;
    while (j < target.length && target[j] === value) j++;
    const next = Math.min(baseline[i] ?? Infinity, target[j] ?? Infinity);
    visit(i / baseline.length, j / target.length, next === Infinity ? 0 : next - value);
  }
}

/**
 * Inner edges of bins: the deciles of the baseline (equal ones once), so that there are at most 10 bins, each of about a
 * tenth of the baseline, and outliers do not decide about the edges.
 * @param baseline ascending, not empty
 */
export function decileEdges(baseline: Float64Array): number[] {
  const edges = new Set<number>();
  for (let decile = 1; decile < 10; decile++) edges.add(baseline[Math.floor((baseline.length * decile) / 10)]!);
  return [...edges];
}

/**
 * Counts of both samples in the bins between `decileEdges`.
 * @param baseline ascending, not empty; @param target ascending
 */
export function decileCounts(baseline: Float64Array, target: Float64Array): { baseline: number[]; target: number[] } {
  const inner = decileEdges(baseline);
  return { baseline: countBelow(baseline, inner), target: countBelow(target, inner) };
}

/** Counts of [-inf, e0), [e0, e1), …, [last, inf). */
function countBelow(sorted: Float64Array, edges: readonly number[]): number[] {
  const counts: number[] = [];
  let row = 0;
  for (const edge of [...edges, Infinity]) {
    const from = row;
    while (row < sorted.length && sorted[row]! < edge) row++;
    counts.push(row - from);
  }
  return counts;
}
