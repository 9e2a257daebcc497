/** Threads that share the work inside one training, where its rows are many enough to be worth the waiting. */
import { Worker } from "node:worker_threads";
import { siblingModule } from "../base/index.ts";
import type { Arena } from "./memory.ts";
import type { KernelFunctions } from "./wasm.ts";

/**
 * The kernels that go over many rows, done by one thread or by several; what they do stands above each of them in
 * assembly/. Results are the same bit for bit whatever the size of the team.
 */
export interface Team {
  readonly size: number;
  /** Where the team's threads look for work, for dismissTeam(); 0 where this thread is alone. */
  readonly control: number;
  /** Adds to the partial histograms at `scratch`, `partBytes` apart; returns how many of them are in use. */
  histogram(
    rows: number,
    count: number,
    bins: number,
    stride: number,
    slots: number,
    packed: number,
    scratch: number,
    partBytes: number,
  ): number;
  /** Moves the used cells of `parts` partial histograms to the compact one at `out`, for `count` slots. */
  harvest(scratch: number, parts: number, partBytes: number, slots: number, count: number, out: number): void;
  subtract(parent: number, child: number, cells: number): void;
  /** `goesLeft`: a 256-bit set of bins. */
  partition(rows: number, count: number, column: number, goesLeft: number, spare: number): number;
  walk(rows: number, count: number, nodes: number, columns: number, pitch: number, scores: number): void;
  addToRows(rows: number, count: number, scores: number, value: number): void;
  logisticGradients(
    count: number,
    scores: number,
    labels: number,
    weights: number,
    salt: number,
    gradientScale: number,
    hessianScale: number,
    packed: number,
  ): void;
  softmax(count: number, scores: number, classes: number, pitch: number, probabilities: number): void;
  softmaxGradients(
    count: number,
    probabilities: number,
    labels: number,
    weights: number,
    k: number,
    factor: number,
    salt: number,
    gradientScale: number,
    hessianScale: number,
    packed: number,
  ): void;
  packGradients(
    count: number,
    gradients: number,
    hessians: number,
    salt: number,
    gradientScale: number,
    hessianScale: number,
    packed: number,
  ): void;
  squaredGradients(count: number, scores: number, targets: number, weights: number, out: number): void;
  /** Sends the threads home; done when all of them have ended. Not while a job is under way. */
  close(): Promise<void>;
}

/** This thread alone. */
function soloTeam(run: KernelFunctions, arena: Arena): Team {
  const table = arena.allocate(TABLE_BYTES);
  return {
    size: 1,
    control: 0,
    histogram(rows, count, bins, stride, slots, packed, scratch) {
      run.histogram(bins, stride, slots, rows, count, packed, scratch);
      return 1;
    },
    harvest: (scratch, parts, partBytes, slots, count, out) =>
      run.harvest(scratch, parts, partBytes, slots, 0, count, out),
    subtract: run.subtract,
    partition(rows, count, column, goesLeft, spare) {
      run.expandSet(goesLeft, table);
      return run.partition(rows, count, column, table, spare);
    },
    walk: (rows, count, nodes, columns, pitch, scores) => run.walk(nodes, rows, count, columns, pitch, scores),
    addToRows: (rows, count, scores, value) => run.addToRows(scores, rows, count, value),
    logisticGradients: (count, scores, labels, weights, salt, gradientScale, hessianScale, packed) =>
      run.logisticGradients(scores, labels, weights, 0, count, salt, gradientScale, hessianScale, packed),
    softmax: (count, scores, classes, pitch, probabilities) =>
      run.softmax(scores, classes, pitch, 0, count, probabilities),
    softmaxGradients: (count, probabilities, labels, weights, k, factor, salt, gradientScale, hessianScale, packed) =>
      run.softmaxGradients(
        probabilities,
        labels,
        weights,
        k,
        factor,
        0,
        count,
        salt,
        gradientScale,
        hessianScale,
        packed,
      ),
    packGradients: (count, gradients, hessians, salt, gradientScale, hessianScale, packed) =>
      run.packGradients(gradients, hessians, 0, count, salt, gradientScale, hessianScale, packed),
    squaredGradients: (count, scores, targets, weights, out) =>
      run.squaredGradients(scores, targets, weights, 0, count, out),
    close: () => Promise.resolve(),
  };
}

/** Below it one thread is done before the others have noticed. */
const MIN_ROWS = 4_096;
/** The same of partitions, which take less time a row. */
const MIN_PARTITION_ROWS = 16_384;
/** The same of cells that are only moved: wide tables have so many. */
const MIN_CELLS = 65_536;
/** A set of bins as bytes: see expandSet in assembly/partition.ts. */
const TABLE_BYTES = 256;
/** Bytes of the control block: 4 fields and up to 12 arguments. */
const CONTROL_BYTES = 64;
/** Its layout, in bytes: see assembly/team.ts. */
const JOB_FIELD = 8;
const SIZE_FIELD = 12;
const ARGUMENTS = 16;
const GENERATION_FIELD = 0;
/** Members that have left, behind the control block. */
const LEFT_FIELD = CONTROL_BYTES;
/** The one argument that is f64, of addToRows. */
const FLOAT64_ARGUMENT = 32;

const JOBS = {
  histogram: 1,
  partition: 2,
  walk: 3,
  addToRows: 4,
  logisticGradients: 5,
  softmax: 6,
  softmaxGradients: 7,
  packGradients: 8,
  squaredGradients: 9,
  joinShares: 10,
  harvest: 11,
  subtract: 12,
} as const;

