/** A member's way from codes to outputs, and back from the gradients of the outputs to those of the parameters. */
import type { Random } from "../../base/index.ts";
import { SCALES } from "./neural-network-encoding.ts";
import { padded, vector, type Network } from "./neural-network-layers.ts";

/** The member's first-layer table and hidden weights, from `parameters` (or averages): into the batch space. */
export function prepareMember(network: Network, parameters: number, member: number): void {
  const { kernels, layout, shape, batch, trainedRows } = network;
  const { run } = kernels;
  const { width, depth } = shape;
  const at = (offset: number): number => parameters + offset * 4;
  const left = layout.lefts[0] + member * padded(trainedRows);
  const right = layout.rights[0] + member * width;
  run.adapt(at(layout.trained), at(left), at(right), trainedRows, width, batch.trained);
  eachNumeric(network, (scales, knots, trainedRow, row) => {
    const from = batch.trained + trainedRow * width * 4;
    const to = batch.table + row * width * 4;
    run.matrixProduct(scales, SCALES, 1, from, width, to, width, knots, SCALES, width, false);
    run.addRunningSums(from + SCALES * width * 4, knots - 1, width, to + width * 4);
  });
  const { tail, tailTable, tailTrained } = tailOf(network);
  vector(network, batch.table + tailTable * 4, tail).set(vector(network, batch.trained + tailTrained * 4, tail));
  for (let layer = 1; layer < depth; layer++) {
    const lefts = layout.lefts[layer] + member * width;
    const rights = layout.rights[layer] + member * width;
    run.adapt(at(layout.weights[layer]), at(lefts), at(rights), width, width, batch.weights[layer - 1]);
  }
}

/** The table rows that are trained as they stand. */
function tailOf({ inputs, shape }: Network): { tail: number; tailTable: number; tailTrained: number } {
  const { tableRows, knotRows, knotTrained } = inputs;
  return {
    tail: (tableRows - knotRows) * shape.width,
    tailTable: knotRows * shape.width,
    tailTrained: knotTrained * shape.width,
  };
}

function eachNumeric(
  { inputs, batch }: Network,
  visit: (scales: number, knots: number, trainedRow: number, tableRow: number) => void,
): void {
  let number = 0;
  for (const input of inputs.inputs) {
    if (input.kind === "categorical") continue;
    visit(batch.scales[number++], input.knots.length, input.trained, input.position);
  }
}

/** Part of the units that are dropped, and where the random numbers of the drawing begin. */
export interface Dropout {
  readonly share: number;
  readonly random: Random;
}

/** The raw outputs of the prepared member for the batch's first `rows` rows: into batch.outputs. */
export function forward(
  network: Network,
  parameters: number,
  member: number,
  rows: number,
  dropout: Dropout | null,
): void {
  const { kernels, layout, shape, batch, inputs, outputPitch } = network;
  const { run } = kernels;
  const { width, depth } = shape;
  const at = (offset: number): number => parameters + offset * 4;
  const features = inputs.inputs.length;
  const { threshold, scale } = dropoutOf(dropout);
  for (let layer = 0; layer < depth; layer++) {
    const bias = at(layout.biases[layer] + member * width);
    const out = batch.layers[layer];
    if (layer === 0) run.embedRows(batch.codes, batch.fractions, features, rows, batch.table, width, bias, out);
    else {
      run.fillRows(bias, rows, width, out);
      const weights = batch.weights[layer - 1];
      run.matrixProduct(batch.layers[layer - 1], width, 1, weights, width, out, width, rows, width, width, true);
    }
    run.rectify(out, rows * width, threshold > 0 && dropout ? dropout.random.integer(2 ** 32) : 0, threshold, scale);
  }
  run.fillRows(at(layout.headBiases + member * outputPitch), rows, outputPitch, batch.outputs);
  const head = at(layout.heads + member * width * outputPitch);
  run.matrixProduct(
    batch.layers[depth - 1],
    width,
    1,
    head,
    outputPitch,
    batch.outputs,
    outputPitch,
    rows,
    width,
    outputPitch,
    true,
  );
}

