export {
  appendRemoteLog,
  claimRemoteStep,
  endRemoteStep,
  putRemoteOutput,
  readRemoteFile,
  type RemoteEnd,
  type RemoteJobKey,
  type RemoteStep,
} from "./remote-steps.ts";
export { runRemoteWorker, type RemoteWorkerOptions } from "./run-remote-worker.ts";
export type { OutputPlace, WorkerBeat, WorkerServer, WorkerUsage } from "./worker-server.ts";
