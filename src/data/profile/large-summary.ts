/**
 * The figures of a long column of numbers or dates in time linear in its rows: only a sample is sorted.
 *
 * Exact: nulls, min, max, mean, standard deviation, histogram, the counts of the top values, and `distinct` of whole
 * numbers and of up to `fewValues` values. From a sample: quantiles, and which values are the top ones. Estimated:
 * `distinct` of more values that are not whole (HyperLogLog, Flajolet et al. 2007; standard error 0.8%).
 */
import type { DateTimeColumn, NumericColumn } from "../../base/index.ts";
import { topValueCount } from "./types.ts";

/** Columns of more rows than this are summarised so. */
export const manyRows = 500_000;
/** Evenly spaced. */
const sampleRows = 200_000;
/** Up to so many different values are counted one by one. */
const fewValues = 10_000;

export interface LargeFigures {
  readonly nulls: number;
  readonly distinct: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Sum of the squared deviations from the mean. */
  readonly squares: number;
  /** Ascending, at least one value where the column has one. */
  readonly sample: Float64Array;
  readonly top: readonly { readonly value: number; readonly count: number }[];
}

export function largeFigures(column: NumericColumn | DateTimeColumn): LargeFigures {
  const { values } = column;
  const sample = sortedSample(values);
  const { nulls, min, max, mean } = moments(values, sample.length > 0 ? sample[sample.length >> 1]! : 0);
  const counted = countEach(values, sample);
  return {
    nulls,
    min,
    max,
    mean,
    sample: sample.length > 0 || nulls === values.length ? sample : Float64Array.of(min, max),
    squares: squaresAround(values, mean),
    ...(counted ?? {
      distinct: column.type === "numeric" && column.integer ? countWholes(values) : estimateDistinct(values),
      top: countTop(values, mostFrequent(sample)),
    }),
  };
}

function sortedSample(values: Float64Array): Float64Array {
  const step = values.length / sampleRows;
  const sample = new Float64Array(sampleRows);
  let count = 0;
  for (let i = 0; i < sampleRows; i++) {
    const value = values[Math.floor(i * step)]!;
    if (!Number.isNaN(value)) sample[count++] = value;
  }
  return sample.slice(0, count).sort();
}

/** `middle`: deviations from it keep the sum small, so that less of it is lost to rounding. */
function moments(values: Float64Array, middle: number): { nulls: number; min: number; max: number; mean: number } {
  let nulls = 0;
  let min = Infinity;
  let max = -Infinity;
  let sum = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (value < min) min = value;
    if (value > max) max = value;
    if (Number.isNaN(value)) nulls++;
    else sum += value - middle;
  }
  const count = values.length - nulls;
  if (Number.isFinite(sum)) return { nulls, min, max, mean: middle + sum / count };
  let mean = 0;
  for (let row = 0; row < values.length; row++) if (!Number.isNaN(values[row]!)) mean += values[row]! / count;
  return { nulls, min, max, mean };
}

function squaresAround(values: Float64Array, mean: number): number {
  let sum = 0;
  for (let row = 0; row < values.length; row++) {
    const difference = values[row]! - mean;
    if (!Number.isNaN(difference)) sum += difference * difference;
  }
  return sum;
}

/** Exact counts, where the column has few values; null where it has more. */
function countEach(values: Float64Array, sample: Float64Array): Pick<LargeFigures, "distinct" | "top"> | null {
  let runs = 0;
  for (let i = 0; i < sample.length; i++) if (i === 0 || sample[i] !== sample[i - 1]) runs++;
  if (runs > fewValues) return null;
  const counts = new Map<number, number>();
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (Number.isNaN(value)) continue;
    const count = counts.get(value);
    if (count === undefined && counts.size === fewValues) return null;
    counts.set(value, (count ?? 0) + 1);
  }
  return { distinct: counts.size, top: firstOf([...counts].map(([value, count]) => ({ value, count }))) };
}

function firstOf(counted: { value: number; count: number }[]): { value: number; count: number }[] {
  return counted.sort((a, b) => b.count - a.count || a.value - b.value).slice(0, topValueCount);
}

function mostFrequent(sample: Float64Array): number[] {
  const runs: { value: number; count: number }[] = [];
  for (let start = 0; start < sample.length;) {
    let end = start + 1;
    while (end < sample.length && sample[end] === sample[start]) end++;
    runs.push({ value: sample[start]!, count: end - start });
    start = end;
  }
  return firstOf(runs).map(({ value }) => value);
}

function countTop(values: Float64Array, chosen: readonly number[]): { value: number; count: number }[] {
  const counts = new Map(chosen.map((value) => [value, 0]));
  for (let row = 0; row < values.length; row++) {
    const count = counts.get(values[row]!);
    if (count !== undefined) counts.set(values[row]!, count + 1);
  }
  return firstOf([...counts].map(([value, count]) => ({ value, count })));
}

/** Whether they are all different decides whether they are identifiers, so it must be exact. */
function countWholes(values: Float64Array): number {
  const sorted = new Float64Array(values).sort();
  let distinct = 0;
  for (let i = 0; i < sorted.length && !Number.isNaN(sorted[i]!); i++)
    if (i === 0 || sorted[i] !== sorted[i - 1]) distinct++;
  return distinct;
}

const registerBits = 14;
const word = new Uint32Array(2);
const number = new Float64Array(word.buffer);

function estimateDistinct(values: Float64Array): number {
  const registers = new Uint8Array(2 ** registerBits);
  let present = 0;
  for (let row = 0; row < values.length; row++) {
    const value = values[row]!;
    if (Number.isNaN(value)) continue;
    present++;
    // Adding 0 makes -0 the 0 it equals.
    number[0] = value + 0;
    const first = mixed(word[0]! ^ mixed(word[1]!));
    const rank = Math.clz32(mixed(first ^ 0x9e3779b9)) + 1;
    const register = first >>> (32 - registerBits);
    if (rank > registers[register]!) registers[register] = rank;
  }
  return Math.min(present, Math.round(cardinality(registers)));
}

/** The finaliser of murmur3: every bit of the input reaches every bit of the output. */
function mixed(value: number): number {
  let x = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

function cardinality(registers: Uint8Array): number {
  const count = registers.length;
  let sum = 0;
  let empty = 0;
  for (const rank of registers) {
    sum += 2 ** -rank;
    if (rank === 0) empty++;
  }
  const estimate = ((0.7213 / (1 + 1.079 / count)) * count * count) / sum;
  return estimate <= 2.5 * count && empty > 0 ? count * Math.log(count / empty) : estimate;
}
