/** The events of a workspace for commands: goes on by itself after the connection was broken. */
import { setTimeout as delay } from "node:timers/promises";
import { SlipwayError } from "../base/index.ts";
import type { Client, ClientEvent, operations, QueryOf, WorkspaceEvent } from "../contract/index.ts";

type EventQuery = QueryOf<typeof operations.streamEvents>;

/** Seconds that a server may be away: long enough to start it anew. */
const patience = 60;

/** Null where the connection is there, at first and again: what stands in no event should then be looked at. */
export async function* followEvents(
  client: Client,
  query: EventQuery,
  signal: AbortSignal,
): AsyncGenerator<ClientEvent<WorkspaceEvent> | null> {
  let lastEventId: string | undefined;
  for (let failures = 0; ; failures++) {
    // Whoever has seen enough before the first event leaves a connection that nobody else would end.
    const left = new AbortController();
    try {
      const events = await client.streamEvents(
        { query },
        { signal: AbortSignal.any([signal, left.signal]), ...(lastEventId !== undefined && { lastEventId }) },
      );
      failures = 0;
      yield null;
      for await (const event of events) {
        lastEventId = event.id ?? lastEventId;
        yield event;
      }
    } catch (error) {
      signal.throwIfAborted();
      if (!isBroken(error) || failures >= patience) throw error;
    } finally {
      left.abort();
    }
    await delay(1000, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** Is it the connection, and not what was asked? */
function isBroken(error: unknown): boolean {
  if (error instanceof SlipwayError) return error.code === "SLW_CLI_SERVER" || error.status >= 500;
  return error instanceof TypeError;
}
