/** What a run decides before anything is trained: rows, features, folds, learners and how they are judged. */
import { SlipwayError, type Table } from "../base/index.ts";
import { appendRows, selectColumns } from "../data/index.ts";
import type { Task } from "../model/index.ts";
import { oversample, resolveClassBalance, weighClasses } from "./class-balance.ts";
import type { Dataset } from "./dataset.ts";
import { encodeTargets } from "./encode-targets.ts";
import { checkMetric, createEvaluator, type Evaluator } from "./evaluate.ts";
import { featurize, type Featurized } from "./featurize.ts";
import { dataGuardrails, type DataGuardrails } from "./guardrails/guardrails.ts";
import { chooseAlgorithms } from "./names.ts";
import { keepExportable } from "./onnx-only.ts";
import type { AutoMLOptions } from "./options.ts";
import type { ResolvedOptions } from "./resolve-options.ts";
import { checkTestRows, splitTestRows } from "./test-set.ts";
import { createValidation, splitAt, splitByColumns, type Fold, type Validation } from "./validation.ts";
import { readWeights } from "./weights.ts";

export interface Plan {
  readonly task: Task;
  readonly target: string;
  readonly metric: string;
  readonly algorithms: readonly string[];
  /** Its dataset judges: every row once, with the weights of the weight column alone. */
  readonly featurized: Featurized;
  readonly validation: Validation;
  readonly evaluator: Evaluator;
  /** What learners train on: the same rows in front, class weights and repeated rows included. */
  readonly training: { readonly dataset: Dataset; readonly folds: readonly Fold[] };
  /** Is the final training on all rows? Not where rows of their own judge: those are never trained on. */
  readonly trainsOnAll: boolean;
  /** The rows that features were made of: row featurized.keptRows[i] is row i of the dataset. */
  readonly table: Table;
  /** Rows that only the final model sees. */
  readonly test: Table | null;
  readonly guardrails: DataGuardrails;
}

const DEFAULT_METRIC: Readonly<Record<Task, string>> = {
  classification: "AUC_weighted",
  regression: "normalized_root_mean_squared_error",
};

/** Throws SLW_AUTOML_* for options and data that do not fit. Deterministic in its arguments. */
export function prepare(
  table: Table,
  options: AutoMLOptions,
  resolved: Pick<ResolvedOptions, "seed" | "onnxOnly">,
): Plan {
  checkExclusive(options);
  const { target } = options;
  const rows = chooseRows(table, options, resolved.seed);
  const inputs = inputColumns(rows.table, options);
  const featurized = makeFeatures(inputs, rows.table, options, resolved.onnxOnly);
  const { dataset } = featurized;
  const metric = options.metric ?? DEFAULT_METRIC[dataset.task];
  checkMetric(metric, dataset.task, dataset.classes);
  checkMonotone(options, dataset);
  const algorithms = chooseAlgorithms(dataset.task, options.allowed, options.blocked, {
    monotone: options.monotone !== undefined,
    onnxOnly: resolved.onnxOnly,
  });
  const validation = judges(rows, options, featurized, resolved.seed);
  const encoded = encodeTargets(featurized, validation.folds, resolved.seed);
  if (rows.test) checkTestRows(rows.test, { ...encoded, task: dataset.task }, target, options.weightColumn);
  const training = balance(encoded.dataset, validation.folds, metric, options, resolved.seed);
  return {
    task: dataset.task,
    target,
    metric,
    algorithms,
    featurized: encoded,
    validation,
    evaluator: createEvaluator(metric, encoded.dataset, validation.folds),
    training,
    trainsOnAll: options.validationData === undefined,
    table: rows.table,
    test: rows.test,
    guardrails: dataGuardrails({
      table: inputs,
      target,
      featurized: encoded,
      validation: validation.text,
      isBalanced: training.dataset !== encoded.dataset,
      ...(rows.test && { test: rows.test }),
    }),
  };
}

/** @throws SLW_AUTOML_OPTION */
function checkMonotone({ monotone }: AutoMLOptions, { classes }: Dataset): void {
  if (monotone === undefined || classes <= 2) return;
  throw new SlipwayError(
    "SLW_AUTOML_OPTION",
    `A prediction can be monotone for numbers and for two classes, but there are ${classes} classes.`,
    { fix: "Leave the monotone constraints out.", details: { option: "monotone", classes } },
  );
}