function dropoutOf(dropout: Dropout | null): { threshold: number; scale: number } {
  const share = dropout?.share ?? 0;
  return { threshold: Math.floor(share * 2 ** 32), scale: 1 / (1 - share) };
}

/** Adds the gradients of all that `forward` used; batch.outputs holds those of the outputs. */
export function backward(network: Network, member: number, rows: number, dropout: Dropout | null): void {
  const { kernels, layout, shape, batch, inputs, gradients } = network;
  const { run } = kernels;
  const { width, depth } = shape;
  const { scale } = dropoutOf(dropout);
  headBackward(network, member, rows);
  let [gradient, next] = batch.gradients;
  for (let layer = depth - 1; layer >= 0; layer--) {
    run.rectifyBackward(batch.layers[layer], gradient, rows * width, scale);
    run.addColumnSums(gradient, rows, width, gradients + (layout.biases[layer] + member * width) * 4);
    if (layer === 0) break;
    const below = batch.layers[layer - 1];
    run.matrixProduct(below, 1, width, gradient, width, batch.weightsGradient, width, width, rows, width, false);
    run.transpose(batch.weights[layer - 1], width, width, batch.transposed);
    run.matrixProduct(gradient, width, 1, batch.transposed, width, next, width, rows, width, width, false);
    [gradient, next] = [next, gradient];
    adaptBackward(network, layer, member, layout.weights[layer], width, width, batch.weightsGradient);
  }
  const { tableGradient, codes, fractions } = batch;
  vector(network, tableGradient, inputs.tableRows * width).fill(0);
  run.embedRowsBackward(codes, fractions, inputs.inputs.length, rows, gradient, width, tableGradient);
  tableBackward(network, member);
}

/** Of the last layer; the gradient of the units below it goes to batch.gradients[0]. */
function headBackward(network: Network, member: number, rows: number): void {
  const { kernels, layout, shape, batch, outputPitch: pitch, parameters, gradients } = network;
  const { run } = kernels;
  const { width, depth } = shape;
  const head = layout.heads + member * width * pitch;
  run.addColumnSums(batch.outputs, rows, pitch, gradients + (layout.headBiases + member * pitch) * 4);
  const below = batch.layers[depth - 1];
  run.matrixProduct(below, 1, width, batch.outputs, pitch, gradients + head * 4, pitch, width, rows, pitch, true);
  run.transpose(parameters + head * 4, width, pitch, batch.transposed);
  const [gradient] = batch.gradients;
  run.matrixProduct(batch.outputs, pitch, 1, batch.transposed, width, gradient, width, rows, pitch, width, false);
}

/** From the gradient of the first layer's table to those of the trained rows and their adapters. */
function tableBackward(network: Network, member: number): void {
  const { kernels, layout, shape, batch, trainedRows } = network;
  const { width } = shape;
  eachNumeric(network, (scales, knots, trainedRow, row) => {
    const from = batch.tableGradient + row * width * 4;
    const to = batch.trainedGradient + trainedRow * width * 4;
    kernels.run.matrixProduct(scales, 1, SCALES, from, width, to, width, SCALES, knots, width, false);
    kernels.run.tailSums(from + width * 4, knots - 1, width, to + SCALES * width * 4);
  });
  const { tail, tailTable, tailTrained } = tailOf(network);
  vector(network, batch.trainedGradient + tailTrained * 4, tail).set(
    vector(network, batch.tableGradient + tailTable * 4, tail),
  );
  adaptBackward(network, 0, member, layout.trained, trainedRows, padded(trainedRows), batch.trainedGradient);
}

function adaptBackward(
  { kernels, layout, shape, parameters, gradients }: Network,
  layer: number,
  member: number,
  weights: number,
  rows: number,
  pitch: number,
  gradient: number,
): void {
  const left = layout.lefts[layer] + member * pitch;
  const right = layout.rights[layer] + member * shape.width;
  kernels.run.adaptBackward(
    gradient,
    parameters + weights * 4,
    parameters + left * 4,
    parameters + right * 4,
    rows,
    shape.width,
    gradients + weights * 4,
    gradients + left * 4,
    gradients + right * 4,
  );
}
