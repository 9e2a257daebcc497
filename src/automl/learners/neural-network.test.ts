import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../base/index.ts";
import { createKernels } from "../../kernels/index.ts";
import { learnerOutputs, type Learner, type NetworkLearner } from "../../model/index.ts";
import type { Dataset } from "../dataset.ts";
import {
  categoricalFeature,
  dataset,
  featuresOf,
  fit,
  list,
  madeDataset,
  numericFeature,
  rowsBetween,
} from "../test-dataset.ts";
import { encodeRows, networkInputs } from "./neural-network-encoding.ts";
import { createNetwork, initialise, vector } from "./neural-network-layers.ts";
import { backward, forward, prepareMember } from "./neural-network-passes.ts";
import { networkTarget } from "./neural-network-target.ts";

const NAME = "NeuralNetwork";
const QUICK = { rounds: 10, members: 2, width: 16 };

function outputsOf(learner: Learner, data: Dataset, rows: Uint32Array): Float64Array {
  return learnerOutputs(learner, featuresOf(data, rows), rows.length);
}

describe("the encoding of inputs", () => {
  it("puts every value between two neighbouring knots, so that the knots give the value back", () => {
    const values = fc.array(fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constantFrom(NaN, 0, 1)), {
      minLength: 2,
      maxLength: 200,
    });
    fc.assert(
      fc.property(values, fc.integer({ min: 1, max: 12 }), (column, bins) => {
        const data = dataset([numericFeature("x", column)], column, 0);
        const rows = rowsBetween(0, column.length);
        const inputs = networkInputs(data, rows, bins, () => {});
        const [input] = inputs.inputs;
        expect(input === undefined).toBe(new Set(column).size === 1);
        if (!input) return;
        if (input.kind !== "numeric") throw new Error("a number is expected");
        expect(input.knots.length).toBeLessThanOrEqual(bins + 1);
        const codes = new Uint32Array(column.length);
        const fractions = new Float32Array(column.length);
        encodeRows(inputs, data, rows, { codes, fractions });
        const range = input.knots.at(-1)! - input.knots[0];
        column.forEach((value, i) => {
          const low = Number.isNaN(value) ? NaN : input.knots[codes[i] - input.position];
          if (Number.isNaN(low)) expect([value, codes[i]]).toEqual([NaN, input.missing]);
          else {
            const high = fractions[i] > 0 ? input.knots[codes[i] - input.position + 1] : low;
            expect(Math.abs(low + fractions[i] * (high - low) - value)).toBeLessThanOrEqual(1e-6 * range);
          }
        });
      }),
    );
  });

  it("leaves out what does not vary, and keeps what is only sometimes there", () => {
    const features = [
      numericFeature("same", [1, 1, 1]),
      numericFeature("empty", [NaN, NaN, NaN]),
      numericFeature("mark", [1, NaN, 1]),
      categoricalFeature("one", 2, [1, 1, 1]),
      categoricalFeature("two", 2, [1, -1, 1]),
    ];
    const { inputs } = networkInputs(dataset(features, [1, 2, 3], 0), rowsBetween(0, 3), 8, () => {});
    expect(inputs.map(({ feature }) => feature)).toEqual([2, 4]);
  });
});

