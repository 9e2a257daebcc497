import { operations, type BatchScoring as BatchScoringBody } from "../../contract/index.ts";
import { createBatchScoring, getBatchScoring, type BatchScoring } from "../../pipelines/index.ts";
import { route, type Route } from "../route.ts";
import type { Services } from "../services.ts";

export function batchScoringRoutes({ database, compute }: Services): Route[] {
  return [
    route(operations.createBatchScoring, async ({ body, workspace, idempotentId, actor }) => {
      const created = await createBatchScoring(database, {
        ...body,
        workspaceId: workspace.id,
        id: idempotentId,
        actor,
      });
      compute.poke();
      return toBody(created);
    }),
    route(operations.getBatchScoring, async ({ params, workspace }) =>
      toBody(await getBatchScoring(database, { workspaceId: workspace.id, runId: params.run })),
    ),
  ];
}

function toBody({ run, job, spec, queuePosition, output }: BatchScoring): BatchScoringBody {
  const metric = (name: string): number | null => run.metrics.find(({ key }) => key === name)?.value ?? null;
  return {
    id: run.id,
    name: run.name,
    experiment: run.experiment,
    model: { name: spec.model.name, version: spec.model.version },
    endpoint: spec.endpoint,
    data: { dataset: spec.data.dataset, version: spec.data.version },
    method: spec.method,
    keepInputs: spec.keepInputs,
    format: spec.output.format,
    status: run.status,
    statusReason: run.statusReason,
    queuePosition,
    attempt: job.attempt,
    cancelRequested: job.cancelRequestedAt !== null,
    progress: { rows: metric("rows") ?? 0, totalRows: spec.data.rows, rowsPerSecond: metric("rows_per_second") },
    output,
    createdAt: run.createdAt.toISOString(),
    startedAt: run.startedAt?.toISOString() ?? null,
    endedAt: run.endedAt?.toISOString() ?? null,
  };
}
