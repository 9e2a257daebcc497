/** Training the networks of one learner: batches, losses, AdamW, early stopping. */
import { createRandom, type Random } from "../../base/index.ts";
import type { Dataset } from "../dataset.ts";
import { encodeRows, type EncodedRows } from "./neural-network-encoding.ts";
import { initialise, vector, type Network } from "./neural-network-layers.ts";
import { backward, forward, prepareMember } from "./neural-network-passes.ts";
import type { NetworkTarget } from "./neural-network-target.ts";

export interface TrainingParams {
  /** Rounds at most; one is a pass over the rows, or over ROUND_ROWS of them. */
  readonly rounds: number;
  /** Rounds without a better validation loss after which training ends. */
  readonly patience: number;
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly dropout: number;
  /** The weights are averaged over about so many of the last rounds. */
  readonly averaging: number;
}

export interface TrainingInput {
  readonly data: Dataset;
  readonly rows: Uint32Array;
  readonly validation: Uint32Array | null;
  readonly seed: number;
  readonly checkpoint: () => void;
  readonly shouldFinish: () => boolean;
}

/** Of more rows, a round takes as many as this, so that a large table is judged several times a pass. */
const ROUND_ROWS = 65_536;
/** Early stopping judges by so many validation rows at most, evenly spaced, and by fewer of a wide table. */
const VALIDATION_ROWS = 20_000;
const VALIDATION_CELLS = 4_194_304;
const BETA1 = 0.9;
const BETA2 = 0.999;
const EPSILON = 1e-8;
/** Gradients of a larger norm are shortened to it (Pascanu et al. 2013). */
const LARGEST_GRADIENT = 1;
/** Learning rates are for batches of so many rows, and go with the root of their number. */
export const USUAL_BATCH = 256;
/** Steps over which the learning rate rises to its value. */
const WARM_UP = 20;

export interface Trained {
  /** The averaged parameters after the best round. */
  readonly parameters: Float32Array;
  readonly rounds: number;
}

export function train(network: Network, target: NetworkTarget, input: TrainingInput, params: TrainingParams): Trained {
  const { layout, averages } = network;
  initialise(network, createRandom(input.seed, 1));
  const averaged = vector(network, averages, layout.count);
  averaged.set(vector(network, network.parameters, layout.count));
  const judged = input.validation && validationRows(network, input.data, input.validation);
  const batches = createBatches(input.rows, network.shape.batch, createRandom(input.seed, 2));
  const optimiser = createOptimiser(network, params, batches.perRound);
  const dropout = { share: params.dropout, random: createRandom(input.seed, 3) };
  let kept: Float32Array = averaged.slice();
  let best = { loss: judged ? meanLoss(network, target, judged, input.checkpoint) : Infinity, rounds: 0 };
  let round = 0;
  for (; round < params.rounds; round++) {
    let finished = false;
    for (let number = 0; number < batches.perRound; number++) {
      finished = (round > 0 || number > 0) && input.shouldFinish();
      if (finished) break;
      const rows = batches.next();
      encodeRows(network.inputs, input.data, rows, batchOf(network, rows.length));
      for (let member = 0; member < network.shape.members; member++) {
        input.checkpoint();
        prepareMember(network, network.parameters, member);
        forward(network, network.parameters, member, rows.length, dropout);
        target.residuals(rows, outputsOf(network, rows.length), network.outputPitch);
        backward(network, member, rows.length, dropout);
      }
      if (!optimiser.step()) return { parameters: kept, rounds: judged ? best.rounds : round };
    }
    if (judged) {
      const loss = meanLoss(network, target, judged, input.checkpoint);
      if (loss < best.loss) {
        best = { loss, rounds: round + 1 };
        kept.set(averaged);
      } else if (!(loss < Infinity) || round + 1 - best.rounds >= params.patience) break;
    } else kept = averaged;
    if (finished) break;
  }
  return { parameters: kept.slice(), rounds: judged ? best.rounds : round };
}

interface ValidationRows extends EncodedRows {
  readonly rows: Uint32Array;
}

