/** One attempt to deliver one event, and its entry in the log. */
import { performance } from "node:perf_hooks";
import { fetchOutbound, type Queryable, type SecretBox } from "../../store/index.ts";
import type { CloudEvent } from "../cloud-events.ts";
import { signatureHeaders } from "./signature.ts";
import type { WebhookDelivery } from "./types.ts";
import { secretContext } from "./webhooks.ts";
import type { WebhookRow } from "./lease.ts";

/** Milliseconds until the receiver must have answered. */
const patience = 10_000;

export interface Sender {
  readonly secrets: SecretBox;
  /** Origins beyond public addresses over https that the server's operator lets webhooks reach. */
  readonly allow: readonly string[];
}

/** Success is any status from 200 to 299; a redirect is none. */
export async function attemptDelivery(
  { secrets, allow }: Sender,
  { id, url, secret, failures }: WebhookRow,
  event: CloudEvent,
): Promise<WebhookDelivery> {
  const body = JSON.stringify(event);
  const at = new Date();
  const message = { id: event.id, timestamp: Math.floor(at.getTime() / 1000), body };
  const start = performance.now();
  let status: number | null = null;
  let error: string | null = null;
  try {
    const headers = {
      ...signatureHeaders(secrets.open(secret, secretContext(id)), message),
      "content-type": "application/cloudevents+json; charset=utf-8",
      "user-agent": "slipway-webhooks",
    };
    status = await post(url, headers, body, allow);
    if (status < 200 || status > 299) error = `The receiver answered with status ${status}.`;
  } catch (cause) {
    error = (cause as Error).message.slice(0, 1000);
  }
  const milliseconds = Math.round(performance.now() - start);
  return { at, eventId: event.id, eventType: event.type, attempt: failures + 1, status, error, milliseconds };
}

/** @returns the status of the answer, whose body is left unread */
async function post(
  url: string,
  headers: Readonly<Record<string, string>>,
  body: string,
  allow: readonly string[],
): Promise<number> {
  const answer = await fetchOutbound(url, {
    method: "POST",
    headers,
    body,
    allow,
    maxBytes: 1024,
    timeout: patience,
    // Whoever is there has not been agreed on: neither the event nor its signature goes on to them.
    followRedirects: false,
  });
  answer.body.destroy();
  return answer.status;
}

/** Entries of a webhook's log. */
const keptDeliveries = 100;

export async function logDelivery(database: Queryable, webhookId: string, delivery: WebhookDelivery): Promise<void> {
  const { at, eventId, eventType, attempt, status, error, milliseconds } = delivery;
  await database
    .insertInto("webhook_deliveries")
    .values({
      webhook_id: webhookId,
      at,
      event_id: eventId,
      event_type: eventType,
      attempt,
      status,
      error,
      milliseconds,
    })
    .execute();
  await database
    .deleteFrom("webhook_deliveries")
    .where("webhook_id", "=", webhookId)
    .where("seq", "<=", ({ selectFrom }) =>
      selectFrom("webhook_deliveries")
        .select("seq")
        .where("webhook_id", "=", webhookId)
        .orderBy("seq", "desc")
        .offset(keptDeliveries)
        .limit(1),
    )
    .execute();
}
