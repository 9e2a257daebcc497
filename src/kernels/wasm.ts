/** The kernels' WebAssembly module, loaded once a thread. Sources: assembly/. Twins in TypeScript: reference/. */
import { readFileSync } from "node:fs";

/** The module's functions; what they do stands above each of them in assembly/. Pointers are byte addresses. */
export interface KernelFunctions {
  binNumeric(values: number, count: number, cuts: number, cutCount: number, bins: number): void;
  binCategorical(values: number, count: number, table: number, cardinality: number, bins: number): void;
  interleave(columns: number, rows: number, features: number, bins: number, stride: number): void;
  histogram(bins: number, stride: number, rows: number, count: number, packed: number, scratch: number): void;
  harvest(scratch: number, parts: number, partBytes: number, features: number, binCounts: number, out: number): void;
  subtract(parent: number, child: number, cells: number): void;
  partition(rows: number, count: number, column: number, goesLeft: number, spare: number): number;
  findSplit(
    histogram: number,
    leafSum: bigint,
    features: number,
    count: number,
    offsets: number,
    binCounts: number,
    kinds: number,
    params: number,
    mode: number,
    salt: number,
    out: number,
  ): void;
  walk(nodes: number, rows: number, count: number, bins: number, stride: number, scores: number): void;
  logisticGradients(
    scores: number,
    labels: number,
    weights: number,
    first: number,
    end: number,
    salt: number,
    gradientScale: number,
    hessianScale: number,
    packed: number,
  ): void;
  softmax(scores: number, classes: number, pitch: number, first: number, end: number, probabilities: number): void;
  softmaxGradients(
    probabilities: number,
    labels: number,
    weights: number,
    k: number,
    factor: number,
    first: number,
    end: number,
    salt: number,
    gradientScale: number,
    hessianScale: number,
    packed: number,
  ): void;
  packGradients(
    gradients: number,
    hessians: number,
    first: number,
    end: number,
    salt: number,
    gradientScale: number,
    hessianScale: number,
    packed: number,
  ): void;
  squaredGradients(scores: number, targets: number, weights: number, first: number, end: number, out: number): void;
  largestMagnitude(values: number, rows: number, count: number): number;
  sumRows(values: number, rows: number, count: number): number;
  sumPacked(packed: number, rows: number, count: number): bigint;
  addToRows(scores: number, rows: number, count: number, value: number): void;
  assist(control: number, index: number): void;
  lead(control: number): void;
  dismiss(control: number): void;
  linearScores(
    dense: number,
    columns: number,
    codes: number,
    codeCount: number,
    first: number,
    end: number,
    weights: number,
    scores: number,
  ): void;
  linearGradient(
    dense: number,
    columns: number,
    codes: number,
    codeCount: number,
    first: number,
    end: number,
    residuals: number,
    gradient: number,
  ): void;
  linearScoresOfMany(
    dense: number,
    columns: number,
    codes: number,
    codeCount: number,
    first: number,
    end: number,
    weights: number,
    outputs: number,
    scores: number,
  ): void;
  linearGradientOfMany(
    dense: number,
    columns: number,
    codes: number,
    codeCount: number,
    first: number,
    end: number,
    residuals: number,
    outputs: number,
    gradient: number,
  ): void;
  sigmoidResiduals(scores: number, labels: number, first: number, end: number): number;
  softmaxResiduals(
    scores: number,
    outputs: number,
    classes: number,
    labels: number,
    first: number,
    end: number,
  ): number;
  linearProducts(
    dense: number,
    columns: number,
    codes: number,
    codeCount: number,
    first: number,
    end: number,
    products: number,
    pitch: number,
  ): void;
}

let compiled: WebAssembly.Module | undefined;

/** The functions, working on `memory`. */
export function instantiate(memory: WebAssembly.Memory): KernelFunctions {
  compiled ??= new WebAssembly.Module(readFileSync(new URL("./build/kernels.wasm", import.meta.url)));
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as KernelFunctions;
}
