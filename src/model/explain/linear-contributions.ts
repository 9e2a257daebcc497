/**
 * Linear SHAP (Lundberg & Lee 2017, Corollary 1): weight * (encoded value - background).
 *
 * The background is what the encodings hold. Of a number: the mean of the training rows after cutting and filling, that is
 * the encoded value 0, and not missing, so that a missing mark contributes its whole weight. Of a category: one of the
 * known categories, each as likely as any other, since the model file does not hold how often each was seen. Of a bin: the
 * same; bins are quantiles, so they are about equally likely indeed.
 */
import { linearRawOutputs } from "../linear.ts";
import type { LinearEncoding, LinearLearner } from "../types.ts";
import type { Block, Part } from "./block.ts";

/** The explained outputs of the background, added to `baseline`. */
export function addLinearBaseline(learner: LinearLearner, parts: readonly Part[], baseline: Float64Array): void {
  for (const { from, to, factor } of parts) {
    baseline[to] += factor * learner.intercepts[from];
    for (const encoding of learner.encodings) baseline[to] += factor * background(learner, encoding, from);
  }
}

/** Adds to the block's contributions, one feature a step. */
export function* addLinearContributions(learner: LinearLearner, parts: readonly Part[], block: Block): Generator<void> {
  const { rows, features, columnOf, columns, outputs, contributions } = block;
  for (const encoding of learner.encodings) {
    const column = columnOf[encoding.feature];
    const intercepts = Float64Array.from(learner.intercepts, (_, output) => -background(learner, encoding, output));
    const shares = linearRawOutputs({ ...learner, encodings: [encoding], intercepts }, features, rows);
    for (const { from, to, factor } of parts) {
      for (let row = 0; row < rows; row++) {
        contributions[(row * outputs + to) * columns + column] += factor * shares[row * learner.outputs + from];
      }
    }
    yield;
  }
}

function background({ weights, width }: LinearLearner, encoding: LinearEncoding, output: number): number {
  if (encoding.kind === "scaled") return 0;
  const start = output * width + encoding.position;
  const known = encoding.kind === "oneHot" ? encoding.cardinality : encoding.cuts.length + 1;
  if (known === 0) return weights[start];
  let sum = 0;
  for (let at = start; at < start + known; at++) sum += weights[at];
  return sum / known;
}
