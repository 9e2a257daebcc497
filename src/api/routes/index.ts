/** All routes of /api/v1: one for each operation of the contract. */
import type { Route } from "../route.ts";
import type { Services } from "../services.ts";
import { accessRoutes } from "./access.ts";
import { datasetRoutes } from "./datasets.ts";
import { datastoreRoutes } from "./datastores.ts";
import { endpointAccessRoutes } from "./endpoint-access.ts";
import { endpointCollectionRoutes } from "./endpoint-collection.ts";
import { endpointRecordRoutes } from "./endpoint-records.ts";
import { endpointRoutes } from "./endpoints.ts";
import { environmentRoutes } from "./environments.ts";
import { eventRoutes } from "./events.ts";
import { experimentRoutes } from "./experiments.ts";
import { jobRoutes } from "./jobs.ts";
import { modelRoutes } from "./models.ts";
import { modelVersionRoutes } from "./model-versions.ts";
import { remoteWorkerRoutes } from "./remote-workers.ts";
import { runDataRoutes } from "./run-data.ts";
import { runRoutes } from "./runs.ts";
import { azurePipelineRoutes } from "./azure-pipelines.ts";
import { overviewRoutes } from "./overview.ts";
import { pipelineRoutes } from "./pipelines.ts";
import { pipelineRunRoutes } from "./pipeline-runs.ts";
import { savedViewRoutes } from "./saved-views.ts";
import { scheduleRoutes } from "./schedules.ts";
import { automlRunRoutes } from "./automl-runs.ts";
import { batchScoringRoutes } from "./batch-scoring.ts";
import { serverRoutes } from "./server.ts";
import { sessionRoutes } from "./sessions.ts";
import { uploadRoutes } from "./uploads.ts";
import { webhookRoutes } from "./webhooks.ts";
import { workspaceRoutes } from "./workspaces.ts";

export function apiRoutes(services: Services): Route[] {
  return [
    ...serverRoutes(),
    ...sessionRoutes(services),
    ...accessRoutes(services),
    ...workspaceRoutes(services),
    ...overviewRoutes(services),
    ...savedViewRoutes(services),
    ...datastoreRoutes(services),
    ...uploadRoutes(services),
    ...datasetRoutes(services),
    ...experimentRoutes(services),
    ...runRoutes(services),
    ...runDataRoutes(services),
    ...eventRoutes(services),
    ...automlRunRoutes(services),
    ...batchScoringRoutes(services),
    ...jobRoutes(services),
    ...remoteWorkerRoutes(services),
    ...modelRoutes(services),
    ...modelVersionRoutes(services),
    ...webhookRoutes(services),
    ...environmentRoutes(services),
    ...endpointRoutes(services),
    ...endpointAccessRoutes(services),
    ...endpointRecordRoutes(services),
    ...endpointCollectionRoutes(services),
    ...pipelineRoutes(services),
    ...pipelineRunRoutes(services),
    ...scheduleRoutes(services),
    ...azurePipelineRoutes(services),
  ];
}