export interface TeamWorkerInput {
  readonly memory: WebAssembly.Memory;
  readonly control: number;
  readonly index: number;
}

/** Milliseconds that a member has to come to the end of its share of a job. */
const LEAVING = 1_000;

/**
 * Sends a team's threads home from a thread outside of it, before the one that leads it is ended by force: a thread is
 * not ended safely while others of its team work on or wait for its jobs. The team does nothing more after that.
 */
export async function dismissTeam({ buffer }: WebAssembly.Memory, control: number): Promise<void> {
  const fields = new Int32Array(buffer, control, LEFT_FIELD / 4 + 1);
  const others = fields[SIZE_FIELD / 4] - 1;
  Atomics.store(fields, JOB_FIELD / 4, 0);
  Atomics.add(fields, GENERATION_FIELD / 4, 1);
  Atomics.notify(fields, GENERATION_FIELD / 4);
  const deadline = performance.now() + LEAVING;
  for (let left = 0; left < others && performance.now() < deadline;) {
    left = Atomics.load(fields, LEFT_FIELD / 4);
    const waiting = Atomics.waitAsync(fields, LEFT_FIELD / 4, left, Math.max(0, deadline - performance.now()));
    if (left < others && waiting.async) await waiting.value;
  }
}

/** What a member does when it is home. */
export function leaveTeam({ buffer }: WebAssembly.Memory, control: number): void {
  const left = new Int32Array(buffer, control + LEFT_FIELD, 1);
  Atomics.add(left, 0, 1);
  Atomics.notify(left, 0);
}

/** This thread and `size - 1` further ones, which run until `close`. */
export function createTeam(run: KernelFunctions, arena: Arena, size: number): Team {
  const solo = soloTeam(run, arena);
  if (size === 1) return solo;
  const { lead, control, ended } = startMembers(run, arena, size);
  const counts = arena.allocate(size * 4);
  const table = arena.allocate(TABLE_BYTES);
  const value = new Float64Array(arena.memory.buffer, control + FLOAT64_ARGUMENT, 1);
  return {
    size,
    control,
    histogram(rows, count, bins, stride, slots, packed, scratch, partBytes) {
      if (count < MIN_ROWS) return solo.histogram(rows, count, bins, stride, slots, packed, scratch, partBytes);
      lead(JOBS.histogram, [count, rows, bins, stride, slots, packed, scratch, partBytes]);
      return size;
    },
    harvest(scratch, parts, partBytes, slots, count, out) {
      if (count * 256 < MIN_CELLS) solo.harvest(scratch, parts, partBytes, slots, count, out);
      else lead(JOBS.harvest, [count, scratch, parts, partBytes, slots, out]);
    },
    subtract(parent, child, cells) {
      if (cells < MIN_CELLS) solo.subtract(parent, child, cells);
      else lead(JOBS.subtract, [cells, parent, child]);
    },
    partition(rows, count, column, goesLeft, spare) {
      if (count < MIN_PARTITION_ROWS) return solo.partition(rows, count, column, goesLeft, spare);
      run.expandSet(goesLeft, table);
      lead(JOBS.partition, [count, rows, column, table, spare, counts]);
      lead(JOBS.joinShares, [count, rows, spare, counts]);
      return new Uint32Array(arena.memory.buffer, counts, size).reduce((sum, left) => sum + left, 0);
    },
    walk(rows, count, nodes, columns, pitch, scores) {
      if (count < MIN_ROWS) solo.walk(rows, count, nodes, columns, pitch, scores);
      else lead(JOBS.walk, [count, rows, nodes, columns, pitch, scores]);
    },
    addToRows(rows, count, scores, added) {
      if (count < MIN_ROWS) return solo.addToRows(rows, count, scores, added);
      value[0] = added;
      lead(JOBS.addToRows, [count, rows, scores]);
    },
    logisticGradients: (...values) => lead(JOBS.logisticGradients, values, [5, 6]),
    softmax: (...values) => lead(JOBS.softmax, values),
    softmaxGradients: (...values) => lead(JOBS.softmaxGradients, values, [4, 5, 7, 8]),
    packGradients: (...values) => lead(JOBS.packGradients, values, [4, 5]),
    squaredGradients: (...values) => lead(JOBS.squaredGradients, values),
    async close() {
      run.dismiss(control);
      await ended;
    },
  };
}

/** Does a job with all members. `floats`: which of the arguments are f32, not whole numbers. */
type Lead = (job: number, values: readonly number[], floats?: readonly number[]) => void;

function startMembers(
  run: KernelFunctions,
  arena: Arena,
  size: number,
): { lead: Lead; control: number; ended: Promise<unknown> } {
  const control = arena.allocate(LEFT_FIELD + 4);
  const fields = new DataView(arena.memory.buffer, control, CONTROL_BYTES);
  fields.setUint32(SIZE_FIELD, size, true);
  const ends = Array.from({ length: size - 1 }, (_, i) => {
    const workerData: TeamWorkerInput = { memory: arena.memory, control, index: i + 1 };
    const member = new Worker(siblingModule(import.meta.url, "team-worker"), { workerData });
    member.unref();
    return new Promise((resolve) => member.once("exit", resolve));
  });
  return {
    control,
    ended: Promise.all(ends),
    lead(job, values, floats = []) {
      fields.setUint32(JOB_FIELD, job, true);
      values.forEach((value, i) => {
        if (floats.includes(i)) fields.setFloat32(ARGUMENTS + 4 * i, value, true);
        else fields.setUint32(ARGUMENTS + 4 * i, value, true);
      });
      run.lead(control);
    },
  };
}
