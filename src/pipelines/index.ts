export {
  cancelRun,
  createAutoMLRun,
  getAutoMLRun,
  resumeRun,
  type AutoMLRun,
  type DatasetChoice,
  type NewAutoMLRun,
} from "./jobs/automl-runs.ts";
export { startMaintenance, type Maintenance } from "./maintenance/start-maintenance.ts";
export { startWorkers, type WorkersOptions } from "./workers/start-workers.ts";
