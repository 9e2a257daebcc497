/** A definition becomes a version that can be submitted by name. */
import { createHash } from "node:crypto";
import { sql, type Transaction } from "kysely";
import { newId, SlipwayError } from "../../base/index.ts";
import { recordChange, transaction, type Actor, type Queryable, type Tables } from "../../store/index.ts";
import type { StoredDefinition } from "../../definition/index.ts";
import { canonicalJson } from "./canonical-json.ts";
import { assertStored, checkCode, checkNesting, keepCode } from "./check-definition.ts";
import { findPipelineVersion } from "./rows.ts";
import type { PipelineStatus, PipelineVersion } from "./types.ts";

export interface NewPipelineVersion {
  readonly workspaceId: string;
  /** Of the version: newId(), or the idempotentId of a request. */
  readonly id: string;
  readonly definition: StoredDefinition;
  readonly description?: string | undefined;
  /** Does the pipeline's fixed address submit it from now on? Default true. */
  readonly makeDefault?: boolean | undefined;
  /** Default ACTIVE. */
  readonly status?: PipelineStatus | undefined;
  readonly actor: Actor;
}

/**
 * The same definition as the newest version is that version.
 * @throws SLW_PIPELINE_INVALID, SLW_PIPELINE_UNKNOWN and SLW_PIPELINE_VERSION for a step that is no published pipeline
 */
export async function publishPipeline(
  database: Queryable,
  input: NewPipelineVersion,
): Promise<PipelineVersion & { readonly created: boolean }> {
  const { workspaceId, definition } = input;
  assertStored(definition);
  return transaction(database, async (trx) => {
    await checkCode(trx, definition);
    await checkNesting(trx, workspaceId, definition);
    const there = await trx.selectFrom("pipeline_versions").select("id").where("id", "=", input.id).executeTakeFirst();
    if (there !== undefined) return { ...(await findPipelineVersion(trx, workspaceId, input.id)), created: false };
    const pipeline = await ensurePipeline(trx, input);
    const newest = await trx
      .selectFrom("pipeline_versions")
      .select(["id", "version", "sha256"])
      .where("pipeline_id", "=", pipeline.id)
      .orderBy("version", "desc")
      .executeTakeFirst();
    const sha256 = sha256Of(definition);
    const same = newest?.sha256 === sha256 ? newest : undefined;
    const version = same?.version ?? (newest?.version ?? 0) + 1;
    if (same === undefined) await insertVersion(trx, input, { pipelineId: pipeline.id, version, sha256 });
    await settlePipeline(trx, input, pipeline, version);
    if (same !== undefined) return { ...(await findPipelineVersion(trx, workspaceId, same.id)), created: false };
    await recordChange(trx, {
      workspaceId,
      type: "pipeline.published",
      subject: `pipeline/${definition.name}`,
      data: { id: input.id, name: definition.name, version, status: input.status ?? "ACTIVE" },
      actor: input.actor,
      action: "publishPipeline",
    });
    return { ...(await findPipelineVersion(trx, workspaceId, input.id)), created: true };
  });
}

/** Of the definition, without what its author's text looked like. */
function sha256Of({ source, ...definition }: StoredDefinition): string {
  const { text: _, path: __, ...from } = source ?? {};
  return createHash("sha256")
    .update(canonicalJson({ ...definition, source: from }))
    .digest("hex");
}

interface PipelineRow {
  readonly id: string;
  readonly default_version: number;
  readonly archived_at: Date | null;
}

/** The row, locked: whoever publishes another version of it waits. */
async function ensurePipeline(trx: Transaction<Tables>, input: NewPipelineVersion): Promise<PipelineRow> {
  const { workspaceId, definition, actor } = input;
  await trx
    .insertInto("pipelines")
    .values({
      id: newId(),
      workspace_id: workspaceId,
      name: definition.name,
      description: definition.description ?? "",
      default_version: 1,
      user_name: actor.userName,
      archived_at: null,
    })
    .onConflict((conflict) => conflict.columns(["workspace_id", "name"]).doNothing())
    .execute();
  return trx
    .selectFrom("pipelines")
    .select(["id", "default_version", "archived_at"])
    .where("workspace_id", "=", workspaceId)
    .where("name", "=", definition.name)
    .forUpdate()
    .executeTakeFirstOrThrow();
}

async function insertVersion(
  trx: Transaction<Tables>,
  { workspaceId, id, definition, description, status, actor }: NewPipelineVersion,
  { pipelineId, version, sha256 }: { readonly pipelineId: string; readonly version: number; readonly sha256: string },
): Promise<void> {
  await trx
    .insertInto("pipeline_versions")
    .values({
      id,
      workspace_id: workspaceId,
      pipeline_id: pipelineId,
      version,
      status: status ?? "ACTIVE",
      definition: JSON.stringify(definition),
      sha256,
      description: description ?? "",
      user_name: actor.userName,
    })
    .execute();
  await keepCode(trx, definition, { pipeline_version_id: id, run_id: null });
}

/** Default version, and no longer archived. */
async function settlePipeline(
  trx: Transaction<Tables>,
  { makeDefault = true }: NewPipelineVersion,
  pipeline: PipelineRow,
  version: number,
): Promise<void> {
  const changes = {
    ...(makeDefault && pipeline.default_version !== version && { default_version: version }),
    ...(pipeline.archived_at !== null && { archived_at: null }),
  };
  if (Object.keys(changes).length === 0) return;
  await trx
    .updateTable("pipelines")
    .set({ ...changes, updated_at: sql`now()` })
    .where("id", "=", pipeline.id)
    .execute();
}

/** @throws SLW_PIPELINE_DISABLED */
export function assertSubmittable({ name, version, status, archived }: PipelineVersion): void {
  if (status === "ACTIVE" && !archived) return;
  const [state, fix] = archived
    ? ["archived", { fix: `Take it out of the archive with: slipway pipelines archive ${name} --undo` }]
    : ["disabled", {}];
  throw new SlipwayError("SLW_PIPELINE_DISABLED", `The pipeline ${name}@${version} is ${state}.`, {
    ...fix,
    details: { pipeline: name, version },
  });
}
