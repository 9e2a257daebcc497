/** What computes jobs now, for people. */
import { sql } from "kysely";
import type { Database, Queryable } from "../store/index.ts";
import { goneSeconds } from "./pools.ts";
import { localTarget, remoteTarget, type ComputeKind } from "./target.ts";
import { listWorkers, type WorkerRow } from "./workers.ts";

export interface WorkerStatus {
  readonly id: string;
  readonly kind: ComputeKind;
  /** Silent: it has missed its heartbeats, and is about to be given up. */
  readonly state: "idle" | "busy" | "silent";
  /** Of a remote one. */
  readonly name: string | null;
  readonly workspaceId: string | null;
  /** Of Slipway, as a remote one says. */
  readonly version: string | null;
  readonly host: string;
  readonly pid: number | null;
  /** What it is at work on. */
  readonly runId: string | null;
  readonly labels: readonly string[];
  readonly startedAt: Date;
  readonly heartbeatAt: Date;
  /** So far. */
  readonly cpuSeconds: number;
  /** Bytes, at most so far. */
  readonly peakMemory: number;
  /** Bytes that it may use. */
  readonly memoryLimit: number;
}

/** Workers that share cores and memory: those of one server, or one that joined. */
export interface PoolStatus {
  readonly id: string;
  readonly target: string;
  readonly kind: ComputeKind;
  /** Only jobs of this workspace; null for any. */
  readonly workspaceId: string | null;
  readonly host: string;
  readonly labels: readonly string[];
  /** Jobs at a time at most. */
  readonly maxWorkers: number;
  readonly cores: number;
  readonly freeCores: number;
  /** Bytes. */
  readonly memory: number;
  readonly freeMemory: number;
  readonly workers: readonly WorkerStatus[];
}

export interface TargetStatus {
  readonly name: string;
  readonly kind: ComputeKind;
  /** Jobs that wait. */
  readonly queued: number;
  readonly cores: number;
  readonly freeCores: number;
  readonly pools: readonly PoolStatus[];
  readonly workers: readonly WorkerStatus[];
}

/** Of all servers on the database. */
export async function getComputeStatus(database: Database): Promise<TargetStatus[]> {
  const pools = await readPools(database);
  const { rows: waiting } = await sql<{ target: string; count: number }>`
    SELECT target, count(*) AS count FROM jobs WHERE state = 'QUEUED' GROUP BY target`.execute(database);
  const kinds = [
    { name: localTarget, kind: "local" },
    { name: remoteTarget, kind: "remote" },
  ] as const;
  return kinds.map(({ name, kind }) => {
    const own = pools.filter(({ target }) => target === name);
    const sum = (of: (pool: PoolStatus) => number): number => own.reduce((total, pool) => total + of(pool), 0);
    return {
      name,
      kind,
      queued: waiting.find(({ target }) => target === name)?.count ?? 0,
      cores: sum(({ cores }) => cores),
      freeCores: sum(({ freeCores }) => freeCores),
      pools: own,
      workers: own.flatMap(({ workers }) => workers),
    };
  });
}

interface Running {
  readonly run_id: string;
  readonly worker_id: string;
  readonly cores: number;
  readonly memory: number;
}

interface Pool {
  readonly id: string;
  readonly target: string;
  readonly host: string;
  readonly max_workers: number;
  readonly cores: number;
  readonly memory_bytes: number;
}

/** All that live, with what is free in them. */
export async function readPools(database: Queryable): Promise<PoolStatus[]> {
  const workers = await listWorkers(database);
  const { rows: pools } = await sql<Pool>`
    SELECT * FROM compute_pools WHERE heartbeat_at > now() - ${goneSeconds} * interval '1 second'
    ORDER BY id`.execute(database);
  const { rows: running } = await sql<Running>`
    SELECT run_id, worker_id, cores, coalesce(memory_bytes, 0) AS memory FROM jobs
    WHERE state = 'RUNNING'`.execute(database);
  const jobOf = new Map(running.map((job) => [job.worker_id, job]));
  const local = pools.map((pool) => {
    const own = workers.filter(({ pool_id: id }) => id === pool.id);
    return toPool(pool, { kind: "local", workspaceId: null, labels: [], workers: own, jobOf });
  });
  const remote = workers
    .filter(({ kind }) => kind === "remote")
    .map((worker) => {
      const { id, target, host, cores, memory_limit_bytes: memory, workspace_id: workspaceId, labels } = worker;
      const pool = { id, target, host, max_workers: 1, cores, memory_bytes: memory };
      return toPool(pool, { kind: "remote", workspaceId, labels, workers: [worker], jobOf });
    });
  return [...local, ...remote];
}

function toPool(
  pool: Pool,
  {
    workers,
    jobOf,
    ...own
  }: Pick<PoolStatus, "kind" | "workspaceId" | "labels"> & {
    readonly workers: readonly WorkerRow[];
    readonly jobOf: ReadonlyMap<string, Running>;
  },
): PoolStatus {
  const jobs = workers.flatMap(({ id }) => jobOf.get(id) ?? []);
  return {
    ...own,
    id: pool.id,
    target: pool.target,
    host: nameOf(pool.host),
    maxWorkers: pool.max_workers,
    cores: pool.cores,
    freeCores: pool.cores - jobs.reduce((sum, { cores }) => sum + cores, 0),
    memory: pool.memory_bytes,
    freeMemory: pool.memory_bytes - jobs.reduce((sum, { memory }) => sum + memory, 0),
    workers: workers.map((worker) => toWorker(worker, jobOf.get(worker.id)?.run_id ?? null)),
  };
}

/** Of a local identity, which has more, the machine. */
function nameOf(host: string): string {
  return host.split(" ", 1)[0] as string;
}

function toWorker(row: WorkerRow, runId: string | null): WorkerStatus {
  return {
    id: row.id,
    kind: row.kind,
    state: row.silent ? "silent" : runId === null ? "idle" : "busy",
    name: row.name,
    workspaceId: row.workspace_id,
    version: row.version,
    host: nameOf(row.host),
    pid: row.pid,
    runId,
    labels: row.labels,
    startedAt: row.started_at,
    heartbeatAt: row.heartbeat_at,
    cpuSeconds: row.cpu_seconds,
    peakMemory: row.peak_memory_bytes,
    memoryLimit: row.memory_limit_bytes,
  };
}
