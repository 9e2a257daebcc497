import { Type, type Static, type TSchema } from "typebox";
import { Timestamp } from "../list.ts";
import { operation } from "../operation.ts";
import { Run } from "./run-schemas.ts";

const closed = { additionalProperties: false } as const;
const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

export const Worker = Type.Object(
  {
    id: Type.String(),
    host: Type.String({ description: "Machine that it runs on." }),
    pid: nullable(Type.Integer({ minimum: 1, description: "Null for one on another machine." })),
    target: Type.String({ description: "Compute target that it belongs to." }),
    name: nullable(Type.String({ description: "Of one that joined." })),
    state: Type.Enum(["idle", "busy", "silent"], { description: "silent: about to be given up." }),
    labels: Type.Array(Type.String()),
    run: nullable(Type.String({ description: "The run that it is at work on." })),
    startedAt: Timestamp,
    heartbeatAt: Timestamp,
    cpuSeconds: Type.Number({ minimum: 0, description: "Used so far." }),
    peakMemory: Type.Integer({ minimum: 0, description: "Bytes, at most so far." }),
    memoryLimit: Type.Integer({ minimum: 0, description: "Bytes that it may use." }),
  },
  { $id: "Worker", title: "A process that computes runs", ...closed },
);
export type Worker = Static<typeof Worker>;

const ComputeTarget = Type.Object(
  {
    name: Type.String({ description: "As steps name it." }),
    kind: Type.Enum(["local", "remote"], { description: "remote: workers that joined from other machines." }),
    queued: Type.Integer({ minimum: 0 }),
    cores: Type.Integer({ minimum: 0, description: "Of all its workers." }),
    freeCores: Type.Integer({ description: "Negative where running jobs were promised more." }),
    memory: Type.Integer({ minimum: 0, description: "Bytes." }),
    maxWorkers: Type.Integer({ minimum: 0, description: "Jobs at a time." }),
  },
  closed,
);

const ComputeStatus = Type.Object(
  {
    queued: Type.Integer({ minimum: 0, description: "Runs that wait for a worker, of all workspaces." }),
    targets: Type.Array(ComputeTarget),
    workers: Type.Array(Worker),
  },
  { $id: "ComputeStatus", title: "What computes runs", ...closed },
);
export type ComputeStatus = Static<typeof ComputeStatus>;

export const ComputeSummary = Type.Object(
  {
    queued: Type.Integer({ minimum: 0, description: "Runs that wait for a worker, of all workspaces." }),
    targets: Type.Array(ComputeTarget),
    workers: Type.Array(
      Type.Object(
        {
          target: Type.String({ description: "Compute target that it belongs to." }),
          name: nullable(Type.String({ description: "Of one that joined." })),
          state: Worker.properties.state,
          run: nullable(
            Type.String({ description: "The run that it is at work on, where that is of this workspace." }),
          ),
        },
        closed,
      ),
    ),
  },
  { $id: "ComputeSummary", title: "What computes the runs of a workspace", ...closed },
);
export type ComputeSummary = Static<typeof ComputeSummary>;

export const QueuedRun = Type.Object(
  {
    run: Type.String(),
    kind: Type.String({ description: "automl, batch or step." }),
    target: Type.String(),
    queuedAt: Timestamp,
    position: Type.Integer({ minimum: 1, description: "1 is next on its target, of all workspaces." }),
    cores: Type.Integer({ minimum: 1 }),
    memory: nullable(Type.Integer({ minimum: 1, description: "Bytes; null for what the worker has." })),
    labels: Type.Array(Type.String()),
    reason: Type.String({ description: "What it waits for, in words." }),
  },
  { $id: "QueuedRun", title: "A run that waits for a worker", ...closed },
);
export type QueuedRun = Static<typeof QueuedRun>;

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
  getComputeSummary: operation({
    method: "GET",
    path: "/api/v1/workspaces/{workspace}/compute",
    summary: "See what computes the runs of the workspace, and how much of it is free",
    tag: "Compute",
    access: "reader",
    result: ComputeSummary,
  }),
  listQueue: operation({
    method: "GET",
    path: "/api/v1/workspaces/{workspace}/queue",
    summary: "List the runs that wait for a worker, and why",
    tag: "Compute",
    access: "reader",
    query: Type.Object({
      target: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: "Only this compute target." })),
    }),
    result: Type.Object({ items: Type.Array(QueuedRun) }, closed),
  }),
};
