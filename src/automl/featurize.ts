/**
 * From a table to what learners train on: rows without a target left out, columns chosen and turned into features.
 * Features that are made with the target come later, by encodeTargets (encode-targets.ts), when the folds are known.
 */
import { SlipwayError, type Column, type Table } from "../base/index.ts";
import { profileTable, type ColumnProfile, type TableProfile } from "../data/index.ts";
import {
  featureColumns,
  type BackgroundColumn,
  type InputColumn,
  type Label,
  type Task,
  type Transform,
} from "../model/index.ts";
import type { Dataset, Feature } from "./dataset.ts";
import { checkFeaturization, featureColumn, refused } from "./featurization/check-options.ts";
import { elapsedTransforms } from "./featurization/dates.ts";
import { describeBackground } from "./featurization/describe-background.ts";
import { describeInput } from "./featurization/describe-input.ts";
import { planColumn, purposeOf, type PendingEncoding } from "./featurization/plan-column.ts";
import { readTarget, rowsWithTarget, targetColumn } from "./featurization/target.ts";
import type { FeaturizationOptions } from "./featurization-options.ts";

export interface Featurized {
  readonly dataset: Dataset;
  readonly labels: readonly Label[];
  readonly inputs: readonly InputColumn[];
  readonly transforms: readonly Transform[];
  /** What stands for an input, by its name, where an explanation takes it for unknown. */
  readonly background: ReadonlyMap<string, BackgroundColumn>;
  /** What was done with each column, and what looks wrong, in words. */
  readonly notes: readonly string[];
  /** Rows of the input table that have a target: row i of the dataset is row keptRows[i] of the table. */
  readonly keptRows: Uint32Array;
  /** The profile of those rows. */
  readonly profile: TableProfile;
  /** Columns of which encodeTargets makes features; none after it. */
  readonly pending: readonly PendingEncoding[];
}

export interface FeaturizeOptions {
  readonly target: string;
  /** Default: classification for text and for up to 20 distinct whole numbers, otherwise regression. */
  readonly task?: Task;
  readonly featurization: FeaturizationOptions;
  /** By column of numbers: 1 where the prediction may only rise with it, -1 where it may only fall. */
  readonly monotone?: Readonly<Record<string, 1 | -1>>;
}

/** @throws SLW_AUTOML_TARGET, SLW_AUTOML_FEATURIZATION, SLW_AUTOML_NO_FEATURES */
export function featurize(table: Table, options: FeaturizeOptions): Featurized {
  const { target, featurization } = options;
  const notes: string[] = [];
  targetColumn(table, target);
  checkFeaturization(table, target, featurization);
  const { known, keptRows } = rowsWithTarget(table, target, notes);
  const { task, labels, values } = readTarget(targetColumn(known, target), options.task);
  const profile = profileTable(known, { target });
  const { transforms, inputs, background, pending } = planColumns(known, profile, options, notes);
  if (transforms.length === 0) {
    throw new SlipwayError("SLW_AUTOML_NO_FEATURES", `No column is left to predict "${target}" from.`, {
      details: { notes },
    });
  }
  for (const { message } of [...profile.warnings, ...profile.columns.flatMap(({ warnings }) => warnings)])
    if (!notes.includes(message)) notes.push(message);
  const features = toFeatures(transforms, known, options.monotone ?? {});
  checkMonotone(table, options, features, transforms);
  return {
    dataset: { task, rows: known.rows, features, target: values, classes: labels.length, weights: null },
    labels,
    inputs,
    transforms,
    background,
    notes,
    keptRows,
    profile,
    pending,
  };
}

function planColumns(
  table: Table,
  profile: TableProfile,
  { target, featurization }: FeaturizeOptions,
  notes: string[],
): Pick<Featurized, "transforms" | "inputs" | "background" | "pending"> {
  const profiles = new Map(profile.columns.map((each) => [each.name, each]));
  const profileOf = (column: Column): ColumnProfile => profiles.get(column.name) as ColumnProfile;
  const columns = table.columns.filter(({ name }) => name !== target);
  const isText = (column: Column): boolean => purposeOf(column, profileOf(column), featurization).purpose === "Text";
  const textColumns = columns.filter(isText).length;
  const transforms: Transform[] = [];
  const inputs: InputColumn[] = [];
  const background = new Map<string, BackgroundColumn>();
  const pending: PendingEncoding[] = [];
  for (const column of columns) {
    const plan = planColumn(column, profileOf(column), { options: featurization, textColumns });
    notes.push(plan.note);
    if (plan.transforms.length === 0) continue;
    transforms.push(...plan.transforms);
    inputs.push(describeInput(column, profileOf(column), featurization.imputers?.[column.name] !== undefined));
    background.set(column.name, describeBackground(column, table.rows, isText(column)));
    if (plan.pending) pending.push(plan.pending);
  }
  const dates = new Set(transforms.flatMap((each) => (each.op === "DatePart" ? [each.column] : [])));
  const mayCompare =
    featurization.mode === "auto" && !featurization.blockedTransformers?.includes("DateTimeTransformer");
  const elapsed = mayCompare ? elapsedTransforms([...dates], table) : [];
  for (const each of elapsed) if (each.op === "DaysBetween") notes.push(`${each.column}: days since ${each.from}`);
  return { transforms: [...transforms, ...elapsed], inputs, background, pending };
}

function toFeatures(
  transforms: readonly Transform[],
  table: Table,
  monotone: Readonly<Record<string, 1 | -1>>,
): Feature[] {
  const values = featureColumns(transforms, table);
  return transforms.map((transform, i) => {
    const direction = transform.op === "Numeric" ? monotone[transform.column] : undefined;
    const isCategory = transform.op === "Category";
    return {
      name: featureName(transform),
      kind: isCategory ? "categorical" : "numeric",
      cardinality: isCategory ? transform.categories.length : 0,
      values: values[i],
      ...(direction === undefined ? {} : { monotone: direction }),
    };
  });
}

export function featureName(transform: Transform): string {
  switch (transform.op) {
    case "Numeric":
    case "Category":
      return transform.column;
    case "DatePart":
      return `${transform.column} ${transform.part}`;
    case "DaysBetween":
      return `${transform.column} days since ${transform.from}`;
    case "CategoryStatistic":
      return `${transform.column} ${transform.statistic}`;
    case "TermWeight":
      return `${transform.column} "${transform.term}"`;
    case "TextLength":
      return `${transform.column} ${transform.unit}`;
    case "TextScore":
      return `${transform.column} score`;
  }
}

/** Monotone constraints are for numbers that are used. */
function checkMonotone(
  table: Table,
  { target, monotone = {} }: FeaturizeOptions,
  features: readonly Feature[],
  transforms: readonly Transform[],
): void {
  for (const [name, direction] of Object.entries(monotone)) {
    const column = featureColumn(table, target, name);
    const index = transforms.findIndex((each) => each.op === "Numeric" && each.column === name);
    if (index >= 0 && features[index].monotone === direction) continue;
    throw refused(
      `The prediction cannot be monotone in "${name}": ${index >= 0 ? `${direction} is neither 1 nor -1` : `it is not used as a number (it is ${column.type})`}.`,
      "Constrain columns of numbers that are in use.",
      { column: name },
    );
  }
}
