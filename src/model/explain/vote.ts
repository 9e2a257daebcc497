/** Which outputs are explained, and what the outputs of each member are to them. */
import type { Learner, Link, Model } from "../types.ts";
import type { Part } from "./block.ts";

/**
 * What the explained output is: the members' raw outputs, before the link, in the vote's weights.
 * - `logOdds`: boosting and logistic regression of two classes: the logarithm of the odds of the second;
 * - `score`: of more classes: a number a class whose softmax is the probability;
 * - `probability`: forests: the mean share of the class in the leaves;
 * - `value`: regression; `logValue`: regression of positive values by their logarithm;
 * - `mixed`: members of several of these kinds. A prediction is not a function of their sum, which ranks rows much as
 *   the prediction does; the contributions are exact for it all the same.
 */
export type ExplainedScale = "logOdds" | "score" | "probability" | "value" | "logValue" | "mixed";

/** The names of the explained outputs: the second of two labels, otherwise every label; for regression the target. */
export function explainedOutputs({ task, labels, target }: Pick<Model, "task" | "labels" | "target">): string[] {
  if (task === "regression") return [target];
  return (labels.length === 2 ? labels.slice(1) : labels).map(String);
}

export function explainedScale(model: Pick<Model, "task" | "labels" | "members">): ExplainedScale {
  const scales = new Set(
    model.members.filter(({ weight }) => weight > 0).map(({ learner }) => scaleOf(learner.link, model)),
  );
  const [first = "value", ...others] = scales;
  return others.length === 0 ? first : "mixed";
}

function scaleOf(link: Link, { task, labels }: Pick<Model, "task" | "labels">): ExplainedScale {
  if (task === "regression") return link === "exp" ? "logValue" : "value";
  if (link === "identity") return "probability";
  return labels.length === 2 ? "logOdds" : "score";
}

/** What a member with this share in the vote gives to the explained outputs. */
export function partsOf({ outputs, link }: Learner, weight: number, { task, labels }: Model): Part[] {
  if (task === "classification" && labels.length === 2 && outputs === 2) {
    const second: Part = { from: 1, to: 0, factor: weight };
    // Softmax of two scores is the sigmoid of their difference.
    return link === "softmax" ? [second, { from: 0, to: 0, factor: -weight }] : [second];
  }
  return Array.from({ length: outputs }, (_, output) => ({ from: output, to: output, factor: weight }));
}
