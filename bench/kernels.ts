/**
 * The kernels of tree training one by one: `node bench/kernels.ts [--quick] [--json]`. One thread, made data, and the
 * fastest of several runs: what the kernel takes when nothing else is in its way.
 */
import { createKernels, SPLIT_BYTES, SPLIT_PARAMS_BYTES } from "../src/kernels/index.ts";
import { createRandom } from "../src/base/index.ts";
import { createReport } from "./harness/report.ts";
import { readSettings } from "./harness/settings.ts";

/** What a run of a kernel did, and how many times. */
interface Work {
  readonly kernel: string;
  readonly data: string;
  /** What is counted: additions, rows, cells. */
  readonly unit: string;
  readonly units: number;
  readonly run: () => void;
  /** What must be done anew before each run, untimed. */
  readonly before?: () => void;
}

const settings = readSettings({});
const rows = settings.quick ? 100_000 : 1_000_000;
const repetitions = settings.quick ? 5 : 15;
const FEATURES = 28;
const CELLS = 256;
/** Bytes of one feature in the scratch histogram (src/kernels/assembly/histogram.ts). */
const FEATURE_BYTES = 2112;
const NODE_BYTES = 48;

const { run, arena } = createKernels();
const random = createRandom(1);

function placed(bytes: number): number {
  return arena.allocate(bytes);
}

function uint32(address: number, length: number): Uint32Array {
  return new Uint32Array(arena.memory.buffer, address, length);
}

const list = placed(rows * 4);
const spare = placed(rows * 4);
const packed = placed(rows * 8);
const columns = placed(rows * FEATURES);
const bins = placed(rows * FEATURES);
const scratch = placed(FEATURES * FEATURE_BYTES);
const compact = placed(FEATURES * CELLS * 8);
const other = placed(FEATURES * CELLS * 8);
const scores = placed(rows * 8);
const labels = placed(rows * 4);
const values = placed(rows * 8);

/** Every feature's bins are drawn from 1 to 255; gradients and hessians as of log loss after some rounds. */
function fill(): void {
  const bytes = new Uint8Array(arena.memory.buffer, columns, rows * FEATURES);
  for (let i = 0; i < bytes.length; i++) bytes[i] = 1 + random.integer(255);
  const addresses = placed(FEATURES * 4);
  uint32(addresses, FEATURES).set(Array.from({ length: FEATURES }, (_, f) => columns + f * rows));
  run.interleave(addresses, rows, FEATURES, bins, FEATURES);
  const scoreView = new Float64Array(arena.memory.buffer, scores, rows);
  const labelView = new Float32Array(arena.memory.buffer, labels, rows);
  const valueView = new Float64Array(arena.memory.buffer, values, rows);
  for (let row = 0; row < rows; row++) {
    scoreView[row] = random.normal();
    labelView[row] = random.integer(2);
    valueView[row] = random.normal();
  }
  run.logisticGradients(scores, labels, 0, 0, rows, 1, 2_000, 8_000, packed);
}

/** Every n-th row, as in a leaf that holds that share of them. */
function listRows(step: number): number {
  const view = uint32(list, rows);
  let count = 0;
  for (let row = 0; row < rows; row += step) view[count++] = row;
  return count;
}

function histograms(): Work[] {
  return [1, 4, 16, 64].flatMap((step) =>
    [FEATURES, 9].map((slots) => {
      const count = Math.ceil(rows / step);
      return {
        kernel: "histogram",
        data: `${slots} bytes, ${step === 1 ? "every row" : `every ${step}th row`}`,
        unit: "addition",
        units: count * slots,
        before: () => void listRows(step),
        run: () => run.histogram(bins, FEATURES, slots, list, count, packed, scratch),
      };
    }),
  );
}

