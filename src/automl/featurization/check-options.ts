/** The user's featurization against the table: whatever does not fit is refused by name, with the nearest that would. */
import { nearest, SlipwayError, type Column, type Table } from "../../base/index.ts";
import {
  featurizationPurposes,
  imputerStrategies,
  type FeaturizationOptions,
  type FeaturizationPurpose,
  type Imputer,
} from "../featurization-options.ts";

/** Azure ML's names of the transformers that can be blocked. */
const transformers = [
  "HashOneHotEncoder",
  "LabelEncoder",
  "CatTargetEncoder",
  "WoETargetEncoder",
  "OneHotEncoder",
  "DateTimeTransformer",
  "CountVectorizer",
  "NaiveBayes",
  "TextTargetEncoder",
  "TfIdf",
  "WordEmbedding",
];

/** @throws SLW_AUTOML_FEATURIZATION */
export function checkFeaturization(table: Table, target: string, options: FeaturizationOptions): void {
  checkName("featurization mode", options.mode, ["auto", "off"]);
  const { columnPurposes = {}, imputers = {}, dropColumns = [], blockedTransformers = [] } = options;
  if (options.mode === "off") {
    const given = Object.entries({ columnPurposes, imputers, blockedTransformers }).find(
      ([, value]) => Object.keys(value).length > 0,
    );
    if (given) throw refused(`"${given[0]}" has no effect with featurization "off".`, 'Use the mode "auto".', {});
  }
  for (const [name, purpose] of Object.entries(columnPurposes)) {
    checkPurpose(featureColumn(table, target, name), purpose);
  }
  for (const [name, imputer] of Object.entries(imputers)) checkImputer(featureColumn(table, target, name), imputer);
  for (const name of dropColumns) featureColumn(table, target, name);
  for (const name of blockedTransformers) checkName("transformer", name, transformers);
}

/** @throws SLW_AUTOML_FEATURIZATION where there is no such column or it is the target */
export function featureColumn(table: Table, target: string, name: string): Column {
  const names = table.columns.map((column) => column.name).filter((candidate) => candidate !== target);
  if (name === target) {
    throw refused(`"${name}" is the target, not a column to learn from.`, `Use one of: ${names.join(", ")}.`, {
      column: name,
    });
  }
  checkName("column", name, names);
  return table.columns.find((column) => column.name === name) as Column;
}

function checkName(what: string, name: string, allowed: readonly string[]): void {
  if (allowed.includes(name)) return;
  const near = nearest(name, allowed);
  const fix = near === null ? `Use one of: ${allowed.join(", ")}.` : `Did you mean "${near}"?`;
  throw refused(`There is no ${what} "${name}".`, fix, { got: name, expected: allowed });
}

/** The types of column that can serve a purpose. */
const purposeTypes: Readonly<Record<FeaturizationPurpose, readonly Column["type"][]>> = {
  Numeric: ["numeric", "string"],
  Categorical: ["numeric", "string"],
  CategoricalHash: ["numeric", "string"],
  Text: ["string"],
  DateTime: ["datetime", "string"],
  Ignore: ["numeric", "string", "datetime"],
};

function checkPurpose(column: Column, purpose: FeaturizationPurpose): void {
  checkName("column purpose", purpose, featurizationPurposes);
  const types = purposeTypes[purpose];
  if (types.includes(column.type)) return;
  throw refused(
    `Column "${column.name}" is ${column.type}; the purpose ${purpose} takes a ${types.join(" or ")} column.`,
    "Choose another purpose, or correct the column.",
    { column: column.name, expected: types, got: column.type },
  );
}

function checkImputer(column: Column, { strategy, fillValue }: Imputer): void {
  checkName("imputer strategy", strategy, imputerStrategies);
  const details = { column: column.name, strategy, type: column.type };
  if (column.type === "datetime") {
    throw refused(`Column "${column.name}" holds dates; imputers take numbers and categories.`, undefined, details);
  }
  if (strategy !== "constant") {
    if (fillValue !== undefined) {
      throw refused(
        `The imputer of "${column.name}" has a fillValue, which only "constant" takes.`,
        undefined,
        details,
      );
    }
    return;
  }
  if (typeof fillValue === "number" ? Number.isFinite(fillValue) : typeof fillValue === "string") return;
  throw refused(
    `The imputer of "${column.name}" is "constant" and needs a fillValue, a finite number or text.`,
    undefined,
    details,
  );
}

export function refused(message: string, fix: string | undefined, details: Record<string, unknown>): SlipwayError {
  return new SlipwayError("SLW_AUTOML_FEATURIZATION", message, { ...(fix === undefined ? {} : { fix }), details });
}
