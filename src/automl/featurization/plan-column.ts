/** What becomes of one column: its features, in words too, and what is made of it with the target later. */
import type { Column, StringColumn } from "../../base/index.ts";
import { columnPurpose, type ColumnProfile, type ColumnPurpose } from "../../data/index.ts";
import { featureColumns, type Transform } from "../../model/index.ts";
import type { FeaturizationOptions, FeaturizationPurpose, Imputer } from "../featurization-options.ts";
import {
  asCategories,
  frequencyTransform,
  frequentCategories,
  isHighCardinality,
  MAX_CATEGORIES,
} from "./categories.ts";
import { dateTransforms } from "./dates.ts";
import { categoryFill, medianOf, numericFill } from "./imputation.ts";
import { termTransforms } from "./terms.ts";

export interface ColumnPlan {
  /** None: the column is left out. */
  readonly transforms: readonly Transform[];
  readonly note: string;
  /** A column whose features also need the target (encode-targets.ts), as text, nulls filled. */
  readonly pending: PendingEncoding | null;
}

export interface PendingEncoding {
  readonly kind: "category" | "text";
  readonly column: StringColumn;
  /** What stands for null; undefined: nulls are a category of their own. */
  readonly fill: string | undefined;
  /** What was said of the column, and is to be said anew. */
  readonly note: string;
}

interface Context {
  readonly options: FeaturizationOptions;
  /** Columns of text in the table. */
  readonly textColumns: number;
}

export function planColumn(column: Column, profile: ColumnProfile, context: Context): ColumnPlan {
  const { options } = context;
  if (options.dropColumns?.includes(column.name)) return leftOut(column, "as asked");
  if (profile.distinct === 0) return leftOut(column, "it has no value at all");
  if (options.mode === "off") return planAsIs(column, profile);
  const { purpose, reason } = purposeOf(column, profile, options);
  const imputer = options.imputers?.[column.name];
  switch (purpose) {
    case "Numeric":
      return planNumeric(column, profile, imputer);
    case "Categorical":
    case "CategoricalHash":
      return planCategories(column, profile, imputer, purpose === "CategoricalHash", options);
    case "DateTime":
      return planDate(column, profile, options);
    case "Text":
      return planText(column as StringColumn, profile, context);
    default:
      return leftOut(column, reason);
  }
}

/** The user's purpose goes before ours; a column without two values says nothing, whatever its purpose. */
export function purposeOf(
  column: Column,
  profile: ColumnProfile,
  { columnPurposes }: FeaturizationOptions,
): { purpose: ColumnPurpose | FeaturizationPurpose; reason: string } {
  const found = columnPurpose(column, profile);
  const wanted = columnPurposes?.[column.name];
  if (wanted === undefined || (profile.distinct === 1 && profile.nulls === 0)) return found;
  return { purpose: wanted, reason: "as asked" };
}

function leftOut(column: Column, reason: string): ColumnPlan {
  return { transforms: [], note: `${column.name}: left out, ${reason}`, pending: null };
}

function isBlocked(options: FeaturizationOptions, ...names: readonly string[]): boolean {
  return names.some((name) => options.blockedTransformers?.includes(name));
}

/** Featurization "off". A date as it is is a number of days. */
function planAsIs(column: Column, profile: ColumnProfile): ColumnPlan {
  const { name } = column;
  const plan = (transform: Transform, what: string): ColumnPlan => ({
    transforms: [transform],
    note: `${name}: ${what}${missingIn(profile)}`,
    pending: null,
  });
  if (column.type === "numeric") return plan({ op: "Numeric", column: name }, "numeric");
  if (column.type === "datetime") return plan({ op: "DatePart", column: name, part: "elapsedDays" }, "date as days");
  const categories = frequentCategories(column);
  return plan({ op: "Category", column: name, categories }, categoriesInWords(profile, categories));
}

function missingIn({ nulls }: ColumnProfile): string {
  return nulls > 0 ? `, ${nulls} missing` : "";
}

