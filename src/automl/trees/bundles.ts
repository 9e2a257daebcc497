/**
 * Bundles: several features that share one byte of a row, so that a histogram needs one addition for all of them.
 *
 * A bundle's code stands for one combination of its members' bins, as the rows have them; up to 256 occur. It holds
 * exclusive features (as in LightGBM's exclusive feature bundling, Ke et al. 2017), features of few values, and
 * features that follow from each other. The sums of the codes are dealt out to the members' cells (harvest() in
 * assembly/histogram.ts): whole numbers, so the histograms are the same as without bundles, bit for bit.
 */
import type { Kernels } from "../../kernels/index.ts";

/** A byte of a row: one feature's bins, or the codes of a bundle. */
export interface Slot {
  /** Numbers of the features. */
  readonly members: readonly number[];
  /** Address of its bytes, one a row. */
  readonly column: number;
  /** Different bytes: bins of the one member, or combinations. */
  readonly codes: number;
  /** Of a bundle: the bins of a combination, one a member, at code * members.length. */
  readonly combinations: Uint8Array;
}

export interface BinColumns {
  readonly rows: number;
  /** The bins of all features, one byte a row; feature f's at columns + f * rows. */
  readonly columns: number;
  /** Bins of each feature, bin 0 ("missing") included. */
  readonly cellCounts: readonly number[];
}

const MAX_CODES = 256;
/** A code is dealt out once a histogram; below this many rows a code that costs more than it saves. */
const ROWS_A_CODE = 32;
/** Bundles that save fewer bytes of a row than this are not worth their dealing out. */
const MIN_SAVED = 2;
/** Rows by which the most fitting bundle is chosen; all rows are asked whether it holds. */
const SAMPLE_ROWS = 4_096;
/** Bundles that a feature is tried with: the newest, so that wide tables stay linear. */
const MAX_TRIES = 32;
/** Of those, so many are asked about all rows. */
const MAX_FULL_TRIES = 2;

interface Draft {
  members: number[];
  column: number;
  codes: number;
  combinations: Uint8Array;
}

/**
 * Slots for all features; bundles only where the rows get shorter by some bytes. Space is taken from the arena and not given
 * back: bundled columns are new.
 */
export function bundleFeatures(kernels: Kernels, binned: BinColumns): readonly Slot[] {
  const { rows, columns, cellCounts } = binned;
  const single = (f: number): Draft => ({
    members: [f],
    column: columns + f * rows,
    codes: cellCounts[f],
    combinations: new Uint8Array(0),
  });
  const singles = (): Draft[] => cellCounts.map((_, f) => single(f));
  const limit = Math.min(MAX_CODES, Math.floor(rows / ROWS_A_CODE));
  if (limit < 4) return singles();
  const joiner = createJoiner(kernels, rows, limit);
  const drafts: Draft[] = [];
  // Features of many values first: what fits beside them is rare, what fits beside the others is not.
  const order = singles().sort((a, b) => b.codes - a.codes || a.members[0] - b.members[0]);
  for (const draft of order) if (!joiner.join(draft, drafts)) drafts.push(draft);
  if (drafts.length + MIN_SAVED > cellCounts.length) return singles();
  return drafts.toSorted((a, b) => a.members[0] - b.members[0]);
}

interface Joiner {
  /** Puts a feature into the most fitting of the bundles; false when it fits none. */
  join(feature: Draft, drafts: readonly Draft[]): boolean;
}

function createJoiner({ run, arena }: Kernels, rows: number, limit: number): Joiner {
  const pairs = arena.allocate(65_536 * 4);
  const step = Math.max(1, Math.ceil(rows / SAMPLE_ROWS));
  let round = 0;

  function join(feature: Draft, drafts: readonly Draft[]): boolean {
    const tried = drafts.slice(-MAX_TRIES).flatMap((draft) => {
      const codes = run.numberPairs(draft.column, feature.column, rows, step, pairs, ++round, limit);
      return codes <= limit ? [{ draft, growth: codes / draft.codes }] : [];
    });
    tried.sort((a, b) => a.growth - b.growth);
    for (const { draft } of tried.slice(0, MAX_FULL_TRIES)) {
      const codes = run.numberPairs(draft.column, feature.column, rows, 1, pairs, ++round, limit);
      if (codes > limit) continue;
      merge(draft, feature, codes);
      return true;
    }
    return false;
  }

  function merge(draft: Draft, feature: Draft, codes: number): void {
    const before = draft.members.length;
    const entries = new Uint32Array(arena.memory.buffer, pairs, 65_536);
    const combinations = new Uint8Array(codes * (before + 1));
    for (let pair = 0; pair < entries.length; pair++) {
      if (entries[pair] >>> 8 !== round) continue;
      const at = (entries[pair] & 255) * (before + 1);
      const old = pair >> 8;
      if (before === 1) combinations[at] = old;
      else combinations.set(draft.combinations.subarray(old * before, (old + 1) * before), at);
      combinations[at + before] = pair & 255;
    }
    if (before === 1) {
      const own = arena.allocate(rows);
      run.copyBytes(own, draft.column, rows);
      draft.column = own;
    }
    run.joinCodes(draft.column, feature.column, rows, pairs);
    draft.members.push(feature.members[0]);
    draft.codes = codes;
    draft.combinations = combinations;
  }

  return { join };
}

/** Words of a slot, u32 each: see harvest() in assembly/histogram.ts. */
const SLOT_WORDS = 6;

/** Writes the table that harvest() reads. @returns its address */
export function writeSlots(
  { arena }: Kernels,
  slots: readonly Slot[],
  offsets: Uint32Array,
  cellCounts: readonly number[],
): number {
  const table = arena.allocate(slots.length * SLOT_WORDS * 4);
  const write = (values: ArrayLike<number>): number => {
    const address = arena.allocate(values.length * 4);
    new Uint32Array(arena.memory.buffer, address, values.length).set(values);
    return address;
  };
  slots.forEach((slot, s) => {
    const words = new Uint32Array(arena.memory.buffer, table + s * SLOT_WORDS * 4, SLOT_WORDS);
    if (slot.members.length === 1) words.set([slot.codes, 1, offsets[slot.members[0]]]);
    else {
      const { starts, targets, members } = layOut(slot, offsets, cellCounts);
      words.set([slot.codes, slot.members.length, 0, write(starts), write(targets), write(members)]);
    }
  });
  return table;
}

/** The cells that each code's sum goes to, without each member's frequent cell: the one most of the codes share. */
function layOut(
  { members, codes, combinations }: Slot,
  offsets: Uint32Array,
  cellCounts: readonly number[],
): { starts: number[]; targets: number[]; members: number[] } {
  const width = members.length;
  const frequent = members.map((f, m) => {
    const uses = new Uint32Array(cellCounts[f]);
    for (let code = 0; code < codes; code++) uses[combinations[code * width + m]]++;
    return uses.indexOf(uses.reduce((most, count) => Math.max(most, count)));
  });
  const starts = [0];
  const targets: number[] = [];
  for (let code = 0; code < codes; code++) {
    members.forEach((f, m) => {
      const bin = combinations[code * width + m];
      if (bin !== frequent[m]) targets.push(offsets[f] + bin);
    });
    starts.push(targets.length);
  }
  const list = members.flatMap((f, m) => [offsets[f], cellCounts[f], frequent[m]]);
  return { starts, targets, members: list };
}
