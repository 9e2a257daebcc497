/** Which outputs are explained, in which unit, and what the outputs of each member are to them. */
import type { Learner, LinearLearner, Link, Member, Model, TreesLearner } from "../types.ts";
import type { Part } from "./block.ts";

/**
 * What the explained output is. Where all members have one unit, it is the sum of their raw outputs (before the link)
 * times their weights, plus a stack's intercept:
 * - `logOdds`: boosting and logistic regression of two classes: the logarithm of the odds of the second. A stack of two
 *   classes always has this unit: of the answer itself, but for its bounds on members' probabilities;
 * - `score`: of more classes: a number a class whose softmax is the probability. A stack always has this unit;
 * - `probability`: forests: the mean share of the class in the leaves;
 * - `value`: regression; `logValue`: regression of positive values by their logarithm.
 * Members of another unit than the whole (a forest in a stack of classes; boosting beside a forest in a vote, which then
 * has the unit `probability`, of the answer itself; a logarithm beside values) are converted: conversion.ts.
 * A model with a member that has no exact contributions has the unit of its answer: `probability` or `value`.
 */
export type ExplainedScale = "logOdds" | "score" | "probability" | "value" | "logValue";

/** How the explained space of a member is carried over to that of the whole; `none`: it is the same. */
export type Conversion = "none" | "exp" | "sigmoid" | "softmax" | "logOdds" | "log";

type Outline = Pick<Model, "task" | "labels" | "members" | "combination">;

/** The names of the explained outputs: the second of two labels, otherwise every label; for regression the target. */
export function explainedOutputs({ task, labels, target }: Pick<Model, "task" | "labels" | "target">): string[] {
  if (task === "regression") return [target];
  return (labels.length === 2 ? labels.slice(1) : labels).map(String);
}

export function explainedScale(model: Outline): ExplainedScale {
  const { task, labels, members, combination } = model;
  if (!hasExactContributions(model)) return task === "regression" ? "value" : "probability";
  const units = new Set(heard(members).map(({ learner }) => unitOf(learner.link)));
  if (task === "regression") {
    return combination.kind === "vote" && units.size === 1 && units.has("logarithm") ? "logValue" : "value";
  }
  if (combination.kind === "vote" && units.has("plain")) return "probability";
  return labels.length === 2 ? "logOdds" : "score";
}

/** Members that have a say. */
function heard(members: readonly Member[]): Member[] {
  return members.filter(({ weight }) => weight !== 0);
}

function unitOf(link: Link): "plain" | "logarithm" {
  return link === "identity" ? "plain" : "logarithm";
}

export function conversionOf(link: Link, scale: ExplainedScale, classes: number): Conversion {
  const unit = unitOf(link);
  switch (scale) {
    case "value":
      return unit === "plain" ? "none" : "exp";
    case "logValue":
      return "none";
    case "probability":
      return unit === "plain" ? "none" : classes === 2 ? "sigmoid" : "softmax";
    case "logOdds":
      return unit === "plain" ? "logOdds" : "none";
    case "score":
      return unit === "plain" ? "log" : "none";
  }
}

/** The names of the members whose contributions are converted to the unit of the whole, each once. */
export function convertedMembers(model: Outline): string[] {
  if (!hasExactContributions(model)) return [];
  const scale = explainedScale(model);
  const converted = heard(model.members).filter(
    ({ learner }) => conversionOf(learner.link, scale, model.labels.length) !== "none",
  );
  return [...new Set(converted.map(({ name }) => name))];
}

/** What a member's raw outputs are to the outputs that are explained, in the member's own unit. */
export function partsOf({ outputs, link }: Learner, { task, labels }: Pick<Model, "task" | "labels">): Part[] {
  if (task === "classification" && labels.length === 2 && outputs === 2) {
    const second: Part = { from: 1, to: 0, factor: 1 };
    // Softmax of two scores is the sigmoid of their difference.
    return link === "softmax" ? [second, { from: 0, to: 0, factor: -1 }] : [second];
  }
  return Array.from({ length: outputs }, (_, output) => ({ from: output, to: output, factor: 1 }));
}

/** Learners whose Shapley values are known exactly: TreeSHAP and Linear SHAP. */
export type ExplainableLearner = TreesLearner | LinearLearner;

export function isExplainable(learner: Learner): learner is ExplainableLearner {
  return learner.kind === "trees" || learner.kind === "linear";
}

/**
 * Have all members that have a say exact contributions? Trees and linear learners have. Where not, the whole is explained
 * by permutations, in the unit of its answer.
 */
export function hasExactContributions({ members }: Pick<Model, "members">): boolean {
  return heard(members).every(({ learner }) => isExplainable(learner));
}

/** The members that have a say and exact contributions, each with its learner. */
export function explainableMembers(model: Pick<Model, "members">): { weight: number; learner: ExplainableLearner }[] {
  return heard(model.members).flatMap(({ weight, learner }) => (isExplainable(learner) ? [{ weight, learner }] : []));
}
