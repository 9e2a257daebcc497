import { getComputeStatus, localTarget } from "../../compute/index.ts";
import { operations } from "../../contract/index.ts";
import { cancelRun, resumeRun } from "../../pipelines/index.ts";
import { route, type Route } from "../route.ts";
import type { Services } from "../services.ts";
import { toRunBody } from "./run-bodies.ts";

export function jobRoutes({ database, compute }: Services): Route[] {
  return [
    route(operations.cancelRun, async ({ params, workspace, actor }) => {
      const run = await cancelRun(database, { workspaceId: workspace.id, runId: params.run, actor });
      compute.poke();
      return toRunBody(run);
    }),
    route(operations.resumeRun, async ({ params, workspace, actor }) => {
      const run = await resumeRun(database, { workspaceId: workspace.id, runId: params.run, actor });
      compute.poke();
      return toRunBody(run);
    }),
    route(operations.getComputeStatus, async () => {
      const { queued, workers } = await getComputeStatus(database, localTarget);
      return {
        queued,
        workers: workers.map((worker) => ({
          id: worker.id,
          host: worker.host.split(" ", 1)[0] ?? "",
          pid: worker.pid,
          run: worker.runId,
          startedAt: worker.started_at.toISOString(),
          heartbeatAt: worker.heartbeat_at.toISOString(),
          cpuSeconds: worker.cpu_seconds,
          peakMemory: worker.peak_memory_bytes,
          memoryLimit: worker.memory_limit_bytes,
        })),
      };
    }),
  ];
}
