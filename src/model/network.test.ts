import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { createRandom } from "../base/index.ts";
import { checkNetwork } from "./check-network.ts";
import { exportJavaScript, exportOnnx } from "./export/index.ts";
import { decodeModel, encodeModel } from "./format.ts";
import { knotBelow, networkRawOutputs } from "./network.ts";
import { learnerOutputs } from "./predict.ts";
import { testModel } from "./test-model.ts";
import type { NetworkLearner } from "./types.ts";

/** Two networks of four units, two numbers (features 0 and 2) and a category (feature 1). */
function made(outputs: number, depth: number, seed = 1): NetworkLearner {
  const random = createRandom(seed);
  const floats = (length: number): Float32Array => Float32Array.from({ length }, () => random.normal());
  const [networks, width] = [2, 4];
  const units = networks * width;
  return {
    kind: "network",
    outputs,
    link: outputs === 1 ? "sigmoid" : "softmax",
    networks,
    width,
    encodings: [
      { kind: "numeric", feature: 0, position: 0, missing: 4, knots: Float64Array.of(-1, 0, 0.5, 10) },
      { kind: "categorical", feature: 1, position: 5, cardinality: 3 },
      { kind: "numeric", feature: 2, position: 9, missing: 10, knots: Float64Array.of(7) },
    ],
    table: floats(11 * units),
    tableBias: floats(units),
    layers: Array.from({ length: depth - 1 }, () => ({ weights: floats(units * width), bias: floats(units) })),
    heads: floats(units * outputs),
    base: Float64Array.from(floats(outputs)),
    scale: 1.5,
  };
}

/** The definition above NetworkLearner, one sum at a time. */
function expected(learner: NetworkLearner, row: readonly number[]): number[] {
  const { width, networks, outputs, table } = learner;
  const all = networks * width;
  const list = (length: number, of: (i: number) => number): number[] => Array.from({ length }, (_, i) => of(i));
  const shares = learner.encodings.flatMap((encoding): [number, number][] => {
    const value = row[encoding.feature];
    const { position } = encoding;
    if (encoding.kind === "categorical")
      return [[position + (value >= 0 && value < encoding.cardinality ? value : encoding.cardinality), 1]];
    const { knots, missing } = encoding;
    if (Number.isNaN(value)) return [[missing, 1]];
    if (value <= knots[0]) return [[position, 1]];
    const last = knots.length - 1;
    if (value >= knots[last]) return [[position + last, 1]];
    const above = knots.findIndex((knot) => knot > value);
    const share = (value - knots[above - 1]) / (knots[above] - knots[above - 1]);
    return [
      [position + above - 1, 1 - share],
      [position + above, share],
    ];
  });
  const sum = (length: number, of: (i: number) => number): number => list(length, of).reduce((a, b) => a + b, 0);
  const rectified = (value: number): number => Math.max(0, value);
  let units = list(all, (i) => {
    return learner.tableBias[i] + shares.reduce((total, [at, share]) => total + share * table[at * all + i], 0);
  });
  for (const { weights, bias } of learner.layers) {
    const below = units;
    units = list(all, (i) => {
      const network = Math.floor(i / width);
      return (
        bias[i] +
        sum(width, (from) => {
          const unit = network * width + from;
          return rectified(below[unit]) * weights[unit * width + (i % width)];
        })
      );
    });
  }
  return list(
    outputs,
    (k) => learner.base[k] + learner.scale * sum(all, (i) => rectified(units[i]) * learner.heads[i * outputs + k]),
  );
}

const numbers = fc.oneof(
  fc.double({ min: -3, max: 15, noNaN: true }),
  fc.constantFrom(NaN, -1, 0, 0.5, 10, 1e300, -1e300, 7),
);
const codes = fc.constantFrom(0, 1, 2, 3, 77, NaN);

describe("networkRawOutputs", () => {
  it.each([
    [1, 1],
    [1, 2],
    [3, 3],
  ])("equals its definition: %i outputs, depth %i", (outputs, depth) => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(numbers, codes, numbers), { minLength: 1, maxLength: 4 }),
        fc.nat(99),
        (rows, seed) => {
          const learner = made(outputs, depth, seed);
          const raw = networkRawOutputs(learner, Float64Array.from(rows.flat()), rows.length);
          rows.forEach((row, i) => {
            expected(learner, row).forEach((value, k) => expect(raw[i * outputs + k]).toBeCloseTo(value, 9));
          });
        },
      ),
    );
  });

  it("gives nothing for no rows, and for a network without inputs what its biases say", () => {
    const learner = { ...made(1, 2), encodings: [] };
    expect(networkRawOutputs(learner, new Float64Array(0), 0)).toEqual(new Float64Array(0));
    const [value] = networkRawOutputs(learner, Float64Array.of(1, 2, 3), 1);
    expect(value).toBeCloseTo(expected(learner, [1, 2, 3])[0], 9);
  });
});

