/** The dataset as one byte a value, row by row: what every tree learner reads. */
import { cutPoints, type Kernels } from "../../kernels/index.ts";
import type { Dataset, Feature } from "../dataset.ts";

/** Plain data and addresses in the kernels' shared memory, so that it can be sent to other threads. */
export interface BinnedDataset {
  readonly rows: number;
  readonly features: number;
  /** Bytes a row; a multiple of 4. */
  readonly stride: number;
  /** rows x stride bytes: histograms read all bins of a row. */
  readonly bins: number;
  /** features x rows bytes: splitting a leaf reads one bin of many rows. */
  readonly columns: number;
  /** Per feature: first cell in a compact histogram, number of cells (bin 0, "missing", included), 1 if categorical. */
  readonly offsets: number;
  readonly binCounts: number;
  readonly kinds: number;
  /** Cells of a whole compact histogram. */
  readonly cells: number;
  readonly binnings: readonly Binning[];
}

export type Binning =
  | { readonly kind: "numeric"; readonly cuts: Float64Array }
  /** `categories`: that of each bin from 1. Bin 0 is missing and `folded`: all beyond the 254 most frequent. */
  | { readonly kind: "categorical"; readonly categories: Uint32Array; readonly folded: Uint32Array };

const CHUNK_ROWS = 65_536;

export function binDataset(data: Dataset, kernels: Kernels): BinnedDataset {
  const { arena } = kernels;
  const features = data.features.length;
  const stride = Math.ceil(features / 4) * 4;
  const binnings = data.features.map(binningOf);
  const cellCounts = binnings.map((binning) =>
    binning.kind === "numeric" ? binning.cuts.length + 2 : binning.categories.length + 1,
  );
  const offsets = arena.allocate(features * 4);
  const binCounts = arena.allocate(features * 4);
  const kinds = arena.allocate(features);
  const bins = arena.allocate(data.rows * stride);
  const columns = arena.allocate(data.rows * features);
  const buffer = arena.memory.buffer;
  new Uint32Array(buffer, binCounts, features).set(cellCounts);
  new Uint8Array(buffer, kinds, features).set(binnings.map((binning) => (binning.kind === "categorical" ? 1 : 0)));
  const offsetView = new Uint32Array(buffer, offsets, features);
  let cells = 0;
  for (let f = 0; f < features; f++) {
    offsetView[f] = cells;
    cells += cellCounts[f];
  }
  const mark = arena.mark();
  const values = arena.allocate(CHUNK_ROWS * 8);
  const table = arena.allocate(Math.max(256 * 8, ...data.features.map((feature) => feature.cardinality)));
  for (let f = 0; f < features; f++)
    writeBins(kernels, data.features[f], binnings[f], values, table, columns + f * data.rows);
  kernels.run.interleave(columns, data.rows, features, bins, stride);
  arena.release(mark);
  return { rows: data.rows, features, stride, bins, columns, offsets, binCounts, kinds, cells, binnings };
}

function binningOf(feature: Feature): Binning {
  if (feature.kind === "numeric") return { kind: "numeric", cuts: cutPoints(feature.values) };
  const counts = new Uint32Array(feature.cardinality);
  for (const value of feature.values) if (value >= 0) counts[value]++;
  const byFrequency = Uint32Array.from(counts.keys())
    .filter((category) => counts[category] > 0)
    .sort((a, b) => counts[b] - counts[a] || a - b);
  return { kind: "categorical", categories: byFrequency.slice(0, 254), folded: byFrequency.slice(254) };
}

function writeBins(
  kernels: Kernels,
  feature: Feature,
  binning: Binning,
  values: number,
  table: number,
  column: number,
): void {
  const { run, arena } = kernels;
  const buffer = arena.memory.buffer;
  const chunk = new Float64Array(buffer, values, CHUNK_ROWS);
  if (binning.kind === "numeric") new Float64Array(buffer, table, binning.cuts.length).set(binning.cuts);
  else {
    const binOf = new Uint8Array(buffer, table, feature.cardinality).fill(0);
    binning.categories.forEach((category, i) => (binOf[category] = i + 1));
  }
  for (let first = 0; first < feature.values.length; first += CHUNK_ROWS) {
    const part = feature.values.subarray(first, first + CHUNK_ROWS);
    chunk.set(part);
    const at = column + first;
    if (binning.kind === "numeric") run.binNumeric(values, part.length, table, binning.cuts.length, at);
    else run.binCategorical(values, part.length, table, feature.cardinality, at);
  }
}
