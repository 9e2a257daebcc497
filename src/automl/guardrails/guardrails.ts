/** What a data scientist would look at before training, and what was done about it; in Azure ML's shape. */
import type { Table } from "../../base/index.ts";
import type { ColumnProfile, ProfileWarningId } from "../../data/index.ts";
import type { Featurized } from "../featurize.ts";
import { driftedColumns } from "./drift.ts";

/** Azure ML's words and JSON: `get_guardrails()` of a run. */
export interface DataGuardrails {
  readonly schema_type: "faults";
  readonly schema_version: "1.0.0";
  readonly faults: readonly DataFault[];
}

export interface DataFault {
  /** Stable name of the check. */
  readonly type: DataFaultType;
  /**
   * passed: nothing found; done: found and treated, as always; fixed: found and treated because it was asked for;
   * alerted: found, and for the user to decide.
   */
  readonly result: "passed" | "done" | "fixed" | "alerted";
  /** One for each thing found. */
  readonly parameters: readonly Readonly<Record<string, string | number>>[];
  readonly friendly_type: string;
  /** The result in one sentence. */
  readonly friendly_result: string;
  /** The parameters under names for people. */
  readonly friendly_parameters: readonly Readonly<Record<string, string | number>>[];
  /** What stands above the parameters. */
  readonly friendly_parameter_preface: string;
  /** What it means and what can be done. */
  readonly friendly_learn_more: string;
}

export type DataFaultType = keyof typeof checks;

export interface GuardrailInput {
  /** The table as it was given to `featurize`. */
  readonly table: Table;
  readonly target: string;
  readonly featurized: Featurized;
  /** "holdout:0.1", "cv:5", or in words where the user brought the validation rows. */
  readonly validation: string;
  /** Were the classes balanced, by weights or by repeating rows? */
  readonly isBalanced?: boolean;
  /** Rows that the final model is tested on: compared with `table`, column by column. */
  readonly test?: Table;
}

interface Finding {
  readonly result: DataFault["result"];
  readonly message: string;
  readonly parameters: readonly Readonly<Record<string, string | number>>[];
}

interface Check {
  readonly name: string;
  readonly preface: string;
  readonly learnMore: string;
  /** Null: the check does not apply. */
  readonly find: (input: GuardrailInput) => Finding | null;
}

const passed = (message: string): Finding => ({ result: "passed", message, parameters: [] });

function found(result: Finding["result"], message: string, parameters: Finding["parameters"]): Finding {
  return { result, message, parameters };
}

const columnsWith = ({ featurized }: GuardrailInput, ...ids: readonly ProfileWarningId[]): ColumnProfile[] =>
  featurized.profile.columns.filter(({ warnings }) => warnings.some(({ id }) => ids.includes(id)));

/** In the order in which they are told. */
const checks = {
  MissingValues: {
    name: "Missing feature values",
    preface: "Columns with missing values",
    learnMore: "Say what stands for missing values with an imputer for the column, where you know better.",
    find: findMissing,
  },
  HighCardinality: {
    name: "High cardinality features",
    preface: "Columns of many different values",
    learnMore: "A purpose for the column (Categorical, Text, Ignore) changes what is made of it.",
    find: findHighCardinality,
  },
  IdLikeColumns: {
    name: "Identifiers",
    preface: "Columns left out",
    learnMore: "A column that numbers the rows tells nothing about new rows. A purpose for it keeps it in.",
    find: findIdentifiers,
  },
  Leakage: {
    name: "Target leakage",
    preface: "Columns that give the target away",
    learnMore: "Drop the column if it will not be known when the model scores.",
    find: findLeakage,
  },
  ClassBalancing: {
    name: "Class balancing",
    preface: "The smallest and the largest class",
    learnMore: "Look at AUC or at a metric that gives each class the same say rather than at accuracy.",
    find: findImbalance,
  },
  DuplicatedRows: {
    name: "Duplicated rows",
    preface: "Rows that equal an earlier one",
    learnMore: "A row and its twin on both sides of a split make a model look better than it is.",
    find: findDuplicates,
  },
  TrainValidationSplit: {
    name: "Train/validation split",
    preface: "The split",
    learnMore: "Choose with the option validation.",
    find: findSplit,
  },
  CrossValidation: {
    name: "Cross validation",
    preface: "The folds",
    learnMore: "Choose with the option validation.",
    find: findFolds,
  },
  TrainTestDrift: {
    name: "Drift between training and test data",
    preface: "Columns that differ",
    learnMore: "The test metrics then say how the model does on other data than it learned from.",
    find: findDrift,
  },
} as const satisfies Record<string, Check>;

