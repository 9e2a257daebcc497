/** What a model must not have to be exported: refused here by name, so that no export is ever subtly wrong. */
import { SlipwayError } from "../../base/index.ts";
import type { Learner, LinearLearner, Member, Model, TreesLearner } from "../types.ts";

/** @throws SLW_EXPORT_UNSUPPORTED, SLW_EXPORT_TEXT */
export function checkExportable(model: Model): void {
  for (const { name } of model.inputs) checkText(name, "The column name");
  for (const label of model.labels) if (typeof label === "string") checkText(label, "The label");
  for (const transform of model.transforms) {
    if (transform.op !== "Category" && transform.op !== "CategoryStatistic") continue;
    for (const category of transform.categories) checkText(category, `The category of column "${transform.column}"`);
  }
  for (const member of model.members) checkCategories(model, member);
}

/** @throws SLW_EXPORT_UNSUPPORTED naming the member, where it is neither made of trees nor linear */
export function exportableLearner(learner: Learner, member: string): TreesLearner | LinearLearner {
  if (learner.kind === "trees" || learner.kind === "linear") return learner;
  throw new SlipwayError(
    "SLW_EXPORT_UNSUPPORTED",
    `${member} cannot be exported: only trees and linear learners can, and it is of the kind "${learner.kind}".`,
    {
      fix: `Train with --onnx-only, or score the .slipway file itself, with slipway predict or slipway serve.`,
      details: { member, kind: learner.kind },
    },
  );
}

/** Half a surrogate pair has no UTF-8, so it would come back as another text. */
function checkText(text: string, what: string): void {
  if (text.isWellFormed()) return;
  throw new SlipwayError("SLW_EXPORT_TEXT", `${what} ${JSON.stringify(text)} is not valid Unicode text.`, {
    details: { text },
  });
}

/**
 * Sets of categories are for whole numbers from 0. Training uses them for categories only; a model that applies them
 * to other numbers would meet values between the categories, which each runtime rounds in its own way.
 */
function checkCategories({ transforms }: Model, { name, learner: given }: Member): void {
  const learner = exportableLearner(given, name);
  const features = new Set<number>();
  if (learner.kind === "linear") {
    for (const encoding of learner.encodings) if (encoding.kind === "oneHot") features.add(encoding.feature);
  } else {
    const { feature, flags } = learner.trees;
    for (let node = 0; node < feature.length; node++) {
      if (feature[node] >= 0 && (flags[node] & 1) === 1) features.add(feature[node]);
    }
  }
  for (const feature of features) {
    const transform = transforms[feature];
    if (transform?.op === "Category") continue;
    throw new SlipwayError(
      "SLW_EXPORT_UNSUPPORTED",
      `${name} treats feature ${feature} (${transform?.op} of column "${transform?.column}") as categories, which it is not.`,
      { details: { member: name, feature, op: transform?.op } },
    );
  }
}
