/** A small model of every part there is, made by hand, for the tests of this folder. */
import type { Column, Table } from "../base/index.ts";
import type { LinearLearner, Model, TreesLearner } from "./types.ts";

/**
 * Features: 0 age, 1 balance, 2 job (admin. 0, blue-collar 1, student 2), 3 days since 1970.
 * Tree 0: job in {admin., student} (missing: left) ? 0.5 : (age <= 40 ? -1 : 1). Tree 1: balance <= 100 (missing: left) ? -0.25 : 0.25.
 */
export const boosting: TreesLearner = {
  kind: "trees",
  outputs: 1,
  leafWidth: 1,
  base: Float64Array.of(-0.5),
  scale: 2,
  link: "sigmoid",
  trees: {
    roots: Int32Array.of(0, 5),
    feature: Int32Array.of(2, -1, 0, -1, -1, 1, -1, -1),
    left: Int32Array.of(1, 0, 3, 1, 2, 6, 3, 4),
    threshold: Float64Array.of(0, 0, 40, 0, 0, 100, 0, 0),
    flags: Uint8Array.of(3, 0, 0, 0, 0, 2, 0, 0),
    cover: Float32Array.of(10, 6, 4, 2, 2, 10, 5, 5),
    bitsets: Uint32Array.of(1, 0b101),
    leafValues: Float64Array.of(0.5, -1, 1, -0.25, 0.25),
  },
};

export const logistic: LinearLearner = {
  kind: "linear",
  outputs: 1,
  link: "sigmoid",
  width: 7,
  encodings: [
    { kind: "scaled", feature: 0, position: 0, mean: 40, scale: 10, fill: 40, missing: -1, range: [18, 90] },
    { kind: "scaled", feature: 1, position: 1, mean: 100, scale: 50, fill: 80, missing: 2, range: [0, 500] },
    { kind: "oneHot", feature: 2, position: 3, cardinality: 3 },
  ],
  weights: Float64Array.of(0.5, -0.25, 1, 0.1, 0.2, 0.3, 0.4),
  intercepts: Float64Array.of(0.125),
};

export const testModel: Model = {
  task: "classification",
  target: "y",
  labels: ["no", "yes"],
  inputs: [
    { name: "age", type: "numeric", integer: true, nullable: false, range: [18, 90], example: 41 },
    { name: "balance", type: "numeric", integer: false, nullable: true, range: [-12.5, 500], example: 80.5 },
    { name: "job", type: "string", integer: false, nullable: false, range: null, example: "admin." },
    { name: "since", type: "datetime", integer: false, nullable: true, range: [0, 1.6e12], example: "2020-02-29" },
  ],
  transforms: [
    { op: "Numeric", column: "age" },
    { op: "Numeric", column: "balance" },
    { op: "Category", column: "job", categories: ["admin.", "blue-collar", "student"] },
    { op: "DatePart", column: "since", part: "elapsedDays" },
  ],
  combination: { kind: "vote" },
  labelWeights: null,
  members: [
    { name: "GradientBoosting", weight: 0.75, learner: boosting },
    { name: "StandardScaler LogisticRegression", weight: 0.25, learner: logistic },
  ],
  name: "VotingEnsemble",
  metrics: { accuracy: 0.9, AUC_weighted: 0.95 },
  provenance: {
    slipway: "0.1.0",
    primaryMetric: "AUC_weighted",
    seed: 42,
    validation: "holdout:0.1",
    rows: 10,
    featurization: ["age: numeric"],
    trials: [{ number: 0, name: "GradientBoosting", params: { learningRate: 0.1, nested: { list: [1, null, "x"] } } }],
  },
};

export function numeric(name: string, ...values: number[]): Column {
  return { name, type: "numeric", values: Float64Array.from(values), integer: values.every(Number.isInteger) };
}

export function text(name: string, ...values: (string | null)[]): Column {
  const categories = Array.from(new Set(values.filter((value) => value !== null))).sort();
  return {
    name,
    type: "string",
    categories,
    codes: Int32Array.from(values, (value) => (value === null ? -1 : categories.indexOf(value))),
  };
}

export function dates(name: string, ...values: string[]): Column {
  return { name, type: "datetime", values: Float64Array.from(values, (value) => Date.parse(value)) };
}

export function table(...columns: Column[]): Table {
  const [first] = columns;
  const rows = first === undefined ? 0 : first.type === "string" ? first.codes.length : first.values.length;
  return { rows, columns };
}