test("knotBelow is the last knot that is not above", () => {
  const ascending = fc
    .uniqueArray(fc.integer({ min: -20, max: 20 }), { minLength: 1 })
    .map((list) => list.sort((a, b) => a - b));
  fc.assert(
    fc.property(ascending, fc.double({ min: -25, max: 25, noNaN: true }), (knots, value) => {
      expect(knotBelow(Float64Array.from(knots), value)).toBe(
        Math.max(
          0,
          knots.findLastIndex((knot) => knot <= value),
        ),
      );
    }),
  );
});

test("a network comes back from a file as it was", () => {
  const learner = made(1, 2);
  const model = { ...testModel, members: [{ name: "NeuralNetwork", weight: 1, learner }] };
  const [member] = decodeModel(encodeModel(model)).members;
  expect(member!.learner).toEqual(learner);
  const row = Float64Array.of(0.3, 1, NaN, 0);
  expect(learnerOutputs(member!.learner, row, 1)).toEqual(learnerOutputs(learner, row, 1));
});

test("a network is not exported, and the refusal names it", () => {
  const model = { ...testModel, members: [{ name: "NeuralNetwork", weight: 1, learner: made(1, 2) }] };
  const refused = (code: string) =>
    expect.objectContaining({ code, message: expect.stringContaining("NeuralNetwork") });
  for (const exported of [exportOnnx, exportJavaScript]) {
    expect(() => exported(model)).toThrow(refused("SLW_EXPORT_UNSUPPORTED"));
  }
});

const changed = (change: Partial<NetworkLearner>): NetworkLearner => ({ ...made(1, 2), ...change });
const numbered = { kind: "numeric" as const, feature: 0, position: 0, missing: 4, knots: Float64Array.of(1, 2) };
const broken: [string, NetworkLearner, string][] = [
  ["a table of half a row", changed({ table: new Float32Array(84) }), "table"],
  ["a table with NaN", changed({ table: new Float32Array(88).fill(NaN) }), "table[0]"],
  ["a short bias of the table", changed({ tableBias: new Float32Array(4) }), "tableBias"],
  [
    "a short layer",
    changed({ layers: [{ weights: new Float32Array(31), bias: new Float32Array(8) }] }),
    "layers[0].weights",
  ],
  [
    "a short bias",
    changed({ layers: [{ weights: new Float32Array(32), bias: new Float32Array(7) }] }),
    "layers[0].bias",
  ],
  ["short heads", changed({ heads: new Float32Array(7) }), "heads"],
  ["an infinite base", changed({ base: Float64Array.of(Infinity) }), "base[0]"],
  ["a feature that is not there", changed({ encodings: [{ ...numbered, feature: 4 }] }), "encodings[0].feature"],
  ["knots beyond the table", changed({ encodings: [{ ...numbered, position: 10 }] }), "encodings[0].position"],
  ["no knots", changed({ encodings: [{ ...numbered, knots: new Float64Array(0) }] }), "encodings[0].knots"],
  ["equal knots", changed({ encodings: [{ ...numbered, knots: Float64Array.of(1, 1) }] }), "encodings[0].knots[1]"],
  [
    "a knot that is no number",
    changed({ encodings: [{ ...numbered, knots: Float64Array.of(NaN) }] }),
    "encodings[0].knots[0]",
  ],
  ["a missing row beyond the table", changed({ encodings: [{ ...numbered, missing: 11 }] }), "encodings[0].missing"],
  [
    "categories beyond the table",
    changed({ encodings: [{ kind: "categorical", feature: 1, position: 5, cardinality: 6 }] }),
    "encodings[0].position",
  ],
];

test.each(broken)("%s is refused by its name", (_name, learner, field) => {
  const refused = expect.objectContaining({
    code: "SLW_MODEL_INVALID",
    message: expect.stringContaining(`at.${field}`),
  });
  expect(() => checkNetwork(learner, "at", 4)).toThrow(refused);
  const model = { ...testModel, members: [{ name: "NeuralNetwork", weight: 1, learner }] };
  expect(() => decodeModel(encodeModel(model))).toThrow(expect.objectContaining({ code: "SLW_MODEL_INVALID" }));
});
