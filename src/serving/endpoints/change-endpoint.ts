/** Changes of the rows of an endpoint that is there. What its processes are to learn of, the keeper tells them. */
import { sql } from "kysely";
import { SlipwayError } from "../../base/index.ts";
import { removeUse } from "../../registry/index.ts";
import {
  readPage,
  transaction,
  type Database,
  type Page,
  type PageRequest,
  type Queryable,
  type SecretBox,
} from "../../store/index.ts";
import type { AuthMode } from "../config/index.ts";
import { recordEndpointChange } from "./changes.ts";
import { ensureKeys } from "./keys.ts";
import {
  lockEndpoint,
  nextRevision,
  readEndpoint,
  selectWorkspaceEndpoints,
  toEndpoint,
  updateEndpointRow,
} from "./rows.ts";
import { mergeSettings, type SettingChanges } from "./settings.ts";
import { newTokenKey } from "./token.ts";
import type { By, ComputeType, Endpoint, EndpointRef } from "./types.ts";

export interface EndpointFilter {
  /** Part of the name. */
  readonly name?: string | undefined;
}

/** Sorted by name, created or updated; by name by default. */
export async function listEndpoints(
  database: Queryable,
  input: { readonly workspaceId: string; readonly filter: EndpointFilter; readonly page: PageRequest },
): Promise<Page<Endpoint>> {
  const { workspaceId, filter, page } = input;
  let query = selectWorkspaceEndpoints(database, workspaceId);
  if (filter.name !== undefined) {
    query = query.where("endpoints.name", "ilike", `%${filter.name.replace(/[\\%_]/g, "\\$&")}%`);
  }
  const sortable = { name: "endpoints.name", created: "endpoints.created_at", updated: "endpoints.updated_at" };
  const order = { sortable, byDefault: "name", unique: "endpoints.id" };
  const found = await readPage(query, page, order, (row, field) => [
    field === "name" ? row.name : (field === "created" ? row.created_at : row.updated_at).toISOString(),
    row.id,
  ]);
  return { ...found, items: found.items.map(toEndpoint) };
}

export interface EndpointChanges {
  readonly description?: string | undefined;
  /** Merged into the tags that are there; null removes one. */
  readonly tags?: Readonly<Record<string, string | null>> | undefined;
  readonly computeType?: ComputeType | undefined;
  readonly authMode?: AuthMode | undefined;
  readonly settings?: SettingChanges | undefined;
}

export interface EndpointUpdate extends EndpointRef, By {
  readonly changes: EndpointChanges;
  /** Of the request: keys that are made for it carry it. */
  readonly requestId: string;
}

/** @throws SLW_ENDPOINT_UNKNOWN, SLW_ENDPOINT_SETTINGS */
export function changeEndpoint(
  database: Database,
  secrets: SecretBox,
  { changes, requestId, actor, ...ref }: EndpointUpdate,
): Promise<Endpoint> {
  return transaction(database, async (trx) => {
    const endpoint = await lockEndpoint(trx, ref);
    const { id } = endpoint;
    const { description, tags, computeType = endpoint.computeType, authMode = endpoint.authMode, settings } = changes;
    if (authMode === "key") await ensureKeys(trx, secrets, id, { requestId });
    const needsTokenKey = authMode === "token" && endpoint.tokenKey === null;
    await updateEndpointRow(trx, id, {
      ...nextRevision(),
      compute_type: computeType,
      auth_mode: authMode,
      settings: JSON.stringify(mergeSettings(endpoint.settings, settings ?? {}, computeType)),
      ...(needsTokenKey && { token_key: newTokenKey(secrets, id) }),
      ...(description !== undefined && { description }),
      ...(tags !== undefined && {
        tags: sql`jsonb_strip_nulls(tags || ${JSON.stringify(tags)}::jsonb)`,
      }),
    });
    await recordEndpointChange(trx, endpoint, {
      how: "updated",
      action: "updateEndpoint",
      actor,
      data: { changes },
    });
    return (await readEndpoint(trx, id)) as Endpoint;
  });
}

/** Nothing happens where it is wanted so already. @throws SLW_ENDPOINT_UNKNOWN */
export function setDesired(
  database: Database,
  { desired, actor, ...ref }: EndpointRef & By & { readonly desired: "started" | "stopped" },
): Promise<Endpoint> {
  return transaction(database, async (trx) => {
    const endpoint = await lockEndpoint(trx, ref);
    if (endpoint.desired === desired) return endpoint;
    await updateEndpointRow(trx, endpoint.id, {
      ...nextRevision(),
      desired,
      state: "Transitioning",
      state_reason: null,
    });
    const action = desired === "started" ? "startEndpoint" : "stopEndpoint";
    await recordEndpointChange(trx, endpoint, { how: "updated", action, actor, data: { desired } });
    return (await readEndpoint(trx, endpoint.id)) as Endpoint;
  });
}

const anHour = 3_600_000;

/**
 * Gone for its users at once; its processes and its folder follow, and then its row.
 * @throws SLW_ENDPOINT_UNKNOWN, SLW_ENDPOINT_IN_USE where it had traffic in the last hour, unless `force`
 */
export function markDeleted(
  database: Database,
  { force = false, actor, ...ref }: EndpointRef & By & { readonly force?: boolean | undefined },
): Promise<Endpoint> {
  return transaction(database, async (trx) => {
    const endpoint = await lockEndpoint(trx, ref);
    const { id, name, workspaceId, lastRequestAt, deployments } = endpoint;
    if (!force && lastRequestAt !== null && Date.now() - lastRequestAt.getTime() < anHour) {
      const at = lastRequestAt.toISOString();
      throw new SlipwayError("SLW_ENDPOINT_IN_USE", `The endpoint "${name}" answered a request at ${at}.`, {
        details: { endpoint: name, lastRequestAt: at },
      });
    }
    for (const deployment of deployments) {
      await removeUse(trx, { workspaceId, kind: "deployment", name: `${name}/${deployment.name}` });
    }
    await trx.deleteFrom("deployments").where("endpoint_id", "=", id).execute();
    await trx.deleteFrom("endpoint_keys").where("endpoint_id", "=", id).execute();
    await updateEndpointRow(trx, id, { ...nextRevision(), desired: "deleted", token_key: null });
    await recordEndpointChange(trx, endpoint, { how: "deleted", action: "deleteEndpoint", actor, data: { force } });
    return endpoint;
  });
}
