export {
  createCollectedDataset,
  listCollectedFiles,
  startCollection,
  type CollectedFile,
  type Collection,
} from "./collection/index.ts";
export {
  cancelRun,
  createAutoMLRun,
  getAutoMLRun,
  resumeRun,
  type AutoMLRun,
  type DatasetChoice,
  type NewAutoMLRun,
} from "./jobs/automl-runs.ts";
export { listAutoMLRuns, type AutoMLRunSearch } from "./jobs/list-automl-runs.ts";
export {
  createBatchScoring,
  getBatchScoring,
  submitBatchScoring,
  type BatchScoring,
  type NewBatchScoring,
} from "./jobs/batch-runs.ts";
export { startMaintenance, type Maintenance } from "./maintenance/start-maintenance.ts";
export { startWorkers, type WorkersOptions } from "./workers/start-workers.ts";
export * from "./remote/index.ts";
export { keepRunStatus } from "./jobs/run-status.ts";
export * from "./published/index.ts";
export * from "./runs/index.ts";
export * from "./schedules/index.ts";
