/** Webhooks: HTTP POSTs of a workspace's events, as CloudEvents, to addresses that its owners chose. */

export interface Webhook {
  /** newId(). */
  readonly id: string;
  /** Unique in the workspace. */
  readonly name: string;
  readonly description: string;
  readonly url: string;
  /** Event types that it wants, as isOfType has them. Empty: all. */
  readonly types: readonly string[];
  readonly state: "active" | "disabled";
  /** Null while it is active. */
  readonly disabledReason: string | null;
  readonly createdBy: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  /** Attempts in a row that failed; 0 where the last one went well. */
  readonly failures: number;
  /** When the next attempt follows a failed one; null where none failed. */
  readonly nextAttemptAt: Date | null;
}

/** One attempt to deliver an event. */
export interface WebhookDelivery {
  readonly at: Date;
  /** The webhook-id header: the same for every attempt with the same event. */
  readonly eventId: string;
  readonly eventType: string;
  /** From 1. */
  readonly attempt: number;
  /** Of the HTTP answer; null where there was none. */
  readonly status: number | null;
  /** Null for a success. */
  readonly error: string | null;
  readonly milliseconds: number;
}

export interface WebhookRef {
  readonly workspaceId: string;
  readonly webhook: string;
}
