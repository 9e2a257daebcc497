/** A logged model's own life: created, finished by its client, tagged, deleted. */
import type { Updateable } from "kysely";
import { newId, SlipwayError } from "../../base/index.ts";
import { recordChange, transaction, type Actor, type Queryable, type Tables } from "../../store/index.ts";
import { getExperiment } from "../experiments.ts";
import type { TagValues } from "../types.ts";
import { selectModels, withMetrics } from "./rows.ts";
import type { LoggedModel, LoggedModelRef, LoggedModelStatus } from "./types.ts";

export interface NewLoggedModel {
  readonly workspaceId: string;
  /** Number of an active experiment. */
  readonly experiment: number;
  /** Not empty, without any of / : . % " '. Default: made from the id. */
  readonly name?: string | undefined;
  readonly modelType?: string | undefined;
  readonly sourceRunId?: string | undefined;
  readonly params?: TagValues;
  readonly tags?: TagValues;
  readonly actor: Actor;
}

/** @throws SLW_TRACKING_EXPERIMENT, SLW_TRACKING_EXPERIMENT_DELETED, SLW_TRACKING_INPUT */
export async function createLoggedModel(database: Queryable, input: NewLoggedModel): Promise<LoggedModel> {
  const { workspaceId, actor, modelType = null, sourceRunId = null, params = {}, tags = {} } = input;
  const experiment = await getExperiment(database, { workspaceId, number: input.experiment });
  if (experiment.lifecycle === "deleted") {
    throw new SlipwayError(
      "SLW_TRACKING_EXPERIMENT_DELETED",
      `The experiment ${experiment.number} must be in the 'active' state. Current state is deleted.`,
    );
  }
  const id = `m-${newId()}`;
  const name = input.name ?? `model-${id.slice(-12)}`;
  checkName(name);
  return transaction(database, async (trx) => {
    await trx
      .insertInto("logged_models")
      .values({
        id,
        workspace_id: workspaceId,
        experiment_id: experiment.id,
        name,
        model_type: modelType,
        source_run_id: sourceRunId,
        status: "PENDING",
        artifact_uri: `${experiment.artifactLocation.replace(/\/+$/, "")}/models/${id}/artifacts`,
        params: JSON.stringify(params),
        tags: JSON.stringify(tags),
      })
      .execute();
    const data = { experiment: experiment.number, name };
    await record(trx, { workspaceId, modelId: id, actor }, "created", "createLoggedModel", data);
    return getLoggedModel(trx, { workspaceId, modelId: id });
  });
}

const badCharacters = ["/", ":", ".", "%", '"', "'"];

function checkName(name: string): void {
  if (name !== "" && name.length <= 500 && !badCharacters.some((character) => name.includes(character))) return;
  const listed = badCharacters.map((character) => (character === "'" ? `"'"` : `'${character}'`)).join(", ");
  throw new SlipwayError(
    "SLW_TRACKING_INPUT",
    `Invalid model name ('${name.slice(0, 200)}') provided. Model name must be a non-empty string and cannot contain the following characters: (${listed})`,
  );
}

/** @throws SLW_TRACKING_LOGGED_MODEL, also for a deleted one unless `deletedToo` */
export async function getLoggedModel(
  database: Queryable,
  { workspaceId, modelId, deletedToo = false }: LoggedModelRef & { readonly deletedToo?: boolean },
): Promise<LoggedModel> {
  let query = selectModels(database, workspaceId).where("logged_models.id", "=", modelId);
  if (!deletedToo) query = query.where("logged_models.deleted_at", "is", null);
  const row = await query.executeTakeFirst();
  if (row === undefined) {
    throw new SlipwayError("SLW_TRACKING_LOGGED_MODEL", `Logged model with ID '${modelId}' not found.`, {
      details: { model: modelId },
    });
  }
  const [model] = await withMetrics(database, workspaceId, [row]);
  return model as LoggedModel;
}

type Change = LoggedModelRef & { readonly actor: Actor };

