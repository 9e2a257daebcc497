export {
  checkArtifactPath,
  deleteRunArtifact,
  findRunArtifacts,
  getRunArtifact,
  listRunArtifacts,
  putRunArtifact,
} from "./artifacts.ts";
export * from "./artifact-proxy/index.ts";
export { compareRuns, type RunComparison } from "./compare-runs.ts";
export { deleteRun, purgeDeletedRuns, restoreRun } from "./delete-runs.ts";
export {
  createExperiment,
  deleteExperiment,
  deleteExperimentTag,
  ensureExperiment,
  findExperimentByName,
  getExperiment,
  renameExperiment,
  restoreExperiment,
  setExperimentTags,
  type NewExperiment,
} from "./experiments.ts";
export { logInputs, logOutputs, type RunInputs } from "./inputs.ts";
export { deleteRunTag, logBatch, type RunBatch } from "./log-batch.ts";
export * from "./logged-models/index.ts";
export { appendRunLog, readRunLog, tailRunLog } from "./logs.ts";
export {
  getMetricHistories,
  getMetricHistory,
  sampleMetricHistories,
  type MetricHistories,
  type MetricPoint,
} from "./metric-history.ts";
export { changeRunStatus, type StatusChange } from "./change-status.ts";
export { createParts, type NewParts } from "./create-parts.ts";
export { createRun, getRun, recordHeartbeat, updateRun, type NewRun, type RunUpdate } from "./runs.ts";
export { searchDatasets, type DatasetSummary } from "./search-datasets.ts";
export { searchExperiments, type ExperimentSearch } from "./search-experiments.ts";
export type { Wanted } from "./run-details.ts";
export { searchRuns, type RunPage, type RunSearch } from "./search-runs.ts";
export { finalStatuses, isFinal, runKinds, runStatuses } from "./types.ts";
export type {
  ArtifactEntry,
  DatasetInput,
  Experiment,
  ExperimentRef,
  Lifecycle,
  LifecycleFilter,
  LogChunk,
  Metric,
  ModelReference,
  Param,
  Run,
  RunArtifact,
  RunDetails,
  RunKind,
  RunRef,
  RunStatus,
  TagValues,
} from "./types.ts";
export {
  filterError,
  parseFilter,
  parseIdentifier,
  pythonSet,
  parseOrderBy,
  type Clause,
  type EntityType,
  type OrderBy,
  type Value,
} from "./filter/index.ts";
