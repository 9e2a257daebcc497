/** From rows of the store to what this folder hands out. */
import { sql } from "kysely";
import { SlipwayError } from "../../base/index.ts";
import type { Queryable } from "../../store/index.ts";
import type { Dialect } from "../read-options.ts";
import type { Dataset, DatasetVersion, Tags, VersionSource } from "./types.ts";

/** Which dataset: every function looks in this workspace alone. */
export interface DatasetRef {
  readonly workspaceId: string;
  readonly dataset: string;
}

/** Which version, by number; "latest" is the newest. */
export interface VersionRef extends DatasetRef {
  readonly version: number | "latest";
}

type DatasetQuery = ReturnType<typeof selectDatasets>;
export type DatasetRow = Awaited<ReturnType<DatasetQuery["executeTakeFirstOrThrow"]>>;

/** Datasets, each with what lists show of its newest version. */
export function selectDatasets(database: Queryable, workspaceId: string) {
  return database
    .selectFrom("datasets")
    .leftJoin("dataset_versions as latest", (join) =>
      join.onRef("latest.dataset_id", "=", "datasets.id").onRef("latest.version", "=", "datasets.last_version"),
    )
    .select([
      "datasets.id",
      "datasets.name",
      "datasets.description",
      "datasets.tags",
      "datasets.created_by",
      "datasets.created_at",
      "datasets.updated_at",
      "datasets.archived_at",
      "latest.version as latest_version",
      "latest.rows as latest_rows",
      "latest.size as latest_size",
      "latest.created_at as latest_created_at",
      sql<number | null>`json_array_length(latest.columns)`.as("latest_columns"),
    ])
    .where("datasets.workspace_id", "=", workspaceId);
}

export function toDataset(row: DatasetRow): Dataset {
  const { latest_version: version, latest_created_at: createdAt } = row;
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    tags: row.tags,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    archivedAt: row.archived_at,
    latest:
      version === null || createdAt === null
        ? null
        : {
            version,
            rows: row.latest_rows ?? 0,
            columns: row.latest_columns ?? 0,
            size: row.latest_size ?? 0,
            createdAt,
          },
  };
}

type VersionQuery = ReturnType<typeof selectVersions>;
type VersionRow = Awaited<ReturnType<VersionQuery["executeTakeFirstOrThrow"]>>;

/** Versions without the long documents that reading them made. */
export function selectVersions(database: Queryable, workspaceId: string) {
  return database
    .selectFrom("dataset_versions")
    .innerJoin("datasets", "datasets.id", "dataset_versions.dataset_id")
    .select([
      "dataset_versions.id",
      "dataset_versions.dataset_id",
      "datasets.name as dataset",
      "dataset_versions.version",
      "dataset_versions.description",
      "dataset_versions.tags",
      "dataset_versions.sha256",
      "dataset_versions.size",
      "dataset_versions.file_name",
      "dataset_versions.dialect",
      "dataset_versions.rows",
      "dataset_versions.source",
      "dataset_versions.run_id",
      "dataset_versions.created_by",
      "dataset_versions.created_at",
      "dataset_versions.updated_at",
      sql<number>`json_array_length(dataset_versions.columns)`.as("columns"),
    ])
    .where("dataset_versions.workspace_id", "=", workspaceId);
}

export function toVersion(row: VersionRow): DatasetVersion {
  return {
    id: row.id,
    dataset: row.dataset,
    version: row.version,
    description: row.description,
    tags: row.tags,
    sha256: row.sha256,
    size: row.size,
    fileName: row.file_name,
    format: (row.dialect as Dialect).format,
    rows: row.rows,
    columns: row.columns,
    source: row.source as VersionSource,
    runId: row.run_id,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** Locks the dataset's row: what changes it, or adds a version, goes one after the other. @throws SLW_DATASET_UNKNOWN */
export async function lockDataset(
  trx: Queryable,
  { workspaceId, dataset }: DatasetRef,
): Promise<{ id: string; tags: Tags; lastVersion: number; archivedAt: Date | null }> {
  const row = await trx
    .selectFrom("datasets")
    .select(["id", "tags", "last_version as lastVersion", "archived_at as archivedAt"])
    .where("workspace_id", "=", workspaceId)
    .where("name", "=", dataset)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw noDataset(dataset);
  return row;
}

export function noDataset(dataset: string): SlipwayError {
  return new SlipwayError("SLW_DATASET_UNKNOWN", `There is no dataset "${dataset}".`, { details: { dataset } });
}

export function noVersion({ dataset, version }: { dataset: string; version: number | "latest" }): SlipwayError {
  const message =
    version === "latest"
      ? `The dataset "${dataset}" has no version yet.`
      : `The dataset "${dataset}" has no version ${version}.`;
  return new SlipwayError("SLW_DATASET_VERSION", message, { details: { dataset, version } });
}

export function archived(dataset: string): SlipwayError {
  return new SlipwayError("SLW_DATASET_ARCHIVED", `The dataset "${dataset}" is archived.`, { details: { dataset } });
}

/** Merged; null removes one. */
export function changedTags(tags: Tags, changes: Readonly<Record<string, string | null>>): Tags {
  return Object.fromEntries(
    Object.entries({ ...tags, ...changes }).filter((entry): entry is [string, string] => entry[1] !== null),
  );
}
