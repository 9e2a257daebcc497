/** Which answers an event makes old: by the first word of its subject, and by the name that follows. */
import type { WorkspaceEvent } from "../../contract/index.ts";
import type { OperationId } from "./queries.ts";

interface Rule {
  /** The input that names the thing: only answers about it, or about all, are old. */
  readonly param: string;
  /** About the thing itself, or about all of its kind. */
  readonly operations: readonly OperationId[];
  /** About one thing only; also told by what changes often, such as metrics and logs. */
  readonly details?: readonly OperationId[];
}

const rules: Readonly<Record<string, Rule>> = {
  run: {
    param: "run",
    operations: [
      "listRuns",
      "listAutoMLRuns",
      "listPipelineRuns",
      "getOverview",
      "listExperiments",
      "listQueue",
      "getComputeStatus",
      "getComputeSummary",
      "compareRuns",
    ],
    details: [
      "getRun",
      "getAutoMLRun",
      "getPipelineRun",
      "getMetricHistory",
      "listRunArtifacts",
      "sampleMetricHistories",
    ],
  },
  dataset: {
    param: "dataset",
    operations: ["listDatasets", "getDataset", "listDatasetVersions", "getDatasetVersion"],
  },
  datastore: { param: "datastore", operations: ["listDatastores", "getDatastore"] },
  environment: { param: "environment", operations: ["listEnvironments", "getEnvironment", "listEnvironmentVersions"] },
  endpoint: {
    param: "endpoint",
    operations: [
      "listEndpoints",
      "getEndpoint",
      "getEndpointKeys",
      "getEndpointExamples",
      "getEndpointSwagger",
      "getOverview",
      "listModelVersionUses",
    ],
  },
  experiment: { param: "experiment", operations: ["listExperiments", "getExperiment"] },
  model: {
    param: "model",
    operations: [
      "listModels",
      "getModel",
      "listModelVersions",
      "listWorkspaceModelVersions",
      "getModelVersion",
      "listModelVersionUses",
    ],
  },
  pipeline: {
    param: "pipeline",
    operations: ["listPipelines", "getPipeline", "listPipelineVersions", "getPipelineVersion"],
  },
  schedule: { param: "schedule", operations: ["listSchedules", "getSchedule", "listScheduleSlots"] },
  worker: { param: "worker", operations: ["getComputeStatus", "getComputeSummary", "listQueue"] },
  user: { param: "user", operations: ["listUsers", "listRoles"] },
  role: { param: "user", operations: ["listRoles"] },
};

/** Told often, and about one run: no list changes by them. */
const frequent = new Set(["run.metrics", "run.logs", "run.progress", "run.steps"]);

/** @returns whether the answer under this key may have changed */
export function isOld(key: readonly unknown[], { type, subject }: Pick<WorkspaceEvent, "type" | "subject">): boolean {
  const [kind = "", name = ""] = subject.split("/");
  const rule = rules[kind];
  if (rule === undefined) return false;
  const [id, input] = key as [OperationId, Readonly<Record<string, unknown>> | undefined];
  const named = input?.[rule.param];
  if (named !== undefined && named !== name) return false;
  if (rule.details?.includes(id)) return true;
  return !frequent.has(type) && rule.operations.includes(id);
}
