/** Sample weights, linear SVM, naive Bayes and nearest neighbours against scikit-learn's (test/golden/learners.py). */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { createKernels } from "../../kernels/index.ts";
import { learnerOutputs, type LinearLearner } from "../../model/index.ts";
import type { Dataset } from "../dataset.ts";
import { categoricalFeature, dataset, featuresOf, fit, numericFeature, rowsBetween } from "../test-dataset.ts";
import { calibrate } from "./linear-calibration.ts";
import { encodeRows, toLearner } from "./linear-encoding.ts";
import { squaredHingeProblem } from "./linear-squared-hinge.ts";

interface Coefficients {
  readonly weights: number[][];
  readonly intercepts: number[];
}
type NumberParams = Record<string, number>;
interface Answers {
  readonly params: Record<string, number | string>;
  readonly classes: number;
  readonly answers: number[];
}
interface Golden {
  readonly weighted: (Coefficients & { name: string; params: NumberParams; classes?: number })[];
  readonly hinges: (Coefficients & { C: number; classes: number; weighted: boolean })[];
  readonly calibrations: { values: number[]; weighted: boolean; factor: number; offset: number }[];
  readonly naiveBayes: (Answers & { name: string; weighted: boolean })[];
  readonly neighbours: { labels: number[]; fits: Answers[] };
}
interface LinearCase {
  readonly name: string;
  readonly numeric: (number | null)[][];
  readonly categorical: { codes: number[]; cardinality: number }[];
  readonly target: number[];
}

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../../../test/golden/${name}.json`, import.meta.url), "utf8"));
const golden = read("learners") as Golden;
const data = read("linear") as { regression: LinearCase[]; classification: LinearCase[] };

/** Rows that learn, and those that are asked. */
const TRAIN = rowsBetween(0, 400);

function madeData(name: string, classes: number, target?: number[]): Dataset {
  const found = [...data.regression, ...data.classification].find((each) => each.name === name) as LinearCase;
  const features = [
    ...found.numeric.map((values, i) =>
      numericFeature(
        `n${i}`,
        values.map((value) => value ?? NaN),
      ),
    ),
    ...found.categorical.map(({ codes, cardinality }, i) => categoricalFeature(`c${i}`, cardinality, codes)),
  ];
  return dataset(features, target ?? found.target, classes);
}

const named = (classes: number): string => (classes === 0 ? "made" : `made, ${classes} classes`);
const withWeights = (of: Dataset): Dataset => ({ ...of, weights: rowWeights(of.rows) });
/** As `row_weights` of learners.py. */
const rowWeights = (rows: number): Float64Array => Float64Array.from({ length: rows }, (_, i) => ((i * 7) % 5) / 2);

/** Relative where a number is above 1. */
function expectClose(actual: ArrayLike<number>, expected: readonly number[], tolerance: number): void {
  expect(actual).toHaveLength(expected.length);
  const differences = expected.map((value, i) => Math.abs(actual[i] - value) / Math.max(1, Math.abs(value)));
  expect(Math.max(...differences)).toBeLessThan(tolerance);
}

describe("sample weights: the weights of scikit-learn's fit with sample_weight", () => {
  it.each(golden.weighted)("$name $params, $classes classes", ({ name, params, classes = 0, weights, intercepts }) => {
    const weighted = withWeights(madeData(named(classes), classes));
    const learner = fit(name, weighted, rowsBetween(0, weighted.rows), params).learner as LinearLearner;
    expectClose(learner.weights, weights.flat(), 1e-5);
    expectClose(learner.intercepts, intercepts, 1e-5);
  });
});

describe("squared hinge: the weights of scikit-learn's LinearSVC", () => {
  it.each(golden.hinges)("C $C, $classes classes, weighted: $weighted", (each) => {
    const { C, classes, weights, intercepts } = each;
    const kernels = createKernels();
    const plain = madeData(named(classes), classes);
    const rows = rowsBetween(0, plain.rows);
    const encoded = encodeRows(kernels, each.weighted ? withWeights(plain) : plain, rows, () => {});
    const problem = squaredHingeProblem(kernels, encoded, plain.target, classes, C, () => {});
    const own = each.weighted ? rowWeights(plain.rows) : new Float64Array(plain.rows).fill(1);
    const found = problem.solve(own);
    const learner = toLearner(encoded, found, problem.pitch, problem.outputs, "identity");
    expectClose(learner.weights, weights.flat(), 1e-5);
    expectClose(learner.intercepts, intercepts, 1e-5);
  });
});

describe("calibration: the sigmoid of scikit-learn's CalibratedClassifierCV", () => {
  it.each(golden.calibrations)("weighted: $weighted", ({ values, weighted, factor, offset }) => {
    const labels = madeData(named(2), 2).target;
    const weights = weighted ? rowWeights(labels.length) : new Float64Array(labels.length).fill(1);
    const found = calibrate(Float64Array.from(values), 1, labels, 2, weights, () => {});
    expectClose([found.factors[0], found.offsets[0]], [factor, offset], 1e-5);
  });
});

describe("naive Bayes: the probabilities of scikit-learn's on the same encoded matrix", () => {
  it.each(golden.naiveBayes)("$name $params, $classes classes, weighted: $weighted", (each) => {
    const plain = madeData(named(each.classes), each.classes);
    const { learner } = fit(each.name, each.weighted ? withWeights(plain) : plain, TRAIN, each.params);
    const asked = rowsBetween(400, 460);
    expectClose(learnerOutputs(learner, featuresOf(plain, asked), asked.length), each.answers, 1e-12);
  });
});

describe("nearest neighbours: the answers of scikit-learn's, which has 64-bit distances", () => {
  it.each(golden.neighbours.fits)("$params, $classes classes", ({ params, classes, answers }) => {
    const diabetes = madeData("diabetes", classes, classes > 0 ? golden.neighbours.labels : undefined);
    const { learner } = fit("KNN", diabetes, TRAIN, params);
    const asked = rowsBetween(400, diabetes.rows);
    expectClose(learnerOutputs(learner, featuresOf(diabetes, asked), asked.length), answers, 1e-6);
  });
});
