/** Experiments: the folders that runs are in. */
import { sql } from "kysely";
import { newId, SlipwayError } from "../base/index.ts";
import { recordChange, transaction, uniqueViolation, type Actor, type Queryable } from "../store/index.ts";
import { checkArtifactLocation, checkExperimentName, checkTags } from "./check.ts";
import { checkExperimentActive, findExperimentRow, toExperiment, type ExperimentRow } from "./rows.ts";
import type { Experiment, TagValues, ExperimentRef } from "./types.ts";

export interface NewExperiment {
  readonly workspaceId: string;
  /** newId(), or the idempotentId of a request: the same id again gives what is there. */
  readonly id?: string;
  readonly name: string;
  /** Default: "<artifactRoot>/<number>". */
  readonly artifactLocation?: string;
  /** Default: "mlflow-artifacts:", which are the files that this server keeps itself. */
  readonly artifactRoot?: string;
  readonly tags?: TagValues;
  readonly actor: Actor;
}

/** @throws SLW_TRACKING_EXPERIMENT_EXISTS, SLW_TRACKING_INPUT */
export async function createExperiment(database: Queryable, input: NewExperiment): Promise<Experiment> {
  const { workspaceId, id = newId(), name, artifactLocation, tags = {}, actor } = input;
  const root = input.artifactRoot ?? "mlflow-artifacts:";
  checkExperimentName(name);
  if (artifactLocation !== undefined) checkArtifactLocation(artifactLocation);
  checkTags(tags, "experiment");
  return transaction(database, async (trx) => {
    // Whoever makes another experiment of this workspace waits here, so that a name that is taken costs no number.
    const number = await takeNumber(trx, workspaceId);
    const there = await trx
      .selectFrom("experiments")
      .selectAll()
      .where("workspace_id", "=", workspaceId)
      .where((where) => where.or([where("id", "=", id), where("name", "=", name)]))
      .executeTakeFirst();
    if (there) {
      if (there.id !== id) throw nameTaken(name, there.deleted_at);
      await giveBackNumber(trx, workspaceId, number);
      return toExperiment(there);
    }
    const row = await trx
      .insertInto("experiments")
      .values({
        id,
        workspace_id: workspaceId,
        number,
        name,
        artifact_location: artifactLocation || `${root}/${number}`,
        tags: JSON.stringify(tags),
      })
      .returningAll()
      .executeTakeFirstOrThrow();
    await record(trx, row, actor, "created", "createExperiment");
    return toExperiment(row);
  });
}

/** Also a deleted one. @throws SLW_TRACKING_EXPERIMENT */
export async function getExperiment(database: Queryable, ref: ExperimentRef): Promise<Experiment> {
  return toExperiment(await findExperimentRow(database, ref));
}

/** Also a deleted one; null where there is none of this name. */
export async function findExperimentByName(
  database: Queryable,
  ref: { readonly workspaceId: string; readonly name: string },
): Promise<Experiment | null> {
  const row = await database
    .selectFrom("experiments")
    .selectAll()
    .where("workspace_id", "=", ref.workspaceId)
    .where("name", "=", ref.name)
    .executeTakeFirst();
  return row ? toExperiment(row) : null;
}

/** The active experiment of this name; made where there is none. @throws SLW_TRACKING_EXPERIMENT_DELETED */
export async function ensureExperiment(
  database: Queryable,
  input: { readonly workspaceId: string; readonly name: string; readonly actor: Actor },
): Promise<Experiment> {
  const found = await findExperimentByName(database, input);
  if (found === null) {
    try {
      return await createExperiment(database, input);
    } catch (error) {
      // Somebody else has made it in this moment.
      if (!(error instanceof SlipwayError) || error.code !== "SLW_TRACKING_EXPERIMENT_EXISTS") throw error;
      return ensureExperiment(database, input);
    }
  }
  checkExperimentActive({ number: found.number, deleted_at: found.lifecycle === "active" ? null : found.updatedAt });
  return found;
}

/** @throws SLW_TRACKING_EXPERIMENT, SLW_TRACKING_EXPERIMENT_EXISTS, SLW_TRACKING_EXPERIMENT_DELETED */
export async function renameExperiment(
  database: Queryable,
  input: ExperimentRef & { readonly name: string; readonly actor: Actor },
): Promise<Experiment> {
  const { name, actor } = input;
  checkExperimentName(name);
  try {
    return await change(database, input, actor, "renameExperiment", async (trx, row) => {
      checkExperimentActive(row);
      return updateExperiment(trx, row.id, { name });
    });
  } catch (error) {
    if (uniqueViolation(error) === "experiments_name") throw nameTaken(name, null);
    throw error;
  }
}

