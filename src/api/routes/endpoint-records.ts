/** What endpoints tell about themselves: their logs and their metrics. */
import { SlipwayError } from "../../base/index.ts";
import { operations, type EndpointLogEntry, type EndpointMetrics as MetricsBody } from "../../contract/index.ts";
import {
  loadEndpoints,
  loadRecords,
  type DeployedEndpoint,
  type EndpointMetrics,
  type LogEntry,
  type MetricsPoint,
} from "../../serving/index.ts";
import { route, type Route, type ServerSentEvent } from "../route.ts";
import type { Services } from "../services.ts";
import { watchCaller } from "../still-authorized.ts";

const { findEndpoint } = await loadEndpoints();
const { followEndpointLogs, readEndpointLogs, readEndpointMetrics } = await loadRecords();

const defaultTail = 200;

export function endpointRecordRoutes({ database, artifacts, endpoints }: Services): Route[] {
  const find = (workspaceId: string, endpoint: string): Promise<DeployedEndpoint> =>
    findEndpoint(database, { workspaceId, endpoint });
  return [
    route(operations.getEndpointLogs, async ({ params, query, workspace }) => {
      const { id } = await find(workspace.id, params.endpoint);
      const { tail = defaultTail, from, to, level, requestId } = query;
      const times = { from: from === undefined ? from : Date.parse(from), to: to === undefined ? to : Date.parse(to) };
      const asked = { endpointId: id, folder: endpoints.folderOf(id), tail, ...times, level, requestId };
      return { items: (await readEndpointLogs({ database, artifacts }, asked)).map(toEntryBody) };
    }),
    route(operations.followEndpointLogs, async (call) => {
      const { id } = await find(call.workspace.id, call.params.endpoint);
      const entries = await followEndpointLogs(endpoints.folderOf(id), call.signal);
      return eventsOf(entries, watchCaller(database, call));
    }),
    route(operations.getEndpointMetrics, async ({ params, query, workspace }) => {
      const { id } = await find(workspace.id, params.endpoint);
      const span = spanOf(query);
      return toMetricsBody(span, await readEndpointMetrics(database, { endpointId: id, ...span }));
    }),
  ];
}

async function* eventsOf(
  entries: AsyncIterable<LogEntry>,
  mayRead: () => Promise<boolean>,
): AsyncGenerator<ServerSentEvent<EndpointLogEntry>> {
  for await (const entry of entries) {
    if (!(await mayRead())) return;
    yield { data: toEntryBody(entry) };
  }
}

function toEntryBody({ at, ...entry }: LogEntry): EndpointLogEntry {
  return { at: new Date(at).toISOString(), ...entry };
}

interface Span {
  /** Milliseconds since 1970. */
  readonly from: number;
  readonly to: number;
  readonly stepSeconds: number;
}

const hour = 3_600_000;
/** Points where the step is not given, and at most. */
const fewPoints = 60;
const mostPoints = 10_000;
/** Seconds: a minute, two, five … a day. */
const steps = [60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400];

function spanOf(query: { from?: string; to?: string; stepSeconds?: number }): Span {
  const to = query.to === undefined ? Date.now() : Date.parse(query.to);
  const from = query.from === undefined ? to - hour : Date.parse(query.from);
  const seconds = (to - from) / 1000;
  const stepSeconds =
    query.stepSeconds ?? steps.find((step) => seconds / step <= fewPoints) ?? (steps.at(-1) as number);
  if (!(seconds > 0)) throw badSpan("from must be before to");
  if (seconds / stepSeconds > mostPoints) throw badSpan(`these are more than ${mostPoints} points`);
  return { from, to, stepSeconds };
}

function badSpan(why: string): SlipwayError {
  return new SlipwayError("SLW_API_INPUT", `query: ${why}.`, { fix: "Ask for another time, or for longer steps." });
}

function toMetricsBody({ from, to, stepSeconds }: Span, metrics: EndpointMetrics): MetricsBody {
  const { total, points, deployments, collected } = metrics;
  return {
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    stepSeconds,
    total: toPointBody(total),
    points: points.map(toPointBody),
    deployments: deployments.map(({ name, mirrored, ...series }) => ({
      name,
      mirrored,
      total: toPointBody(series.total),
      points: series.points.map(toPointBody),
    })),
    collected,
  };
}

function toPointBody({ at, ...point }: MetricsPoint): MetricsBody["total"] {
  return { at: new Date(at).toISOString(), ...point };
}
