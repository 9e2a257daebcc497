/** A connection that hears PostgreSQL's notifications. */
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import type { Log } from "../base/index.ts";

export interface Listening {
  /** postgresql:// */
  readonly url: string;
  /** What it listens for, as in "events": part of its name in pg_stat_activity, and of the log. */
  readonly subject: string;
  readonly log: Log;
  readonly end: AbortSignal;
  /** @param again another connection broke, or could not be made, before this one */
  readonly onConnected: (again: boolean) => void;
  /** By channel, a plain lower-case name: what is done with a payload. */
  readonly channels: Readonly<Record<string, (payload: string) => void>>;
}

/** Holds a connection that listens, and makes another when it breaks, until the end. */
export async function listen({ url, subject, log, end, onConnected, channels }: Listening): Promise<void> {
  let again = false;
  for (let wait = 100; !end.aborted; wait = Math.min(wait * 2, 5000)) {
    const client = new pg.Client({
      connectionString: url,
      application_name: `slipway ${subject}`,
      keepAlive: true,
      connectionTimeoutMillis: 5_000,
    });
    const broken = Promise.withResolvers<void>();
    client.on("error", () => broken.resolve());
    client.on("end", () => broken.resolve());
    client.on("notification", ({ channel, payload = "" }) => channels[channel]?.(payload));
    const stop = (): void => void client.end().catch(() => {});
    try {
      await client.connect();
      await client.query(
        Object.keys(channels)
          .map((channel) => `LISTEN ${channel}`)
          .join("; "),
      );
      onConnected(again);
      wait = 100;
      end.addEventListener("abort", stop, { once: true });
      if (end.aborted) stop();
      await broken.promise;
      if (!end.aborted) log.warn({ subject }, "a connection that listens broke; making another");
    } catch (error) {
      log.warn({ err: error, subject }, "a connection that listens could not be made; trying again");
    } finally {
      end.removeEventListener("abort", stop);
      await client.end().catch(() => {});
    }
    again = true;
    await delay(wait, undefined, { signal: end }).catch(() => {});
  }
}