/** Marks it and its active runs as deleted. @throws SLW_TRACKING_EXPERIMENT */
export async function deleteExperiment(
  database: Queryable,
  input: ExperimentRef & { readonly actor: Actor },
): Promise<Experiment> {
  return change(database, input, input.actor, "deleteExperiment", async (trx, row) => {
    if (row.deleted_at !== null) return row;
    const deletedAt = new Date();
    await trx
      .updateTable("runs")
      .set({ deleted_at: deletedAt, deleted_with: row.id, updated_at: deletedAt })
      .where("experiment_id", "=", row.id)
      .where("deleted_at", "is", null)
      .execute();
    return updateExperiment(trx, row.id, { deleted_at: deletedAt });
  });
}

/** Brings it back with the runs that were deleted with it. @throws SLW_TRACKING_EXPERIMENT */
export async function restoreExperiment(
  database: Queryable,
  input: ExperimentRef & { readonly actor: Actor },
): Promise<Experiment> {
  return change(database, input, input.actor, "restoreExperiment", async (trx, row) => {
    if (row.deleted_at === null) return row;
    await trx
      .updateTable("runs")
      .set({ deleted_at: null, deleted_with: null, updated_at: new Date() })
      .where("experiment_id", "=", row.id)
      .where("deleted_with", "=", row.id)
      .execute();
    return updateExperiment(trx, row.id, { deleted_at: null });
  });
}

/** @throws SLW_TRACKING_EXPERIMENT, SLW_TRACKING_EXPERIMENT_DELETED, SLW_TRACKING_INPUT */
export async function setExperimentTags(
  database: Queryable,
  input: ExperimentRef & { readonly tags: TagValues; readonly actor: Actor },
): Promise<void> {
  checkTags(input.tags, "experiment");
  await change(database, input, input.actor, "setExperimentTags", (trx, row) => {
    checkExperimentActive(row);
    return updateExperiment(trx, row.id, { tags: JSON.stringify({ ...row.tags, ...input.tags }) });
  });
}

/** @throws SLW_TRACKING_EXPERIMENT, SLW_TRACKING_EXPERIMENT_DELETED, SLW_TRACKING_TAG */
export async function deleteExperimentTag(
  database: Queryable,
  input: ExperimentRef & { readonly key: string; readonly actor: Actor },
): Promise<void> {
  const { key, number } = input;
  await change(database, input, input.actor, "deleteExperimentTag", (trx, row) => {
    checkExperimentActive(row);
    if (!Object.hasOwn(row.tags, key)) {
      throw new SlipwayError("SLW_TRACKING_TAG", `No tag with name: ${key} in experiment with id ${number}`, {
        details: { key },
      });
    }
    const { [key]: _, ...rest } = row.tags;
    return updateExperiment(trx, row.id, { tags: JSON.stringify(rest) });
  });
}

async function takeNumber(trx: Queryable, workspaceId: string): Promise<number> {
  const { next } = await trx
    .insertInto("experiment_numbers")
    .values({ workspace_id: workspaceId, next: 2 })
    .onConflict((conflict) => conflict.column("workspace_id").doUpdateSet({ next: sql`experiment_numbers.next + 1` }))
    .returning("next")
    .executeTakeFirstOrThrow();
  return next - 1;
}

async function giveBackNumber(trx: Queryable, workspaceId: string, number: number): Promise<void> {
  await trx.updateTable("experiment_numbers").set({ next: number }).where("workspace_id", "=", workspaceId).execute();
}

/** Reads and locks the experiment, changes it, and tells of it where something has changed. */
function change(
  database: Queryable,
  ref: ExperimentRef,
  actor: Actor,
  action: string,
  work: (trx: Queryable, row: ExperimentRow) => Promise<ExperimentRow>,
): Promise<Experiment> {
  return transaction(database, async (trx) => {
    const { id } = await findExperimentRow(trx, ref);
    const row = await trx
      .selectFrom("experiments")
      .selectAll()
      .where("id", "=", id)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const changed = await work(trx, row);
    if (changed !== row) await record(trx, changed, actor, eventOf(row, changed), action);
    return toExperiment(changed);
  });
}

function eventOf(before: ExperimentRow, after: ExperimentRow): string {
  if ((before.deleted_at === null) === (after.deleted_at === null)) return "updated";
  return after.deleted_at === null ? "restored" : "deleted";
}

function updateExperiment(
  trx: Queryable,
  id: string,
  values: { readonly name?: string; readonly tags?: string; readonly deleted_at?: Date | null },
): Promise<ExperimentRow> {
  return trx
    .updateTable("experiments")
    .set({ ...values, updated_at: new Date() })
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

function record(trx: Queryable, row: ExperimentRow, actor: Actor, how: string, action: string): Promise<void> {
  return recordChange(trx, {
    workspaceId: row.workspace_id,
    type: `experiment.${how}`,
    subject: `experiment/${row.number}`,
    data: { number: row.number, name: row.name },
    actor,
    action,
  });
}

function nameTaken(name: string, deletedAt: Date | null): SlipwayError {
  const state = deletedAt === null ? "" : " It is deleted: restore it, or wait until it is purged.";
  return new SlipwayError("SLW_TRACKING_EXPERIMENT_EXISTS", `Experiment(name=${name}) already exists.${state}`, {
    details: { name, deleted: deletedAt !== null },
  });
}
