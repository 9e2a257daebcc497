/** Datastores as rows: made, found, listed, removed. Their credentials are stored encrypted and never handed out. */
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
  type SecretBox,
} from "../../store/index.ts";
import type { Datastore, DatastoreConfig } from "./types.ts";

/** Which datastore: every function looks in this workspace alone. */
export interface DatastoreRef {
  readonly workspaceId: string;
  readonly datastore: string;
}

export interface NewDatastore {
  /** Of the request: a repeated one finds the datastore that is there. */
  readonly id?: string;
  readonly workspaceId: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly config: DatastoreConfig;
}

/** @throws SLW_DATASTORE_EXISTS */
export async function createDatastore(
  { database, secrets }: { readonly database: Database; readonly secrets: SecretBox },
  { id = newId(), workspaceId, name, description = "", config }: NewDatastore,
  actor: Actor,
): Promise<Datastore> {
  const { kind, settings, credentials } = config;
  const sealed = credentials === undefined ? null : secrets.seal(JSON.stringify(credentials), contextOf(id));
  const row = {
    id,
    workspace_id: workspaceId,
    name,
    kind,
    description,
    settings: JSON.stringify(settings),
    credentials: sealed,
    created_by: actor.userName,
  };
  return transaction(database, async (trx) => {
    const inserted = await trx
      .insertInto("datastores")
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .returning("id")
      .executeTakeFirst();
    if (inserted !== undefined) await recordDatastore(trx, { workspaceId, name, kind }, "created", actor);
    // A name that is taken may be that of the same request, sent twice at once: its id tells.
    const same = await trx.selectFrom("datastores").select("name").where("id", "=", id).executeTakeFirst();
    if (same?.name === name) return getDatastore(trx, { workspaceId, datastore: name });
    throw new SlipwayError("SLW_DATASTORE_EXISTS", `There is a datastore "${name}" already.`, {
      details: { datastore: name },
    });
  });
}

function recordDatastore(
  trx: Queryable,
  { workspaceId, name, kind }: { workspaceId: string; name: string; kind: string },
  how: "created" | "deleted",
  actor: Actor,
): Promise<void> {
  const action = how === "created" ? "createDatastore" : "deleteDatastore";
  const data = { name, kind };
  return recordChange(trx, {
    workspaceId,
    type: `datastore.${how}`,
    subject: `datastore/${name}`,
    action,
    data,
    actor,
  });
}

const contextOf = (id: string): string => `datastore/${id}`;

function selectDatastores(database: Queryable, workspaceId: string) {
  return database
    .selectFrom("datastores")
    .select((select) => [
      "id",
      "name",
      "kind",
      "description",
      "settings",
      "created_by as createdBy",
      "created_at as createdAt",
      select("credentials", "is not", null).as("hasCredentials"),
    ])
    .where("workspace_id", "=", workspaceId);
}

type DatastoreRow = Awaited<ReturnType<ReturnType<typeof selectDatastores>["executeTakeFirstOrThrow"]>>;

function toDatastore({ settings, hasCredentials, ...row }: DatastoreRow): Datastore {
  return { ...row, settings: settings as Datastore["settings"], hasCredentials: Boolean(hasCredentials) };
}

/** @throws SLW_DATASTORE_UNKNOWN */
export async function getDatastore(database: Queryable, { workspaceId, datastore }: DatastoreRef): Promise<Datastore> {
  const row = await selectDatastores(database, workspaceId).where("name", "=", datastore).executeTakeFirst();
  if (row === undefined) throw noDatastore(datastore);
  return toDatastore(row);
}

/** Sorted by name or created; by name by default. */
export async function listDatastores(
  database: Queryable,
  workspaceId: string,
  page: PageRequest,
): Promise<Page<Datastore>> {
  const order = { sortable: { name: "name", created: "created_at" }, byDefault: "name", unique: "id" };
  const found = await readPage(selectDatastores(database, workspaceId), page, order, (row, field) => [
    field === "name" ? row.name : row.createdAt.toISOString(),
    row.id,
  ]);
  return { ...found, items: found.items.map(toDatastore) };
}

/** Versions that came from it stay: they have their own bytes. @throws SLW_DATASTORE_UNKNOWN */
export function deleteDatastore(
  database: Database,
  { workspaceId, datastore }: DatastoreRef,
  actor: Actor,
): Promise<void> {
  return transaction(database, async (trx) => {
    const row = await trx
      .deleteFrom("datastores")
      .where("workspace_id", "=", workspaceId)
      .where("name", "=", datastore)
      .returning("kind")
      .executeTakeFirst();
    if (row === undefined) throw noDatastore(datastore);
    await recordDatastore(trx, { workspaceId, name: datastore, kind: row.kind }, "deleted", actor);
  });
}

/** With its credentials: for whoever connects to it, and nobody else. @throws SLW_DATASTORE_UNKNOWN, SLW_SECRET_UNREADABLE */
export async function getDatastoreConfig(
  { database, secrets }: { readonly database: Queryable; readonly secrets: SecretBox },
  { workspaceId, datastore }: DatastoreRef,
): Promise<DatastoreConfig> {
  const row = await database
    .selectFrom("datastores")
    .select(["id", "kind", "settings", "credentials"])
    .where("workspace_id", "=", workspaceId)
    .where("name", "=", datastore)
    .executeTakeFirst();
  if (row === undefined) throw noDatastore(datastore);
  const { id, kind, settings, credentials } = row;
  const opened = credentials === null ? undefined : (JSON.parse(secrets.open(credentials, contextOf(id))) as unknown);
  return { kind, settings, ...(opened !== undefined && { credentials: opened }) } as DatastoreConfig;
}

function noDatastore(datastore: string): SlipwayError {
  return new SlipwayError("SLW_DATASTORE_UNKNOWN", `There is no datastore "${datastore}".`, { details: { datastore } });
}
