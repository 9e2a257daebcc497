/** Reading model versions, and what people change about them. */
import { sql } from "kysely";
import { SlipwayError } from "../base/index.ts";
import { readPage, transaction, type Database, type Page, type PageRequest, type Queryable } from "../store/index.ts";
import { lockVersion, mergedTags, noModel, noVersion, selectVersions, touchModel, toVersion } from "./rows.ts";
import { refuseUsed } from "./refuse-used.ts";
import { search, versionSearch } from "./search/index.ts";
import { finiteMetrics } from "./finite-metrics.ts";
import { recordVersionChange } from "./version-events.ts";
import type {
  By,
  ModelContents,
  ModelFile,
  ModelKind,
  ModelRef,
  ModelStage,
  ModelVersion,
  ModelVersionDetails,
  SearchPage,
  SearchRequest,
  VersionChanges,
  VersionRef,
  VersionStatus,
} from "./types.ts";

/** @throws SLW_REGISTRY_MODEL, SLW_REGISTRY_VERSION */
export async function findVersion(database: Queryable, ref: VersionRef): Promise<ModelVersionDetails> {
  const row = await selectVersions(database, ref.workspaceId)
    .select("model_versions.contents")
    .where("registered_models.name", "=", ref.model)
    .where("model_versions.version", "=", ref.version)
    .executeTakeFirst();
  if (row !== undefined) return { ...toVersion(row), contents: row.contents as ModelContents };
  await requireModel(database, ref);
  throw noVersion(ref);
}

/** By its id, which is the request's that made it; null where there is none. */
export async function findVersionById(
  database: Queryable,
  { workspaceId, id }: { readonly workspaceId: string; readonly id: string },
): Promise<ModelVersion | null> {
  const row = await selectVersions(database, workspaceId).where("model_versions.id", "=", id).executeTakeFirst();
  return row === undefined ? null : toVersion(row);
}

/** In the order of their paths. @throws SLW_REGISTRY_MODEL, SLW_REGISTRY_VERSION */
export async function listVersionFiles(database: Queryable, ref: VersionRef): Promise<ModelFile[]> {
  const { id } = await findVersion(database, ref);
  return database
    .selectFrom("model_version_files")
    .select(["path", "sha256", "size"])
    .where("version_id", "=", id)
    .orderBy("path")
    .execute();
}

export interface VersionFilter {
  /** Absent: of all models. */
  readonly model?: string | undefined;
  readonly stage?: ModelStage | undefined;
  readonly status?: VersionStatus | undefined;
  readonly kind?: ModelKind | undefined;
  readonly runId?: string | undefined;
  /** Versions that were trained on this dataset. */
  readonly dataset?: string | undefined;
}

/** Sorted by version, created or updated; by default the newest come first. @throws SLW_REGISTRY_MODEL */
export async function listVersions(
  database: Queryable,
  {
    workspaceId,
    filter,
    page,
  }: { readonly workspaceId: string; readonly filter: VersionFilter; readonly page: PageRequest },
): Promise<Page<ModelVersion>> {
  const { model, stage, status, kind, runId, dataset } = filter;
  let query = selectVersions(database, workspaceId);
  if (model !== undefined) {
    query = query.where("model_versions.model_id", "=", await requireModel(database, { workspaceId, model }));
  }
  if (stage !== undefined) query = query.where("model_versions.stage", "=", stage);
  if (status !== undefined) query = query.where("model_versions.status", "=", status);
  if (kind !== undefined) query = query.where("model_versions.kind", "=", kind);
  if (runId !== undefined) query = query.where("model_versions.run_id", "=", runId);
  if (dataset !== undefined) query = query.where("model_versions.dataset_name", "=", dataset);
  const sortable = {
    version: "model_versions.version",
    created: "model_versions.created_at",
    updated: "model_versions.updated_at",
  };
  const order = { sortable, byDefault: "-created", unique: "model_versions.id" };
  const found = await readPage(query, page, order, (row, field) => [
    field === "version" ? row.version : (field === "created" ? row.created_at : row.updated_at).toISOString(),
    row.id,
  ]);
  return { ...found, items: found.items.map(toVersion) };
}

/**
 * By MLflow's grammar: name, version_number, run_id, source_path and tags; order by name, version_number,
 * creation_timestamp, last_updated_timestamp.
 * @throws SLW_TRACKING_FILTER
 */
export async function searchVersions(database: Database, request: SearchRequest): Promise<SearchPage<ModelVersion>> {
  const { items, ...rest } = await search(selectVersions(database, request.workspaceId), request, versionSearch);
  return { items: items.map(toVersion), ...rest };
}

/** Of each stage (of those named; by default of all) the greatest version that is there. @throws SLW_REGISTRY_MODEL */
export async function latestVersions(
  database: Queryable,
  { stages, ...ref }: ModelRef & { readonly stages?: readonly ModelStage[] | undefined },
): Promise<ModelVersion[]> {
  const modelId = await requireModel(database, ref);
  let query = selectVersions(database, ref.workspaceId)
    .where("model_versions.model_id", "=", modelId)
    .distinctOn("model_versions.stage")
    .orderBy("model_versions.stage")
    .orderBy("model_versions.version", "desc");
  if (stages !== undefined && stages.length > 0) query = query.where("model_versions.stage", "in", [...stages]);
  const rows = await query.execute();
  return rows.map(toVersion).toSorted((a, b) => a.version - b.version);
}

