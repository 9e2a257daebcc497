/** All operations of /api/v1 by their operationId. */
import { accessOperations } from "./access.ts";
import { automlRunOperations } from "./automl-runs.ts";
import { azurePipelineOperations } from "./azure-pipelines.ts";
import { batchScoringOperations } from "./batch-scoring.ts";
import { datasetOperations } from "./datasets.ts";
import { datastoreOperations } from "./datastores.ts";
import { endpointOperations } from "./endpoints.ts";
import { environmentOperations } from "./environments.ts";
import { eventOperations } from "./events.ts";
import { experimentOperations } from "./experiments.ts";
import { jobOperations } from "./jobs.ts";
import { modelOperations, modelVersionOperations } from "./models.ts";
import { overviewOperations } from "./overview.ts";
import { pipelineOperations } from "./pipelines.ts";
import { remoteWorkerOperations } from "./remote-workers.ts";
import { runDataOperations } from "./run-data.ts";
import { runOperations } from "./runs.ts";
import { savedViewOperations } from "./saved-views.ts";
import { scheduleOperations } from "./schedules.ts";
import { serverOperations } from "./server.ts";
import { sessionOperations } from "./sessions.ts";
import { uploadOperations } from "./uploads.ts";
import { webhookOperations } from "./webhooks.ts";
import { workspaceOperations } from "./workspaces.ts";

export const operations = {
  ...serverOperations,
  ...sessionOperations,
  ...accessOperations,
  ...workspaceOperations,
  ...overviewOperations,
  ...savedViewOperations,
  ...datastoreOperations,
  ...uploadOperations,
  ...datasetOperations,
  ...experimentOperations,
  ...runOperations,
  ...runDataOperations,
  ...eventOperations,
  ...automlRunOperations,
  ...batchScoringOperations,
  ...jobOperations,
  ...remoteWorkerOperations,
  ...modelOperations,
  ...modelVersionOperations,
  ...webhookOperations,
  ...environmentOperations,
  ...endpointOperations,
  ...pipelineOperations,
  ...scheduleOperations,
  ...azurePipelineOperations,
};
export type Operations = typeof operations;
