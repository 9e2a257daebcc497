/** Making a model file again from what it records: the proof that it is what it says it is. */
import { isDeepStrictEqual } from "node:util";
import { SlipwayError, slipwayVersion, type Table } from "../base/index.ts";
import type { DataDigest, Model, Recipe } from "../model/index.ts";
import { retrain } from "./final-training.ts";
import type { AutoMLOptions } from "./options.ts";
import { prepare, type Plan } from "./prepare.ts";
import { createRecipe, digestTable, recordedOptions, type DataSources } from "./recipe.ts";
import { resolveOptions } from "./resolve-options.ts";
import { openPool } from "./run.ts";

export interface VerifyOptions extends Pick<AutoMLOptions, "validationData" | "threads" | "signal"> {
  /** Called once the data is found to be the same. */
  readonly onTraining?: (members: readonly string[]) => void;
}

export interface Verification {
  /** The model, made again: its file has the same bytes where nothing differs. */
  readonly model: Model;
  /** What differs, in words; empty: nothing. */
  readonly differences: readonly string[];
}

/**
 * Trains the members of a model again, from the options, seed, trials and folds that it records, and compares. Features,
 * labels, inputs and learners are made anew; the members' weights and the metrics, which say how the search judged them,
 * are taken over.
 * @param table the table that the run was given
 * @throws SLW_AUTOML_VERIFY where the data is other data or the model records too little; the signal's reason
 */
export async function verify(model: Model, table: Table, options: VerifyOptions = {}): Promise<Verification> {
  const recorded = recordedOptions(model);
  const recipe = model.provenance.recipe as Recipe;
  const sources: DataSources = {
    data: checkData("The data", recipe.data, table),
    validationData: checkValidationData(recipe, options.validationData),
  };
  const run: AutoMLOptions = {
    ...recorded,
    ...(options.validationData && { validationData: options.validationData }),
    ...(options.threads !== undefined && { threads: options.threads }),
  };
  const resolved = resolveOptions(run);
  const plan = prepare(table, run, resolved);
  options.onTraining?.(model.members.map(({ name }) => name));
  const { pool, close } = openPool(plan, resolved);
  try {
    const learners = await retrain(pool, recipe.members, options.signal);
    const again = assemble(model, plan, createRecipe(sources, run, plan, recipe.members), learners);
    return { model: again, differences: differences(model, again) };
  } finally {
    await close();
  }
}

function assemble(
  model: Model,
  plan: Plan,
  recipe: Recipe,
  learners: readonly Model["members"][number]["learner"][],
): Model {
  const { labels, inputs, transforms, notes, dataset } = plan.featurized;
  const { task, target, combination, labelWeights, name, metrics, provenance } = model;
  return {
    task,
    target,
    labels,
    inputs,
    transforms,
    members: model.members.map((member, i) => ({ ...member, learner: learners[i] })),
    combination,
    labelWeights,
    name,
    metrics,
    provenance: {
      ...provenance,
      validation: plan.validation.text,
      rows: dataset.rows,
      featurization: notes,
      recipe,
    },
  };
}

function differences(model: Model, again: Model): string[] {
  const found: string[] = [];
  for (const part of ["labels", "inputs", "transforms"] as const)
    if (!isDeepStrictEqual(model[part], again[part])) found.push(`the ${part} differ`);
  model.members.forEach((member, i) => {
    if (!isDeepStrictEqual(member, again.members[i])) found.push(`member ${i + 1}, ${member.name}, differs`);
  });
  if (!isDeepStrictEqual(model.provenance, again.provenance)) found.push("the record of the run differs");
  const { slipway } = model.provenance;
  if (found.length > 0 && slipway !== slipwayVersion())
    found.push(`the model was made by Slipway ${slipway}; this is ${slipwayVersion()}`);
  return found;
}

function checkValidationData({ validationData }: Recipe, table: Table | undefined): DataDigest | null {
  if (validationData && table) return checkData("The validation data", validationData, table);
  if (!validationData && !table) return null;
  throw new SlipwayError(
    "SLW_AUTOML_VERIFY",
    validationData
      ? `The model was judged by ${validationData.rows} rows of their own; they are needed too.`
      : "The model was not judged by rows of their own.",
    {
      fix: validationData ? "Give them with --validation-data FILE." : "Leave --validation-data out.",
      details: { validationData },
    },
  );
}

function checkData(what: string, recorded: DataDigest, table: Table): DataDigest {
  const got = digestTable(table);
  if (got.sha256 === recorded.sha256) return got;
  const problem =
    got.rows !== recorded.rows
      ? `it has ${got.rows} rows, not ${recorded.rows}`
      : isDeepStrictEqual(got.columns, recorded.columns)
        ? `rows and columns are as many, but values differ (sha256 ${got.sha256.slice(0, 12)}…, not ${recorded.sha256.slice(0, 12)}…)`
        : `its columns are ${got.columns.join(", ")}, not ${recorded.columns.join(", ")}`;
  throw new SlipwayError("SLW_AUTOML_VERIFY", `${what} is not what the model was trained on: ${problem}.`, {
    fix: "Give the very file that the model was trained on.",
    details: { expected: recorded, got },
  });
}
