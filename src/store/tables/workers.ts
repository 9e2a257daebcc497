import type { ColumnType, Generated } from "kysely";

/** What computes jobs, one at a time. Rows stay a while after its end: they say how it ended. */
export interface WorkersTable {
  readonly id: string;
  /** Compute target that it belongs to. */
  readonly target: string;
  /** A process that a server of ours started, or one that joined over HTTP. */
  readonly kind: ColumnType<"local" | "remote", "local" | "remote" | undefined>;
  /** Whose cores and memory its jobs share: the server that started it; of a remote one, itself. */
  readonly pool_id: string;
  /** Local: machine, boot and process namespace, where its pid means something. Remote: as it calls its machine. */
  readonly host: string;
  /** Null for a remote one. */
  readonly pid: number | null;
  /** When the system started the process, in its own unit: tells it from a later one with the same pid. */
  readonly process_start: string | null;
  /** Of a remote one: only jobs of this workspace. */
  readonly workspace_id: string | null;
  /** Of a remote one: unique among those of the workspace that live. */
  readonly name: string | null;
  /** Of its pool. */
  readonly cores: Generated<number>;
  /** What a job must not ask beyond. */
  readonly labels: Generated<string[]>;
  /** Of Slipway, as a remote one says. */
  readonly version: string | null;
  /** Who brought a remote one in. */
  readonly user_id: string | null;
  readonly user_name: string | null;
  /** Local: what the process may use. Remote: what its machine gives. */
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
}

/** What the local workers of one server share. The row lives as long as the server, and as long as its heartbeat. */
export interface ComputePoolsTable {
  readonly id: string;
  readonly target: string;
  /** As in workers. */
  readonly host: string;
  /** Jobs at a time at most. */
  readonly max_workers: number;
  readonly cores: number;
  readonly memory_bytes: number;
  /** By the clock of the database. */
  readonly heartbeat_at: Generated<Date>;
}
