/**
 * Ordered target statistics (Prokhorenkova et al. 2018, CatBoost): a category becomes the mean target of its rows. In
 * training a row sees only the rows before it in a random order, so that its own target never comes back to it; in the
 * model a category has the mean of all its rows, and a split of those means is written as a set of categories.
 */
import { createRandom } from "../../base/index.ts";
import { cutPoints, type Kernels } from "../../kernels/index.ts";
import type { Feature } from "../dataset.ts";
import { replaceColumns, type BinnedDataset, type Binning } from "./binned.ts";

/** A stream of random numbers that nothing else of a training uses. */
const STREAM = 0x3000_0000;

export interface StatisticsInput {
  readonly features: readonly Feature[];
  /** What is averaged, one number a row of the dataset; only those of `rows` are read. */
  readonly values: (row: number) => number;
  readonly weights: Float64Array | null;
  readonly rows: Uint32Array;
  /** Rows that the overall mean counts for in every category's. */
  readonly priorWeight: number;
  /** Columns of up to this many categories stay what they are. */
  readonly maxOneHot: number;
  readonly seed: number;
}

/** The dataset with a statistic in place of each categorical column; `data` itself where there is none to replace. */
export function orderedStatistics(kernels: Kernels, data: BinnedDataset, input: StatisticsInput): BinnedDataset {
  const order = createRandom(input.seed, STREAM).shuffle(Uint32Array.from(input.rows));
  const prior = meanOf(input);
  const replaced = new Map<number, { binning: Binning; bins: Uint8Array }>();
  data.binnings.forEach((binning, f) => {
    if (binning.kind !== "categorical" || binning.categories.length <= input.maxOneHot) return;
    replaced.set(f, statisticOf(input.features[f], order, prior, input));
  });
  return replaced.size === 0 ? data : replaceColumns(kernels, data, replaced);
}

function meanOf({ rows, weights, values }: StatisticsInput): number {
  let sum = 0;
  let total = 0;
  for (const row of rows) {
    const weight = weights ? weights[row] : 1;
    sum += weight * values(row);
    total += weight;
  }
  return total > 0 ? sum / total : 0;
}

function statisticOf(
  { values: codes, cardinality }: Feature,
  order: Uint32Array,
  prior: number,
  { values, weights, rows, priorWeight }: StatisticsInput,
): { binning: Binning; bins: Uint8Array } {
  // Missing is a category of its own, the last one.
  const categoryOf = (row: number): number => (codes[row] >= 0 ? codes[row] : cardinality);
  const sums = new Float64Array(cardinality + 1).fill(priorWeight * prior);
  const counts = new Float64Array(cardinality + 1).fill(priorWeight);
  const ordered = new Float64Array(codes.length).fill(NaN);
  for (const row of order) {
    const category = categoryOf(row);
    ordered[row] = sums[category] / counts[category];
    const weight = weights ? weights[row] : 1;
    sums[category] += weight * values(row);
    counts[category] += weight;
  }
  const statistics = sums.map((sum, category) => sum / counts[category]);
  // Cuts between the means of all rows: every bin has a category, so that a set of categories names its bin again.
  const cuts = cutPoints(Float64Array.from(rows, (row) => statistics[categoryOf(row)]));
  const bins = new Uint8Array(codes.length);
  const binOfCategory = Uint8Array.from(statistics, (statistic) => binOf(cuts, statistic));
  for (let row = 0; row < codes.length; row++)
    bins[row] = Number.isNaN(ordered[row]) ? binOfCategory[categoryOf(row)] : binOf(cuts, ordered[row]);
  const binning = {
    kind: "statistic",
    cuts,
    statistics: statistics.slice(0, cardinality),
    missing: statistics[cardinality],
  } as const;
  return { binning, bins };
}

/** The first bin, from 1, whose cut is not below the value. */
function binOf(cuts: Float64Array, value: number): number {
  let low = 0;
  let high = cuts.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (cuts[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low + 1;
}
