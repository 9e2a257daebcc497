/**
 * The networks of one learner in the kernels' memory: members that share their weights but for rank-one adapters
 * (Gorishniy et al. 2024, "TabM"; Wen et al. 2020, "BatchEnsemble"), each trained on its own loss.
 *
 * A member's layer is rectify(x W' + b) with W' = diag(left) W diag(right); left, right and b are its own, and so is the
 * last layer. The first layer reads table rows (neural-network-encoding.ts), made from trained rows by the same rule.
 */
import type { Random } from "../../base/index.ts";
import type { Kernels } from "../../kernels/index.ts";
import { SCALES, type NetworkInputs } from "./neural-network-encoding.ts";

export interface NetworkShape {
  readonly members: number;
  /** Units of a hidden layer, a multiple of four. */
  readonly width: number;
  /** Hidden layers. */
  readonly depth: number;
  readonly outputs: number;
  /** Rows of a batch at most. */
  readonly batch: number;
}

/** Where the parameters lie, in numbers from the start of a parameter vector. Those before `decayed` are decayed. */
export interface ParameterLayout {
  readonly trained: number;
  /** Of hidden layer 1 and up: width x width. */
  readonly weights: readonly number[];
  /** members x width x outputPitch. */
  readonly heads: number;
  readonly decayed: number;
  /** A layer: members x its rows, padded to four; members x width. */
  readonly lefts: readonly number[];
  readonly rights: readonly number[];
  /** A layer: members x width. */
  readonly biases: readonly number[];
  /** members x outputPitch. */
  readonly headBiases: number;
  readonly count: number;
}

export interface Network {
  readonly kernels: Kernels;
  readonly inputs: NetworkInputs;
  readonly shape: NetworkShape;
  readonly layout: ParameterLayout;
  /** Outputs a row, padded to a multiple of four. */
  readonly outputPitch: number;
  /** Trained rows of the first layer. */
  readonly trainedRows: number;
  /** Addresses of parameter vectors. */
  readonly parameters: number;
  readonly gradients: number;
  readonly firsts: number;
  readonly seconds: number;
  readonly averages: number;
  readonly batch: BatchSpace;
}

/** Addresses of what one batch and one member at a time need. */
interface BatchSpace {
  /** batch x inputs. */
  readonly codes: number;
  readonly fractions: number;
  /** A hidden layer: batch x width. */
  readonly layers: readonly number[];
  /** batch x outputPitch: the outputs, and for `backward` their gradients. */
  readonly outputs: number;
  /** batch x width, two of them, in turns. */
  readonly gradients: readonly [number, number];
  readonly trained: number;
  readonly trainedGradient: number;
  readonly table: number;
  readonly tableGradient: number;
  /** A layer from 1: width x width. */
  readonly weights: readonly number[];
  readonly weightsGradient: number;
  /** The largest transposed matrix. */
  readonly transposed: number;
  /** Of each numeric input. */
  readonly scales: readonly number[];
}

export const padded = (count: number): number => Math.ceil(count / 4) * 4;

/** Space is taken from the kernels' arena; the caller releases it. All parameters are 0. */
export function createNetwork(kernels: Kernels, inputs: NetworkInputs, shape: NetworkShape): Network {
  const trainedRows = inputs.knotTrained + inputs.tableRows - inputs.knotRows;
  const outputPitch = padded(shape.outputs);
  const layout = layOut(shape, trainedRows, outputPitch);
  const floats = (count: number): number => kernels.arena.allocate(count * 4);
  const { width, batch, depth } = shape;
  const features = inputs.inputs.length;
  const scales = inputs.inputs.flatMap((input) => {
    if (input.kind === "categorical") return [];
    const address = floats(input.scales.length);
    new Float32Array(kernels.arena.memory.buffer, address, input.scales.length).set(input.scales);
    return [address];
  });
  return {
    kernels,
    inputs,
    shape,
    layout,
    outputPitch,
    trainedRows,
    parameters: floats(layout.count),
    gradients: floats(layout.count),
    firsts: floats(layout.count),
    seconds: floats(layout.count),
    averages: floats(layout.count),
    batch: {
      codes: floats(batch * features),
      fractions: floats(batch * features),
      layers: Array.from({ length: depth }, () => floats(batch * width)),
      outputs: floats(batch * outputPitch),
      gradients: [floats(batch * width), floats(batch * width)],
      trained: floats(trainedRows * width),
      trainedGradient: floats(trainedRows * width),
      table: floats(inputs.tableRows * width),
      tableGradient: floats(inputs.tableRows * width),
      weights: Array.from({ length: depth - 1 }, () => floats(width * width)),
      weightsGradient: floats(width * width),
      transposed: floats(width * Math.max(width, outputPitch)),
      scales,
    },
  };
}

