/**
 * A new version of a dataset, in this order, so that there is never half of one:
 * 1. the bytes are in the artifact store,
 * 2. a process of its own reads them strictly from the first row to the last; what cannot be read is refused,
 * 3. one transaction takes the next number under the lock of the dataset's row and writes the version.
 */
import { hash } from "node:crypto";
import { sql } from "kysely";
import { SlipwayError } from "../../base/index.ts";
import { recordChange, transaction, type Actor, type Queryable, type StoredArtifact } from "../../store/index.ts";
import { insertDataset } from "./datasets.ts";
import { withLocalFile } from "./local-file.ts";
import { archived, lockDataset, noDataset, type DatasetRef } from "./rows.ts";
import type { DatasetServices } from "./services.ts";
import type { DatasetVersionDetails, Inspection, Tags, VersionOptions, VersionSource } from "./types.ts";
import { getVersionDetails } from "./versions.ts";

export interface NewVersion extends DatasetRef {
  /** Of the request: a repeated one finds the version that is there. */
  readonly id: string;
  /** Make the dataset too where it is not there; otherwise SLW_DATASET_UNKNOWN. */
  readonly createDataset?: boolean | undefined;
  readonly options: VersionOptions;
  /** In the artifact store already. */
  readonly file: StoredArtifact;
  readonly fileName: string;
  readonly source: VersionSource;
  /** Ids of the versions that it was derived from. */
  readonly inputs?: readonly string[];
  readonly runId?: string | null | undefined;
  readonly description?: string | undefined;
  readonly tags?: Tags | undefined;
}

export interface CreatedVersion {
  readonly version: DatasetVersionDetails;
  /** False where the dataset has these bytes, read in this way, already. */
  readonly created: boolean;
}

/** @throws SLW_DATASET_UNKNOWN, SLW_DATASET_ARCHIVED, and SLW_DATA_* for a file that cannot be read */
export async function createVersion(
  services: Pick<DatasetServices, "database" | "artifacts" | "processes">,
  input: NewVersion,
  actor: Actor,
  signal?: AbortSignal,
): Promise<CreatedVersion> {
  const { database } = services;
  await refuseEarly(database, input);
  const optionsHash = hashOptions(input.options);
  const known = await findContent(database, input, optionsHash);
  if (known !== null)
    return { version: await getVersionDetails(database, { ...input, version: known }), created: false };
  const inspection = await withLocalFile(services, input.file.sha256, (path) =>
    services.processes.run("inspect", { file: { path, name: input.fileName, options: input.options } }, signal),
  );
  const { version, created } = await transaction(database, (trx) =>
    insertVersion(trx, { ...input, optionsHash, inspection }, actor),
  );
  return { version: await getVersionDetails(database, { ...input, version }), created };
}

/** What the transaction would refuse is refused before the file is read. */
async function refuseEarly(database: Queryable, { workspaceId, dataset, createDataset }: NewVersion): Promise<void> {
  const row = await database
    .selectFrom("datasets")
    .select("archived_at")
    .where("workspace_id", "=", workspaceId)
    .where("name", "=", dataset)
    .executeTakeFirst();
  if (row === undefined && !createDataset) throw noDataset(dataset);
  if (row?.archived_at) throw archived(dataset);
}

/** Of the options' canonical JSON: the order of their keys makes no difference. */
function hashOptions(options: VersionOptions): string {
  const sorted = (value: object): object =>
    Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  const { types, timestamps, ...rest } = options;
  const inner = { ...(types && { types: sorted(types) }), ...(timestamps && { timestamps: sorted(timestamps) }) };
  return hash("sha256", JSON.stringify(sorted({ ...rest, ...inner })));
}

/** @returns the number of the version with these bytes, read in this way, or of the one that this request has made */
async function findContent(
  database: Queryable,
  { id, workspaceId, dataset, file }: NewVersion,
  optionsHash: string,
): Promise<number | null> {
  const row = await database
    .selectFrom("dataset_versions")
    .innerJoin("datasets", "datasets.id", "dataset_versions.dataset_id")
    .select("dataset_versions.version")
    .where("datasets.workspace_id", "=", workspaceId)
    .where("datasets.name", "=", dataset)
    .where((where) => {
      const same = { "dataset_versions.sha256": file.sha256, "dataset_versions.options_hash": optionsHash };
      return where.or([where("dataset_versions.id", "=", id), where.and(same)]);
    })
    .executeTakeFirst();
  return row?.version ?? null;
}

type InspectedVersion = NewVersion & { readonly optionsHash: string; readonly inspection: Inspection };

async function insertVersion(
  trx: Queryable,
  input: InspectedVersion,
  actor: Actor,
): Promise<{ version: number; created: boolean }> {
  const { workspaceId, dataset, description, tags } = input;
  if (input.createDataset) await insertDataset(trx, { workspaceId, name: dataset, description, tags }, actor);
  const locked = await lockDataset(trx, input);
  if (locked.archivedAt !== null) throw archived(dataset);
  // Another request may have stored the same while the file was read.
  const known = await findContent(trx, input, input.optionsHash);
  if (known !== null) return { version: known, created: false };
  const version = locked.lastVersion + 1;
  await trx
    .insertInto("dataset_versions")
    .values(valuesOf(input, locked.id, version, actor))
    .execute();
  await trx
    .updateTable("datasets")
    .set({ last_version: version, updated_at: sql`now()` })
    .where("id", "=", locked.id)
    .execute();
  const inputs = (input.inputs ?? []).map((id) => ({ version_id: input.id, input_id: id }));
  if (inputs.length > 0) await trx.insertInto("dataset_version_inputs").values(inputs).execute();
  const { sha256, size } = input.file;
  const { rows, schema } = input.inspection;
  await recordChange(trx, {
    workspaceId,
    type: "dataset.version.created",
    subject: `dataset/${dataset}/${version}`,
    action: "createDatasetVersion",
    data: { dataset, version, sha256, size, rows, columns: schema.length },
    actor,
  });
  return { version, created: true };
}

function valuesOf(input: InspectedVersion, datasetId: string, version: number, actor: Actor) {
  const { inspection, file } = input;
  const { reported } = inspection;
  checkRows(inspection);
  return {
    id: input.id,
    workspace_id: input.workspaceId,
    dataset_id: datasetId,
    version,
    description: input.description ?? "",
    tags: JSON.stringify(input.tags ?? {}),
    sha256: file.sha256,
    size: file.size,
    file_name: input.fileName,
    options: JSON.stringify(input.options),
    options_hash: input.optionsHash,
    dialect: JSON.stringify(inspection.dialect),
    columns: JSON.stringify(inspection.schema),
    rows: inspection.rows,
    reported: JSON.stringify(reported.rows),
    reported_count: reported.count,
    warnings: JSON.stringify(inspection.warnings),
    profile: JSON.stringify(inspection.profile),
    head: JSON.stringify(inspection.head),
    source: JSON.stringify(input.source),
    run_id: input.runId ?? null,
    created_by: actor.userName,
  };
}

/** Every row that was read is in the table: what the profile counted is what is stored. */
function checkRows({ rows, profile }: Inspection): void {
  if (rows === profile.rows) return;
  throw new SlipwayError("SLW_INTERNAL", `The table has ${rows} rows, but its profile counts ${profile.rows}.`);
}
