/** How columns become features; Azure ML's FeaturizationConfig. */
export interface FeaturizationOptions {
  /**
   * "auto": every column by its purpose (columnPurpose), identifiers and constants left out. "off": numbers as they
   * are, text as categories, nothing else.
   */
  readonly mode: "auto" | "off";
  /** Overrides what a column is taken for. Only with "auto". */
  readonly columnPurposes?: Readonly<Record<string, FeaturizationPurpose>>;
  /** What stands for missing values, by column; without it every learner treats them in its own way. Only with "auto". */
  readonly imputers?: Readonly<Record<string, Imputer>>;
  /** Columns that are not used. */
  readonly dropColumns?: readonly string[];
  /** Azure ML's names of transformers that must not be used. Only with "auto". */
  readonly blockedTransformers?: readonly string[];
}

export type FeaturizationPurpose = (typeof featurizationPurposes)[number];

/** The purposes that a user may choose, by Azure ML's names. */
export const featurizationPurposes = [
  "Numeric",
  "Categorical",
  "CategoricalHash",
  "Text",
  "DateTime",
  "Ignore",
] as const;

export interface Imputer {
  readonly strategy: (typeof imputerStrategies)[number];
  /** With "constant": the value. */
  readonly fillValue?: number | string;
}

export const imputerStrategies = ["mean", "median", "most_frequent", "constant"] as const;