/** The slope of the loss in 32-bit arithmetic is known to some three digits. */
it("has the gradient of its loss: as differences of the loss have it, for each kind of parameter", () => {
  const kernels = createKernels();
  const random = createRandom(3);
  const data = madeDataset(48, 3, 4);
  const rows = rowsBetween(0, 48);
  const inputs = networkInputs(data, rows, 5, () => {});
  const target = networkTarget(data, rows);
  const shape = { members: 2, width: 8, depth: 2, outputs: 3, batch: 48 };
  const network = createNetwork(kernels, inputs, shape);
  initialise(network, random);
  const { layout, batch, outputPitch } = network;
  const parameters = vector(network, network.parameters, layout.count);
  for (let i = layout.heads; i < layout.decayed; i++) parameters[i] = (i - layout.heads) % 4 < 3 ? random.normal() : 0;
  const { buffer } = kernels.arena.memory;
  const cells = rows.length * inputs.inputs.length;
  encodeRows(inputs, data, rows, {
    codes: new Uint32Array(buffer, batch.codes, cells),
    fractions: new Float32Array(buffer, batch.fractions, cells),
  });
  const outputs = (): Float32Array => vector(network, batch.outputs, rows.length * outputPitch);
  /** The sum of the members' losses. */
  const loss = (): number => {
    let sum = 0;
    for (let member = 0; member < shape.members; member++) {
      prepareMember(network, network.parameters, member);
      forward(network, network.parameters, member, rows.length, null);
      sum += target.loss(rows, outputs(), outputPitch);
    }
    return sum;
  };
  for (let member = 0; member < shape.members; member++) {
    prepareMember(network, network.parameters, member);
    forward(network, network.parameters, member, rows.length, null);
    target.residuals(rows, outputs(), outputPitch);
    backward(network, member, rows.length, null);
  }
  const gradients = vector(network, network.gradients, layout.count).slice();
  const starts = {
    ...layout,
    weights: layout.weights[1],
    left: layout.lefts[0],
    right: layout.rights[1],
    bias: layout.biases[0],
  };
  for (const kind of ["trained", "weights", "heads", "left", "right", "bias", "headBiases"] as const) {
    // Along the gradient of eight neighbours, which is steeper than one parameter's.
    const some = list(8, (i) => starts[kind] + i);
    const norm = Math.hypot(...some.map((i) => gradients[i]));
    expect(norm).toBeGreaterThan(0);
    const kept = some.map((i) => parameters[i]);
    const lossAt = (step: number): number => {
      some.forEach((i, j) => (parameters[i] = kept[j] + (step * gradients[i]) / norm));
      return loss();
    };
    const slope = (lossAt(2e-3) - lossAt(-2e-3)) / 4e-3;
    lossAt(0);
    expect(Math.abs(slope / norm - 1)).toBeLessThan(0.03);
  }
});

