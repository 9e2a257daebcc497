import * as fc from "fast-check";
import { expect, test } from "vitest";
import { bucketCount, bucketOf, exportedBuckets, quantile, upperBound } from "./buckets.ts";

const latency = fc.oneof(
  fc.double({ min: 0.05, max: 60_000, noNaN: true }),
  fc.double({ min: Math.log(0.05), max: Math.log(60_000), noNaN: true }).map(Math.exp),
);

test("a latency is below its bucket's bound and not below the one before; bounds grow by less than 5 %", () => {
  fc.assert(
    fc.property(latency, (milliseconds) => {
      const bucket = bucketOf(milliseconds);
      // To a rounding error: on a bound itself either side is right.
      expect(milliseconds).toBeLessThan(upperBound(bucket) * (1 + 1e-9));
      expect(milliseconds).toBeGreaterThan(upperBound(bucket - 1) * (1 - 1e-9));
      expect(upperBound(bucket) / upperBound(bucket - 1)).toBeLessThan(1.05);
    }),
  );
});

test.each([
  [0, 0],
  [-1, 0],
  [NaN, 0],
  [0.049, 0],
  [1e9, bucketCount - 1],
  [Infinity, bucketCount - 1],
])("%d ms is in bucket %d", (milliseconds, bucket) => {
  expect(bucketOf(milliseconds)).toBe(bucket);
});

test("quantiles of counts of several processes, added up, are within a bucket of the exact ones", () => {
  const probability = fc.constantFrom(0, 0.01, 0.5, 0.9, 0.95, 0.99, 1);
  fc.assert(
    fc.property(
      fc.array(fc.array(latency, { maxLength: 200 }), { minLength: 1, maxLength: 4 }),
      probability,
      (parts, p) => {
        const all = parts.flat().sort((a, b) => a - b);
        const sum = new Float64Array(bucketCount);
        for (const milliseconds of parts.flat()) sum[bucketOf(milliseconds)]!++;
        expect(quantile(sum, p) === null).toBe(all.length === 0);
        fc.pre(all.length > 0);
        // Nearest rank, by its definition.
        const exact = all[Math.max(1, Math.ceil(p * all.length)) - 1]!;
        expect(Math.abs(Math.log(quantile(sum, p)! / exact))).toBeLessThan(Math.log(1.05));
      },
    ),
  );
});

test("exported bounds double from 0.05 ms to 105 s", () => {
  const bounds = exportedBuckets.map(upperBound);
  expect(bounds[0]).toBe(0.05);
  expect(bounds.at(-1)).toBeCloseTo(104_857.6, 3);
  for (let i = 1; i < bounds.length; i++) expect(bounds[i]! / bounds[i - 1]!).toBeCloseTo(2, 9);
});
