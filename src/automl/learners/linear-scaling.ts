/** Numeric features of linear learners: imputed with the median, cut to a sane range, standardised; and their bins. */

/** Quantiles are taken from this many rows at most, evenly spaced. */
const QUANTILE_ROWS = 100_000;

/** How the training rows' values of one feature are scaled: see `LinearEncoding`. */
export interface Scaling {
  readonly fill: number;
  readonly mean: number;
  readonly scale: number;
  readonly range: readonly [number, number];
  readonly nulls: boolean;
}

/** Null when nothing can be learned from the feature: one value, or none. */
export function scalingOf(values: Float64Array, rows: Uint32Array, checkpoint: () => void): Scaling | null {
  const known = knownSample(values, rows);
  if (known.length === 0) return null;
  const fill = (known[(known.length - 1) >> 1] + known[known.length >> 1]) / 2;
  const range = saneRange(known);
  checkpoint();
  const cut = cutValues(values, rows, range);
  let nulls = 0;
  let sum = 0;
  for (let i = 0; i < cut.length; i++) {
    if (Number.isNaN(cut[i])) {
      nulls++;
      cut[i] = fill;
    }
    sum += cut[i];
  }
  checkpoint();
  const mean = sum / rows.length;
  let squares = 0;
  for (let i = 0; i < cut.length; i++) squares += (cut[i] - mean) ** 2;
  const deviation = Math.sqrt(squares / rows.length);
  // A deviation that is only rounding is none: the values do not vary.
  const varies = deviation > 1e-12 * Math.max(Math.abs(range[0]), Math.abs(range[1]));
  if (!varies && nulls === 0) return null;
  return { fill, mean, scale: varies ? deviation : 1, range, nulls: nulls > 0 };
}

/** The rows' values, cut to the range; NaN stays. */
export function cutValues(values: Float64Array, rows: Uint32Array, range: readonly [number, number]): Float64Array {
  const low = range[0];
  const high = range[1];
  const cut = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) {
    const value = values[rows[i]];
    cut[i] = value < low ? low : value > high ? high : value;
  }
  return cut;
}

/** Values that are not missing, ascending. */
function knownSample(values: Float64Array, rows: Uint32Array): Float64Array {
  const step = Math.ceil(rows.length / QUANTILE_ROWS);
  const sample = new Float64Array(Math.ceil(rows.length / step));
  let count = 0;
  for (let i = 0; i < rows.length; i += step) {
    const value = values[rows[i]];
    if (!Number.isNaN(value)) sample[count++] = value;
  }
  return sample.subarray(0, count).sort();
}

/** The middle 99.8% of the values, and as much again on either side. */
function saneRange(ascending: Float64Array): [number, number] {
  const last = ascending.length - 1;
  const low = ascending[Math.floor(0.001 * last)];
  const high = ascending[Math.ceil(0.999 * last)];
  if (low === high) return [ascending[0], ascending[last]];
  return [low - (high - low), high + (high - low)];
}

/**
 * At most `bins` - 1 cuts, so that about equally many of the rows' known values lie between two of them; a value equal
 * to a cut lies below it. None where the values do not vary.
 */
export function quantileCuts(values: Float64Array, rows: Uint32Array, bins: number): number[] {
  const known = knownSample(values, rows);
  const cuts: number[] = [];
  for (let bin = 1; bin < bins; bin++) {
    const cut = known[Math.floor((bin * known.length) / bins)];
    if (cut !== undefined && cut < known[known.length - 1] && cut !== cuts.at(-1)) cuts.push(cut);
  }
  return cuts;
}
