/**
 * The delivery of a workspace's events to its webhooks, by any number of servers: each webhook's events go out in order,
 * one after the other, by the server that holds its lease; each at least once. A receiver that does not take an event
 * is asked again, at first after seconds, then more seldom; after a day of failures the webhook is disabled.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Log } from "../../base/index.ts";
import { readEvents, transaction, type Database, type StoredEvent } from "../../store/index.ts";
import { eventSource, isAddressedTo, isOfType, toCloudEvent, type CloudEvent } from "../cloud-events.ts";
import { attemptDelivery, logDelivery, type Sender } from "./attempt.ts";
import { leaseWebhook, saveProgress, type LeasedWebhook } from "./lease.ts";
import type { WebhookDelivery } from "./types.ts";

export interface WebhookDeliveryOptions extends Sender {
  readonly database: Database;
  readonly log: Log;
  /** Milliseconds until the next attempt after so many failed ones; for tests. */
  readonly backoff?: (failures: number) => number;
  /** Milliseconds between looks at the log when there is nothing to deliver. Default 1,000. */
  readonly pause?: number;
  /** Seconds after which another server takes over from one that died. Default 30; more than an attempt may take. */
  readonly leaseSeconds?: number;
}

export interface WebhookDeliverer {
  /** Lets the attempts that are under way come to their end. */
  close(): Promise<void>;
}

/** Webhooks that one server delivers to at the same time. */
const parallel = 4;
/** Events that are read from the log at once. */
const batch = 100;
/** Milliseconds. */
const unsettledPause = 100;
/** From the first of a row of failures to the end of patience. */
const dayMilliseconds = 24 * 60 * 60 * 1000;

/** 5 s, 10 s, 20 s, … up to an hour. */
function defaultBackoff(failures: number): number {
  return Math.min(5_000 * 2 ** (failures - 1), 60 * 60 * 1000);
}

export function startWebhookDelivery(options: WebhookDeliveryOptions): WebhookDeliverer {
  const stop = new AbortController();
  const loop = dispatch(options, stop.signal);
  return {
    async close() {
      stop.abort();
      await loop;
    },
  };
}

async function dispatch(options: WebhookDeliveryOptions, stop: AbortSignal): Promise<void> {
  const { database, pause = 1_000, leaseSeconds = 30 } = options;
  const log = options.log.child({ part: "webhooks" });
  const running = new Set<Promise<void>>();
  while (!stop.aborted) {
    const leased = await leaseWebhook(database, leaseSeconds).catch((error: unknown) => {
      if (!stop.aborted) log.warn({ err: error }, "webhooks cannot be read");
      return null;
    });
    if (leased === null) {
      await sleep(pause, undefined, { signal: stop }).catch(() => undefined);
      continue;
    }
    const delivery = deliverAll(options, leased, stop)
      .catch((error: unknown) => log.warn({ err: error, webhook: leased.row.name }, "a webhook cannot be served"))
      .finally(() => running.delete(delivery));
    running.add(delivery);
    if (running.size >= parallel) await Promise.race(running);
  }
  await Promise.all(running);
}

/** What the log holds for a webhook at this moment, until one event fails. */
async function deliverAll(options: WebhookDeliveryOptions, leased: LeasedWebhook, stop: AbortSignal): Promise<void> {
  const { database } = options;
  const { workspace_id: workspaceId, cursor: after } = leased.row;
  const events = await readEvents(database, { workspaceId, after, limit: batch });
  const source = await eventSource(database, workspaceId);
  let { failures, failing_since: failingSince, cursor } = leased.row;
  for (const event of events) {
    if (stop.aborted) break;
    if (isOfType(event, leased.row.types) || isAddressedTo(event, leased.row.name)) {
      const row = { ...leased.row, cursor, failures, failing_since: failingSince };
      const goOn = await deliverOne(options, { ...leased, row }, event, toCloudEvent(event, { source }));
      if (!goOn) return;
    }
    [cursor, failures, failingSince] = [event.cursor, 0, null];
  }
  // Nothing: what is there may still be preceded by what a running transaction writes.
  const wait = events.length === 0 ? unsettledPause : 0;
  // Behind the others that wait, where there is more than one batch.
  const next_attempt_at = new Date(Date.now() + wait);
  await saveProgress(database, leased, { cursor, next_attempt_at }, false);
}

/** @returns whether the next event may follow */
function deliverOne(
  options: WebhookDeliveryOptions,
  leased: LeasedWebhook,
  event: StoredEvent,
  cloudEvent: CloudEvent,
): Promise<boolean> {
  return attemptDelivery(options, leased.row, cloudEvent).then((delivery) =>
    transaction(options.database, async (trx) => {
      // First the row of the webhook: where it was deleted meanwhile, there is no log either.
      const { progress, goOn } = progressAfter(options, leased, event, delivery);
      const ours = await saveProgress(trx, leased, progress, goOn);
      await logIfThere(trx, leased.row.id, delivery);
      return ours && goOn;
    }),
  );
}

async function logIfThere(
  trx: Parameters<typeof logDelivery>[0],
  id: string,
  delivery: WebhookDelivery,
): Promise<void> {
  const row = await trx.selectFrom("webhooks").select("id").where("id", "=", id).executeTakeFirst();
  if (row !== undefined) await logDelivery(trx, id, delivery);
}

function progressAfter(
  { backoff = defaultBackoff, log }: WebhookDeliveryOptions,
  { row }: LeasedWebhook,
  event: StoredEvent,
  { error, status, at }: WebhookDelivery,
): { progress: Parameters<typeof saveProgress>[2]; goOn: boolean } {
  if (error === null) {
    return { progress: { cursor: event.cursor, failures: 0, failing_since: null }, goOn: true };
  }
  const failures = row.failures + 1;
  const since = row.failing_since ?? at;
  // The cursor too: events that were passed by on the way here must not begin the count anew.
  const failed = { cursor: row.cursor, failures, failing_since: since };
  // 410 Gone is how a receiver says that it wants no more.
  const over = status === 410 || at.getTime() - since.getTime() > dayMilliseconds;
  if (!over) return { progress: { ...failed, next_attempt_at: new Date(Date.now() + backoff(failures)) }, goOn: false };
  const reason =
    status === 410 ? error : `It failed ${failures} times since ${since.toISOString()}; the last time: ${error}`;
  log.warn({ webhook: row.name, reason }, "a webhook is disabled");
  return { progress: { ...failed, state: "disabled", disabled_reason: reason }, goOn: false };
}