/** Encoded once, as they are judged after every round. */
function validationRows({ inputs }: Network, data: Dataset, all: Uint32Array): ValidationRows {
  const width = inputs.inputs.length;
  const most = Math.max(1, Math.min(VALIDATION_ROWS, Math.floor(VALIDATION_CELLS / Math.max(1, width))));
  const count = Math.min(most, all.length);
  const rows = Uint32Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)]);
  const encoded = { codes: new Uint32Array(count * width), fractions: new Float32Array(count * width) };
  encodeRows(inputs, data, rows, encoded);
  return { rows, ...encoded };
}

/** The batch's place for `rows` rows in the kernels' memory. */
function batchOf({ kernels, batch, inputs }: Network, rows: number): EncodedRows {
  const { buffer } = kernels.arena.memory;
  const cells = rows * inputs.inputs.length;
  return {
    codes: new Uint32Array(buffer, batch.codes, cells),
    fractions: new Float32Array(buffer, batch.fractions, cells),
  };
}

function outputsOf(network: Network, rows: number): Float32Array {
  return vector(network, network.batch.outputs, rows * network.outputPitch);
}

/** The rows in random order (Fisher-Yates, a batch at a time), again and again; every batch is full if rows suffice. */
function createBatches(rows: Uint32Array, most: number, random: Random): { perRound: number; next(): Uint32Array } {
  const order = rows.slice();
  const size = Math.min(most, rows.length);
  let end = 0;
  return {
    perRound: Math.max(1, Math.floor(Math.min(rows.length, ROUND_ROWS) / size)),
    next() {
      if (end + size > order.length) end = 0;
      for (const start = end; end < start + size; end++) {
        const other = end + random.integer(order.length - end);
        const row = order[end];
        order[end] = order[other];
        order[other] = row;
      }
      return order.subarray(end - size, end);
    },
  };
}

/** Mean loss of the rows by the averaged parameters, the members' raw outputs averaged. */
function meanLoss(
  network: Network,
  target: NetworkTarget,
  { rows, codes, fractions }: ValidationRows,
  checkpoint: () => void,
): number {
  const { shape, outputPitch, averages } = network;
  const width = network.inputs.inputs.length;
  const sums = new Float32Array(rows.length * outputPitch);
  for (let member = 0; member < shape.members; member++) {
    prepareMember(network, averages, member);
    for (let start = 0; start < rows.length; start += shape.batch) {
      checkpoint();
      const end = Math.min(rows.length, start + shape.batch);
      const batch = batchOf(network, end - start);
      batch.codes.set(codes.subarray(start * width, end * width));
      batch.fractions.set(fractions.subarray(start * width, end * width));
      forward(network, averages, member, end - start, null);
      const outputs = outputsOf(network, end - start);
      const first = start * outputPitch;
      for (let i = 0; i < outputs.length; i++) sums[first + i] = sums[first + i] + outputs[i] / shape.members;
    }
  }
  return target.loss(rows, sums, outputPitch);
}

/** One AdamW step a call; false, and nothing changed, when the gradient is not finite. */
function createOptimiser(network: Network, params: TrainingParams, perRound: number): { step(): boolean } {
  const { kernels, layout, shape } = network;
  const { run } = kernels;
  const keep = Math.exp(-1 / Math.max(4, params.averaging * perRound));
  const fullRate = params.learningRate * Math.sqrt(shape.batch / USUAL_BATCH);
  let steps = 0;
  return {
    step() {
      const norm = Math.sqrt(run.sumOfSquares(network.gradients, layout.count));
      if (!Number.isFinite(norm)) return false;
      steps++;
      const clip = Math.min(1, LARGEST_GRADIENT / norm) || 1;
      const rate = fullRate * Math.min(1, steps / WARM_UP);
      const averaging = (1 - keep) / (1 - keep ** steps);
      const apply = (first: number, end: number, decay: number): void =>
        run.adamStep(
          network.parameters + first * 4,
          network.gradients + first * 4,
          network.firsts + first * 4,
          network.seconds + first * 4,
          network.averages + first * 4,
          end - first,
          clip,
          BETA1,
          BETA2,
          1 - rate * decay,
          rate / (1 - BETA1 ** steps),
          1 / Math.sqrt(1 - BETA2 ** steps),
          EPSILON,
          averaging,
        );
      apply(0, layout.decayed, params.weightDecay);
      apply(layout.decayed, layout.count, 0);
      return true;
    },
  };
}