/** @throws SLW_TRACKING_LOGGED_MODEL */
export function finalizeLoggedModel(
  database: Queryable,
  input: Change & { readonly status: LoggedModelStatus },
): Promise<LoggedModel> {
  const { status } = input;
  return change(database, input, "finalizeLoggedModel", { status }, () => ({ status }));
}

/** Adds to the tags that are there, and replaces. @throws SLW_TRACKING_LOGGED_MODEL */
export function setLoggedModelTags(
  database: Queryable,
  input: Change & { readonly tags: TagValues },
): Promise<LoggedModel> {
  return change(database, input, "setLoggedModelTags", { tags: Object.keys(input.tags) }, ({ tags }) => ({
    tags: JSON.stringify({ ...tags, ...input.tags }),
  }));
}

/** @throws SLW_TRACKING_LOGGED_MODEL, SLW_TRACKING_TAG */
export function deleteLoggedModelTag(
  database: Queryable,
  input: Change & { readonly key: string },
): Promise<LoggedModel> {
  const { key, modelId } = input;
  return change(database, input, "deleteLoggedModelTag", { tag: key }, ({ tags }) => {
    if (!Object.hasOwn(tags, key)) {
      throw new SlipwayError("SLW_TRACKING_TAG", `No tag with key '${key}' found for model with ID '${modelId}'.`);
    }
    return { tags: JSON.stringify(Object.fromEntries(Object.entries(tags).filter(([name]) => name !== key))) };
  });
}

/** A parameter keeps its first value. @throws SLW_TRACKING_LOGGED_MODEL, SLW_TRACKING_PARAM (another value) */
export function logLoggedModelParams(
  database: Queryable,
  input: Change & { readonly params: TagValues },
): Promise<LoggedModel> {
  return change(database, input, "logLoggedModelParams", { params: Object.keys(input.params) }, ({ params }) => {
    const changed = Object.entries(input.params).find(([key, value]) => (params[key] ?? value) !== value);
    if (changed !== undefined) {
      throw new SlipwayError(
        "SLW_TRACKING_PARAM",
        `Changing param values is not allowed. Param with key='${changed[0]}' was already logged for model with ID '${input.modelId}'.`,
      );
    }
    return { params: JSON.stringify({ ...params, ...input.params }) };
  });
}

/** Its files stay. @throws SLW_TRACKING_LOGGED_MODEL, also for one that is deleted already */
export async function deleteLoggedModel(database: Queryable, input: Change): Promise<void> {
  await transaction(database, async (trx) => {
    await getLoggedModel(trx, input);
    const now = new Date();
    const set = { deleted_at: now, updated_at: now };
    await trx.updateTable("logged_models").set(set).where("id", "=", input.modelId).execute();
    await record(trx, input, "deleted", "deleteLoggedModel", {});
  });
}

type Columns = Updateable<Pick<Tables["logged_models"], "status" | "tags" | "params">>;

/** @param columnsOf what to write, from the row as it is while it is locked */
function change(
  database: Queryable,
  input: Change,
  action: string,
  data: Readonly<Record<string, unknown>>,
  columnsOf: (row: { readonly tags: TagValues; readonly params: TagValues }) => Columns,
): Promise<LoggedModel> {
  return transaction(database, async (trx) => {
    const row = await trx
      .selectFrom("logged_models")
      .select(["tags", "params"])
      .where("workspace_id", "=", input.workspaceId)
      .where("id", "=", input.modelId)
      .where("deleted_at", "is", null)
      .forUpdate()
      .executeTakeFirst();
    // Throws where there is none.
    if (row === undefined) return getLoggedModel(trx, input);
    const set = { ...columnsOf(row), updated_at: new Date() };
    await trx.updateTable("logged_models").set(set).where("id", "=", input.modelId).execute();
    await record(trx, input, "updated", action, data);
    return getLoggedModel(trx, input);
  });
}

function record(
  transaction_: Queryable,
  { workspaceId, modelId, actor }: Change,
  what: "created" | "updated" | "deleted",
  action: string,
  data: Readonly<Record<string, unknown>>,
): Promise<void> {
  const subject = `logged-model/${modelId}`;
  return recordChange(transaction_, { workspaceId, type: `logged-model.${what}`, subject, data, actor, action });
}
