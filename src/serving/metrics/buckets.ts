/**
 * Latencies counted in buckets whose bounds grow by the 15th root of 2 (4.7 %), so that every 15th bound doubles, from
 * 0.05 ms to 105 s: counts of processes and minutes are added up, and a quantile of the sum is right to a bucket (the
 * scheme of OpenTelemetry's exponential histogram).
 */

const smallest = 0.05;
const perDoubling = 15;
const doublings = 21;

/** The first holds what is below 0.05 ms, the last what is above 105 s. */
export const bucketCount = perDoubling * doublings + 2;

export function bucketOf(milliseconds: number): number {
  if (!(milliseconds >= smallest)) return 0;
  return Math.min(bucketCount - 1, 1 + Math.floor(Math.log2(milliseconds / smallest) * perDoubling));
}

/** Milliseconds; everything in the bucket is below it. */
export function upperBound(bucket: number): number {
  return bucket === bucketCount - 1 ? Infinity : smallest * 2 ** (bucket / perDoubling);
}

/** Buckets whose upper bounds are 0.05 ms, 0.1, 0.2 … 105 s: what is exported. */
export const exportedBuckets: readonly number[] = Array.from(
  { length: doublings + 1 },
  (_, doubling) => doubling * perDoubling,
);

/**
 * Milliseconds: the middle of the bucket in which the value of that rank lies (nearest-rank quantile); null where nothing
 * was counted.
 * @param probability 0 to 1
 */
export function quantile(buckets: ArrayLike<number>, probability: number): number | null {
  let total = 0;
  for (let bucket = 0; bucket < buckets.length; bucket++) total += buckets[bucket]!;
  if (total === 0) return null;
  let left = Math.max(1, Math.ceil(probability * total));
  let bucket = 0;
  while (left > buckets[bucket]!) left -= buckets[bucket++]!;
  return middleOf(bucket);
}

function middleOf(bucket: number): number {
  if (bucket === 0) return smallest;
  if (bucket === bucketCount - 1) return smallest * 2 ** doublings;
  return smallest * 2 ** ((bucket - 0.5) / perDoubling);
}