/** One fault for each check that applies, whatever its result. */
export function dataGuardrails(input: GuardrailInput): DataGuardrails {
  const faults = (Object.keys(checks) as DataFaultType[]).flatMap((type) => {
    const check: Check = checks[type];
    const finding = check.find(input);
    return finding === null ? [] : [toFault(type, check, finding)];
  });
  return { schema_type: "faults", schema_version: "1.0.0", faults };
}

function toFault(type: DataFaultType, check: Check, { result, message, parameters }: Finding): DataFault {
  return {
    type,
    result,
    parameters,
    friendly_type: check.name,
    friendly_result: message,
    friendly_parameters: parameters.map((each) =>
      Object.fromEntries(Object.entries(each).map(([name, value]) => [friendlyName(name), value])),
    ),
    friendly_parameter_preface: check.preface,
    friendly_learn_more: check.learnMore,
  };
}

/** "missing_rows" is "Missing rows". */
function friendlyName(name: string): string {
  const words = name.replaceAll("_", " ");
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function findMissing({ table, featurized }: GuardrailInput): Finding {
  const used = new Set(featurized.inputs.map(({ name }) => name));
  const columns = featurized.profile.columns.filter(({ name, nulls }) => used.has(name) && nulls > 0);
  const parameters = columns.map(({ name, nulls, type }) => ({
    column: name,
    missing_rows: nulls,
    treatment: treatmentOf(name, type, featurized),
  }));
  const lost = table.rows - featurized.keptRows.length;
  const target = lost > 0 ? ` ${lost} rows without a target were left out.` : "";
  if (columns.length === 0) {
    const message = `No value is missing in the columns in use.${target}`;
    return lost > 0 ? found("done", message, []) : passed(message);
  }
  const filled = featurized.transforms.some((transform) => "fill" in transform);
  const message = `Values are missing in ${counted(columns.length, "column")} and were treated.${target}`;
  return found(filled ? "fixed" : "done", message, parameters);
}

function treatmentOf(name: string, type: ColumnProfile["type"], { transforms }: Featurized): string {
  for (const transform of transforms) {
    if (transform.column !== name) continue;
    if ("fill" in transform && transform.fill !== undefined) return `${transform.fill} stands for them`;
    if (transform.op === "Category" || transform.op === "CategoryStatistic") return "a category of their own";
  }
  const others = type === "string" ? "0" : "the median";
  return `trees: a branch of their own; others: ${others} and a mark`;
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function findHighCardinality({ featurized }: GuardrailInput): Finding {
  const columns = new Map<string, string>();
  for (const transform of featurized.transforms) {
    if (transform.op === "CategoryStatistic" && columns.get(transform.column) !== encoded) {
      columns.set(transform.column, transform.statistic === "target" ? encoded : frequencies);
    }
    if (transform.op === "TextLength") columns.set(transform.column, "words of the text");
  }
  if (columns.size === 0) return passed("No column has more different values than can be learned one by one.");
  const distinct = new Map(featurized.profile.columns.map((column) => [column.name, column.distinct]));
  const parameters = Array.from(columns, ([column, treatment]) => {
    return { column, different_values: distinct.get(column) ?? 0, treatment };
  });
  return found("done", `${counted(columns.size, "column")} of many different values: encoded as a whole.`, parameters);
}

const encoded = "target encoded out of fold";
const frequencies = "frequency";

function findIdentifiers(input: GuardrailInput): Finding {
  const used = new Set(input.featurized.inputs.map(({ name }) => name));
  const columns = columnsWith(input, "id-like").filter(({ name }) => name !== input.target && !used.has(name));
  if (columns.length === 0) return passed("No column in use looks like an identifier.");
  const parameters = columns.map(({ name, distinct }) => ({ column: name, different_values: distinct }));
  return found("done", `${counted(columns.length, "column")} like an identifier: left out.`, parameters);
}

const leaks = ["leak-equals-target", "leak-recodes-target", "leak-sum", "leak-strong-predictor"] as const;

function findLeakage(input: GuardrailInput): Finding {
  const used = new Set(input.featurized.inputs.map(({ name }) => name));
  const columns = columnsWith(input, ...leaks).filter(({ name }) => used.has(name));
  if (columns.length === 0) return passed("No column in use gives the target away by itself.");
  const parameters = columns.map(({ name, warnings }) => ({
    column: name,
    reason: warnings.find(({ id }) => (leaks as readonly string[]).includes(id))?.message ?? "",
  }));
  return found("alerted", `${counted(columns.length, "column")} may give the target away.`, parameters);
}

/** Azure ML's. */
const IMBALANCED = 0.2;

function findImbalance({ featurized, isBalanced }: GuardrailInput): Finding | null {
  const { dataset, labels } = featurized;
  if (dataset.classes === 0) return null;
  const counts = new Float64Array(dataset.classes);
  for (const label of dataset.target) counts[label]++;
  const [smallest, largest] = [counts.indexOf(Math.min(...counts)), counts.indexOf(Math.max(...counts))];
  const ratio = Number((counts[smallest] / counts[largest]).toPrecision(3));
  if (ratio > IMBALANCED) return passed(`The classes are balanced: smallest to largest ${ratio}.`);
  const parameters = [
    {
      smallest_class: String(labels[smallest]),
      rows_of_smallest: counts[smallest],
      largest_class: String(labels[largest]),
      rows_of_largest: counts[largest],
      ratio,
    },
  ];
  const message = `The classes are imbalanced: smallest to largest ${ratio}, at most ${IMBALANCED}.`;
  return isBalanced
    ? found("fixed", `${message} They were balanced.`, parameters)
    : found("alerted", message, parameters);
}

function findDuplicates({ featurized }: GuardrailInput): Finding {
  const { duplicatedRows, rows } = featurized.profile;
  if (duplicatedRows === 0) return passed("No row equals another one in every column.");
  const share = Number((duplicatedRows / rows).toPrecision(3));
  const message = `${counted(duplicatedRows, "row")} of ${rows} equal an earlier one in every column.`;
  return found("alerted", message, [{ duplicated_rows: duplicatedRows, share }]);
}

function findSplit({ featurized, validation }: GuardrailInput): Finding | null {
  if (validation.startsWith("cv:")) return null;
  const { rows } = featurized.dataset;
  const share = Number(/^holdout:(.+)$/.exec(validation)?.[1]);
  if (Number.isNaN(share)) return found("done", `Models are judged on rows that were given: ${validation}.`, []);
  const held = Math.round(rows * share);
  const message = `${held} of ${rows} rows were held out to judge models on.`;
  return found("done", message, [{ training_rows: rows - held, validation_rows: held, share }]);
}

function findFolds({ featurized, validation }: GuardrailInput): Finding | null {
  if (!validation.startsWith("cv:")) return null;
  const folds = Number(validation.slice(3));
  const message = `Each row was in the validation rows of one of ${validation.slice(3)} folds.`;
  return found("done", message, [{ folds, rows: featurized.dataset.rows }]);
}

function findDrift({ table, target, featurized, test }: GuardrailInput): Finding | null {
  if (test === undefined) return null;
  const names = [...featurized.inputs.map(({ name }) => name), target];
  const columns = driftedColumns(table, test, names);
  if (columns.length === 0) return passed("Training and test data differ by no more than chance in every column.");
  const parameters = columns.map(({ column, test: name, distance, pValue }) => ({
    column,
    test: name === "ks" ? "Kolmogorov-Smirnov" : "chi-squared",
    distance: Number(distance.toPrecision(3)),
    p_value: Number(pValue.toPrecision(3)),
  }));
  return found("alerted", `${counted(columns.length, "column")} of the test data differ from training.`, parameters);
}