function layOut({ members, width, depth }: NetworkShape, trainedRows: number, outputPitch: number): ParameterLayout {
  let count = 0;
  const take = (size: number): number => (count += padded(size)) - padded(size);
  const layers = <T>(of: (layer: number) => T): T[] => Array.from({ length: depth }, (_, layer) => of(layer));
  const trained = take(trainedRows * width);
  const weights = layers((layer) => (layer === 0 ? -1 : take(width * width)));
  const heads = take(members * width * outputPitch);
  const decayed = count;
  const lefts = layers((layer) => take(members * padded(layer === 0 ? trainedRows : width)));
  const rights = layers(() => take(members * width));
  const biases = layers(() => take(members * width));
  const headBiases = take(members * outputPitch);
  return { trained, weights, heads, decayed, lefts, rights, biases, headBiases, count };
}

/** The vector at an address, as numbers. */
export function vector(network: Network, address: number, count: number): Float32Array {
  return new Float32Array(network.kernels.arena.memory.buffer, address, count);
}

/**
 * Hidden weights: normal, of variance 2 / width (He et al. 2015). Trained rows: so that the features together give
 * about unit variance; the bins share that of their feature. The adapters of the first layer's rows are random signs,
 * all others 1 (TabM); heads and biases are 0.
 */
export function initialise(network: Network, random: Random): void {
  const { layout, shape, inputs, trainedRows } = network;
  const { members, width, depth } = shape;
  const values = vector(network, network.parameters, layout.count);
  const rows = rowDeviations(inputs, trainedRows);
  for (let i = 0; i < trainedRows * width; i++) {
    const deviation = rows[Math.floor(i / width)];
    if (deviation > 0) values[layout.trained + i] = deviation * random.normal();
  }
  for (let layer = 1; layer < depth; layer++) {
    const deviation = Math.sqrt(2 / width);
    const first = layout.weights[layer];
    for (let i = 0; i < width * width; i++) values[first + i] = deviation * random.normal();
  }
  for (let layer = 0; layer < depth; layer++) {
    const left = layout.lefts[layer];
    const lefts = members * padded(layer === 0 ? trainedRows : width);
    for (let i = 0; i < lefts; i++) values[left + i] = layer === 0 && members > 1 ? random.integer(2) * 2 - 1 : 1;
    values.fill(1, layout.rights[layer], layout.rights[layer] + members * width);
  }
}

/** Bins begin nearly equal, so that few rows are first explained by the value as a whole. */
const BIN_START = 0.3;

function rowDeviations({ inputs, knotRows, knotTrained }: NetworkInputs, trainedRows: number): Float64Array {
  const deviations = new Float64Array(trainedRows);
  const each = Math.sqrt(1 / Math.max(1, inputs.length));
  for (const input of inputs) {
    if (input.kind === "categorical") {
      const first = input.position - knotRows + knotTrained;
      input.seen.forEach((seen, category) => (deviations[first + category] = seen * each));
      continue;
    }
    const { trained, knots, missing, nulls } = input;
    const bins = knots.length - 1;
    deviations.fill(each / Math.sqrt(SCALES), trained, trained + SCALES);
    deviations.fill((BIN_START * each) / Math.sqrt(Math.max(1, bins)), trained + SCALES, trained + SCALES + bins);
    deviations[missing - knotRows + knotTrained] = nulls ? each : 0;
  }
  return deviations;
}
