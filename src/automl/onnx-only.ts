/** What of a table can be written as ONNX; see `exportOnnx`, which refuses the rest. */
import { SlipwayError } from "../base/index.ts";
import type { Transform } from "../model/index.ts";
import type { Featurized } from "./featurize.ts";

/**
 * Without the features that ONNX has no equal for: those of free text, and numbers and dates that stand in text.
 * @throws SLW_AUTOML_NO_FEATURES where nothing is left
 */
export function keepExportable(featurized: Featurized): Featurized {
  const { dataset, inputs, transforms, pending, notes } = featurized;
  const texts = new Set(inputs.filter(({ type }) => type === "string").map(({ name }) => name));
  const kept = [...transforms.keys()].filter((i) => isExportable(transforms[i], texts));
  if (kept.length === transforms.length) return featurized;
  const left = kept.map((i) => transforms[i]);
  const used = new Set(left.flatMap((each) => (each.op === "DaysBetween" ? [each.column, each.from] : [each.column])));
  const dropped = [...new Set(transforms.filter((each) => !left.includes(each)).map(({ column }) => column))];
  if (left.length === 0) {
    throw new SlipwayError("SLW_AUTOML_NO_FEATURES", "No column is left that ONNX has an equal for.", {
      fix: "Train without onnxOnly, or give columns of numbers, categories or dates.",
      details: { dropped },
    });
  }
  return {
    ...featurized,
    dataset: { ...dataset, features: kept.map((i) => dataset.features[i]) },
    transforms: left,
    inputs: inputs.filter(({ name }) => used.has(name)),
    pending: pending.filter(({ kind }) => kind !== "text"),
    notes: [...notes, ...dropped.map((column) => `${column}: features left out that ONNX has no equal for`)],
  };
}

function isExportable(transform: Transform, texts: ReadonlySet<string>): boolean {
  switch (transform.op) {
    case "Category":
    case "CategoryStatistic":
      return true;
    case "Numeric":
    case "DatePart":
      return !texts.has(transform.column);
    case "DaysBetween":
      return !texts.has(transform.column) && !texts.has(transform.from);
    case "TermWeight":
    case "TextLength":
    case "TextScore":
      return false;
  }
}
