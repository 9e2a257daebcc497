/** What a model file records of its run, so that `verify` can train its members again. Nothing of the clock or threads. */
import { createHash } from "node:crypto";
import { SlipwayError, type Table } from "../base/index.ts";
import type { DataDigest, MemberRecipe, Model, Recipe } from "../model/index.ts";
import type { AutoMLOptions } from "./options.ts";
import type { Plan } from "./prepare.ts";

/** The options that shape rows, features, folds and training. How long the search was is told by its trials. */
export const RECORDED = [
  "task",
  "validation",
  "cvSplitColumns",
  "testSize",
  "monotone",
  "onnxOnly",
  "featurization",
  "weightColumn",
  "classBalance",
] as const satisfies (keyof AutoMLOptions)[];

export type RecordedOptions = Pick<AutoMLOptions, "target" | "metric" | "seed" | (typeof RECORDED)[number]>;

/** What a run was trained and judged on. */
export type DataSources = Pick<Recipe, "data" | "validationData">;

export function digestSources(table: Table, validationData: Table | undefined): DataSources {
  return { data: digestTable(table), validationData: validationData ? digestTable(validationData) : null };
}

/** @param plan where "auto" is settled, so that another default in a later release changes nothing */
export function createRecipe(
  sources: DataSources,
  options: AutoMLOptions,
  { task, validation }: Pick<Plan, "task" | "validation">,
  members: readonly MemberRecipe[],
): Recipe {
  const given = RECORDED.map((name) => [name, options[name]] as const).filter(([, value]) => value !== undefined);
  const isDrawn = options.validationData === undefined && options.cvSplitColumns === undefined;
  return {
    ...sources,
    options: { ...Object.fromEntries(given), task, ...(isDrawn && { validation: validation.text }) },
    members,
  };
}

/**
 * The options of the run that made the model.
 * @throws SLW_AUTOML_VERIFY where the model has no recipe
 */
export function recordedOptions({ target, provenance }: Pick<Model, "target" | "provenance">): RecordedOptions {
  const { primaryMetric: metric, seed, recipe } = provenance;
  if (recipe) return { ...recipe.options, target, metric, seed };
  throw new SlipwayError("SLW_AUTOML_VERIFY", "The model file does not say how its members were trained.", {
    fix: "Train the model again with this Slipway; older files have no such record.",
    details: { slipway: provenance.slipway },
  });
}

/** Of all columns as they were read, whatever the format of the file. */
export function digestTable(table: Table): DataDigest {
  const hash = createHash("sha256");
  for (const column of table.columns) {
    hash.update(`${JSON.stringify([column.name, column.type, table.rows])}\n`);
    if (column.type === "string") {
      hash.update(`${JSON.stringify(column.categories)}\n`);
      hash.update(bytesOf(column.codes));
    } else hash.update(bytesOf(column.values));
  }
  return { rows: table.rows, columns: table.columns.map(({ name }) => name), sha256: hash.digest("hex") };
}

function bytesOf(values: Int32Array | Float64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