describe("training", () => {
  it("counts a row of weight 2 as two rows, nearly, and never looks at rows of weight 0", () => {
    const data = madeDataset(300, 2, 5);
    const rows = rowsBetween(0, 300);
    const weights = Float64Array.from(rows, (row) => (row % 3 === 0 ? 0 : 1));
    const weighted = fit(NAME, { ...data, weights }, rows, QUICK);
    const kept = rows.filter((row) => row % 3 !== 0);
    expect(weighted.learner).toEqual(fit(NAME, data, kept, QUICK).learner);
    const heavy = { ...data, weights: data.target.map((label) => (label === 1 ? 8 : 1)) };
    const mean = (outputs: Float64Array): number => outputs.reduce((sum, share, i) => sum + (i % 2) * share, 0) / 300;
    const plain = mean(outputsOf(fit(NAME, data, rows, QUICK).learner, data, rows));
    const shifted = mean(outputsOf(fit(NAME, heavy, rows, QUICK).learner, data, rows));
    expect(plain).toBeGreaterThan(0.45);
    expect(plain).toBeLessThan(0.55);
    expect(shifted).toBeGreaterThan(plain + 0.05);
  });

  it("refuses rows that all weigh nothing", () => {
    const data = { ...madeDataset(30, 2, 5), weights: new Float64Array(30) };
    expect(() => fit(NAME, data, rowsBetween(0, 30), QUICK)).toThrow(
      expect.objectContaining({ code: "SLW_LEARNER_PARAM" }),
    );
  });

  it("ends when it is told to, with what it has", () => {
    const data = madeDataset(600, 2, 5);
    let asked = 0;
    const shouldFinish = (): boolean => ++asked > 5;
    const { learner } = fit(NAME, data, rowsBetween(0, 600), { ...QUICK, rounds: 100_000 }, { shouldFinish });
    expect(asked).toBe(6);
    expect(outputsOf(learner, data, rowsBetween(0, 10)).every(Number.isFinite)).toBe(true);
  });

  it("starts anew when it is given an earlier fit", () => {
    const data = madeDataset(200, 0, 5);
    const rows = rowsBetween(0, 200);
    const { learner } = fit(NAME, data, rows, { ...QUICK, rounds: 3 });
    expect(fit(NAME, data, rows, QUICK, { resume: learner })).toEqual(fit(NAME, data, rows, QUICK));
  });

  it("stays finite with the wildest learning rate and values", () => {
    const random = createRandom(8);
    const wild = list(400, () => random.normal() * 10 ** (random.integer(600) - 300));
    const target = list(400, () => random.normal() * 1e150);
    for (const [classes, y] of [
      [0, target],
      [2, list(400, (i) => i % 2)],
    ] as const) {
      const data = dataset([numericFeature("wild", wild)], y, classes);
      const { learner } = fit(NAME, data, rowsBetween(0, 400), { ...QUICK, learningRate: 1, weightDecay: 0 });
      expect(outputsOf(learner, data, rowsBetween(0, 400)).every(Number.isFinite)).toBe(true);
    }
  });

  it("trains on many columns, with fewer bins each", () => {
    const random = createRandom(9);
    const columns = list(1_500, (j) =>
      numericFeature(
        `x${j}`,
        list(80, () => random.normal()),
      ),
    );
    const data = dataset(
      columns,
      list(80, (i) => columns[0].values[i]),
      0,
    );
    const { learner } = fit(NAME, data, rowsBetween(0, 80), { ...QUICK, rounds: 2 });
    const { table, networks, width } = learner as NetworkLearner;
    expect(table.length / (networks * width)).toBeLessThan(12_000);
  });

  it("gives a category and a null that it never saw the mean effect of the feature", () => {
    const codes = list(200, (i) => i % 3);
    const data = dataset(
      [categoricalFeature("c", 5, codes)],
      codes.map((code) => code * 10),
      0,
    );
    const { learner } = fit(NAME, data, rowsBetween(0, 200), { ...QUICK, rounds: 40 });
    const { table, networks, width } = learner as NetworkLearner;
    const row = (category: number): Float32Array =>
      table.subarray(category * networks * width, (category + 1) * networks * width);
    const shares = [67 / 200, 67 / 200, 66 / 200];
    expect(row(3)).toEqual(row(4));
    expect(row(3)).toEqual(row(5));
    row(3).forEach((value, i) => {
      expect(value).toBeCloseTo(
        shares.reduce((sum, share, category) => sum + share * row(category)[i], 0),
        5,
      );
    });
  });

  it.each([
    ["width", 10],
    ["members", 0],
    ["depth", 1.5],
    ["dropout", 1],
    ["learningRate", 0],
    ["rounds", "many"],
  ])("refuses %s = %s", (param, value) => {
    const refused = expect.objectContaining({ code: "SLW_LEARNER_PARAM", message: expect.stringContaining(param) });
    expect(() => fit(NAME, madeDataset(20, 2, 1), rowsBetween(0, 20), { [param]: value })).toThrow(refused);
  });
});

/** Where the target is a smooth function of several numbers at once, trees need many steps (Friedman 1991). */
it("is better than boosting on a smooth function, by its defaults", () => {
  const random = createRandom(11);
  const columns = list(6, () => list(1_200, () => random.next()));
  const target = list(1_200, (i) => {
    const [a, b, c, d, e] = columns.map((column) => column[i]);
    return 10 * Math.sin(Math.PI * a * b) + 20 * (c - 0.5) ** 2 + 10 * d + 5 * e + random.normal();
  });
  const data = dataset(
    columns.map((column, j) => numericFeature(`x${j}`, column)),
    target,
    0,
  );
  const [train, validation, held] = [rowsBetween(0, 700), rowsBetween(700, 900), rowsBetween(900, 1_200)];
  const loss = (algorithm: string, params: Readonly<Record<string, number>>): number => {
    const outputs = outputsOf(fit(algorithm, data, train, params, { validation }).learner, data, held);
    return outputs.reduce((sum, value, i) => sum + (value - target[held[i]]) ** 2 / held.length, 0);
  };
  const ours = loss(NAME, {});
  expect(ours).toBeLessThan(0.9 * loss("GradientBoosting", { rounds: 500, learningRate: 0.05 }));
  // The noise alone is 1.
  expect(ours).toBeLessThan(2);
});
