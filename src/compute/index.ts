export { cancelJob, getJob, queuePosition, resumeJob, submitJob, type JobKey, type NewJob } from "./jobs.ts";
export { runWorker, type JobContext, type JobKinds, type JobResult } from "./run-worker.ts";
export { localTarget, startCompute, type Compute, type ComputeOptions } from "./start-compute.ts";
export { getComputeStatus, type ComputeStatus } from "./status.ts";
export { forgetWorkers } from "./workers.ts";
export type { Job, JobListener, JobState } from "./types.ts";
