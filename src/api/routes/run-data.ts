import { operations } from "../../contract/index.ts";
import { transaction } from "../../store/index.ts";
import {
  deleteRunArtifact,
  getMetricHistory,
  getRun,
  getRunArtifact,
  listRunArtifacts,
  logBatch,
  logInputs,
  logOutputs,
  putRunArtifact,
  recordHeartbeat,
  sampleMetricHistories,
  checkArtifactPath,
  type MetricPoint,
} from "../../tracking/index.ts";
import { byteRange } from "../byte-range.ts";
import { route, type Route } from "../route.ts";
import type { Services } from "../services.ts";
import { fromMetricValue, toMetricBody, toMetricValue } from "./run-bodies.ts";
import { runLogRoutes } from "./run-logs.ts";

export function runDataRoutes(services: Services): Route[] {
  return [...logRoutes(services), ...metricRoutes(services), ...artifactRoutes(services), ...runLogRoutes(services)];
}

function logRoutes({ database }: Services): Route[] {
  return [
    route(
      operations.logRunBatch,
      async ({ params, body: { metrics = [], params: given = {}, tags = {} }, workspace }) => {
        const now = Date.now();
        await logBatch(database, {
          workspaceId: workspace.id,
          runId: params.run,
          metrics: metrics.map(({ value, step = 0, timestamp = now, ...metric }) => ({
            ...metric,
            step,
            timestamp,
            value: fromMetricValue(value),
          })),
          params: Object.entries(given).map(([key, value]) => ({ key, value })),
          tags,
        });
        return undefined;
      },
    ),
    route(
      operations.logRunInputs,
      ({ params, body: { datasets = [], modelInputs = [], modelOutputs = [] }, workspace }) =>
        transaction(database, async (trx) => {
          const ref = { workspaceId: workspace.id, runId: params.run };
          await logInputs(trx, { ...ref, datasets, models: modelInputs });
          await logOutputs(trx, { ...ref, models: modelOutputs });
        }).then(() => undefined),
    ),
    route(operations.recordRunHeartbeat, async ({ params, workspace }) => ({
      active: await recordHeartbeat(database, { workspaceId: workspace.id, runId: params.run }),
    })),
  ];
}

const defaultPoints = 1000;

function metricRoutes({ database }: Services): Route[] {
  return [
    route(operations.getMetricHistory, async ({ params, query: { limit = 1000, cursor }, workspace }) => {
      const ref = { workspaceId: workspace.id, runId: params.run, key: params.metric };
      const page = await getMetricHistory(database, { ...ref, limit, ...(cursor !== undefined && { cursor }) });
      return { ...page, items: page.items.map(toMetricBody) };
    }),
    route(operations.sampleMetricHistories, async ({ body, workspace }) => {
      const { runs, metric, points = defaultPoints, startStep, endStep } = body;
      const found = await sampleMetricHistories(database, {
        workspaceId: workspace.id,
        runIds: runs,
        key: metric,
        points,
        ...(startStep !== undefined && { startStep }),
        ...(endStep !== undefined && { endStep }),
      });
      return { runs: byRun(found) };
    }),
  ];
}

function byRun(points: readonly MetricPoint[]) {
  const groups = Map.groupBy(points, ({ runId }) => runId);
  return Object.fromEntries(
    [...groups].map(([runId, own]) => [
      runId,
      {
        steps: own.map(({ step }) => step),
        timestamps: own.map(({ timestamp }) => timestamp),
        values: own.map(({ value }) => toMetricValue(value)),
      },
    ]),
  );
}

function artifactRoutes({ database, artifacts }: Services): Route[] {
  return [
    route(operations.listRunArtifacts, async ({ params, query: { folder = "" }, workspace }) => ({
      items: await listRunArtifacts(database, { workspaceId: workspace.id, runId: params.run, folder }),
    })),
    route(operations.getRunArtifact, async ({ params, headers, workspace }) => {
      const ref = { workspaceId: workspace.id, runId: params.run, path: params.path };
      const { sha256, size, path } = await getRunArtifact(database, ref);
      const range = byteRange(headers["range"], size);
      const stream = await artifacts.read(sha256, range ?? {});
      return {
        stream,
        fileName: path.slice(path.lastIndexOf("/") + 1),
        length: range ? range.end - range.start : size,
        ...(range && { contentRange: `bytes ${range.start}-${range.end - 1}/${size}` }),
      };
    }),
    route(operations.putRunArtifact, async ({ params, upload, headers, signal, workspace }) => {
      const ref = { workspaceId: workspace.id, runId: params.run };
      const path = checkArtifactPath(params.path);
      // Refused before the bytes are taken in.
      await getRun(database, ref);
      const length = headers["content-length"];
      const file = await artifacts.put(upload, { signal, ...(typeof length === "string" && { size: Number(length) }) });
      const stored = await putRunArtifact(database, { ...ref, path, ...file });
      return { path: stored.path, isFolder: false, size: stored.size };
    }),
    route(operations.deleteRunArtifact, ({ params, workspace }) =>
      deleteRunArtifact(database, { workspaceId: workspace.id, runId: params.run, path: params.path }).then(
        () => undefined,
      ),
    ),
  ];
}
