import {
  findJobs,
  getComputeStatus,
  listQueue,
  type PoolStatus,
  type TargetStatus,
  type WorkerStatus,
} from "../../compute/index.ts";
import { operations, type Worker } from "../../contract/index.ts";
import { cancelPipelineRun, cancelRun, isPipelineRun, resumeRun, retryPipelineRun } from "../../pipelines/index.ts";
import { getRun } from "../../tracking/index.ts";
import { route, type Route } from "../route.ts";
import type { Services } from "../services.ts";
import { toRunBody } from "./run-bodies.ts";

export function jobRoutes({ database, compute }: Services): Route[] {
  return [
    route(operations.cancelRun, async ({ params, workspace, actor }) => {
      const key = { workspaceId: workspace.id, runId: params.run };
      if (await isPipelineRun(database, key)) await cancelPipelineRun(database, { ...key, actor });
      else await cancelRun(database, { ...key, actor });
      compute.poke();
      return toRunBody(await getRun(database, key));
    }),
    route(operations.resumeRun, async ({ params, workspace, actor }) => {
      const key = { workspaceId: workspace.id, runId: params.run };
      if (await isPipelineRun(database, key)) await retryPipelineRun(database, { ...key, actor });
      else await resumeRun(database, { ...key, actor });
      compute.poke();
      return toRunBody(await getRun(database, key));
    }),
    ...computeRoutes(database),
  ];
}

function computeRoutes(database: Services["database"]): Route[] {
  return [
    route(operations.getComputeSummary, async ({ workspace }) => {
      const targets = (await getComputeStatus(database)).map((target) => limitTo(workspace.id, target));
      const runIds = targets.flatMap(({ workers }) => workers.flatMap(({ runId }) => runId ?? []));
      const own = await findJobs(database, { workspaceId: workspace.id, runIds });
      return {
        ...toTargetsBody(targets),
        workers: targets.flatMap(({ name: target, workers }) =>
          workers.map(({ name, state, runId }) => ({ target, name, state, run: own.has(runId ?? "") ? runId : null })),
        ),
      };
    }),
    route(operations.getComputeStatus, async () => {
      const targets = await getComputeStatus(database);
      return {
        ...toTargetsBody(targets),
        workers: targets.flatMap(({ name, workers }) => workers.map((worker) => toWorkerBody(worker, name))),
      };
    }),
    route(operations.listQueue, async ({ query, workspace }) => {
      const { target } = query;
      const jobs = await listQueue(database, { workspaceId: workspace.id, ...(target !== undefined && { target }) });
      return {
        items: jobs.map((job) => ({
          run: job.runId,
          kind: job.kind,
          target: job.target,
          queuedAt: job.queuedAt.toISOString(),
          position: job.position,
          cores: job.cores,
          memory: job.memoryBytes,
          labels: [...job.labels],
          reason: job.reason,
        })),
      };
    }),
  ];
}

/** What can compute runs of the workspace: workers that joined another one cannot, and are not its business. */
function limitTo(workspaceId: string, target: TargetStatus): TargetStatus {
  const pools = target.pools.filter((pool) => pool.workspaceId === null || pool.workspaceId === workspaceId);
  const sum = (of: (pool: PoolStatus) => number): number => pools.reduce((total, pool) => total + of(pool), 0);
  return {
    ...target,
    pools,
    cores: sum(({ cores }) => cores),
    freeCores: sum(({ freeCores }) => freeCores),
    workers: pools.flatMap(({ workers }) => workers),
  };
}

function toTargetsBody(targets: readonly TargetStatus[]) {
  return {
    queued: targets.reduce((sum, { queued }) => sum + queued, 0),
    targets: targets.map(({ name, kind, queued, cores, freeCores, pools }) => ({
      name,
      kind,
      queued,
      cores,
      freeCores,
      memory: pools.reduce((sum, pool) => sum + pool.memory, 0),
      maxWorkers: pools.reduce((sum, pool) => sum + pool.maxWorkers, 0),
    })),
  };
}

function toWorkerBody(worker: WorkerStatus, target: string): Worker {
  const { id, host, pid, name, state, labels, cpuSeconds, peakMemory, memoryLimit } = worker;
  return {
    id,
    host,
    pid,
    target,
    name,
    state,
    cpuSeconds,
    peakMemory,
    memoryLimit,
    labels: [...labels],
    run: worker.runId,
    startedAt: worker.startedAt.toISOString(),
    heartbeatAt: worker.heartbeatAt.toISOString(),
  };
}
