/** A model as one JavaScript module that needs nothing else: for browsers, and for anything that runs modules. */
import type { LinearLearner, Model, TreesLearner } from "../types.ts";
import { lowestProbability } from "../combine.ts";
import { checkExportable, exportableLearner } from "./check-exportable.ts";
import { classificationExports, regressionExports, scoringModule } from "./javascript-module.ts";
import { packNumbers } from "./javascript-numbers.ts";
import { shareCategories } from "../read-transforms.ts";
import { packTrees } from "./javascript-trees.ts";

/**
 * An ES module (ES2022) that exports `predict(rows)` and, for classification, `predictProba(rows)` and `labels`. Rows
 * are those of a scoring request (records.ts): objects by column name, or lists in schema order; dates are ISO 8601
 * text; nothing is coerced. The answers equal `score` bit for bit, as far as the engine's Math.exp is the same.
 * @throws SLW_EXPORT_UNSUPPORTED, SLW_EXPORT_TEXT
 */
export function exportJavaScript(model: Model): string {
  checkExportable(model);
  const { name, target, task, labels, transforms, provenance } = model;
  const data = {
    labels,
    inputs: model.inputs.map(({ name, type, nullable }) => ({ name, type, nullable })),
    transforms: packTransforms(transforms),
    combination: model.combination,
    labelWeights: model.labelWeights,
    lowestProbability,
    members: model.members.map(({ name, weight, learner }) => ({
      weight,
      learner: pack(exportableLearner(learner, name)),
    })),
  };
  const title = `${name}, made by Slipway ${provenance.slipway}. Predicts ${JSON.stringify(target)} (${task}).`;
  return [
    `// ${escaped(title)}`,
    `const model = ${escaped(JSON.stringify(data))};`,
    scoringModule.trim(),
    (task === "classification" ? classificationExports : regressionExports).trimEnd(),
    "",
  ].join("\n");
}

function pack(learner: TreesLearner | LinearLearner): unknown {
  return learner.kind === "trees" ? packTrees(learner) : packLinear(learner);
}

function packTransforms(transforms: Model["transforms"]): unknown[] {
  return shareCategories(transforms).map((shared, index) => {
    const transform = transforms[index];
    if (transform?.op === "CategoryStatistic")
      return { ...(shared as object), values: packNumbers([...transform.values]) };
    if (transform?.op === "TextScore") return { ...transform, weights: packNumbers([...transform.weights]) };
    return shared;
  });
}

function packLinear(learner: LinearLearner): unknown {
  return { ...learner, weights: packNumbers([...learner.weights]), intercepts: [...learner.intercepts] };
}

/**
 * Text of the model can neither end a script element around the module nor a comment in it: `<` and the line ends of
 * Unicode that JSON leaves as they are become escapes. In JSON text all of them stand in strings only.
 */
function escaped(text: string): string {
  return text.replace(/[<\n\r\u2028\u2029]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
