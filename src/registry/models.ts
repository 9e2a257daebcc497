/** Registered models. */
import { sql } from "kysely";
import { SlipwayError } from "../base/index.ts";
import {
  readPage,
  recordChange,
  transaction,
  uniqueViolation,
  type Actor,
  type Database,
  type Page,
  type PageRequest,
  type Queryable,
} from "../store/index.ts";
import { checkModelName } from "./names.ts";
import { lockModel, mergedTags, noModel, selectModels, toModel } from "./rows.ts";
import { refuseUsed } from "./refuse-used.ts";
import { modelSearch, search } from "./search/index.ts";
import type { By, ModelChanges, ModelRef, NewModel, RegisteredModel, SearchPage, SearchRequest } from "./types.ts";

/**
 * A request that is sent again (the same id) gets the model that it made.
 * @throws SLW_REGISTRY_NAME, SLW_REGISTRY_EXISTS
 */
export function createModel(database: Queryable, input: NewModel): Promise<RegisteredModel> {
  checkModelName(input.model);
  return transaction(database, async (trx) => {
    await insertModel(trx, input);
    const row = await selectModels(trx, input.workspaceId)
      .where("registered_models.id", "=", input.id)
      .executeTakeFirst();
    if (row !== undefined) return toModel(row);
    throw new SlipwayError("SLW_REGISTRY_EXISTS", `There is a registered model "${input.model}" already.`, {
      details: { model: input.model },
    });
  });
}

/** Nothing happens where a model has the name, or the id, already. */
export async function insertModel(
  trx: Queryable,
  { id, workspaceId, model, description = "", tags = {}, actor }: NewModel,
): Promise<void> {
  const row = await trx
    .insertInto("registered_models")
    .values({
      id,
      workspace_id: workspaceId,
      name: model,
      description,
      tags: JSON.stringify(tags),
      created_by: actor.userName,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning("id")
    .executeTakeFirst();
  if (row !== undefined)
    await recordModelChange(trx, { workspaceId, model, actor }, "created", "createModel", { tags });
}

/** @throws SLW_REGISTRY_MODEL */
export async function findModel(database: Queryable, { workspaceId, model }: ModelRef): Promise<RegisteredModel> {
  const row = await selectModels(database, workspaceId).where("registered_models.name", "=", model).executeTakeFirst();
  if (row === undefined) throw noModel(model);
  return toModel(row);
}

export interface ModelFilter {
  /** Part of the name, without regard to case. */
  readonly name?: string | undefined;
  /** Default: those that are not archived. */
  readonly archived?: boolean | undefined;
  /** All of them: "team=risk". */
  readonly tags?: Readonly<Record<string, string>> | undefined;
}

/** Sorted by name, created or updated; by default those that changed last come first. */
export async function listModels(
  database: Queryable,
  {
    workspaceId,
    filter,
    page,
  }: { readonly workspaceId: string; readonly filter: ModelFilter; readonly page: PageRequest },
): Promise<Page<RegisteredModel>> {
  let query = selectModels(database, workspaceId).where("archived_at", filter.archived ? "is not" : "is", null);
  if (filter.name !== undefined) query = query.where("name", "ilike", `%${filter.name.replace(/[\\%_]/g, "\\$&")}%`);
  if (filter.tags !== undefined) {
    query = query.where(sql<boolean>`registered_models.tags @> ${JSON.stringify(filter.tags)}::jsonb`);
  }
  const sortable = {
    name: "registered_models.name",
    created: "registered_models.created_at",
    updated: "registered_models.updated_at",
  };
  const order = { sortable, byDefault: "-updated", unique: "registered_models.id" };
  const found = await readPage(query, page, order, (row, field) => [
    field === "name" ? row.name : (field === "created" ? row.created_at : row.updated_at).toISOString(),
    row.id,
  ]);
  return { ...found, items: found.items.map(toModel) };
}

/** By MLflow's grammar: name and tags; order by name, creation_timestamp, last_updated_timestamp. @throws SLW_TRACKING_FILTER */
export async function searchModels(database: Database, request: SearchRequest): Promise<SearchPage<RegisteredModel>> {
  const { items, ...rest } = await search(selectModels(database, request.workspaceId), request, modelSearch);
  return { items: items.map(toModel), ...rest };
}

/** @throws SLW_REGISTRY_MODEL */
export function updateModel(
  database: Queryable,
  { changes, actor, ...ref }: ModelRef & By & { readonly changes: ModelChanges },
): Promise<RegisteredModel> {
  return transaction(database, async (trx) => {
    const { id } = await lockModel(trx, ref);
    const { description, tags, archived } = changes;
    await trx
      .updateTable("registered_models")
      .set({
        updated_at: sql`now()`,
        ...(description !== undefined && { description }),
        ...(tags !== undefined && { tags: mergedTags(tags) }),
        ...(archived !== undefined && { archived_at: archived ? sql`coalesce(archived_at, now())` : null }),
      })
      .where("id", "=", id)
      .execute();
    await recordModelChange(trx, { ...ref, actor }, "updated", "updateModel", { changes });
    return findModel(trx, ref);
  });
}

/** Versions and aliases stay with it. @throws SLW_REGISTRY_MODEL, SLW_REGISTRY_NAME, SLW_REGISTRY_EXISTS */
export function renameModel(
  database: Queryable,
  { newName, actor, ...ref }: ModelRef & By & { readonly newName: string },
): Promise<RegisteredModel> {
  checkModelName(newName);
  return transaction(database, async (trx) => {
    const { id } = await lockModel(trx, ref);
    await trx
      .updateTable("registered_models")
      .set({ name: newName, updated_at: sql`now()` })
      .where("id", "=", id)
      .execute()
      .catch((error: unknown) => {
        if (uniqueViolation(error) !== "registered_models_name") throw error;
        throw new SlipwayError("SLW_REGISTRY_EXISTS", `There is a registered model "${newName}" already.`, {
          details: { model: newName },
        });
      });
    const renamed = { workspaceId: ref.workspaceId, model: newName };
    await recordModelChange(trx, { ...renamed, actor }, "updated", "renameModel", { previousName: ref.model });
    return findModel(trx, renamed);
  });
}

/** With all its versions. The bytes go when nothing else refers to them. @throws SLW_REGISTRY_MODEL, SLW_REGISTRY_IN_USE */
export function deleteModel(database: Queryable, { actor, ...ref }: ModelRef & By): Promise<void> {
  return transaction(database, async (trx) => {
    const { id } = await lockModel(trx, ref);
    await trx.selectFrom("model_versions").select("id").where("model_id", "=", id).forUpdate().execute();
    await refuseUsed(trx, "model_versions.model_id", id);
    await trx.deleteFrom("registered_models").where("id", "=", id).execute();
    await recordModelChange(trx, { ...ref, actor }, "deleted", "deleteModel", {});
  });
}

function recordModelChange(
  trx: Queryable,
  { workspaceId, model, actor }: ModelRef & { readonly actor: Actor },
  how: "created" | "updated" | "deleted",
  action: string,
  data: Record<string, unknown>,
): Promise<void> {
  return recordChange(trx, {
    workspaceId,
    type: `model.${how}`,
    subject: `model/${model}`,
    data: { model, ...data },
    actor,
    action,
  });
}