/** The same of all stages, of many models at once: by model, without those that have no version. */
export async function latestVersionsByModel(
  database: Queryable,
  { workspaceId, models }: { readonly workspaceId: string; readonly models: readonly string[] },
): Promise<ReadonlyMap<string, readonly ModelVersion[]>> {
  if (models.length === 0) return new Map();
  const rows = await selectVersions(database, workspaceId)
    .where("registered_models.name", "in", [...models])
    .distinctOn(["model_versions.model_id", "model_versions.stage"])
    .orderBy("model_versions.model_id")
    .orderBy("model_versions.stage")
    .orderBy("model_versions.version", "desc")
    .execute();
  const versions = rows.map(toVersion).toSorted((a, b) => a.version - b.version);
  return Map.groupBy(versions, ({ model }) => model);
}

/** @throws SLW_REGISTRY_MODEL, SLW_REGISTRY_VERSION */
export function updateVersion(
  database: Queryable,
  { changes, actor, ...ref }: VersionRef & By & { readonly changes: VersionChanges },
): Promise<ModelVersionDetails> {
  return transaction(database, async (trx) => {
    const { id } = await lockVersion(trx, ref);
    const { description, tags, status, statusMessage, metrics } = changes;
    await trx
      .updateTable("model_versions")
      .set({
        updated_at: sql`now()`,
        ...(description !== undefined && { description }),
        ...(tags !== undefined && { tags: mergedTags(tags) }),
        ...(status !== undefined && { status }),
        ...(statusMessage !== undefined && { status_message: statusMessage }),
        ...(metrics !== undefined && {
          metrics: sql<string>`metrics || ${JSON.stringify(finiteMetrics(metrics))}::jsonb`,
        }),
      })
      .where("id", "=", id)
      .execute();
    await recordVersionChange(trx, { ...ref, actor }, "updated", "updateModelVersion", { changes });
    return findVersion(trx, ref);
  });
}

/**
 * @param archiveExisting moves the versions that are in the stage now to Archived
 * @throws SLW_REGISTRY_MODEL, SLW_REGISTRY_VERSION, SLW_REGISTRY_STAGE
 */
export function transitionStage(
  database: Queryable,
  {
    stage,
    archiveExisting = false,
    actor,
    ...ref
  }: VersionRef & By & { readonly stage: ModelStage; readonly archiveExisting?: boolean | undefined },
): Promise<ModelVersionDetails> {
  if (archiveExisting && stage !== "Staging" && stage !== "Production") {
    throw new SlipwayError("SLW_REGISTRY_STAGE", `Existing versions cannot be archived when one moves to ${stage}.`);
  }
  return transaction(database, async (trx) => {
    const { id, modelId } = await lockVersion(trx, ref);
    const archived = archiveExisting ? await archiveStage(trx, modelId, stage, id) : [];
    const set = { stage, updated_at: sql<Date>`now()` };
    await trx.updateTable("model_versions").set(set).where("id", "=", id).execute();
    await touchModel(trx, modelId);
    for (const version of archived) {
      const data = { stage: "Archived" };
      await recordVersionChange(trx, { ...ref, version, actor }, "updated", "transitionModelVersionStage", data);
    }
    await recordVersionChange(trx, { ...ref, actor }, "updated", "transitionModelVersionStage", { stage });
    return findVersion(trx, ref);
  });
}

async function archiveStage(trx: Queryable, modelId: string, stage: ModelStage, except: string): Promise<number[]> {
  const rows = await trx
    .updateTable("model_versions")
    .set({ stage: "Archived", updated_at: sql`now()` })
    .where("model_id", "=", modelId)
    .where("stage", "=", stage)
    .where("id", "!=", except)
    .returning("version")
    .execute();
  return rows.map(({ version }) => version);
}

/** Its number is not given again. @throws SLW_REGISTRY_MODEL, SLW_REGISTRY_VERSION, SLW_REGISTRY_IN_USE */
export function deleteVersion(database: Queryable, { actor, ...ref }: VersionRef & By): Promise<void> {
  return transaction(database, async (trx) => {
    const { id, modelId } = await lockVersion(trx, ref);
    await refuseUsed(trx, "model_versions.id", id);
    await trx.deleteFrom("model_versions").where("id", "=", id).execute();
    await touchModel(trx, modelId);
    await recordVersionChange(trx, { ...ref, actor }, "deleted", "deleteModelVersion", {});
  });
}

/** @returns its id. @throws SLW_REGISTRY_MODEL */
async function requireModel(database: Queryable, { workspaceId, model }: ModelRef): Promise<string> {
  const row = await database
    .selectFrom("registered_models")
    .select("id")
    .where("workspace_id", "=", workspaceId)
    .where("name", "=", model)
    .executeTakeFirst();
  if (row === undefined) throw noModel(model);
  return row.id;
}
