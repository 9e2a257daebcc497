/** What can be said of options before the data is read: by the names and types of its columns alone. */
import { nearest, SlipwayError, type ColumnType, type ErrorCode } from "../base/index.ts";
import type { Task } from "../model/index.ts";
import { checkMetric } from "./evaluate.ts";
import { chooseAlgorithms } from "./names.ts";
import type { AutoMLOptions } from "./options.ts";
import { resolveOptions } from "./resolve-options.ts";
import { parseValidation } from "./validation.ts";

/** A table before it is read. */
export interface TableOutline {
  readonly rows: number;
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
}

/** Options without the tables of their own. */
export type CheckedOptions = Omit<AutoMLOptions, "validationData" | "testData" | "resume" | "signal">;

/**
 * Finds what `automl` would refuse on the spot. That it finds nothing does not mean that the data fits.
 * @throws SLW_AUTOML_*
 */
export function checkOptions(options: CheckedOptions, table: TableOutline): void {
  const { onnxOnly } = resolveOptions(options);
  const { target, featurization, monotone, validation } = options;
  const check = (names: readonly string[], what: string, code: ErrorCode): void => {
    for (const name of names) checkColumn(name, what, code, table);
  };
  check([target], "target", "SLW_AUTOML_TARGET");
  check(options.weightColumn === undefined ? [] : [options.weightColumn], "weight column", "SLW_AUTOML_WEIGHTS");
  check(options.cvSplitColumns ?? [], "split column", "SLW_AUTOML_VALIDATION");
  check(Object.keys(monotone ?? {}), "monotone column", "SLW_AUTOML_OPTION");
  const shaped = { ...featurization?.columnPurposes, ...featurization?.imputers };
  check(
    [...Object.keys(shaped), ...(featurization?.dropColumns ?? [])],
    "column of the featurization",
    "SLW_AUTOML_FEATURIZATION",
  );
  if (validation !== undefined)
    parseValidation(validation, { rows: table.rows, features: table.columns.length, classes: 0 });
  forAnyTask(tasksOf(options, table), (task) => {
    // Binary metrics may fit: how many classes there are, only the data knows.
    if (options.metric !== undefined) checkMetric(options.metric, task, 2);
    chooseAlgorithms(task, options.allowed, options.blocked, { monotone: monotone !== undefined, onnxOnly });
  });
}

function checkColumn(name: string, what: string, code: ErrorCode, { columns }: TableOutline): void {
  const names = columns.map((column) => column.name);
  if (names.includes(name)) return;
  const near = nearest(name, names);
  const some = names.length > 12 ? `${names.slice(0, 12).join(", ")} and ${names.length - 12} more` : names.join(", ");
  throw new SlipwayError(code, `The table has no column "${name}" (${what}).`, {
    fix: near === null ? `The columns are: ${some}.` : `Did you mean "${near}"? The columns are: ${some}.`,
    details: { column: name, nearest: near, columns: names.slice(0, 200) },
  });
}

/** Text is always classified; of numbers only the data tells. */
function tasksOf({ task, target }: CheckedOptions, { columns }: TableOutline): readonly Task[] {
  if (task !== undefined) return [task];
  const type = columns.find(({ name }) => name === target)?.type;
  return type === "string" ? ["classification"] : ["classification", "regression"];
}

/** @throws what `check` throws for the first of the tasks where it throws for all of them */
function forAnyTask(tasks: readonly Task[], check: (task: Task) => void): void {
  const errors: unknown[] = [];
  for (const task of tasks) {
    try {
      return check(task);
    } catch (error) {
      errors.push(error);
    }
  }
  throw errors[0];
}
