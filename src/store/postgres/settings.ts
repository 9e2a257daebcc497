/**
 * PostgreSQL's settings: for one Slipway server, in little memory, losing nothing. They are written at each start; what
 * an administrator sets with ALTER SYSTEM goes before them.
 */
export const settings: Readonly<Record<string, string>> = {
  listen_addresses: "''",
  unix_socket_permissions: "0700",
  max_connections: "60",
  superuser_reserved_connections: "2",

  // Memory. Slipway's rows are few and small; the file cache of the system does the rest.
  shared_buffers: "32MB",
  huge_pages: "off",
  work_mem: "4MB",
  maintenance_work_mem: "32MB",
  temp_buffers: "2MB",
  wal_buffers: "1MB",
  // JIT takes longer to compile than any of our queries to run, and loads LLVM into every backend.
  jit: "off",

  // Processes. No parallel queries, no replication, input and output in the backends themselves.
  io_method: "sync",
  max_worker_processes: "1",
  max_parallel_workers: "0",
  max_parallel_workers_per_gather: "0",
  max_parallel_maintenance_workers: "0",
  max_logical_replication_workers: "0",
  max_wal_senders: "0",
  autovacuum_worker_slots: "2",
  autovacuum_max_workers: "2",

  // Durability: what was acknowledged is on the disk.
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  // After a crash every file is flushed before the log is replayed: by one call instead of opening a thousand of them.
  ...(process.platform === "linux" && { recovery_init_sync_method: "syncfs" }),
  wal_level: "replica",
  max_wal_size: "256MB",
  min_wal_size: "32MB",
  checkpoint_timeout: "10min",

  // A client that is gone does not keep its locks.
  client_connection_check_interval: "'10s'",
  idle_in_transaction_session_timeout: "'5min'",

  timezone: "'UTC'",
  log_timezone: "'UTC'",
  password_encryption: "'scram-sha-256'",

  // Starts, stops and crashes; never the text or the values of a statement.
  log_destination: "'stderr'",
  logging_collector: "off",
  log_line_prefix: "'%m [%p] '",
  log_min_messages: "log",
  log_min_error_statement: "panic",
  log_error_verbosity: "terse",
  log_checkpoints: "off",
};

export function settingsFile(): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  return [
    "# Slipway writes this file at each start of the database.",
    "# To change a setting for good: ALTER SYSTEM SET name = value;",
    ...lines,
    "",
  ].join("\n");
}
