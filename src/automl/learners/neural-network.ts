/**
 * A small neural network for tables: piecewise-linear numbers and embedded categories, rectified layers, an ensemble
 * whose members share their weights (TabM), AdamW, weights averaged over the last steps, early stopping.
 */
import type { LearningAlgorithm, Params } from "./learner.ts";
import { numberParam } from "./linear-params.ts";
import { networkInputs } from "./neural-network-encoding.ts";
import { createNetwork } from "./neural-network-layers.ts";
import { toLearner } from "./neural-network-learner.ts";
import { networkTarget } from "./neural-network-target.ts";
import { train, USUAL_BATCH } from "./neural-network-training.ts";
import { weightedRows } from "./tree-rows.ts";

/**
 * Params, all of them optional:
 * - `rounds` (100) at most, each a pass over the rows or over 65,536 of them; `patience` (8) rounds without a better
 *   validation loss;
 * - `members` (8), `width` (64) of each hidden layer, a multiple of four, `depth` (2) hidden layers;
 * - `bins` (48) of a numeric feature, 24 or more where that is less than 200 rows a bin;
 * - `learningRate` (0.004) for batches of 256 rows; constant but for 20 steps of warm-up, so that a longer training
 *   begins as a shorter one; `weightDecay` (0.3); `dropout` (0.1, for regression 0); `averaging` (0.5): rounds that the
 *   averaged weights remember.
 *
 * A training is one thread's: a search trains several networks side by side.
 */
export const neuralNetwork: LearningAlgorithm = {
  name: "NeuralNetwork",
  tasks: ["classification", "regression"],
  fit(data, allRows, params, { kernels, seed, validation, checkpoint, shouldFinish }) {
    const settings = readParams(params, data.classes);
    const rows = weightedRows(data, allRows);
    const mark = kernels.arena.mark();
    try {
      const inputs = networkInputs(data, rows, settings.bins, checkpoint);
      const target = networkTarget(data, rows);
      const shape = { ...settings.shape, outputs: target.outputs, batch: batchRows(rows.length) };
      const network = createNetwork(kernels, inputs, shape);
      const input = { data, rows, validation, seed, checkpoint, shouldFinish };
      const trained = train(network, target, input, settings.training);
      return { learner: toLearner(network, target, trained.parameters, data, rows), rounds: trained.rounds };
    } finally {
      kernels.arena.release(mark);
    }
  },
};

/** Fewer than usual below 8,192 rows: a round should have some 32 steps. */
function batchRows(rows: number): number {
  return Math.max(16, Math.min(USUAL_BATCH, 2 ** Math.floor(Math.log2(rows / 32))));
}

function readParams(params: Params, classes: number) {
  const whole = (name: string, fallback: number, low: number, high: number, unit = 1): number => {
    const expected = `${unit === 1 ? "a whole number" : `a multiple of ${unit}`} from ${low} to ${high}`;
    const allowed = (value: number): boolean => value % unit === 0 && value >= low && value <= high;
    return numberParam(params, name, fallback, allowed, expected);
  };
  const positive = (name: string, fallback: number, high: number): number =>
    numberParam(params, name, fallback, (value) => value > 0 && value <= high, `above 0 and at most ${high}`);
  return {
    bins: whole("bins", 48, 1, 256),
    shape: {
      members: whole("members", 8, 1, 64),
      width: whole("width", 64, 4, 1024, 4),
      depth: whole("depth", 2, 1, 8),
    },
    training: {
      rounds: whole("rounds", 100, 0, 100_000),
      patience: whole("patience", 8, 1, 100_000),
      learningRate: positive("learningRate", 0.004, 1),
      weightDecay: numberParam(params, "weightDecay", 0.3, (value) => value >= 0 && value <= 10, "from 0 to 10"),
      dropout: numberParam(
        params,
        "dropout",
        classes > 0 ? 0.1 : 0,
        (value) => value >= 0 && value < 1,
        "at least 0 and below 1",
      ),
      averaging: positive("averaging", 0.5, 100),
    },
  };
}
