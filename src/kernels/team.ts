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
  /** Adds to the partial histograms at `scratch`, `partBytes` apart; returns how many of them are in use. */
  histogram(
    rows: number,
    count: number,
    bins: number,
    stride: number,
    packed: number,
    scratch: number,
    partBytes: number,
  ): number;
  partition(rows: number, count: number, column: number, goesLeft: number, spare: number): number;
  walk(rows: number, count: number, nodes: number, bins: number, stride: number, scores: number): void;
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
  /** Sends the threads home. */
  close(): void;
}

/** This thread alone. */
export function soloTeam(run: KernelFunctions): Team {
  return {
    size: 1,
    histogram(rows, count, bins, stride, packed, scratch) {
      run.histogram(bins, stride, rows, count, packed, scratch);
      return 1;
    },
    partition: run.partition,
    walk: (rows, count, nodes, bins, stride, scores) => run.walk(nodes, rows, count, bins, stride, scores),
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
    close: () => {},
  };
}

/** Below it one thread is done before the others have noticed. */
const MIN_ROWS = 4_096;
/** Bytes of the control block: 4 fields and up to 12 arguments. */
const CONTROL_BYTES = 64;
/** Its layout, in bytes: see assembly/team.ts. */
const JOB_FIELD = 8;
const SIZE_FIELD = 12;
const ARGUMENTS = 16;
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
} as const;

export interface TeamWorkerInput {
  readonly memory: WebAssembly.Memory;
  readonly control: number;
  readonly index: number;
}

/** This thread and `size - 1` further ones, which run until `close`. */
export function createTeam(run: KernelFunctions, arena: Arena, size: number): Team {
  const solo = soloTeam(run);
  if (size === 1) return solo;
  const { lead, control } = startMembers(run, arena, size);
  const counts = arena.allocate(size * 4);
  const value = new Float64Array(arena.memory.buffer, control + FLOAT64_ARGUMENT, 1);
  return {
    size,
    histogram(rows, count, bins, stride, packed, scratch, partBytes) {
      if (count < MIN_ROWS) return solo.histogram(rows, count, bins, stride, packed, scratch, partBytes);
      lead(JOBS.histogram, [count, rows, bins, stride, packed, scratch, partBytes]);
      return size;
    },
    partition(rows, count, column, goesLeft, spare) {
      if (count < MIN_ROWS) return solo.partition(rows, count, column, goesLeft, spare);
      lead(JOBS.partition, [count, rows, column, goesLeft, spare, counts]);
      const { buffer } = arena.memory;
      const view = (address: number, length: number): Uint32Array => new Uint32Array(buffer, address, length);
      return joinParts(view(rows, count), view(spare, count), view(counts, size));
    },
    walk(rows, count, nodes, bins, stride, scores) {
      if (count < MIN_ROWS) solo.walk(rows, count, nodes, bins, stride, scores);
      else lead(JOBS.walk, [count, rows, nodes, bins, stride, scores]);
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
    close: () => run.dismiss(control),
  };
}

/** Does a job with all members. `floats`: which of the arguments are f32, not whole numbers. */
type Lead = (job: number, values: readonly number[], floats?: readonly number[]) => void;

function startMembers(run: KernelFunctions, arena: Arena, size: number): { lead: Lead; control: number } {
  const control = arena.allocate(CONTROL_BYTES);
  const fields = new DataView(arena.memory.buffer, control, CONTROL_BYTES);
  fields.setUint32(SIZE_FIELD, size, true);
  for (let index = 1; index < size; index++) {
    const workerData: TeamWorkerInput = { memory: arena.memory, control, index };
    new Worker(siblingModule(import.meta.url, "team-worker"), { workerData }).unref();
  }
  return {
    control,
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

/**
 * Every member's share of `rows` begins with its left rows, and its right rows stand at the same place in `spare`: all
 * left rows first, then all right rows. Shares begin at multiples of 32, as in assembly/team.ts.
 */
function joinParts(rows: Uint32Array, spare: Uint32Array, lefts: Uint32Array): number {
  const size = lefts.length;
  const start = (index: number): number =>
    index === size ? rows.length : Math.floor((rows.length * index) / size) & ~31;
  let left = 0;
  for (let index = 0; index < size; index++) {
    rows.copyWithin(left, start(index), start(index) + lefts[index]);
    left += lefts[index];
  }
  let right = left;
  for (let index = 0; index < size; index++) {
    const end = start(index + 1) - lefts[index];
    rows.set(spare.subarray(start(index), end), right);
    right += end - start(index);
  }
  return left;
}
