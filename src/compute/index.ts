export { holdJob, endJob } from "./job-attempts.ts";
export {
  cancelJob,
  findJobs,
  getJob,
  queuePosition,
  resumeJob,
  submitJob,
  submitJobs,
  type JobKey,
  type NewJob,
} from "./jobs.ts";
export {
  beatRemote,
  claimRemote,
  endRemoteWorker,
  findRemoteJob,
  registerRemoteWorker,
  type NewRemoteWorker,
  type RemoteWorkerKey,
} from "./remote-workers.ts";
export { runWorker, type JobContext, type JobKinds, type JobResult } from "./run-worker.ts";
export { startCompute, type Compute, type ComputeOptions } from "./start-compute.ts";
export { listQueue, type QueuedJob } from "./queue.ts";
export { getComputeStatus, type PoolStatus, type TargetStatus, type WorkerStatus } from "./status.ts";
export { localTarget, remoteTarget, type ComputeTarget } from "./target.ts";
export { forgetWorkers } from "./workers.ts";
export type { Job, JobEnd, JobListener, JobRef, JobState, JobUsage } from "./types.ts";
