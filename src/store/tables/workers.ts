import type { Generated } from "kysely";

/** A process that computes jobs, one at a time. Rows stay a while after its end: they say how it ended. */
export interface WorkersTable {
  readonly id: string;
  /** Compute target that it belongs to. */
  readonly target: string;
  /** The server process that started it. */
  readonly server_id: string;
  /** Machine, boot and process namespace: where its pid means something. */
  readonly host: string;
  readonly pid: number;
  /** When the system started the process, in its own unit: tells it from a later one with the same pid. */
  readonly process_start: string;
  readonly memory_limit_bytes: number;
  readonly started_at: Generated<Date>;
  /** By the clock of the database. */
  readonly heartbeat_at: Generated<Date>;
  /** So far. */
  readonly cpu_seconds: Generated<number>;
  /** So far. */
  readonly peak_memory_bytes: Generated<number>;
  readonly ended_at: Date | null;
  readonly exit_code: number | null;
  readonly exit_signal: string | null;
  /** Why it ended, in words. */
  readonly end_reason: string | null;
  /** Has the durable queue been told of its end? */
  readonly recovered: Generated<boolean>;
}