function checkExclusive(options: AutoMLOptions): void {
  const validations = [
    options.validation !== undefined && "validation",
    options.validationData !== undefined && "validation data",
    options.cvSplitColumns !== undefined && "split columns",
  ].filter((name) => name !== false);
  if (validations.length > 1) {
    throw new SlipwayError("SLW_AUTOML_VALIDATION", `Only one of ${validations.join(" and ")} can judge the models.`, {
      fix: "Give one of them.",
      details: { got: validations },
    });
  }
  if (options.testData !== undefined && options.testSize !== undefined) {
    throw new SlipwayError("SLW_AUTOML_OPTION", "Test data and a test size exclude each other.", {
      fix: "Give one of them.",
      details: { got: ["test data", "test size"] },
    });
  }
}

interface Rows {
  /** Rows to train on, then, from trainingRows on, those of validationData. */
  readonly table: Table;
  readonly trainingRows: number;
  readonly test: Table | null;
}

function chooseRows(table: Table, { target, testSize, testData, validationData }: AutoMLOptions, seed: number): Rows {
  const { training, test } =
    testSize === undefined ? { training: table, test: testData ?? null } : splitTestRows(table, target, testSize, seed);
  return {
    table: validationData === undefined ? training : appendValidation(training, validationData),
    trainingRows: training.rows,
    test,
  };
}

function appendValidation(training: Table, validationData: Table): Table {
  try {
    return appendRows(training, validationData);
  } catch (error) {
    if (!(error instanceof SlipwayError)) throw error;
    throw new SlipwayError("SLW_AUTOML_ROWS", `The validation data does not fit the table: ${error.message}`, {
      details: error.details,
      cause: error,
    });
  }
}

/** All but the columns that say something about rows, not about the target. */
function inputColumns(table: Table, { target, weightColumn, cvSplitColumns = [] }: AutoMLOptions): Table {
  const others = new Set([...cvSplitColumns, ...(weightColumn === undefined ? [] : [weightColumn])]);
  if (others.has(target)) {
    throw new SlipwayError("SLW_AUTOML_OPTION", `"${target}" is the target; it cannot also weigh or split the rows.`, {
      details: { target },
    });
  }
  const names = table.columns.map(({ name }) => name);
  return others.size === 0
    ? table
    : selectColumns(
        table,
        names.filter((name) => !others.has(name)),
      );
}

function makeFeatures(inputs: Table, table: Table, options: AutoMLOptions, onnxOnly: boolean): Featurized {
  const { target, task, monotone, weightColumn, featurization = { mode: "auto" } } = options;
  const made = featurize(inputs, {
    target,
    ...(task === undefined ? {} : { task }),
    featurization,
    ...(monotone === undefined ? {} : { monotone: directions(monotone) }),
  });
  const featurized = onnxOnly ? keepExportable(made) : made;
  if (weightColumn === undefined) return featurized;
  const weights = readWeights(table, weightColumn, featurized.keptRows);
  return { ...featurized, dataset: { ...featurized.dataset, weights } };
}

function directions(monotone: NonNullable<AutoMLOptions["monotone"]>): Record<string, 1 | -1> {
  return Object.fromEntries(
    Object.entries(monotone).map(([name, direction]) => [name, direction === "increasing" ? 1 : -1]),
  );
}

function judges(rows: Rows, options: AutoMLOptions, { dataset, keptRows }: Featurized, seed: number): Validation {
  if (options.validationData !== undefined) return splitAt(rows.trainingRows, keptRows);
  if (options.cvSplitColumns !== undefined) return splitByColumns(rows.table, options.cvSplitColumns, keptRows);
  return createValidation(options.validation ?? "auto", dataset, seed);
}

function balance(
  dataset: Dataset,
  folds: readonly Fold[],
  metric: string,
  options: AutoMLOptions,
  seed: number,
): Plan["training"] {
  switch (resolveClassBalance(options.classBalance ?? "none", dataset, metric)) {
    case "none":
      return { dataset, folds };
    case "weights":
      return { dataset: weighClasses(dataset), folds };
    case "oversample":
      return oversample(dataset, folds, seed);
  }
}
