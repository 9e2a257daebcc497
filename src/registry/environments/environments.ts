/** Environments: named, in versions, never changed. */
import { newId, SlipwayError } from "../../base/index.ts";
import {
  readPage,
  recordChange,
  transaction,
  type Actor,
  type Database,
  type Page,
  type PageRequest,
  type Queryable,
} from "../../store/index.ts";
import { checkSpec, hashSpec, type EnvironmentSpec } from "./spec.ts";

export interface Environment {
  readonly name: string;
  readonly description: string;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly archivedAt: Date | null;
  /** Number of the newest version. */
  readonly latestVersion: number;
}

export interface EnvironmentVersion {
  readonly environment: string;
  /** From 1. */
  readonly version: number;
  readonly spec: EnvironmentSpec;
  readonly sha256: string;
  readonly createdBy: string;
  readonly createdAt: Date;
}

export interface EnvironmentRef {
  readonly workspaceId: string;
  readonly environment: string;
}

const columns = [
  "name",
  "description",
  "created_by as createdBy",
  "created_at as createdAt",
  "archived_at as archivedAt",
  "last_version as latestVersion",
] as const;

/** Those that are not archived, by name; with `archived` those that are. */
export function listEnvironments(
  database: Database,
  { workspaceId, archived, page }: { workspaceId: string; archived: boolean; page: PageRequest },
): Promise<Page<Environment>> {
  const query = database
    .selectFrom("environments")
    .select(columns)
    .where("workspace_id", "=", workspaceId)
    .where("archived_at", archived ? "is not" : "is", null);
  const order = { sortable: { name: "name", created: "created_at" }, byDefault: "name", unique: "name" };
  return readPage<Environment>(query, page, order, ({ name, createdAt }, field) => [
    field === "name" ? name : createdAt.toISOString(),
    name,
  ]);
}

/** @throws SLW_ENVIRONMENT_UNKNOWN */
export async function findEnvironment(database: Queryable, ref: EnvironmentRef): Promise<Environment> {
  const found = await database
    .selectFrom("environments")
    .select(columns)
    .where("workspace_id", "=", ref.workspaceId)
    .where("name", "=", ref.environment)
    .executeTakeFirst();
  if (found) return found;
  throw unknown(ref.environment, null);
}

export interface NewEnvironmentVersion extends EnvironmentRef {
  readonly spec: EnvironmentSpec;
  /** Of the environment; kept where it is absent. */
  readonly description?: string | undefined;
  readonly actor: Actor;
}

/**
 * Makes the environment where there is none of the name. The same specification is the same version.
 * @throws SLW_ENVIRONMENT_SPEC
 */
export async function createEnvironmentVersion(
  database: Database,
  { workspaceId, environment, spec, description, actor }: NewEnvironmentVersion,
): Promise<EnvironmentVersion & { readonly created: boolean }> {
  checkSpec(spec);
  const sha256 = hashSpec(spec);
  return transaction(database, async (trx) => {
    await trx
      .insertInto("environments")
      .values({ id: newId(), workspace_id: workspaceId, name: environment, created_by: actor.userName })
      .onConflict((conflict) => conflict.constraint("environments_name").doNothing())
      .execute();
    const { id, last_version: last } = await trx
      .selectFrom("environments")
      .select(["id", "last_version"])
      .where("workspace_id", "=", workspaceId)
      .where("name", "=", environment)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const same = await selectVersions(trx, id).where("sha256", "=", sha256).executeTakeFirst();
    if (same) return { ...toVersion(same, environment), created: false };
    const version = last + 1;
    await trx
      .updateTable("environments")
      .set({ last_version: version, ...(description !== undefined && { description }) })
      .where("id", "=", id)
      .execute();
    const row = await insertVersion(trx, { id, workspaceId, environment, version, spec, sha256, actor });
    return { ...toVersion(row, environment), created: true };
  });
}

interface VersionInsert extends Pick<NewEnvironmentVersion, "workspaceId" | "environment" | "spec" | "actor"> {
  /** Of the environment. */
  readonly id: string;
  readonly version: number;
  readonly sha256: string;
}

