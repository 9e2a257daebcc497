/** Ranks from 1; equal values share the mean of theirs. */
export function ranks(values: Float64Array): Float64Array {
  const sorted = Float64Array.from(values).sort();
  const result = new Float64Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    result[i] = (bound(sorted, value, false) + bound(sorted, value, true) + 1) / 2;
  }
  return result;
}

/** How many values are below `value`, or, with `including`, not above it. */
function bound(sorted: Float64Array, value: number, including: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < value || (including && sorted[middle] === value)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Spearman's rank correlation of two columns without nulls; NaN when one is constant. */
export function spearman(a: Float64Array, b: Float64Array): number {
  return pearson(ranks(a), ranks(b));
}

/** Area under the ROC curve of `scores` for the rows where `positive` is 1 (Mann and Whitney). */
export function areaUnderCurve(scores: Float64Array, positive: Uint8Array): number {
  const rank = ranks(scores);
  let sum = 0;
  let positives = 0;
  for (let i = 0; i < rank.length; i++) {
    if (!positive[i]) continue;
    sum += rank[i]!;
    positives++;
  }
  return (sum - (positives * (positives + 1)) / 2) / (positives * (rank.length - positives));
}

function pearson(a: Float64Array, b: Float64Array): number {
  const n = a.length;
  let meanA = 0;
  let meanB = 0;
  for (let i = 0; i < n; i++) {
    meanA += a[i]! / n;
    meanB += b[i]! / n;
  }
  let ab = 0;
  let aa = 0;
  let bb = 0;
  for (let i = 0; i < n; i++) {
    const x = a[i]! - meanA;
    const y = b[i]! - meanB;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}
