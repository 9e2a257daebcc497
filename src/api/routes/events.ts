import { findPrincipal, hasRole } from "../../access/index.ts";
import { operations, type WorkspaceEvent } from "../../contract/index.ts";
import { isEventCursor, streamReconnected, type StreamItem } from "../../store/index.ts";
import { bearerToken } from "../authorize.ts";
import { route, type Call, type Route, type ServerSentEvent } from "../route.ts";
import type { Services } from "../services.ts";

/** Milliseconds for which a token that was good is taken for good: a stream may be open for days. */
const trusted = 1000;

export function eventRoutes(services: Services): Route[] {
  return [route(operations.streamEvents, (call) => Promise.resolve(stream(services, call)))];
}

async function* stream(
  { database, events }: Services,
  { query, headers, principal, workspace, signal }: Call<typeof operations.streamEvents>,
): AsyncGenerator<ServerSentEvent<WorkspaceEvent>> {
  const lastId = headers["last-event-id"];
  const after = typeof lastId === "string" && isEventCursor(lastId) ? lastId : (query.after ?? null);
  const { types, subject = "" } = query;
  const token = bearerToken(headers["authorization"] as string | undefined);
  let checked = performance.now();
  for await (const item of events.subscribe(workspace.id, after, signal)) {
    const wanted = item.subject.startsWith(subject) && isOfTypes(item.type, types);
    if (!wanted && item.type !== streamReconnected) continue;
    if (token !== null && performance.now() - checked > trusted) {
      const now = await findPrincipal(database, token);
      if (now?.userId !== principal.userId || !hasRole(now, workspace.id, "reader")) return;
      checked = performance.now();
    }
    yield toEvent(item);
  }
}

/** "run" is for "run.created" and all that begins with it, "run.created" for itself. */
function isOfTypes(type: string, types: readonly string[] | undefined): boolean {
  return types === undefined || types.some((wanted) => type === wanted || type.startsWith(`${wanted}.`));
}

function toEvent(item: StreamItem): ServerSentEvent<WorkspaceEvent> {
  const { type, subject } = item;
  if (item.cursor === null) return { data: { type, subject, at: new Date().toISOString(), data: {} } };
  return { id: item.cursor, data: { type, subject, at: item.at.toISOString(), data: { ...item.data } } };
}
