import { Type, type Static } from "typebox";
import { Timestamp } from "../list.ts";
import { operation } from "../operation.ts";
import { Run } from "./run-schemas.ts";

export const Worker = Type.Object(
  {
    id: Type.String(),
    host: Type.String({ description: "Machine that it runs on." }),
    pid: Type.Integer({ minimum: 1 }),
    run: Type.Union([Type.String(), Type.Null()], { description: "The run that it is at work on." }),
    startedAt: Timestamp,
    heartbeatAt: Timestamp,
    cpuSeconds: Type.Number({ minimum: 0, description: "Used so far." }),
    peakMemory: Type.Integer({ minimum: 0, description: "Bytes, at most so far." }),
    memoryLimit: Type.Integer({ minimum: 0, description: "Bytes that it may use." }),
  },
  { $id: "Worker", title: "A process that computes runs", additionalProperties: false },
);
export type Worker = Static<typeof Worker>;

const ComputeStatus = Type.Object(
  {
    queued: Type.Integer({ minimum: 0, description: "Runs that wait for a worker, of all workspaces." }),
    workers: Type.Array(Worker),
  },
  { $id: "ComputeStatus", title: "What computes runs", additionalProperties: false },
);
export type ComputeStatus = Static<typeof ComputeStatus>;

export const jobOperations = {
  resumeRun: operation({
    method: "POST",
    path: "/api/v1/workspaces/{workspace}/runs/{run}/resume",
    summary: "Take up again a run that failed or was cancelled; what it had finished is not done again",
    tag: "Runs",
    access: "contributor",
    status: 202,
    result: Run,
    errors: [409],
  }),
  getComputeStatus: operation({
    method: "GET",
    path: "/api/v1/compute",
    summary: "See the workers and how many runs wait for one",
    tag: "Compute",
    access: "admin",
    result: ComputeStatus,
  }),
};
