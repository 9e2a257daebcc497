/** From features to answers: learner, link, vote. */
import type { Table } from "../base/index.ts";
import { linearRawOutputs } from "./linear.ts";
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
  const raw =
    learner.kind === "trees" ? treesRawOutputs(learner, features, rows) : linearRawOutputs(learner, features, rows);
  return applyLink(learner.link, raw, learner.outputs);
}

/**
 * The weighted vote of all members for every row of `table`: rows x K, row-major. The columns may come in any order;
 * columns that the model does not use are not looked at.
 * @throws SLW_SCORE_COLUMN_MISSING, SLW_SCORE_COLUMN_TYPE
 */
export function score(model: Model, table: Table): Float64Array {
  const features = featureRows(model.transforms, table);
  const total = new Float64Array(table.rows * outputWidth(model));
  for (const member of model.members) {
    const outputs = learnerOutputs(member.learner, features, table.rows);
    for (let i = 0; i < total.length; i++) total[i] = total[i] + member.weight * outputs[i];
  }
  return total;
}

/** The answer of each row: the most probable label (of equals, the first), or the value. */
export function predictions(model: Pick<Model, "task" | "labels">, outputs: Float64Array): Label[] {
  if (model.task === "regression") return Array.from(outputs);
  const classes = model.labels.length;
  const answers: Label[] = [];
  for (let start = 0; start < outputs.length; start += classes) {
    let best = 0;
    for (let i = 1; i < classes; i++) {
      if (outputs[start + i] > outputs[start + best]) best = i;
    }
    answers.push(model.labels[best] as Label);
  }
  return answers;
}

/** Changes `raw` (rows x outputs) in place where the width allows it. */
function applyLink(link: Link, raw: Float64Array, outputs: number): Float64Array {
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

/** Probabilities of the first and the second class; each from its own exp, so that neither loses digits near 0. */
function sigmoidPairs(raw: Float64Array): Float64Array {
  const pairs = new Float64Array(raw.length * 2);
  for (let i = 0; i < raw.length; i++) {
    pairs[2 * i] = 1 / (1 + Math.exp(raw[i]));
    pairs[2 * i + 1] = 1 / (1 + Math.exp(-raw[i]));
  }
  return pairs;
}

/** The largest is subtracted first: exp never overflows. */
function softmax(values: Float64Array, start: number, count: number): void {
  let largest = -Infinity;
  for (let i = start; i < start + count; i++) largest = Math.max(largest, values[i]);
  let sum = 0;
  for (let i = start; i < start + count; i++) {
    const value = Math.exp(values[i] - largest);
    values[i] = value;
    sum += value;
  }
  for (let i = start; i < start + count; i++) values[i] = values[i] / sum;
}