function planNumeric(column: Column, profile: ColumnProfile, imputer: Imputer | undefined): ColumnPlan {
  const { name } = column;
  const transform: Transform = { op: "Numeric", column: name };
  const [values] = featureColumns([transform], { rows: profile.rows, columns: [column] });
  if (imputer) {
    const fill = numericFill(name, values, imputer);
    const note = `${name}: numeric, ${imputer.strategy} ${shown(fill)} imputed, ${profile.nulls} missing`;
    return { transforms: [{ ...transform, fill }], note, pending: null };
  }
  const isText = column.type === "string";
  const missing = isText ? countMissing(values) : profile.nulls;
  if (missing === values.length) return leftOut(column, "none of its texts is a number");
  const notNumbers = isText && missing > profile.nulls ? `, ${missing - profile.nulls} texts that are no numbers` : "";
  const treated = missing > 0 ? ` (trees: own branch; others: median ${shown(medianOf(values))})` : "";
  return {
    transforms: [transform],
    note: `${name}: numeric${missingIn(profile)}${notNumbers}${treated}`,
    pending: null,
  };
}

function countMissing(values: Float64Array): number {
  let missing = 0;
  for (const value of values) if (Number.isNaN(value)) missing++;
  return missing;
}

/** Six digits are enough for words. */
function shown(value: number): string {
  return String(Number(value.toPrecision(6)));
}

function planCategories(
  column: Column,
  profile: ColumnProfile,
  imputer: Imputer | undefined,
  isHashed: boolean,
  options: FeaturizationOptions,
): ColumnPlan {
  const { name } = column;
  const text = asCategories(column);
  const fill = imputer === undefined ? undefined : categoryFill(text, imputer);
  const frequent = frequentCategories(text);
  const categories =
    fill === undefined || frequent.includes(fill)
      ? frequent
      : [...frequentCategories(text, MAX_CATEGORIES - 1), fill].sort();
  const category: Transform = { op: "Category", column: name, categories, ...(fill === undefined ? {} : { fill }) };
  const missing = fill === undefined ? missingIn(profile) : `, "${fill}" imputed, ${profile.nulls} missing`;
  const isHigh = isHashed || isHighCardinality(profile.distinct, profile.rows - profile.nulls);
  if (!isHigh || isBlocked(options, "CatTargetEncoder", "WoETargetEncoder")) {
    const note = `${name}: ${categoriesInWords(profile, categories)}${missing}`;
    return { transforms: [category], note, pending: null };
  }
  const note = `${name}: ${categoriesInWords(profile, categories)}, frequency of all${missing}`;
  return {
    transforms: [category, frequencyTransform(text)],
    note,
    pending: { kind: "category", column: text, fill, note },
  };
}

function categoriesInWords({ distinct }: ColumnProfile, kept: readonly string[]): string {
  const rare = distinct - kept.length;
  return `${kept.length} categories${rare > 0 ? `, ${rare} rarer ones as unknown` : ""}`;
}

function planDate(column: Column, profile: ColumnProfile, options: FeaturizationOptions): ColumnPlan {
  const made = isBlocked(options, "DateTimeTransformer")
    ? [{ op: "DatePart" as const, column: column.name, part: "elapsedDays" as const }]
    : dateTransforms(column);
  if (made.length === 0) return leftOut(column, "none of its texts is a date");
  const parts = made.map(({ part }) => part);
  return { transforms: made, note: `${column.name}: date as ${parts.join(", ")}${missingIn(profile)}`, pending: null };
}

function planText(column: StringColumn, profile: ColumnProfile, { options, textColumns }: Context): ColumnPlan {
  const { name } = column;
  const terms = isBlocked(options, "TfIdf", "CountVectorizer") ? [] : termTransforms(column, textColumns);
  const note = `${name}: text as its length${terms.length > 0 ? ` and ${terms.length} terms (tf-idf)` : ""}${missingIn(profile)}`;
  return {
    transforms: [
      { op: "TextLength", column: name, unit: "characters" },
      { op: "TextLength", column: name, unit: "words" },
      ...terms,
    ],
    note,
    pending: isBlocked(options, "TextTargetEncoder", "NaiveBayes")
      ? null
      : { kind: "text", column, fill: undefined, note },
  };
}
