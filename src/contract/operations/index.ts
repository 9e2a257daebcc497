/** All operations of /api/v1 by their operationId. */
import { accessOperations } from "./access.ts";
import { automlRunOperations } from "./automl-runs.ts";
import { batchScoringOperations } from "./batch-scoring.ts";
import { datasetOperations } from "./datasets.ts";
import { datastoreOperations } from "./datastores.ts";
import { endpointOperations } from "./endpoints.ts";
import { environmentOperations } from "./environments.ts";
import { eventOperations } from "./events.ts";
import { experimentOperations } from "./experiments.ts";
import { jobOperations } from "./jobs.ts";
import { modelOperations, modelVersionOperations } from "./models.ts";
import { runDataOperations } from "./run-data.ts";
import { runOperations } from "./runs.ts";
import { serverOperations } from "./server.ts";
import { uploadOperations } from "./uploads.ts";
import { webhookOperations } from "./webhooks.ts";
import { workspaceOperations } from "./workspaces.ts";

export const operations = {
  ...serverOperations,
  ...accessOperations,
  ...workspaceOperations,
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
  ...modelOperations,
  ...modelVersionOperations,
  ...webhookOperations,
  ...environmentOperations,
  ...endpointOperations,
};
export type Operations = typeof operations;
