/** From trained parameters to what the model file holds: adapters and bases multiplied out. */
import type { NetworkEncoding, NetworkLearner } from "../../model/index.ts";
import type { Dataset } from "../dataset.ts";
import { encodeRows, type NetworkInputs } from "./neural-network-encoding.ts";
import { vector, type Network } from "./neural-network-layers.ts";
import { prepareMember } from "./neural-network-passes.ts";
import type { NetworkTarget } from "./neural-network-target.ts";

/** Rows that say what is usual, evenly spaced. */
const USUAL_ROWS = 10_000;

/** @param parameters a parameter vector; it is written over the network's averages */
export function toLearner(
  network: Network,
  target: NetworkTarget,
  parameters: Float32Array,
  data: Dataset,
  rows: Uint32Array,
): NetworkLearner {
  const { shape, layout, inputs, outputPitch, batch } = network;
  const { members, width, depth } = shape;
  const all = members * width;
  vector(network, network.averages, layout.count).set(parameters);
  const table = new Float32Array(inputs.tableRows * all);
  const layers = Array.from({ length: depth - 1 }, (_, i) => ({
    weights: new Float32Array(members * width * width),
    bias: parameters.slice(layout.biases[i + 1], layout.biases[i + 1] + all),
  }));
  const heads = new Float32Array(all * target.outputs);
  const base = target.base.slice();
  for (let member = 0; member < members; member++) {
    prepareMember(network, network.averages, member);
    const mine = vector(network, batch.table, inputs.tableRows * width);
    for (let row = 0; row < inputs.tableRows; row++) {
      table.set(mine.subarray(row * width, (row + 1) * width), row * all + member * width);
    }
    layers.forEach(({ weights }, i) => {
      weights.set(vector(network, batch.weights[i], width * width), member * width * width);
    });
    for (let k = 0; k < target.outputs; k++) {
      base[k] += (target.scale * parameters[layout.headBiases + member * outputPitch + k]) / members;
      for (let unit = member * width; unit < (member + 1) * width; unit++) {
        heads[unit * target.outputs + k] = parameters[layout.heads + unit * outputPitch + k] / members;
      }
    }
  }
  fillUnseen(inputs, table, all, usualShares(inputs, data, rows));
  return {
    kind: "network",
    outputs: target.outputs,
    link: target.link,
    networks: members,
    width,
    encodings: inputs.inputs.map(encodingOf),
    table,
    tableBias: parameters.slice(layout.biases[0], layout.biases[0] + all),
    layers,
    heads,
    base,
    scale: target.scale,
  };
}

function encodingOf(input: NetworkInputs["inputs"][number]): NetworkEncoding {
  if (input.kind === "numeric") {
    const { kind, feature, position, missing, knots } = input;
    return { kind, feature, position, missing, knots };
  }
  const { kind, feature, position, cardinality } = input;
  return { kind, feature, position, cardinality };
}

/** For each table row the mean share that training rows have in it. */
function usualShares(inputs: NetworkInputs, data: Dataset, rows: Uint32Array): Float64Array {
  const count = Math.min(rows.length, USUAL_ROWS);
  const some = Uint32Array.from({ length: count }, (_, i) => rows[Math.floor((i * rows.length) / count)]);
  const codes = new Uint32Array(count * inputs.inputs.length);
  const fractions = new Float32Array(codes.length);
  encodeRows(inputs, data, some, { codes, fractions });
  const shares = new Float64Array(inputs.tableRows);
  codes.forEach((code, i) => {
    shares[code] += (1 - fractions[i]) / count;
    if (fractions[i] > 0) shares[code + 1] += fractions[i] / count;
  });
  return shares;
}

/** What training never saw, a missing value or a category, becomes what the feature's values are on average. */
function fillUnseen({ inputs }: NetworkInputs, table: Float32Array, width: number, shares: Float64Array): void {
  for (const input of inputs) {
    const { position } = input;
    const length = input.kind === "numeric" ? input.knots.length : input.cardinality + 1;
    const mean = new Float64Array(width);
    for (let row = position; row < position + length; row++) {
      for (let i = 0; i < width; i++) mean[i] += shares[row] * table[row * width + i];
    }
    if (input.kind === "numeric") {
      if (!input.nulls) table.set(mean, input.missing * width);
      continue;
    }
    input.seen.forEach((seen, category) => {
      if (seen === 0) table.set(mean, (position + category) * width);
    });
  }
}
