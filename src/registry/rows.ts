/** From rows of the tables to what the registry shows, and the queries that read them whole. */
import { sql, type Selectable } from "kysely";
import { jsonArrayFrom } from "kysely/helpers/postgres";
import { SlipwayError } from "../base/index.ts";
import type { Queryable, Tables } from "../store/index.ts";
import type { ModelAlias, ModelRef, ModelVersion, RegisteredModel, VersionRef } from "./types.ts";

/** All columns but the contents, which may be long. */
export const versionColumns = [
  "model_versions.id",
  "model_versions.model_id",
  "model_versions.workspace_id",
  "model_versions.version",
  "model_versions.description",
  "model_versions.tags",
  "model_versions.stage",
  "model_versions.status",
  "model_versions.status_message",
  "model_versions.kind",
  "model_versions.algorithm",
  "model_versions.task",
  "model_versions.target",
  "model_versions.primary_metric",
  "model_versions.metrics",
  "model_versions.params",
  "model_versions.primary_sha256",
  "model_versions.size",
  "model_versions.source_uri",
  "model_versions.run_id",
  "model_versions.artifact_path",
  "model_versions.logged_model_id",
  "model_versions.run_link",
  "model_versions.dataset_name",
  "model_versions.dataset_version",
  "model_versions.code_commit",
  "model_versions.registered_by",
  "model_versions.restriction",
  "model_versions.restriction_reason",
  "model_versions.restricted_by",
  "model_versions.restricted_at",
  "model_versions.created_at",
  "model_versions.updated_at",
] as const;

type VersionRow = Omit<Selectable<Tables["model_versions"]>, "contents"> & {
  readonly model: string;
  readonly aliases: readonly { readonly alias: string }[];
};

/** Versions of a workspace with the names of their models and their aliases. */
export function selectVersions(database: Queryable, workspaceId: string) {
  return database
    .selectFrom("model_versions")
    .innerJoin("registered_models", "registered_models.id", "model_versions.model_id")
    .where("model_versions.workspace_id", "=", workspaceId)
    .select(versionColumns)
    .select("registered_models.name as model")
    .select((select) =>
      jsonArrayFrom(
        select
          .selectFrom("model_aliases")
          .whereRef("model_aliases.version_id", "=", "model_versions.id")
          .select("model_aliases.alias")
          .orderBy("model_aliases.alias"),
      ).as("aliases"),
    );
}

export function toVersion(row: VersionRow): ModelVersion {
  return {
    id: row.id,
    model: row.model,
    version: row.version,
    description: row.description,
    tags: row.tags,
    stage: row.stage,
    status: row.status,
    statusMessage: row.status_message,
    kind: row.kind,
    algorithm: row.algorithm,
    task: row.task,
    target: row.target,
    primaryMetric: row.primary_metric,
    metrics: row.metrics,
    params: row.params,
    primarySha256: row.primary_sha256,
    size: row.size,
    source: {
      uri: row.source_uri,
      runId: row.run_id,
      artifactPath: row.artifact_path,
      loggedModelId: row.logged_model_id,
      runLink: row.run_link,
    },
    lineage: {
      dataset: row.dataset_name === null ? null : { name: row.dataset_name, version: row.dataset_version },
      runId: row.run_id,
      codeCommit: row.code_commit,
      registeredBy: row.registered_by,
    },
    aliases: row.aliases.map(({ alias }) => alias),
    restriction: toRestriction(row),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

function toRestriction(row: VersionRow): ModelVersion["restriction"] {
  const { restriction: state, restriction_reason: reason, restricted_by: by, restricted_at: at } = row;
  return state === null ? null : { state, reason: reason ?? "", by: by ?? "", at: at ?? new Date(0) };
}

type ModelRow = Selectable<Tables["registered_models"]> & {
  readonly aliases: readonly ModelAlias[];
  readonly latest_version: number | null;
};

export function selectModels(database: Queryable, workspaceId: string) {
  return database
    .selectFrom("registered_models")
    .where("registered_models.workspace_id", "=", workspaceId)
    .selectAll("registered_models")
    .select((select) => [
      jsonArrayFrom(
        select
          .selectFrom("model_aliases")
          .innerJoin("model_versions", "model_versions.id", "model_aliases.version_id")
          .whereRef("model_aliases.model_id", "=", "registered_models.id")
          .select(["model_aliases.alias", "model_versions.version"])
          .orderBy("model_aliases.alias"),
      ).as("aliases"),
      sql<number | null>`(SELECT max(version) FROM model_versions WHERE model_id = registered_models.id)`.as(
        "latest_version",
      ),
    ]);
}

export function toModel(row: ModelRow): RegisteredModel {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    tags: row.tags,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    archivedAt: row.archived_at,
    aliases: row.aliases,
    latestVersion: row.latest_version,
  };
}

/** The model's row, locked until the transaction ends: registrations and changes of one model come one after the other. */
export async function lockModel(
  transaction: Queryable,
  { workspaceId, model }: ModelRef,
): Promise<Selectable<Tables["registered_models"]>> {
  const row = await transaction
    .selectFrom("registered_models")
    .selectAll()
    .where("workspace_id", "=", workspaceId)
    .where("name", "=", model)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw noModel(model);
  return row;
}

/** The version's row and its model's, locked as in lockModel. */
export async function lockVersion(
  transaction: Queryable,
  ref: VersionRef,
): Promise<{ readonly id: string; readonly modelId: string }> {
  const model = await lockModel(transaction, ref);
  const row = await transaction
    .selectFrom("model_versions")
    .select("id")
    .where("model_id", "=", model.id)
    .where("version", "=", ref.version)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw noVersion(ref);
  return { id: row.id, modelId: model.id };
}

/** Marks the model as changed now. */
export async function touchModel(transaction: Queryable, modelId: string): Promise<void> {
  await transaction
    .updateTable("registered_models")
    .set({ updated_at: sql`now()` })
    .where("id", "=", modelId)
    .execute();
}

export function noModel(model: string): SlipwayError {
  return new SlipwayError("SLW_REGISTRY_MODEL", `There is no registered model "${model}".`, { details: { model } });
}

export function noVersion({ model, version }: Pick<VersionRef, "model" | "version">): SlipwayError {
  return new SlipwayError("SLW_REGISTRY_VERSION", `The model "${model}" has no version ${version}.`, {
    details: { model, version },
  });
}

/** Sets and removes keys of a jsonb column of tags: those that are null go. */
export function mergedTags(changes: Readonly<Record<string, string | null>>) {
  return sql<string>`jsonb_strip_nulls(tags || ${JSON.stringify(changes)}::jsonb)`;
}
