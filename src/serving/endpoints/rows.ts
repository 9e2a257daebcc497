/** From rows of the tables to endpoints with their deployments. */
import { sql, type Selectable } from "kysely";
import { jsonArrayFrom } from "kysely/helpers/postgres";
import { SlipwayError } from "../../base/index.ts";
import type { Queryable, Tables } from "../../store/index.ts";
import { defaultSettings, type EndpointSettings } from "../config/index.ts";
import type { Deployment, Endpoint, EndpointRef } from "./types.ts";

/** Whole endpoints, those that are deleted too. */
export function selectEndpoints(database: Queryable) {
  return database
    .selectFrom("endpoints")
    .selectAll("endpoints")
    .select((select) =>
      jsonArrayFrom(
        select
          .selectFrom("deployments")
          .innerJoin("model_versions", "model_versions.id", "deployments.version_id")
          .innerJoin("registered_models", "registered_models.id", "model_versions.model_id")
          .whereRef("deployments.endpoint_id", "=", "endpoints.id")
          .selectAll("deployments")
          .select([
            "registered_models.name as model",
            "model_versions.version",
            "model_versions.kind",
            "model_versions.primary_sha256",
            sql<string | null>`model_versions.contents ->> 'primaryPath'`.as("primary_path"),
          ])
          .orderBy("deployments.created_at")
          .orderBy("deployments.id"),
      ).as("deployments"),
    );
}

/** Those of a workspace that are there for its users. */
export function selectWorkspaceEndpoints(database: Queryable, workspaceId: string) {
  return selectEndpoints(database)
    .where("endpoints.workspace_id", "=", workspaceId)
    .where("endpoints.desired", "!=", "deleted");
}

type EndpointRow = Awaited<ReturnType<ReturnType<typeof selectEndpoints>["executeTakeFirstOrThrow"]>>;
type DeploymentRow = EndpointRow["deployments"][number];

export function toEndpoint(row: EndpointRow): Endpoint {
  return {
    id: row.id,
    workspaceId: row.workspace_id,
    name: row.name,
    description: row.description,
    tags: row.tags,
    computeType: row.compute_type,
    authMode: row.auth_mode,
    desired: row.desired,
    state: row.state,
    stateReason: row.state_reason,
    // A setting that a later release adds has its default in rows of earlier ones.
    settings: { ...defaultSettings, ...(row.settings as EndpointSettings) },
    host: row.host,
    port: row.port,
    home: row.home,
    revision: row.revision,
    appliedRevision: row.applied_revision,
    tokenKey: row.token_key,
    deployments: row.deployments.map(toDeployment),
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastRequestAt: row.last_request_at,
  };
}

function toDeployment(row: DeploymentRow): Deployment {
  return {
    id: row.id,
    name: row.name,
    versionId: row.version_id,
    model: { name: row.model, version: row.version, kind: row.kind },
    primaryPath: row.primary_path,
    primarySha256: row.primary_sha256,
    state: row.state,
    stateReason: row.state_reason,
    problem: row.problem,
    requestedTraffic: row.requested_traffic,
    traffic: row.traffic,
    previousTraffic: row.previous_traffic,
    mirror: row.mirror,
    createdBy: row.created_by,
    // JSON has texts for times.
    createdAt: new Date(row.created_at),
    updatedAt: new Date(row.updated_at),
  };
}

/** @throws SLW_ENDPOINT_UNKNOWN */
export async function findEndpoint(database: Queryable, { workspaceId, endpoint }: EndpointRef): Promise<Endpoint> {
  const row = await selectWorkspaceEndpoints(database, workspaceId)
    .where("endpoints.name", "=", endpoint)
    .executeTakeFirst();
  if (row === undefined) throw noEndpoint(endpoint);
  return toEndpoint(row);
}

/** By its id, deleted or not; null where there is no row. */
export async function readEndpoint(database: Queryable, id: string): Promise<Endpoint | null> {
  const row = await selectEndpoints(database).where("endpoints.id", "=", id).executeTakeFirst();
  return row === undefined ? null : toEndpoint(row);
}

/** As findEndpoint; the row is locked until the transaction ends, so that changes of one endpoint follow each other. */
export async function lockEndpoint(trx: Queryable, { workspaceId, endpoint }: EndpointRef): Promise<Endpoint> {
  const row = await trx
    .selectFrom("endpoints")
    .select("id")
    .where("workspace_id", "=", workspaceId)
    .where("name", "=", endpoint)
    .where("desired", "!=", "deleted")
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined) throw noEndpoint(endpoint);
  // A second statement: what was committed while this one waited for the lock is in its deployments.
  return (await readEndpoint(trx, row.id)) as Endpoint;
}

/** As lockEndpoint, by id; null where it is not there, or deleted. */
export async function lockEndpointById(trx: Queryable, id: string): Promise<Endpoint | null> {
  const row = await trx
    .selectFrom("endpoints")
    .select("id")
    .where("id", "=", id)
    .where("desired", "!=", "deleted")
    .forUpdate()
    .executeTakeFirst();
  return row === undefined ? null : readEndpoint(trx, id);
}

/** Columns that a change of what the processes should run sets. */
export function nextRevision() {
  return { revision: sql<number>`revision + 1`, updated_at: sql<Date>`now()` };
}

export function updateEndpointRow(
  trx: Queryable,
  id: string,
  changes: Partial<Record<keyof Selectable<Tables["endpoints"]>, unknown>>,
): Promise<unknown> {
  return trx
    .updateTable("endpoints")
    .set(changes as Record<string, never>)
    .where("id", "=", id)
    .execute();
}

export function noEndpoint(endpoint: string): SlipwayError {
  return new SlipwayError("SLW_ENDPOINT_UNKNOWN", `There is no endpoint "${endpoint}".`, { details: { endpoint } });
}

/** @throws SLW_ENDPOINT_DEPLOYMENT */
export function deploymentOf({ name: endpoint, deployments }: Endpoint, name: string): Deployment {
  const found = deployments.find((each) => each.name === name);
  if (found !== undefined) return found;
  const names = deployments.map((each) => each.name);
  throw new SlipwayError("SLW_ENDPOINT_DEPLOYMENT", `The endpoint "${endpoint}" has no deployment "${name}".`, {
    details: { endpoint, deployment: name, deployments: names },
  });
}
