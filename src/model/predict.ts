/** From features to answers: learner, link, vote or stack. */
import type { Table } from "../base/index.ts";
import { combineOutputs, softmax, writeSigmoid, type MemberOutputs } from "./combine.ts";
import { linearRawOutputs } from "./linear.ts";
import { neighboursOutputs } from "./neighbours.ts";
import { networkRawOutputs } from "./network.ts";
import { featureRows } from "./transform.ts";
import { treesRawOutputs } from "./trees.ts";
import type { Label, Learner, Link, Model } from "./types.ts";

/** Numbers a row of `score`: one probability a class, or one value. */
export function outputWidth(model: Pick<Model, "task" | "labels">): number {
  return model.task === "classification" ? model.labels.length : 1;
}

/**
 * The answers of one learner. `features` is rows x width, row-major, as from `featureRows`; the result is rows x K,
 * row-major: for classification the probabilities of all classes (a sigmoid gives two), for regression one value.
 */
export function learnerOutputs(learner: Learner, features: Float64Array, rows: number): Float64Array {
  return applyLink(learner.link, rawOutputs(learner, features, rows), learner.outputs);
}

function rawOutputs(learner: Learner, features: Float64Array, rows: number): Float64Array {
  switch (learner.kind) {
    case "trees":
      return treesRawOutputs(learner, features, rows);
    case "linear":
      return linearRawOutputs(learner, features, rows);
    case "neighbours":
      return neighboursOutputs(learner, features, rows);
    case "network":
      return networkRawOutputs(learner, features, rows);
  }
}

/**
 * The answer of all members together for every row of `table`: rows x K, row-major. The columns may come in any order;
 * columns that the model does not use are not looked at.
 * @throws SLW_SCORE_COLUMN_MISSING, SLW_SCORE_COLUMN_TYPE
 */
export function score(model: Model, table: Table): Float64Array {
  const features = featureRows(model.transforms, table);
  return combineOutputs(model.combination, memberOutputs(model, features, table.rows), table.rows, outputWidth(model));
}

function* memberOutputs({ members }: Model, features: Float64Array, rows: number): Generator<MemberOutputs> {
  for (const { weight, learner } of members) yield { weight, outputs: learnerOutputs(learner, features, rows) };
}

/** The answer of each row: the label of `predictedClasses`, or the value. */
export function predictions(model: Pick<Model, "task" | "labels" | "labelWeights">, outputs: Float64Array): Label[] {
  if (model.task === "regression") return Array.from(outputs);
  const positions = predictedClasses(model, outputs);
  const answers: Label[] = [];
  for (let row = 0; row < positions.length; row++) answers.push(model.labels[positions[row]] as Label);
  return answers;
}

/**
 * Classification: for each row the position of the label whose probability times its factor in `labelWeights` is
 * largest; without factors the most probable one. Of equals the first.
 */
export function predictedClasses(
  { labels, labelWeights }: Pick<Model, "labels" | "labelWeights">,
  outputs: Float64Array,
): Int32Array {
  const classes = labels.length;
  const positions = new Int32Array(outputs.length / classes);
  for (let row = 0, start = 0; row < positions.length; row++, start += classes) {
    let best = 0;
    let largest = -Infinity;
    for (let k = 0; k < classes; k++) {
      const value = labelWeights === null ? outputs[start + k] : outputs[start + k] * labelWeights[k];
      if (value > largest) {
        largest = value;
        best = k;
      }
    }
    positions[row] = best;
  }
  return positions;
}

/** From raw outputs (rows x outputs, row-major) to answers. Changes `raw` in place where the width allows it. */
export function applyLink(link: Link, raw: Float64Array, outputs: number): Float64Array {
  switch (link) {
    case "identity":
      return raw;
    case "exp":
      for (let i = 0; i < raw.length; i++) raw[i] = Math.exp(raw[i]);
      return raw;
    case "sigmoid":
      return sigmoidPairs(raw);
    case "softmax":
      for (let start = 0; start < raw.length; start += outputs) softmax(raw, start, outputs);
      return raw;
  }
}

function sigmoidPairs(raw: Float64Array): Float64Array {
  const pairs = new Float64Array(raw.length * 2);
  for (let i = 0; i < raw.length; i++) writeSigmoid(raw[i], pairs, 2 * i);
  return pairs;
}
