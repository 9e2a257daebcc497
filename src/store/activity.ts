/**
 * Wake-ups for what changes too often for the event log: metrics and logs of runs. They are heard by those who listen
 * in that moment, and stored nowhere. Senders see to it that there are few of them.
 */
/** NOTIFY channel; its payload is an Activity as JSON. */
export const activityChannel = "slipway_activity";

/** Milliseconds between two wake-ups of one subject, and how long a listener waits before it looks. */
export const wakeUpMilliseconds = 500;

export interface Activity {
  readonly workspaceId: string;
  /** "run.metrics" */
  readonly type: string;
  /** "run/0190…" */
  readonly subject: string;
}

/** What goes to pg_notify with the channel; it is heard when the transaction commits. */
export function activityPayload({ workspaceId, type, subject }: Activity): string {
  return JSON.stringify({ workspaceId, type, subject });
}
