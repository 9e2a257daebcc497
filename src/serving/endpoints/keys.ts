/** The two keys of an endpoint: sealed for those who may read them, hashed for the processes that check them. */
import { hash, randomInt } from "node:crypto";
import { SlipwayError } from "../../base/index.ts";
import { transaction, type Queryable, type SecretBox } from "../../store/index.ts";
import { recordEndpointChange } from "./changes.ts";
import { findEndpoint, lockEndpoint, nextRevision, updateEndpointRow } from "./rows.ts";
import type { By, Endpoint, EndpointRef, KeyName } from "./types.ts";

export const keyNames = ["primary", "secondary"] as const satisfies readonly KeyName[];

export interface EndpointKey {
  readonly name: KeyName;
  readonly key: string;
  readonly createdAt: Date;
  /** Null for never. */
  readonly expiresAt: Date | null;
  readonly lastUsedAt: Date | null;
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/** As long as Azure ML's keys: 190 bits. */
const keyLength = 32;

export function newKey(): string {
  return Array.from({ length: keyLength }, () => alphabet[randomInt(alphabet.length)]).join("");
}

const contextOf = (endpointId: string, name: KeyName): string => `endpoint/${endpointId}/${name}`;

export interface WrittenKey {
  readonly name: KeyName;
  /** Absent: one is made. */
  readonly key?: string | undefined;
  readonly expiresAt?: Date | null | undefined;
  /** Of the request that makes it. */
  readonly requestId: string;
}

/** In place of the one that is there. */
export async function putKey(
  trx: Queryable,
  secrets: SecretBox,
  endpointId: string,
  { name, key = newKey(), expiresAt = null, requestId }: WrittenKey,
): Promise<void> {
  const made = {
    sealed: secrets.seal(key, contextOf(endpointId, name)),
    sha256: hash("sha256", key),
    request_id: requestId,
    created_at: new Date(),
    expires_at: expiresAt,
    last_used_at: null,
  };
  await trx
    .insertInto("endpoint_keys")
    .values({ endpoint_id: endpointId, name, ...made })
    .onConflict((conflict) => conflict.columns(["endpoint_id", "name"]).doUpdateSet(made))
    .execute();
}

/** Makes those that are missing: an endpoint that is opened or changed to token auth keeps its keys for later. */
export async function ensureKeys(
  trx: Queryable,
  secrets: SecretBox,
  endpointId: string,
  given: { readonly [name in KeyName]?: string | undefined } & { readonly requestId: string },
): Promise<void> {
  const rows = await trx.selectFrom("endpoint_keys").select("name").where("endpoint_id", "=", endpointId).execute();
  const present = new Set(rows.map(({ name }) => name));
  for (const name of keyNames) {
    if (present.has(name)) continue;
    await putKey(trx, secrets, endpointId, { name, key: given[name], requestId: given.requestId });
  }
}

/** Primary first. @throws SLW_SECRET_UNREADABLE */
export async function openKeys(database: Queryable, secrets: SecretBox, endpointId: string): Promise<EndpointKey[]> {
  const rows = await database
    .selectFrom("endpoint_keys")
    .selectAll()
    .where("endpoint_id", "=", endpointId)
    .orderBy("name")
    .execute();
  return rows.map((row) => ({
    name: row.name,
    key: secrets.open(row.sealed, contextOf(endpointId, row.name)),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  }));
}

/**
 * Each reading is in the audit log.
 * @throws SLW_ENDPOINT_UNKNOWN, SLW_ENDPOINT_STATE where the endpoint is not used with keys
 */
export function readKeys(
  database: Queryable,
  secrets: SecretBox,
  { actor, ...ref }: EndpointRef & By,
): Promise<EndpointKey[]> {
  return transaction(database, async (trx) => {
    const endpoint = await findEndpoint(trx, ref);
    requireMode(endpoint, "key");
    await recordEndpointChange(trx, endpoint, { how: "keys.read", action: "getEndpointKeys", actor });
    return openKeys(trx, secrets, endpoint.id);
  });
}

export interface RegeneratedKey extends EndpointRef, By, WrittenKey {}

/**
 * The other key goes on working. A request that is sent again (the same requestId) makes no other key.
 * @throws SLW_ENDPOINT_UNKNOWN, SLW_ENDPOINT_STATE as in readKeys, SLW_ENDPOINT_SETTINGS for an expiry that is past
 */
export function regenerateKey(database: Queryable, secrets: SecretBox, input: RegeneratedKey): Promise<Endpoint> {
  const { name, expiresAt = null, requestId, actor } = input;
  if (expiresAt !== null && expiresAt.getTime() <= Date.now()) {
    throw new SlipwayError("SLW_ENDPOINT_SETTINGS", `The key would have expired already: ${expiresAt.toISOString()}.`);
  }
  return transaction(database, async (trx) => {
    const endpoint = await lockEndpoint(trx, input);
    requireMode(endpoint, "key");
    const there = await trx
      .selectFrom("endpoint_keys")
      .select("request_id")
      .where("endpoint_id", "=", endpoint.id)
      .where("name", "=", name)
      .executeTakeFirst();
    if (there?.request_id === requestId) return endpoint;
    await putKey(trx, secrets, endpoint.id, input);
    await updateEndpointRow(trx, endpoint.id, nextRevision());
    const data = { key: name, expiresAt: expiresAt?.toISOString() ?? null };
    await recordEndpointChange(trx, endpoint, { how: "updated", action: "regenerateEndpointKey", actor, data });
    return endpoint;
  });
}

/** @throws SLW_ENDPOINT_STATE */
export function requireMode({ name, authMode }: Pick<Endpoint, "name" | "authMode">, mode: "key" | "token"): void {
  if (authMode === mode) return;
  throw new SlipwayError("SLW_ENDPOINT_STATE", `The endpoint "${name}" is used with ${wordsFor[authMode]}.`, {
    fix: `Change its auth mode to ${mode} first.`,
    details: { endpoint: name, authMode, expected: mode },
  });
}

const wordsFor = { key: "keys", token: "tokens", none: "neither keys nor tokens: it is open to all" } as const;
