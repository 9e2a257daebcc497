/** The kernels' WebAssembly module, loaded once a thread. Sources: assembly/. Twins in TypeScript: reference/. */
import { readFileSync } from "node:fs";

/** The module's functions; what they do stands above each of them in assembly/. Pointers are byte addresses. */
export interface KernelFunctions {
  binNumeric(values: number, count: number, cuts: number, cutCount: number, bins: number): void;
  binCategorical(values: number, count: number, table: number, cardinality: number, bins: number): void;
  interleave(columns: number, rows: number, count: number, bins: number, stride: number): void;
  numberPairs(
    codes: number,
    column: number,
    rows: number,
    step: number,
    pairs: number,
    round: number,
    limit: number,
  ): number;
  joinCodes(codes: number, column: number, rows: number, pairs: number): void;
  copyBytes(target: number, source: number, bytes: number): void;
  histogram(
    bins: number,
    stride: number,
    slots: number,
    rows: number,
    count: number,
    packed: number,
    scratch: number,
  ): void;
  harvest(
    scratch: number,
    parts: number,
    partBytes: number,
    slots: number,
    first: number,
    end: number,
    out: number,
  ): void;
  subtract(parent: number, child: number, cells: number): void;
  expandSet(set: number, table: number): void;
  partition(rows: number, count: number, column: number, table: number, spare: number): number;
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
  findLevelSplit(
    leaves: number,
    leafCount: number,
    pooled: number,
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
  sumOfBins(histogram: number, cells: number, set: number): bigint;
  walk(nodes: number, rows: number, count: number, columns: number, pitch: number, scores: number): void;
  scoreTrees(program: number, features: number, width: number, rows: number, sums: number): void;
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
  logisticLoss(scores: number, labels: number, weights: number, rows: number, count: number): number;
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
  stepGradients(
    scores: number,
    targets: number,
    weights: number,
    below: number,
    above: number,
    first: number,
    end: number,
    out: number,
  ): void;
  clippedGradients(
    scores: number,
    targets: number,
    weights: number,
    delta: number,
    first: number,
    end: number,
    out: number,
  ): void;
  tweedieGradients(
    scores: number,
    targets: number,
    weights: number,
    power: number,
    hessianFactor: number,
    first: number,
    end: number,
    gradients: number,
    hessians: number,
  ): void;
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
  sigmoidResiduals(scores: number, labels: number, first: number, end: number, weights: number): number;
  softmaxResiduals(
    scores: number,
    outputs: number,
    classes: number,
    labels: number,
    first: number,
    end: number,
    weights: number,
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
    weights: number,
  ): void;
  nearestRows(
    numbers: number,
    columns: number,
    codes: number,
    codeCount: number,
    rows: number,
    queryNumbers: number,
    queryCodes: number,
    queries: number,
    k: number,
    distances: number,
    nearest: number,
  ): void;
  matrixProduct(
    a: number,
    aRow: number,
    aColumn: number,
    b: number,
    bRow: number,
    c: number,
    cRow: number,
    m: number,
    inner: number,
    n: number,
    add: boolean,
  ): void;
  transpose(source: number, rows: number, columns: number, target: number): void;
  fillRows(values: number, rows: number, columns: number, target: number): void;
  addColumnSums(source: number, rows: number, columns: number, sums: number): void;
  rectify(values: number, count: number, salt: number, threshold: number, scale: number): void;
  rectifyBackward(outputs: number, gradients: number, count: number, scale: number): void;
  adapt(weights: number, left: number, right: number, rows: number, columns: number, adapted: number): void;
  adaptBackward(
    gradient: number,
    weights: number,
    left: number,
    right: number,
    rows: number,
    columns: number,
    weightsGradient: number,
    leftGradient: number,
    rightGradient: number,
  ): void;
  embedRows(
    codes: number,
    fractions: number,
    features: number,
    rows: number,
    table: number,
    width: number,
    bias: number,
    out: number,
  ): void;
  embedRowsBackward(
    codes: number,
    fractions: number,
    features: number,
    rows: number,
    gradients: number,
    width: number,
    tableGradient: number,
  ): void;
  addRunningSums(source: number, rows: number, width: number, target: number): void;
  tailSums(source: number, rows: number, width: number, target: number): void;
  sumOfSquares(values: number, count: number): number;
  adamStep(
    parameters: number,
    gradients: number,
    firsts: number,
    seconds: number,
    averages: number,
    count: number,
    clip: number,
    beta1: number,
    beta2: number,
    shrink: number,
    rate: number,
    correction: number,
    epsilon: number,
    averaging: number,
  ): void;
}

let compiled: WebAssembly.Module | undefined;

/** The functions, working on `memory`. */
export function instantiate(memory: WebAssembly.Memory): KernelFunctions {
  compiled ??= new WebAssembly.Module(readFileSync(new URL("./build/kernels.wasm", import.meta.url)));
  return new WebAssembly.Instance(compiled, { env: { memory } }).exports as unknown as KernelFunctions;
}
