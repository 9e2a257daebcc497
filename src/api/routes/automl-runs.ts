import { operations, type AutoMLRun as AutoMLRunBody, type NewAutoMLRun } from "../../contract/index.ts";
import { createAutoMLRun, getAutoMLRun, listAutoMLRuns, type AutoMLRun } from "../../pipelines/index.ts";
import { pageRequest } from "../page-request.ts";
import { route, type Route } from "../route.ts";
import type { Services } from "../services.ts";
import { runOrderBy } from "./runs.ts";

export function automlRunRoutes({ database, compute }: Services): Route[] {
  return [
    route(operations.createAutoMLRun, async ({ body, workspace, idempotentId, actor }) => {
      const { data, validationData, testData, experiment, name, register, ...options } = body;
      const created = await createAutoMLRun(database, {
        workspaceId: workspace.id,
        id: idempotentId,
        data,
        validationData,
        testData,
        experiment,
        name,
        register: register && { model: register.model, alias: register.alias ?? null },
        options: toOptions(options),
        actor,
      });
      compute.poke();
      return toBody(created);
    }),
    route(operations.listAutoMLRuns, async ({ query, workspace }) => {
      const { dataset, name, status: statuses } = query;
      const { limit, cursor, sort } = pageRequest(query);
      const orderBy = sort === undefined ? undefined : [runOrderBy(sort)];
      const page = await listAutoMLRuns(database, {
        workspaceId: workspace.id,
        dataset,
        name,
        statuses,
        orderBy,
        limit,
        cursor,
      });
      return { ...page, items: page.items.map(toBody) };
    }),
    route(operations.getAutoMLRun, async ({ params, workspace }) =>
      toBody(await getAutoMLRun(database, { workspaceId: workspace.id, runId: params.run })),
    ),
  ];
}

type Options = Omit<NewAutoMLRun, "data" | "validationData" | "testData" | "experiment" | "name" | "register">;

function toOptions({ featurization, ...options }: Options): Parameters<typeof createAutoMLRun>[1]["options"] {
  return { ...options, ...(featurization && { featurization: { mode: "auto" as const, ...featurization } }) };
}

function toBody({ run, job, spec, queuePosition }: AutoMLRun): AutoMLRunBody {
  const metric = run.tags["slipway.primary_metric"] ?? null;
  const value = run.metrics.find(({ key }) => key === metric)?.value;
  return {
    id: run.id,
    name: run.name,
    experiment: run.experiment,
    target: spec.options.target,
    data: { dataset: spec.data.dataset, version: spec.data.version },
    status: run.status,
    statusReason: run.statusReason,
    queuePosition,
    attempt: job.attempt,
    cancelRequested: job.cancelRequestedAt !== null,
    best: run.tags["slipway.best"] ?? null,
    metric,
    value: value !== undefined && Number.isFinite(value) ? value : null,
    modelVersion: run.tags["slipway.model_version"] ?? null,
    events: spec.events,
    createdAt: run.createdAt.toISOString(),
    startedAt: run.startedAt?.toISOString() ?? null,
    endedAt: run.endedAt?.toISOString() ?? null,
  };
}
