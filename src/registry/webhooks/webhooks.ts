/** A workspace's webhooks: made, changed, listed, deleted by its owners. */
import { sql, type Selectable } from "kysely";
import { SlipwayError } from "../../base/index.ts";
import {
  eventsEnd,
  readPage,
  recordChange,
  transaction,
  uniqueViolation,
  type Page,
  type PageRequest,
  type Queryable,
  type SecretBox,
  type Tables,
} from "../../store/index.ts";
import type { By } from "../types.ts";
import { checkWebhookSecret, newWebhookSecret } from "./signature.ts";
import type { Webhook, WebhookDelivery, WebhookRef } from "./types.ts";

export interface NewWebhook extends WebhookRef, By {
  readonly id: string;
  /** It must have been looked at already: https, or an origin that the server's operator allows. */
  readonly url: string;
  readonly description?: string | undefined;
  readonly types?: readonly string[] | undefined;
  /** "whsec_…"; absent: one is made. */
  readonly secret?: string | undefined;
}

/** What the secret of a webhook is sealed with: it opens in no other row. */
export function secretContext(id: string): string {
  return `webhook/${id}`;
}

/**
 * It gets the events that follow. A request that is sent again (the same id) gets the same webhook and secret.
 * @returns the secret too, which is shown this once
 * @throws SLW_WEBHOOK_EXISTS, SLW_WEBHOOK_TYPE, SLW_WEBHOOK_SECRET
 */
