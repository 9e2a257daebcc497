/** From rows to pipelines and versions, and the refusals of those that are not there. */
import { SlipwayError, nearest } from "../../base/index.ts";
import type { Queryable } from "../../store/index.ts";
import type { StoredDefinition } from "../../definition/index.ts";
import type { Pipeline, PipelineRef, PipelineVersion } from "./types.ts";

export function selectPipelines(database: Queryable, workspaceId: string) {
  return database
    .selectFrom("pipelines")
    .innerJoin("pipeline_versions", (join) =>
      join
        .onRef("pipeline_versions.pipeline_id", "=", "pipelines.id")
        .onRef("pipeline_versions.version", "=", "pipelines.default_version"),
    )
    .where("pipelines.workspace_id", "=", workspaceId)
    .select([
      "pipelines.id",
      "pipelines.name",
      "pipelines.description",
      "pipelines.default_version as defaultVersion",
      "pipeline_versions.status",
      "pipelines.archived_at as archivedAt",
      "pipelines.user_name as createdBy",
      "pipelines.created_at as createdAt",
      "pipelines.updated_at as updatedAt",
    ])
    .select((select) =>
      select
        .selectFrom("pipeline_versions as newest")
        .whereRef("newest.pipeline_id", "=", "pipelines.id")
        .select((newest) => newest.fn.max("newest.version").as("latest"))
        .$asScalar()
        .$notNull()
        .as("latestVersion"),
    );
}

export function selectVersions(database: Queryable, workspaceId: string) {
  return database
    .selectFrom("pipeline_versions")
    .innerJoin("pipelines", "pipelines.id", "pipeline_versions.pipeline_id")
    .where("pipeline_versions.workspace_id", "=", workspaceId)
    .select([
      "pipeline_versions.id",
      "pipelines.id as pipeline_id",
      "pipelines.name",
      "pipelines.default_version",
      "pipelines.archived_at",
      "pipeline_versions.version",
      "pipeline_versions.status",
      "pipeline_versions.description",
      "pipeline_versions.definition",
      "pipeline_versions.user_name",
      "pipeline_versions.created_at",
    ]);
}

type VersionRow = Awaited<ReturnType<ReturnType<typeof selectVersions>["executeTakeFirstOrThrow"]>>;

export function toVersion(row: VersionRow): PipelineVersion {
  return {
    id: row.id,
    pipelineId: row.pipeline_id,
    name: row.name,
    version: row.version,
    status: row.status,
    isDefault: row.version === row.default_version,
    archived: row.archived_at !== null,
    description: row.description,
    definition: row.definition as unknown as StoredDefinition,
    createdBy: row.user_name,
    createdAt: row.created_at,
  };
}

/** @throws SLW_PIPELINE_UNKNOWN */
export async function findPipeline(database: Queryable, { workspaceId, pipeline }: PipelineRef): Promise<Pipeline> {
  const row = await selectPipelines(database, workspaceId).where("pipelines.name", "=", pipeline).executeTakeFirst();
  if (row !== undefined) return row;
  throw await unknownPipeline(database, { workspaceId, pipeline });
}

export async function unknownPipeline(
  database: Queryable,
  { workspaceId, pipeline }: PipelineRef,
): Promise<SlipwayError> {
  const rows = await database
    .selectFrom("pipelines")
    .select("name")
    .where("workspace_id", "=", workspaceId)
    .where("archived_at", "is", null)
    .limit(1_000)
    .execute();
  const near = nearest(
    pipeline,
    rows.map(({ name }) => name),
  );
  return new SlipwayError("SLW_PIPELINE_UNKNOWN", `There is no pipeline "${pipeline}".`, {
    ...(near !== null && { fix: `Did you mean "${near}"? See all with: slipway pipelines list` }),
    details: { pipeline },
  });
}

/**
 * @param reference "retrain" (its default version), "retrain@3", or the id of a version
 * @throws SLW_PIPELINE_UNKNOWN, SLW_PIPELINE_VERSION
 */
export async function findPipelineVersion(
  database: Queryable,
  workspaceId: string,
  reference: string,
): Promise<PipelineVersion> {
  const [, name = reference, number] = /^(.*)@(\d{1,9})$/.exec(reference) ?? [];
  const query = selectVersions(database, workspaceId);
  const byName = query.where("pipelines.name", "=", name);
  const row =
    number === undefined
      ? await byName.whereRef("pipeline_versions.version", "=", "pipelines.default_version").executeTakeFirst()
      : await byName.where("pipeline_versions.version", "=", Number(number)).executeTakeFirst();
  if (row !== undefined) return toVersion(row);
  if (number === undefined) {
    const byId = await query.where("pipeline_versions.id", "=", reference.replaceAll("-", "")).executeTakeFirst();
    if (byId !== undefined) return toVersion(byId);
  }
  const { latestVersion } = await findPipeline(database, { workspaceId, pipeline: name });
  throw new SlipwayError(
    "SLW_PIPELINE_VERSION",
    `The pipeline "${name}" has no version ${number}; its newest is ${latestVersion}.`,
    { details: { pipeline: name, version: Number(number) } },
  );
}

/** By the id of the pipeline, with or without dashes. @throws SLW_PIPELINE_UNKNOWN */
export async function findPipelineById(database: Queryable, workspaceId: string, id: string): Promise<Pipeline> {
  const row = await selectPipelines(database, workspaceId)
    .where("pipelines.id", "=", id.replaceAll("-", ""))
    .executeTakeFirst();
  if (row !== undefined) return row;
  throw new SlipwayError("SLW_PIPELINE_UNKNOWN", `There is no pipeline with the id ${id}.`, { details: { id } });
}
