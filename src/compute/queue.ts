/** What waits, and why, for people. */
import { sql } from "kysely";
import type { Queryable } from "../store/index.ts";
import { reserveSeconds } from "./claim.ts";
import { explainQueue, type WaitingJob } from "./explain-queue.ts";
import { readPools } from "./status.ts";

export interface QueuedJob {
  readonly runId: string;
  readonly workspaceId: string;
  readonly kind: string;
  readonly target: string;
  readonly queuedAt: Date;
  /** In the queue of the target, of all workspaces: 1 is next. */
  readonly position: number;
  readonly cores: number;
  /** Bytes; null for a share that nobody counts. */
  readonly memoryBytes: number | null;
  readonly labels: readonly string[];
  /** Why it waits, in words: "waits for 2 cores: 1 of 2 is free". */
  readonly reason: string;
}

/** Jobs of a queue that are looked at: what comes behind them is not listed. */
const longest = 10_000;

interface Row extends WaitingJob {
  readonly kind: string;
  readonly queuedAt: Date;
  readonly position: number;
  readonly memoryBytes: number | null;
}

/**
 * In the order of the queue; of a workspace, or null for all, of one target or all.
 * @param runIds only these
 */
export async function listQueue(
  database: Queryable,
  {
    workspaceId,
    target,
    runIds,
  }: {
    readonly workspaceId: string | null;
    readonly target?: string | undefined;
    readonly runIds?: readonly string[] | undefined;
  },
): Promise<QueuedJob[]> {
  const { rows } = await sql<Row>`
    SELECT run_id AS "runId", workspace_id AS "workspaceId", kind, target, queued_at AS "queuedAt", cores, labels,
      coalesce(memory_bytes, 0) AS memory, memory_bytes AS "memoryBytes",
      queued_at < now() - ${reserveSeconds} * interval '1 second' AS reserves,
      row_number() OVER (PARTITION BY target ORDER BY queued_at, run_id) AS position
    FROM jobs WHERE state = 'QUEUED' ${target === undefined ? sql`` : sql`AND target = ${target}`}
    ORDER BY target, queued_at, run_id LIMIT ${longest}`.execute(database);
  if (rows.length === 0) return [];
  const reasons = explainQueue(rows, await readPools(database));
  const wanted = runIds === undefined ? null : new Set(runIds);
  return rows
    .filter((row) => workspaceId === null || row.workspaceId === workspaceId)
    .filter(({ runId }) => wanted === null || wanted.has(runId))
    .map(({ memory: _memory, reserves: _reserves, ...row }) => ({ ...row, reason: reasons.get(row.runId) as string }));
}
