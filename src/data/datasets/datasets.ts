/** Datasets: names under which versions are found. */
import { sql, type SelectQueryBuilder } from "kysely";
import { newId, SlipwayError } from "../../base/index.ts";
import {
  readPage,
  recordChange,
  transaction,
  type Actor,
  type Page,
  type PageRequest,
  type Queryable,
  type Tables,
} from "../../store/index.ts";
import {
  changedTags,
  lockDataset,
  noDataset,
  selectDatasets,
  toDataset,
  type DatasetRef,
  type DatasetRow,
} from "./rows.ts";
import type { Dataset, TagChanges, Tags } from "./types.ts";

export interface NewDataset {
  /** Of the request: a repeated one finds the dataset that is there. */
  readonly id?: string;
  readonly workspaceId: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly tags?: Tags | undefined;
}

/** @throws SLW_DATASET_EXISTS */
export function createDataset(database: Queryable, input: NewDataset, actor: Actor): Promise<Dataset> {
  const { id = newId(), workspaceId, name } = input;
  return transaction(database, async (trx) => {
    await insertDataset(trx, { ...input, id }, actor);
    const row = await selectDatasets(trx, workspaceId).where("datasets.id", "=", id).executeTakeFirst();
    if (row !== undefined) return toDataset(row);
    throw new SlipwayError("SLW_DATASET_EXISTS", `There is a dataset "${name}" already.`, {
      details: { dataset: name },
    });
  });
}

/** Nothing happens where a dataset has the name, or the id, already. */
export async function insertDataset(
  trx: Queryable,
  { id = newId(), workspaceId, name, description = "", tags = {} }: NewDataset,
  actor: Actor,
): Promise<void> {
  const row = await trx
    .insertInto("datasets")
    .values({
      id,
      workspace_id: workspaceId,
      name,
      description,
      tags: JSON.stringify(tags),
      created_by: actor.userName,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning("id")
    .executeTakeFirst();
  if (row === undefined) return;
  const change = { workspaceId, subject: `dataset/${name}`, data: { name }, actor };
  await recordChange(trx, { ...change, type: "dataset.created", action: "createDataset" });
}

/** @throws SLW_DATASET_UNKNOWN */
export async function getDataset(database: Queryable, { workspaceId, dataset }: DatasetRef): Promise<Dataset> {
  const row = await selectDatasets(database, workspaceId).where("datasets.name", "=", dataset).executeTakeFirst();
  if (row === undefined) throw noDataset(dataset);
  return toDataset(row);
}

export interface DatasetFilter {
  /** Part of the name, without regard to case. */
  readonly name?: string | undefined;
  /** Default: those that are not archived. */
  readonly archived?: boolean | undefined;
  /** All of them. */
  readonly tags?: Tags | undefined;
}

/** Sorted by name, created or updated; by default those that changed last come first. */
export async function listDatasets(
  database: Queryable,
  workspaceId: string,
  { name, archived = false, tags }: DatasetFilter,
  page: PageRequest,
): Promise<Page<Dataset>> {
  let query = selectDatasets(database, workspaceId).where("datasets.archived_at", archived ? "is not" : "is", null);
  if (name !== undefined) query = query.where("datasets.name", "ilike", `%${name.replace(/[\\%_]/g, "\\$&")}%`);
  if (tags !== undefined) query = query.where(sql<boolean>`datasets.tags @> ${JSON.stringify(tags)}::jsonb`);
  const sortable = { name: "datasets.name", created: "datasets.created_at", updated: "datasets.updated_at" };
  const order = { sortable, byDefault: "-updated", unique: "datasets.id" };
  // readPage knows tables by their own names; the join gives one of them another.
  const paged = query as unknown as SelectQueryBuilder<Tables, keyof Tables, DatasetRow>;
  const found = await readPage(paged, page, order, (row, field) => [
    field === "name" ? row.name : (field === "created" ? row.created_at : row.updated_at).toISOString(),
    row.id,
  ]);
  return { ...found, items: found.items.map(toDataset) };
}

export interface DatasetChanges {
  readonly description?: string | undefined;
  readonly tags?: TagChanges | undefined;
  readonly archived?: boolean | undefined;
}

/** @throws SLW_DATASET_UNKNOWN */
export function updateDataset(
  database: Queryable,
  { changes, ...ref }: DatasetRef & { readonly changes: DatasetChanges },
  actor: Actor,
): Promise<Dataset> {
  return transaction(database, async (trx) => {
    const { id, tags: before } = await lockDataset(trx, ref);
    const { description, tags, archived } = changes;
    await trx
      .updateTable("datasets")
      .set({
        updated_at: sql`now()`,
        ...(description !== undefined && { description }),
        ...(tags !== undefined && { tags: JSON.stringify(changedTags(before, tags)) }),
        ...(archived !== undefined && { archived_at: archived ? sql`coalesce(archived_at, now())` : null }),
      })
      .where("id", "=", id)
      .execute();
    const { workspaceId, dataset } = ref;
    const change = { workspaceId, subject: `dataset/${dataset}`, data: { changes }, actor };
    await recordChange(trx, { ...change, type: "dataset.updated", action: "updateDataset" });
    return getDataset(trx, ref);
  });
}
