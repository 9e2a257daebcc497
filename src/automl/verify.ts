/** Making a model file again from what it records: the proof that it is what it says it is. */
import { isDeepStrictEqual } from "node:util";
import { SlipwayError, slipwayVersion, type Table } from "../base/index.ts";
import type { DataDigest, Learner, Model, Recipe } from "../model/index.ts";
import { retrain } from "./final-training.ts";
import { judgeAgain, type Judgement } from "./judge-again.ts";
import { leaderboardName } from "./names.ts";
import type { AutoMLOptions } from "./options.ts";
import { prepare, type Plan } from "./prepare.ts";
import { createRecipe, digestTable, recordedOptions, type DataSources } from "./recipe.ts";
import { resolveOptions } from "./resolve-options.ts";
import { backgroundOf, nameOfWhole } from "./result.ts";
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
  /** What was found again, in words. */
  readonly checked: readonly string[];
  /** What was taken over from the file, in words, with the reason. */
  readonly unchecked: readonly string[];
}

/**
 * Trains the members of a model again, from the options, seed, trials and folds that it records, and compares. Features,
 * labels, inputs and learners are made anew. So are the metrics and the label weights, with the members' weights as they
 * are: the members' trials are run again on all folds, which takes as long as they took. Which members were chosen and
 * with what weights is taken over, as that took all trials of the run.
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
    const judged = await judgeAgain(pool, plan, model, recipe.members);
    options.signal?.throwIfAborted();
    const judgement = typeof judged === "string" ? null : judged;
    const again = assemble(model, plan, createRecipe(sources, run, plan, recipe.members), { learners, judgement });
    return {
      model: again,
      differences: differences(model, again),
      checked: judgement ? [...ALWAYS_CHECKED, JUDGEMENT] : ALWAYS_CHECKED,
      unchecked: [choiceOf(model), ...(typeof judged === "string" ? [`${JUDGEMENT}: ${judged}`] : [])],
    };
  } finally {
    await close();
  }
}

const ALWAYS_CHECKED = ["the features", "the labels", "the members' learners and names"];
const JUDGEMENT = "the metrics and label weights";

function choiceOf({ members, combination }: Model): string {
  const reason = "the file records the members of the model only, and the choice was among all trials of the run";
  if (members.length === 1 && combination.kind === "vote") return `that its trial was the best: ${reason}`;
  return `the choice of the members and their weights: ${reason}`;
}

function assemble(
  model: Model,
  plan: Plan,
  recipe: Recipe,
  again: { readonly learners: readonly Learner[]; readonly judgement: Judgement | null },
): Model {
  const { labels, inputs, transforms, notes, dataset } = plan.featurized;
  const { combination, provenance } = model;
  const { labelWeights, metrics } = again.judgement ?? model;
  const members = model.members.map(({ weight }, i) => ({
    name: leaderboardName(recipe.members[i].algorithm),
    weight,
    learner: again.learners[i],
  }));
  return {
    task: plan.task,
    target: plan.target,
    labels,
    inputs,
    transforms,
    members,
    combination,
    ...(model.background === undefined ? {} : backgroundOf(plan.featurized, members)),
    labelWeights,
    name: nameOfWhole(members, combination),
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
  if (model.name !== again.name) found.push(`the name is ${model.name}, not ${again.name}`);
  if (!isDeepStrictEqual(model.background, again.background)) found.push("the background of its explanations differs");
  if (!isDeepStrictEqual(model.labelWeights, again.labelWeights)) found.push("the label weights differ");
  if (!isDeepStrictEqual(model.metrics, again.metrics)) found.push("the metrics differ");
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
