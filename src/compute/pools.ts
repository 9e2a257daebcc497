/** The rows of local pools: what the workers of each server share, for everybody who asks what computes. */
import { sql } from "kysely";
import type { Database } from "../store/index.ts";
import type { Capacity } from "./demand.ts";
import { hostIdentity } from "./host.ts";

export interface NewPool {
  readonly id: string;
  readonly target: string;
  readonly maxWorkers: number;
  readonly capacity: Capacity;
}

/** Seconds between two heartbeats of a pool, after which one is taken for gone, and after which its row goes. */
const beatSeconds = 3;
export const goneSeconds = 15;
const keptSeconds = 3_600;

/** Says that the pool is there: every few seconds, however often it is called. */
export async function keepPool(database: Database, { id, target, maxWorkers, capacity }: NewPool): Promise<void> {
  const { rows } = await sql`
    INSERT INTO compute_pools AS p (id, target, host, max_workers, cores, memory_bytes)
    VALUES (${id}, ${target}, ${hostIdentity()}, ${maxWorkers}, ${capacity.cores}, ${capacity.memory})
    ON CONFLICT (id) DO UPDATE SET heartbeat_at = now()
      WHERE p.heartbeat_at NOT BETWEEN now() - ${beatSeconds} * interval '1 second' AND now()
    RETURNING id`.execute(database);
  if (rows.length === 0) return;
  // Of servers that ended without a word.
  await sql`DELETE FROM compute_pools WHERE heartbeat_at < now() - ${keptSeconds} * interval '1 second'`.execute(
    database,
  );
}

export async function closePool(database: Database, id: string): Promise<void> {
  await database.deleteFrom("compute_pools").where("id", "=", id).execute();
}
