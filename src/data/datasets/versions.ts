/** Versions of datasets: found, listed, described anew. */
import { sql } from "kysely";
import { SlipwayError } from "../../base/index.ts";
import {
  readPage,
  recordChange,
  transaction,
  type Actor,
  type Page,
  type PageRequest,
  type Queryable,
} from "../../store/index.ts";
import type { TableProfile } from "../profile/types.ts";
import type { Dialect } from "../read-options.ts";
import {
  changedTags,
  lockDataset,
  noDataset,
  noVersion,
  selectVersions,
  toVersion,
  type DatasetRef,
  type VersionRef,
} from "./rows.ts";
import type {
  DatasetColumn,
  DatasetVersion,
  DatasetVersionDetails,
  ReportedRow,
  TagChanges,
  VersionName,
  VersionOptions,
} from "./types.ts";

/** @throws SLW_DATASET_UNKNOWN, SLW_DATASET_VERSION */
export async function getVersion(database: Queryable, ref: VersionRef): Promise<DatasetVersion> {
  let query = selectVersions(database, ref.workspaceId).where("datasets.name", "=", ref.dataset);
  query =
    ref.version === "latest"
      ? query.whereRef("dataset_versions.version", "=", "datasets.last_version")
      : query.where("dataset_versions.version", "=", ref.version);
  const row = await query.executeTakeFirst();
  if (row !== undefined) return toVersion(row);
  await refuseUnknown(database, ref);
  throw noVersion(ref);
}

/** @throws SLW_DATASET_VERSION where the workspace has no version of this id */
export async function getVersionById(
  database: Queryable,
  workspaceId: string,
  id: string,
): Promise<DatasetVersionDetails> {
  const row = await selectVersions(database, workspaceId).where("dataset_versions.id", "=", id).executeTakeFirst();
  if (row === undefined) {
    throw new SlipwayError("SLW_DATASET_VERSION", `There is no version with the id "${id}".`, { details: { id } });
  }
  return describeVersion(database, toVersion(row));
}

/** @throws SLW_DATASET_UNKNOWN, SLW_DATASET_VERSION */
export async function getVersionDetails(database: Queryable, ref: VersionRef): Promise<DatasetVersionDetails> {
  return describeVersion(database, await getVersion(database, ref));
}

async function describeVersion(database: Queryable, version: DatasetVersion): Promise<DatasetVersionDetails> {
  const row = await database
    .selectFrom("dataset_versions")
    .select(["options", "dialect", "columns", "reported", "reported_count", "warnings"])
    .where("id", "=", version.id)
    .executeTakeFirstOrThrow();
  return {
    ...version,
    options: row.options as VersionOptions,
    dialect: row.dialect as Dialect,
    schema: row.columns as readonly DatasetColumn[],
    reported: { count: row.reported_count, rows: row.reported as readonly ReportedRow[] },
    warnings: row.warnings as readonly string[],
    inputs: await relatedVersions(database, version.id, "input_id", "version_id"),
    outputs: await relatedVersions(database, version.id, "version_id", "input_id"),
  };
}

const relatedLimit = 100;

/** Versions that stand in column `wanted` of the lineage beside `id` in column `given`, the newest first. */
function relatedVersions(
  database: Queryable,
  id: string,
  wanted: "version_id" | "input_id",
  given: "version_id" | "input_id",
): Promise<VersionName[]> {
  return database
    .selectFrom("dataset_version_inputs")
    .innerJoin("dataset_versions", "dataset_versions.id", `dataset_version_inputs.${wanted}`)
    .innerJoin("datasets", "datasets.id", "dataset_versions.dataset_id")
    .select(["datasets.name as dataset", "dataset_versions.version"])
    .where(`dataset_version_inputs.${given}`, "=", id)
    .orderBy("dataset_versions.created_at", "desc")
    .orderBy("dataset_versions.id", "desc")
    .limit(relatedLimit)
    .execute();
}

/** @throws SLW_DATASET_UNKNOWN, SLW_DATASET_VERSION */
export async function getProfile(database: Queryable, ref: VersionRef): Promise<TableProfile> {
  const { id } = await getVersion(database, ref);
  const { profile } = await database
    .selectFrom("dataset_versions")
    .select("profile")
    .where("id", "=", id)
    .executeTakeFirstOrThrow();
  return profile as TableProfile;
}

/** Sorted by version or created; the newest first by default. @throws SLW_DATASET_UNKNOWN */
export async function listVersions(
  database: Queryable,
  ref: DatasetRef,
  page: PageRequest,
): Promise<Page<DatasetVersion>> {
  const query = selectVersions(database, ref.workspaceId).where("datasets.name", "=", ref.dataset);
  const sortable = { version: "dataset_versions.version", created: "dataset_versions.created_at" };
  const order = { sortable, byDefault: "-version", unique: "dataset_versions.id" };
  const found = await readPage(query, page, order, (row, field) => [
    field === "version" ? row.version : row.created_at.toISOString(),
    row.id,
  ]);
  if (found.items.length === 0) await refuseUnknown(database, ref);
  return { ...found, items: found.items.map(toVersion) };
}

async function refuseUnknown(database: Queryable, { workspaceId, dataset }: DatasetRef): Promise<void> {
  const found = await database
    .selectFrom("datasets")
    .select("id")
    .where("workspace_id", "=", workspaceId)
    .where("name", "=", dataset)
    .executeTakeFirst();
  if (found === undefined) throw noDataset(dataset);
}

export interface VersionChanges {
  readonly description?: string | undefined;
  readonly tags?: TagChanges | undefined;
}

/** @throws SLW_DATASET_UNKNOWN, SLW_DATASET_VERSION */
export function updateVersion(
  database: Queryable,
  { changes, ...ref }: VersionRef & { readonly changes: VersionChanges },
  actor: Actor,
): Promise<DatasetVersionDetails> {
  return transaction(database, async (trx) => {
    await lockDataset(trx, ref);
    const { id, version, tags: before } = await getVersion(trx, ref);
    const { description, tags } = changes;
    await trx
      .updateTable("dataset_versions")
      .set({
        updated_at: sql`now()`,
        ...(description !== undefined && { description }),
        ...(tags !== undefined && { tags: JSON.stringify(changedTags(before, tags)) }),
      })
      .where("id", "=", id)
      .execute();
    const { workspaceId, dataset } = ref;
    const change = { workspaceId, subject: `dataset/${dataset}/${version}`, data: { changes }, actor };
    await recordChange(trx, { ...change, type: "dataset.version.updated", action: "updateDatasetVersion" });
    return getVersionDetails(trx, { ...ref, version });
  });
}
