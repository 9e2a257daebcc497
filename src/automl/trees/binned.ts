/** The dataset as one byte a value, row by row: what every tree learner reads. */
import { cutPoints, type Kernels } from "../../kernels/index.ts";
import type { Dataset, Feature } from "../dataset.ts";
import { bundleFeatures, writeSlots } from "./bundles.ts";

/** Plain data and addresses in the kernels' shared memory, so that it can be sent to other threads. */
export interface BinnedDataset {
  readonly rows: number;
  readonly features: number;
  /** Bytes of a row that are in use, one a slot: a feature, or several that share it (bundles.ts). */
  readonly slotCount: number;
  /** Address of the table that says what the slots hold, for harvest(). */
  readonly slots: number;
  /** Bytes a row: slotCount, and padding to a multiple of 4. */
  readonly stride: number;
  /** rows x stride bytes: histograms read all slots of a row. */
  readonly bins: number;
  /** features x rows bytes, feature after feature: splitting a leaf and walking a tree read few features of a row. */
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
  | { readonly kind: "categorical"; readonly categories: Uint32Array; readonly folded: Uint32Array }
  /** A number for each category and one for missing, cut like numbers; bin 0 stays empty (ordered-statistics.ts). */
  | {
      readonly kind: "statistic";
      readonly cuts: Float64Array;
      readonly statistics: Float64Array;
      readonly missing: number;
    };

const CHUNK_ROWS = 65_536;

export function binDataset(data: Dataset, kernels: Kernels): BinnedDataset {
  const { arena } = kernels;
  const binnings = data.features.map(binningOf);
  const columns = arena.allocate(data.rows * data.features.length);
  const mark = arena.mark();
  const values = arena.allocate(CHUNK_ROWS * 8);
  const table = arena.allocate(Math.max(256 * 8, ...data.features.map((feature) => feature.cardinality)));
  for (let f = 0; f < data.features.length; f++)
    writeBins(kernels, data.features[f], binnings[f], values, table, columns + f * data.rows);
  arena.release(mark);
  return layOut(kernels, data.rows, binnings, columns);
}

/** As `data`, with other bins in some of its columns: binnings and one byte a row by number of the feature. */
export function replaceColumns(
  kernels: Kernels,
  data: BinnedDataset,
  replaced: ReadonlyMap<number, { readonly binning: Binning; readonly bins: Uint8Array }>,
): BinnedDataset {
  const { rows, features } = data;
  const columns = kernels.arena.allocate(rows * features);
  const binnings = data.binnings.map((binning, f) => replaced.get(f)?.binning ?? binning);
  kernels.run.copyBytes(columns, data.columns, rows * features);
  const view = new Uint8Array(kernels.arena.memory.buffer);
  for (const [feature, { bins }] of replaced) view.set(bins, columns + feature * rows);
  return layOut(kernels, rows, binnings, columns);
}

/** From the bins column by column: rows of bins, and what says where each feature's cells are. */
function layOut(kernels: Kernels, rows: number, binnings: readonly Binning[], columns: number): BinnedDataset {
  const { arena } = kernels;
  const features = binnings.length;
  const cellCounts = binnings.map((binning) =>
    binning.kind === "categorical" ? binning.categories.length + 1 : binning.cuts.length + 2,
  );
  const offsets = arena.allocate(features * 4);
  const binCounts = arena.allocate(features * 4);
  const kinds = arena.allocate(features);
  // As long as without bundles; what they leave of it is never touched, so the system never gives it.
  const bins = arena.allocate(rows * Math.ceil(features / 4) * 4);
  const buffer = arena.memory.buffer;
  new Uint32Array(buffer, binCounts, features).set(cellCounts);
  new Uint8Array(buffer, kinds, features).set(binnings.map((binning) => (binning.kind === "categorical" ? 1 : 0)));
  const offsetView = new Uint32Array(buffer, offsets, features);
  let cells = 0;
  for (let f = 0; f < features; f++) {
    offsetView[f] = cells;
    cells += cellCounts[f];
  }
  const slots = bundleFeatures(kernels, { rows, columns, cellCounts });
  const slotCount = slots.length;
  const stride = Math.ceil(slotCount / 4) * 4;
  const addresses = arena.allocate(slotCount * 4);
  new Uint32Array(arena.memory.buffer, addresses, slotCount).set(slots.map(({ column }) => column));
  kernels.run.interleave(addresses, rows, slotCount, bins, stride);
  const table = writeSlots(kernels, slots, offsetView, cellCounts);
  return { rows, features, slotCount, slots: table, stride, bins, columns, offsets, binCounts, kinds, cells, binnings };
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
  if (binning.kind !== "categorical") new Float64Array(buffer, table, binning.cuts.length).set(binning.cuts);
  else {
    const binOf = new Uint8Array(buffer, table, feature.cardinality).fill(0);
    binning.categories.forEach((category, i) => (binOf[category] = i + 1));
  }
  for (let first = 0; first < feature.values.length; first += CHUNK_ROWS) {
    const part = feature.values.subarray(first, first + CHUNK_ROWS);
    chunk.set(part);
    const at = column + first;
    if (binning.kind !== "categorical") run.binNumeric(values, part.length, table, binning.cuts.length, at);
    else run.binCategorical(values, part.length, table, feature.cardinality, at);
  }
}
