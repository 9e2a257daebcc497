import { SlipwayError } from "../../base/index.ts";
import { beatRemote, endRemoteWorker, registerRemoteWorker } from "../../compute/index.ts";
import { operations } from "../../contract/index.ts";
import {
  appendRemoteLog,
  claimRemoteStep,
  endRemoteStep,
  keepRunStatus,
  putRemoteOutput,
  readRemoteFile,
  type RemoteJobKey,
} from "../../pipelines/index.ts";
import { route, type Route } from "../route.ts";
import type { Services } from "../services.ts";

interface JobCall {
  readonly params: { readonly worker: string; readonly run: string };
  readonly workspace: { readonly id: string };
}

export function remoteWorkerRoutes(services: Services): Route[] {
  const { database, compute } = services;
  return [
    route(operations.registerWorker, async ({ body, workspace, actor, principal }) => {
      // A step that made itself a worker would be handed the steps of others.
      if (principal.runId !== null) throw new SlipwayError("SLW_API_FORBIDDEN", "A step cannot join as a worker.");
      return { id: await registerRemoteWorker(database, { workspaceId: workspace.id, ...body, actor }) };
    }),
    route(operations.claimJob, async ({ params, workspace, principal, signal }) => {
      if (principal.runId !== null) throw new SlipwayError("SLW_API_FORBIDDEN", "A step is no worker.");
      const key = { workspaceId: workspace.id, workerId: params.worker };
      const step = await claimRemoteStep(services, key, signal);
      return { step: step && { ...step, task: { ...step.task } } };
    }),
    route(operations.beatWorker, ({ params, body, workspace }) => {
      const { cpuSeconds, peakMemory, job } = body;
      const key = { workspaceId: workspace.id, workerId: params.worker };
      const ref = job && { runId: job.run, attempt: job.attempt };
      return beatRemote(database, key, { usage: { cpuSeconds, peakMemory }, job: ref });
    }),
    route(operations.leaveWorker, async ({ params, workspace, actor }) => {
      await endRemoteWorker(database, { workspaceId: workspace.id, workerId: params.worker, actor }, keepRunStatus);
      compute.poke();
      return undefined;
    }),
    ...jobRoutes(services),
  ];
}

const keyOf = ({ params, workspace }: JobCall, attempt: number): RemoteJobKey => ({
  workspaceId: workspace.id,
  workerId: params.worker,
  runId: params.run,
  attempt,
});

function jobRoutes(services: Services): Route[] {
  const { database, compute } = services;
  return [
    route(operations.readJobFile, async (call) => {
      const { sha256 } = call.params;
      const { stream, size } = await readRemoteFile(services, { ...keyOf(call, call.query.attempt), sha256 });
      return { stream, ...(size !== null && { length: size }) };
    }),
    route(operations.appendJobLog, async (call) => {
      const { attempt, text, after } = call.body;
      return { last: await appendRemoteLog(database, { ...keyOf(call, attempt), text, after }) };
    }),
    route(operations.putJobOutput, async (call) => {
      const { output, path } = call.params;
      const length = call.headers["content-length"];
      const size = typeof length === "string" ? Number(length) : undefined;
      const place = { ...keyOf(call, call.query.attempt), output, path, size };
      await putRemoteOutput(services, place, call.upload, call.signal);
      return undefined;
    }),
    route(operations.endJob, async (call) => {
      const { attempt, ...end } = call.body;
      await endRemoteStep(services, { ...keyOf(call, attempt), end }, call.signal);
      compute.poke();
      return undefined;
    }),
  ];
}
