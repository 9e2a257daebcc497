/** The one connection that hears PostgreSQL's notifications of events and wake-ups. */
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import type { Log } from "../base/index.ts";
import { activityChannel, type Activity } from "./activity.ts";
import { eventsChannel } from "./events.ts";

interface Listening {
  readonly url: string;
  readonly log: Log;
  readonly end: AbortSignal;
  /** @param again another connection broke, or could not be made, before this one */
  readonly onConnected: (again: boolean) => void;
  readonly onEvent: () => void;
  readonly onActivity: (activity: Activity) => void;
}

/** Holds a connection that listens, and makes another when it breaks, until the end. */
export async function listen(options: Listening): Promise<void> {
  const { url, log, end, onConnected, onEvent, onActivity } = options;
  let again = false;
  for (let wait = 100; !end.aborted; wait = Math.min(wait * 2, 5000)) {
    const client = new pg.Client({
      connectionString: url,
      application_name: "slipway events",
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
    });
    const broken = Promise.withResolvers<void>();
    client.on("error", () => broken.resolve());
    client.on("end", () => broken.resolve());
    client.on("notification", ({ channel, payload = "" }) => {
      if (channel === eventsChannel) onEvent();
      else onActivity(JSON.parse(payload) as Activity);
    });
    const stop = (): void => void client.end().catch(() => {});
    try {
      await client.connect();
      await client.query(`LISTEN ${eventsChannel}; LISTEN ${activityChannel}`);
      onConnected(again);
      wait = 100;
      end.addEventListener("abort", stop, { once: true });
      if (end.aborted) stop();
      await broken.promise;
      if (!end.aborted) log.warn("the connection that listens for events broke; making another");
    } catch (error) {
      log.warn({ err: error }, "the connection that listens for events could not be made; trying again");
    } finally {
      end.removeEventListener("abort", stop);
      await client.end().catch(() => {});
    }
    again = true;
    await delay(wait, undefined, { signal: end }).catch(() => {});
  }
}