async function insertVersion(trx: Queryable, given: VersionInsert): Promise<VersionRow> {
  const { id, workspaceId, environment, version, spec, sha256, actor } = given;
  const row = await trx
    .insertInto("environment_versions")
    .values({
      id: newId(),
      workspace_id: workspaceId,
      environment_id: id,
      version,
      spec: JSON.stringify(spec),
      sha256,
      created_by: actor.userName,
    })
    .returning(versionColumns)
    .executeTakeFirstOrThrow();
  await recordChange(trx, {
    workspaceId,
    type: "environment.version.created",
    subject: `environment/${environment}/${version}`,
    action: "createEnvironmentVersion",
    data: { kind: spec.kind, sha256 },
    actor,
  });
  return row;
}

const versionColumns = ["version", "spec", "sha256", "created_by as createdBy", "created_at as createdAt"] as const;

function selectVersions(database: Queryable, environmentId: string) {
  return database.selectFrom("environment_versions").select(versionColumns).where("environment_id", "=", environmentId);
}

type VersionRow = Omit<EnvironmentVersion, "environment" | "spec"> & { readonly spec: object };

function toVersion(row: VersionRow, environment: string): EnvironmentVersion {
  return { ...row, environment, spec: row.spec as EnvironmentSpec };
}

/** Newest first. @throws SLW_ENVIRONMENT_UNKNOWN */
export async function listEnvironmentVersions(
  database: Database,
  ref: EnvironmentRef,
  page: PageRequest,
): Promise<Page<EnvironmentVersion>> {
  const id = await environmentId(database, ref);
  const order = { sortable: { version: "version" }, byDefault: "-version", unique: "version" };
  const found = await readPage<VersionRow>(selectVersions(database, id), page, order, ({ version }) => [
    version,
    version,
  ]);
  return { ...found, items: found.items.map((row) => toVersion(row, ref.environment)) };
}

/** @param version a number, or "latest" @throws SLW_ENVIRONMENT_UNKNOWN */
export async function findEnvironmentVersion(
  database: Queryable,
  ref: EnvironmentRef,
  version: string,
): Promise<EnvironmentVersion> {
  const id = await environmentId(database, ref);
  let query = selectVersions(database, id).orderBy("version", "desc").limit(1);
  if (version !== "latest") query = query.where("version", "=", /^[1-9]\d{0,8}$/.test(version) ? Number(version) : -1);
  const row = await query.executeTakeFirst();
  if (row) return toVersion(row, ref.environment);
  throw unknown(ref.environment, version);
}

async function environmentId(database: Queryable, { workspaceId, environment }: EnvironmentRef): Promise<string> {
  const row = await database
    .selectFrom("environments")
    .select("id")
    .where("workspace_id", "=", workspaceId)
    .where("name", "=", environment)
    .executeTakeFirst();
  if (row) return row.id;
  throw unknown(environment, null);
}

export interface EnvironmentChange {
  readonly description?: string | undefined;
  readonly archived?: boolean | undefined;
}

/** @throws SLW_ENVIRONMENT_UNKNOWN */
export function updateEnvironment(
  database: Database,
  ref: EnvironmentRef,
  { description, archived }: EnvironmentChange,
  actor: Actor,
): Promise<Environment> {
  return transaction(database, async (trx) => {
    await findEnvironment(trx, ref);
    const row = await trx
      .updateTable("environments")
      .set({
        ...(description !== undefined && { description }),
        ...(archived !== undefined && { archived_at: archived ? new Date() : null }),
        name: ref.environment,
      })
      .where("workspace_id", "=", ref.workspaceId)
      .where("name", "=", ref.environment)
      .returning(columns)
      .executeTakeFirstOrThrow();
    await recordChange(trx, {
      workspaceId: ref.workspaceId,
      type: "environment.updated",
      subject: `environment/${ref.environment}`,
      action: "updateEnvironment",
      data: { ...(archived !== undefined && { archived }) },
      actor,
    });
    return row;
  });
}

function unknown(environment: string, version: string | null): SlipwayError {
  const what =
    version === null ? `environment "${environment}"` : `version ${version} of the environment "${environment}"`;
  return new SlipwayError("SLW_ENVIRONMENT_UNKNOWN", `There is no ${what}.`, { details: { environment, version } });
}
