/** Cut points that turn a column of numbers into at most 254 bins of about equally many rows. */
import { createRandom } from "../base/index.ts";

/** Bins are one byte: bin 0 is "missing", so values have 1 to 255 and the cuts between them number 254. */
export const MAX_CUTS = 254;
/** Cuts come from at most this many rows, as in LightGBM (bin_construct_sample_cnt). */
const SAMPLE_ROWS = 200_000;
/** A bin of fewer sampled rows than this is joined with the next (LightGBM's min_data_in_bin). */
const MIN_ROWS_A_BIN = 3;

/**
 * Ascending cuts; a value belongs to the first bin whose cut is not below it. NaN is ignored.
 * Cuts lie halfway between two neighbouring values, so that unseen values fall to the nearer side.
 */
export function cutPoints(values: Float64Array, maxCuts = MAX_CUTS): Float64Array {
  const sorted = sample(values).sort();
  const { distinct, counts } = runLengths(sorted);
  const upper = distinct.length <= maxCuts + 1 ? eachValue(counts) : equalFrequency(counts, maxCuts + 1);
  const cuts = new Float64Array(Math.max(0, upper.length - 1));
  for (let i = 0; i < cuts.length; i++) cuts[i] = between(distinct[upper[i]], distinct[upper[i] + 1]);
  return cuts;
}

function sample(values: Float64Array): Float64Array {
  if (values.length <= SAMPLE_ROWS) return values.filter((value) => !Number.isNaN(value));
  const random = createRandom(1, 77);
  const step = values.length / SAMPLE_ROWS;
  const picked = new Float64Array(SAMPLE_ROWS);
  let count = 0;
  for (let i = 0; i < SAMPLE_ROWS; i++) {
    const value = values[Math.min(values.length - 1, Math.floor((i + random.next()) * step))];
    if (!Number.isNaN(value)) picked[count++] = value;
  }
  return picked.slice(0, count);
}

function runLengths(sorted: Float64Array): { distinct: Float64Array; counts: Uint32Array } {
  const distinct = new Float64Array(sorted.length);
  const counts = new Uint32Array(sorted.length);
  let used = 0;
  for (const value of sorted) {
    if (used > 0 && distinct[used - 1] === value) counts[used - 1]++;
    else {
      distinct[used] = value;
      counts[used++] = 1;
    }
  }
  return { distinct: distinct.subarray(0, used), counts: counts.subarray(0, used) };
}

/** Positions of the last distinct value of each bin: a bin a value, tiny ones joined. */
function eachValue(counts: Uint32Array): number[] {
  const upper: number[] = [];
  let rows = 0;
  for (let i = 0; i < counts.length; i++) {
    rows += counts[i];
    if (rows >= MIN_ROWS_A_BIN || i === counts.length - 1) {
      upper.push(i);
      rows = 0;
    }
  }
  return upper;
}

/** As eachValue, for more distinct values than bins: frequent values keep a bin of their own. */
function equalFrequency(counts: Uint32Array, bins: number): number[] {
  let rowsLeft = counts.reduce((sum, count) => sum + count, 0);
  let binsLeft = bins;
  const share = rowsLeft / bins;
  const isFrequent = counts.map((count) => (count >= share ? 1 : 0));
  for (let i = 0; i < counts.length; i++) {
    if (isFrequent[i]) {
      rowsLeft -= counts[i];
      binsLeft--;
    }
  }
  let wanted = rowsLeft / Math.max(1, binsLeft);
  const upper: number[] = [];
  let rows = 0;
  for (let i = 0; i < counts.length && upper.length < bins - 1; i++) {
    rows += counts[i];
    if (!isFrequent[i]) rowsLeft -= counts[i];
    const nextIsFrequent = i + 1 < counts.length && isFrequent[i + 1] === 1;
    if (isFrequent[i] || rows >= wanted || (nextIsFrequent && rows >= Math.max(1, wanted / 2))) {
      upper.push(i);
      if (!isFrequent[i]) {
        binsLeft--;
        wanted = rowsLeft / Math.max(1, binsLeft);
      }
      rows = 0;
    }
  }
  if (upper.at(-1) !== counts.length - 1) upper.push(counts.length - 1);
  return upper;
}

function between(low: number, high: number): number {
  const middle = low / 2 + high / 2;
  return middle >= low && middle < high ? middle : low;
}
