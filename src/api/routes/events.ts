import { operations, type WorkspaceEvent } from "../../contract/index.ts";
import { isEventCursor, refusePurgedCursor, streamReconnected, type StreamItem } from "../../store/index.ts";
import { route, type Call, type Route, type ServerSentEvent } from "../route.ts";
import type { Services } from "../services.ts";
import { watchCaller } from "../still-authorized.ts";

export function eventRoutes(services: Services): Route[] {
  return [
    route(operations.streamEvents, async (call) => {
      const after = cursorOf(call);
      // Before the stream begins: an answer that has begun cannot be refused.
      if (after !== null) await refusePurgedCursor(services.database, call.workspace.id, after);
      return stream(services, call, after);
    }),
  ];
}

function cursorOf({ headers, query }: Call<typeof operations.streamEvents>): string | null {
  const lastId = headers["last-event-id"];
  return typeof lastId === "string" && isEventCursor(lastId) ? lastId : (query.after ?? null);
}

async function* stream(
  { database, events }: Services,
  call: Call<typeof operations.streamEvents>,
  after: string | null,
): AsyncGenerator<ServerSentEvent<WorkspaceEvent>> {
  const { query, workspace, signal } = call;
  const { types, subject = "" } = query;
  const isStillGood = watchCaller(database, call);
  for await (const item of events.subscribe(workspace.id, after, signal)) {
    const wanted = item.subject.startsWith(subject) && isOfTypes(item.type, types);
    if (!wanted && item.type !== streamReconnected) continue;
    if (!(await isStillGood())) return;
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
