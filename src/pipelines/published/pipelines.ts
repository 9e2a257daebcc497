/** Published pipelines: found, listed, changed. */
import { sql, type Transaction } from "kysely";
import { SlipwayError } from "../../base/index.ts";
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
import { findPipeline, findPipelineVersion, selectPipelines, selectVersions, toVersion } from "./rows.ts";
import type { Pipeline, PipelineRef, PipelineStatus, PipelineVersion } from "./types.ts";

export interface PipelineFilter {
  readonly workspaceId: string;
  /** Part of the name, whatever the case. */
  readonly name?: string | undefined;
  /** Also archived ones. */
  readonly archived?: boolean | undefined;
}

/** Sorted by name, created or updated; by name by default. */
export async function listPipelines(
  database: Queryable,
  { workspaceId, name, archived = false }: PipelineFilter,
  page: PageRequest,
): Promise<Page<Pipeline>> {
  let query = selectPipelines(database, workspaceId);
  if (name !== undefined) query = query.where("pipelines.name", "ilike", `%${name.replaceAll(/[\\%_]/g, "\\$&")}%`);
  if (!archived) query = query.where("pipelines.archived_at", "is", null);
  const sortable = { name: "pipelines.name", created: "pipelines.created_at", updated: "pipelines.updated_at" };
  const order = { sortable, byDefault: "name", unique: "pipelines.id" };
  return readPage<Pipeline>(query, page, order, (row, field) => {
    const value = { name: row.name, created: row.createdAt.toISOString(), updated: row.updatedAt.toISOString() };
    return [value[field as keyof typeof value], row.id];
  });
}

/** The newest first. @throws SLW_PIPELINE_UNKNOWN */
export async function listPipelineVersions(
  database: Queryable,
  { workspaceId, pipeline }: PipelineRef,
  page: PageRequest,
): Promise<Page<PipelineVersion>> {
  const { id } = await findPipeline(database, { workspaceId, pipeline });
  const query = selectVersions(database, workspaceId).where("pipelines.id", "=", id);
  const order = {
    sortable: { version: "pipeline_versions.version" },
    byDefault: "-version",
    unique: "pipeline_versions.id",
  };
  const found = await readPage(query, page, order, (row) => [row.version, row.id]);
  return { ...found, items: found.items.map(toVersion) };
}

/** Versions of all pipelines, the newest first, without those of archived ones. */
export async function listPublished(
  database: Queryable,
  {
    workspaceId,
    activeOnly,
    limit,
  }: { readonly workspaceId: string; readonly activeOnly: boolean; readonly limit: number },
): Promise<PipelineVersion[]> {
  let query = selectVersions(database, workspaceId).where("pipelines.archived_at", "is", null);
  if (activeOnly) query = query.where("pipeline_versions.status", "=", "ACTIVE");
  const rows = await query.orderBy("pipeline_versions.created_at", "desc").limit(limit).execute();
  return rows.map(toVersion);
}

interface By {
  readonly actor: Actor;
}

/** @param reference as findPipelineVersion takes it @throws SLW_PIPELINE_UNKNOWN, SLW_PIPELINE_VERSION */
export async function setPipelineStatus(
  database: Queryable,
  input: By & { readonly workspaceId: string; readonly reference: string; readonly status: PipelineStatus },
): Promise<PipelineVersion> {
  const { workspaceId, reference, status, actor } = input;
  return transaction(database, async (trx) => {
    const found = await findPipelineVersion(trx, workspaceId, reference);
    const { numUpdatedRows } = await trx
      .updateTable("pipeline_versions")
      .set({ status })
      .where("id", "=", found.id)
      .where("status", "!=", status)
      .executeTakeFirstOrThrow();
    if (numUpdatedRows > 0n) {
      const { id, name, version } = found;
      await record(trx, { workspaceId, pipeline: name, actor }, "setPipelineStatus", { id, version, status });
    }
    return { ...found, status };
  });
}

/** @throws SLW_PIPELINE_UNKNOWN, SLW_PIPELINE_VERSION */
export async function setDefaultVersion(
  database: Queryable,
  { version, ...ref }: PipelineRef & By & { readonly version: number },
): Promise<Pipeline> {
  return updatePipeline(database, { ...ref, defaultVersion: version });
}

export interface PipelineChanges extends PipelineRef, By {
  readonly description?: string | undefined;
  readonly defaultVersion?: number | undefined;
  /** Archived ones are not listed and not submitted; a new version takes a pipeline out of the archive. */
  readonly archived?: boolean | undefined;
}

/** @throws SLW_PIPELINE_UNKNOWN, SLW_PIPELINE_VERSION, SLW_PIPELINE_STATE where a schedule that is not paused starts what is to be archived */
export async function updatePipeline(database: Queryable, input: PipelineChanges): Promise<Pipeline> {
  const { workspaceId, pipeline, description, defaultVersion, archived } = input;
  return transaction(database, async (trx) => {
    const { id } = await findPipeline(trx, input);
    await trx.selectFrom("pipelines").select("id").where("id", "=", id).forUpdate().execute();
    const before = await findPipeline(trx, input);
    if (defaultVersion !== undefined) {
      await findPipelineVersion(trx, workspaceId, `${pipeline}@${defaultVersion}`);
    }
    if (archived === true && before.archivedAt === null) await refuseScheduled(trx, before);
    const changes = {
      ...(description !== undefined && description !== before.description && { description }),
      ...(defaultVersion !== undefined &&
        defaultVersion !== before.defaultVersion && { default_version: defaultVersion }),
      ...(archived !== undefined &&
        archived !== (before.archivedAt !== null) && { archived_at: archived ? sql<Date>`now()` : null }),
    };
    if (Object.keys(changes).length === 0) return before;
    await trx
      .updateTable("pipelines")
      .set({ ...changes, updated_at: sql`now()` })
      .where("id", "=", id)
      .execute();
    const after = await findPipeline(trx, input);
    await record(trx, input, "updatePipeline", {
      description: after.description,
      defaultVersion: after.defaultVersion,
      archived: after.archivedAt !== null,
    });
    return after;
  });
}

async function refuseScheduled(trx: Transaction<Tables>, { id, name }: Pipeline): Promise<void> {
  const schedule = await trx
    .selectFrom("schedules")
    .select("name")
    .where("pipeline_id", "=", id)
    .where("paused_at", "is", null)
    .executeTakeFirst();
  if (schedule === undefined) return;
  throw new SlipwayError("SLW_PIPELINE_STATE", `The schedule "${schedule.name}" starts the pipeline "${name}".`, {
    fix: "Pause or delete the schedule first.",
    details: { pipeline: name, schedule: schedule.name },
  });
}

function record(
  trx: Queryable,
  { workspaceId, pipeline, actor }: PipelineRef & By,
  action: string,
  data: Readonly<Record<string, unknown>>,
): Promise<void> {
  const subject = `pipeline/${pipeline}`;
  return recordChange(trx, {
    workspaceId,
    type: "pipeline.updated",
    subject,
    data: { name: pipeline, ...data },
    actor,
    action,
  });
}