export function createWebhook(
  database: Queryable,
  secrets: SecretBox,
  input: NewWebhook,
): Promise<Webhook & { readonly secret: string }> {
  const { id, workspaceId, webhook: name, url, description = "", types = [], actor } = input;
  types.forEach(checkType);
  const secret = input.secret ?? newWebhookSecret();
  checkWebhookSecret(secret);
  return transaction(database, async (trx) => {
    const sealed = secrets.seal(secret, secretContext(id));
    const cursor = await eventsEnd(trx);
    const added = await trx
      .insertInto("webhooks")
      .values({
        id,
        workspace_id: workspaceId,
        name,
        description,
        url,
        types: [...types],
        secret: sealed,
        created_by: actor.userName,
        cursor,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning("id")
      .executeTakeFirst();
    const row = await trx.selectFrom("webhooks").selectAll().where("id", "=", id).executeTakeFirst();
    if (row === undefined || row.workspace_id !== workspaceId) throw exists(name);
    if (added !== undefined) await recordWebhookChange(trx, input, "created", "createWebhook", { types });
    return { ...toWebhook(row), secret: secrets.open(row.secret, secretContext(id)) };
  });
}

/** @throws SLW_WEBHOOK_UNKNOWN */
export async function findWebhook(database: Queryable, ref: WebhookRef): Promise<Webhook> {
  return toWebhook(await findWebhookRow(database, ref));
}

/** @throws SLW_WEBHOOK_UNKNOWN */
export async function findWebhookRow(
  database: Queryable,
  { workspaceId, webhook }: WebhookRef,
): Promise<Selectable<Tables["webhooks"]>> {
  const row = await database
    .selectFrom("webhooks")
    .selectAll()
    .where("workspace_id", "=", workspaceId)
    .where("name", "=", webhook)
    .executeTakeFirst();
  if (row !== undefined) return row;
  throw new SlipwayError("SLW_WEBHOOK_UNKNOWN", `There is no webhook "${webhook}".`, { details: { webhook } });
}

/** Sorted by name or created; by name by default. */
export async function listWebhooks(
  database: Queryable,
  { workspaceId, page }: { readonly workspaceId: string; readonly page: PageRequest },
): Promise<Page<Webhook>> {
  const query = database.selectFrom("webhooks").selectAll().where("workspace_id", "=", workspaceId);
  const order = { sortable: { name: "name", created: "created_at" }, byDefault: "name", unique: "id" };
  const found = await readPage(query, page, order, (row, field) => [
    field === "name" ? row.name : row.created_at.toISOString(),
    row.id,
  ]);
  return { ...found, items: found.items.map(toWebhook) };
}

export interface WebhookChanges {
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  /** As in NewWebhook. */
  readonly url?: string | undefined;
  readonly types?: readonly string[] | undefined;
  /** "active" lets a disabled one go on with the event that it could not deliver. */
  readonly state?: "active" | "disabled" | undefined;
}

/** @throws SLW_WEBHOOK_UNKNOWN, SLW_WEBHOOK_EXISTS, SLW_WEBHOOK_TYPE */
export function updateWebhook(
  database: Queryable,
  { changes, actor, ...ref }: WebhookRef & By & { readonly changes: WebhookChanges },
): Promise<Webhook> {
  const { name, description, url, types, state } = changes;
  types?.forEach(checkType);
  const enabled = { disabled_reason: null, failures: 0, failing_since: null, next_attempt_at: sql<Date>`now()` };
  return transaction(database, async (trx) => {
    const { id } = await findWebhookRow(trx, ref);
    await trx
      .updateTable("webhooks")
      .set({
        updated_at: sql`now()`,
        ...(name !== undefined && { name }),
        ...(description !== undefined && { description }),
        ...(url !== undefined && { url }),
        ...(types !== undefined && { types: [...types] }),
        ...(state === "active" && { state, ...enabled }),
        ...(state === "disabled" && { state, disabled_reason: `by ${actor.userName}` }),
      })
      .where("id", "=", id)
      .execute()
      .catch((error: unknown) => {
        throw uniqueViolation(error) === "webhooks_name" ? exists(name ?? "") : error;
      });
    await recordWebhookChange(trx, { ...ref, actor }, "updated", "updateWebhook", { changed: Object.keys(changes) });
    return findWebhook(trx, { ...ref, webhook: name ?? ref.webhook });
  });
}

/** What is being delivered at this moment still arrives. @throws SLW_WEBHOOK_UNKNOWN */
export function deleteWebhook(database: Queryable, { actor, ...ref }: WebhookRef & By): Promise<void> {
  return transaction(database, async (trx) => {
    const { id } = await findWebhookRow(trx, ref);
    await trx.deleteFrom("webhooks").where("id", "=", id).execute();
    await recordWebhookChange(trx, { ...ref, actor }, "deleted", "deleteWebhook", {});
  });
}

/** The last attempts, newest first. @throws SLW_WEBHOOK_UNKNOWN */
export async function listDeliveries(database: Queryable, ref: WebhookRef): Promise<WebhookDelivery[]> {
  const { id } = await findWebhookRow(database, ref);
  const rows = await database
    .selectFrom("webhook_deliveries")
    .selectAll()
    .where("webhook_id", "=", id)
    .orderBy("seq", "desc")
    .limit(100)
    .execute();
  return rows.map(({ at, event_id: eventId, event_type: eventType, attempt, status, error, milliseconds }) => ({
    at,
    eventId,
    eventType,
    attempt,
    status,
    error,
    milliseconds,
  }));
}

function toWebhook(row: Selectable<Tables["webhooks"]>): Webhook {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    url: row.url,
    types: row.types,
    state: row.state,
    disabledReason: row.disabled_reason,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    failures: row.failures,
    nextAttemptAt: row.failures === 0 || row.state === "disabled" ? null : row.next_attempt_at,
  };
}

/** @throws SLW_WEBHOOK_TYPE */
function checkType(type: string): void {
  if (/^[A-Za-z][A-Za-z_]*(\.[A-Za-z][A-Za-z_]*)*(\.\*)?$/.test(type) && type.length <= 100) return;
  throw new SlipwayError("SLW_WEBHOOK_TYPE", `"${type.slice(0, 120)}" is no type of event.`);
}

function exists(name: string): SlipwayError {
  return new SlipwayError("SLW_WEBHOOK_EXISTS", `There is a webhook "${name}" already.`, {
    details: { webhook: name },
  });
}

/** Without the URL: whoever knows it may post there, and more people read events than own webhooks. */
function recordWebhookChange(
  trx: Queryable,
  { workspaceId, webhook, actor }: WebhookRef & By,
  how: "created" | "updated" | "deleted",
  action: string,
  data: Record<string, unknown>,
): Promise<void> {
  const subject = `webhook/${webhook}`;
  return recordChange(trx, { workspaceId, type: `webhook.${how}`, subject, data: { webhook, ...data }, actor, action });
}