/** As of a leaf with all rows; in `kinds` 1 is categorical. */
function splits(): Work[] {
  const [offsets, counts, kinds, features] = [placed(128), placed(128), placed(32), placed(128)];
  uint32(offsets, FEATURES).set(Array.from({ length: FEATURES }, (_, f) => f * CELLS));
  uint32(counts, FEATURES).fill(CELLS);
  uint32(features, FEATURES).set(Array.from({ length: FEATURES }, (_, f) => f));
  const [params, out] = [placed(SPLIT_PARAMS_BYTES), placed(SPLIT_BYTES)];
  new Float64Array(arena.memory.buffer, params, 8).set([0, 0, 0, 1, 1, 0, 32, 4]);
  const slots = placed(FEATURES * 24);
  uint32(slots, FEATURES * 6).set(Array.from({ length: FEATURES }, (_, f) => [CELLS, 1, f * CELLS, 0, 0, 0]).flat());
  const count = listRows(1);
  run.histogram(bins, FEATURES, FEATURES, list, count, packed, scratch);
  run.harvest(scratch, 1, 0, slots, 0, FEATURES, compact);
  const sum = run.sumPacked(packed, list, count);
  const search = (kind: number, name: string): Work => ({
    kernel: "findSplit",
    data: `${FEATURES} ${name} features of ${CELLS} bins`,
    unit: "cell",
    units: FEATURES * CELLS,
    before: () => void new Uint8Array(arena.memory.buffer, kinds, FEATURES).fill(kind),
    run: () => run.findSplit(compact, sum, features, FEATURES, offsets, counts, kinds, params, 0, 1, out),
  });
  const cells = FEATURES * CELLS;
  return [
    search(0, "numeric"),
    search(1, "categorical"),
    {
      kernel: "harvest",
      data: `${FEATURES} features`,
      unit: "cell",
      units: cells,
      run: () => run.harvest(scratch, 1, 0, slots, 0, FEATURES, other),
    },
    {
      kernel: "subtract",
      data: `${FEATURES} features`,
      unit: "cell",
      units: cells,
      run: () => run.subtract(other, compact, cells),
    },
  ];
}

function partitions(): Work[] {
  const table = placed(CELLS);
  new Uint8Array(arena.memory.buffer, table, CELLS).fill(1, 0, 100);
  return [1, 16].map((step) => {
    const count = Math.ceil(rows / step);
    return {
      kernel: "partition",
      data: step === 1 ? "every row" : `every ${step}th row`,
      unit: "row",
      units: count,
      before: () => void listRows(step),
      run: () => void run.partition(list, count, columns, table, spare),
    };
  });
}

function perRow(): Work[] {
  const cuts = placed(254 * 8);
  new Float64Array(arena.memory.buffer, cuts, 254).set(Array.from({ length: 254 }, (_, i) => (i - 127) / 50));
  const nodes = balancedTree(5);
  const count = rows;
  const work = (kernel: string, data: string, call: () => void): Work => ({
    kernel,
    data,
    unit: "row",
    units: count,
    before: () => void listRows(1),
    run: call,
  });
  return [
    work("logisticGradients", "every row", () =>
      run.logisticGradients(scores, labels, 0, 0, rows, 1, 2_000, 8_000, packed),
    ),
    work("addToRows", "every row", () => run.addToRows(scores, list, count, 1e-9)),
    work("walk", "31 splits, depth 5", () => run.walk(nodes, list, count, columns, rows, scores)),
    work("binNumeric", "254 cuts", () => run.binNumeric(values, rows, cuts, 254, spare)),
  ];
}

/** All splits to `depth`; each node splits another feature in the middle. */
function balancedTree(depth: number): number {
  const splitCount = 2 ** depth - 1;
  const nodes = placed((2 * splitCount + 1) * NODE_BYTES);
  for (let node = 0; node <= 2 * splitCount; node++) {
    const words = uint32(nodes + node * NODE_BYTES, NODE_BYTES / 4);
    words[0] = node < splitCount ? node % FEATURES : 0xffffffff;
    words[1] = 2 * node + 1;
    words.fill(0xffffffff, 4, 8);
  }
  return nodes;
}

/** The fastest of several runs of at least a millisecond each. */
function fastest({ run: call, before, units }: Work): number {
  before?.();
  call();
  const start = performance.now();
  call();
  const calls = before ? 1 : Math.max(1, Math.ceil(1 / Math.max(1e-3, performance.now() - start)));
  let best = Infinity;
  for (let repetition = 0; repetition < repetitions; repetition++) {
    before?.();
    const started = performance.now();
    for (let i = 0; i < calls; i++) call();
    best = Math.min(best, (performance.now() - started) / calls);
  }
  return (best * 1e6) / units;
}

const report = createReport("kernels", settings.json);
fill();
report.table(
  `Kernels of tree training, ${rows} rows in memory, one thread`,
  [
    { key: "kernel", title: "kernel" },
    { key: "data", title: "data" },
    { key: "nanoseconds", title: "ns", digits: 2 },
    { key: "unit", title: "for each" },
  ],
  [...histograms(), ...splits(), ...partitions(), ...perRow()].map((work) => ({
    kernel: work.kernel,
    data: work.data,
    nanoseconds: fastest(work),
    unit: work.unit,
  })),
);
report.finish();
