/** A change is told in one breath: to those who follow the events, and to the audit log. */
import type { Queryable } from "./database.ts";
import { recordEvent, type NewEvent } from "./events.ts";

/** Who makes a change. */
export interface Actor {
  /** Null for the server itself. */
  readonly userId: string | null;
  /** As the audit log shows it. */
  readonly userName: string;
  /** Of the HTTP request; null where there is none. */
  readonly requestId: string | null;
}

/** What the server does by itself: schedules, workers, clean-up. */
export const serverActor: Actor = { userId: null, userName: "slipway", requestId: null };

export interface Change extends Omit<NewEvent, "workspaceId"> {
  /** Null for what concerns the whole server: then there is an audit entry and no event. */
  readonly workspaceId: string | null;
  readonly actor: Actor;
  /** Name of the operation: "createDataset". */
  readonly action: string;
}

/** Call it with the transaction that makes the change. `data` goes into both and holds no secrets. */
export async function recordChange(transaction: Queryable, change: Change): Promise<void> {
  const { workspaceId, type, subject, data, actor, action } = change;
  await transaction
    .insertInto("audit")
    .values({
      workspace_id: workspaceId,
      user_id: actor.userId,
      user_name: actor.userName,
      action,
      subject,
      request_id: actor.requestId,
      details: JSON.stringify(data),
    })
    .execute();
  if (workspaceId !== null) await recordEvent(transaction, { workspaceId, type, subject, data });
}
