import { newId } from "../../base/index.ts";
import { transaction, type Database } from "../../store/index.ts";
import { eventSource } from "../cloud-events.ts";
import { attemptDelivery, logDelivery, type Sender } from "./attempt.ts";
import { findWebhookRow } from "./webhooks.ts";
import type { WebhookDelivery, WebhookRef } from "./types.ts";

/** Sends an event "dev.slipway.ping" at once, whatever the state of the webhook. @throws SLW_WEBHOOK_UNKNOWN */
export async function pingWebhook(database: Database, sender: Sender, ref: WebhookRef): Promise<WebhookDelivery> {
  const row = await findWebhookRow(database, ref);
  const delivery = await attemptDelivery(
    sender,
    { ...row, failures: 0 },
    {
      specversion: "1.0",
      id: `ping-${newId()}`,
      source: await eventSource(database, ref.workspaceId),
      type: "dev.slipway.ping",
      subject: `webhook/${row.name}`,
      time: new Date().toISOString(),
      datacontenttype: "application/json",
      data: { webhook: row.name },
    },
  );
  await transaction(database, async (trx) => {
    const still = await trx
      .selectFrom("webhooks")
      .select("id")
      .where("id", "=", row.id)
      .forKeyShare()
      .executeTakeFirst();
    if (still !== undefined) await logDelivery(trx, row.id, delivery);
  });
  return delivery;
}
