import type { ColumnType, Generated } from "kysely";

/** Who is told of events over HTTP. One server at a time holds a row's lease and sends its events in order. */
export interface WebhooksTable {
  readonly id: string;
  readonly workspace_id: string;
  /** Unique in the workspace. */
  readonly name: string;
  readonly description: string;
  readonly url: string;
  /** Event types that it wants; a type that ends in ".*" stands for all that begin so; empty: all. */
  readonly types: ColumnType<string[]>;
  /** Sealed (store/secrets). */
  readonly secret: Buffer;
  readonly state: Generated<"active" | "disabled">;
  /** Null while it is active. */
  readonly disabled_reason: string | null;
  readonly created_by: string;
  readonly created_at: Generated<Date>;
  readonly updated_at: Generated<Date>;
  /** Of the last event that was delivered or passed by. */
  readonly cursor: string;
  /** Attempts in a row that failed, for the event after the cursor. */
  readonly failures: Generated<number>;
  /** The first of them. */
  readonly failing_since: Date | null;
  /** Not before. */
  readonly next_attempt_at: Generated<Date>;
  /**
   * Whoever wrote this delivers until `leased_until`. Not a lock of a transaction: one that stays open while a receiver
   * takes its time would hold back all readers of the event log.
   */
  readonly lease: string | null;
  readonly leased_until: Date | null;
}

/** The last attempts of each webhook, to see why it fails. */
export interface WebhookDeliveriesTable {
  readonly seq: Generated<number>;
  readonly webhook_id: string;
  readonly at: Generated<Date>;
  /** Id of the CloudEvent: the receiver sees the same one again when an attempt is repeated. */
  readonly event_id: string;
  readonly event_type: string;
  /** From 1. */
  readonly attempt: number;
  /** Of the HTTP answer; null where there was none. */
  readonly status: number | null;
  /** Null for a success. */
  readonly error: string | null;
  readonly milliseconds: number;
}
