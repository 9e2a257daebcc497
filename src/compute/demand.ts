/** How much of what waits a pool could begin now. */
import { sql } from "kysely";
import type { Queryable } from "../store/index.ts";

/** What jobs take, and what a pool has. */
export interface Capacity {
  readonly cores: number;
  /** Bytes. */
  readonly memory: number;
}

export interface Demand {
  /** Jobs that wait and that the pool could ever compute, 100 at most. */
  readonly waiting: number;
  /** Those of them for which cores and memory are free now, in the order of the queue. */
  readonly fitting: number;
}

/** How many are looked at, after every job: a pool has fewer workers than that. */
const looked = 100;

/** @param pool its id, and what it has in all */
export async function readDemand(
  database: Queryable,
  { target, poolId, capacity }: { readonly target: string; readonly poolId: string; readonly capacity: Capacity },
): Promise<Demand> {
  const { rows } = await sql<{ cores: number; memory: number }>`
    SELECT cores, coalesce(memory_bytes, 0) AS memory FROM jobs
    WHERE target = ${target} AND state = 'QUEUED' AND labels = '{}'
      AND cores <= ${capacity.cores} AND coalesce(memory_bytes, 0) <= ${capacity.memory}
    ORDER BY queued_at, run_id LIMIT ${looked}`.execute(database);
  if (rows.length === 0) return { waiting: 0, fitting: 0 };
  const used = await readUsed(database, poolId);
  let free = { cores: capacity.cores - used.cores, memory: capacity.memory - used.memory };
  let fitting = 0;
  for (const job of rows) {
    if (!fits(job, free)) continue;
    free = { cores: free.cores - job.cores, memory: free.memory - job.memory };
    fitting++;
  }
  return { waiting: rows.length, fitting };
}

export function fits(job: Capacity, free: Capacity): boolean {
  return job.cores <= free.cores && job.memory <= free.memory;
}

/** What the running jobs of a pool take. */
async function readUsed(database: Queryable, poolId: string): Promise<Capacity> {
  const { rows } = await sql<Capacity>`
    SELECT coalesce(sum(j.cores), 0) AS cores, coalesce(sum(j.memory_bytes), 0)::bigint AS memory
    FROM jobs AS j JOIN workers AS w ON w.id = j.worker_id
    WHERE j.state = 'RUNNING' AND w.pool_id = ${poolId}`.execute(database);
  return rows[0] as Capacity;
}
