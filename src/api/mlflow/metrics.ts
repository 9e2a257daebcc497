/** All values of MLflow's metrics. */
import { getMetricHistories, getMetricHistory, sampleMetricHistories, type MetricPoint } from "../../tracking/index.ts";
import { endpoint, type Endpoint, type MlflowCall } from "./endpoint.ts";
import { invalidParameter } from "./errors.ts";
import { checked, integer, repeated, required, text, withDefault } from "./fields.ts";
import { finite, toMetric, type Message } from "./forms.ts";

/** Values in a page. */
const mostHistory = 25_000;
/** Values of a metric that is read whole. */
const mostWhole = 250_000;
const mostRuns = 100;
const mostPoints = 2500;

export function metricEndpoints(): Endpoint[] {
  return [
    endpoint("GET", "/mlflow/metrics/get-history", "reader", historyFields, history),
    endpoint(
      "GET",
      "/mlflow/metrics/get-history-bulk",
      "reader",
      { run_id: repeated(text), metric_key: text, max_results: withDefault(integer, mostHistory) },
      async ({ database, workspace, input: { run_id: runIds, metric_key: key, max_results: wanted } }) => {
        checkBulk(runIds, key);
        const limit = Math.min(Math.max(wanted, 0), mostHistory);
        const points = await getMetricHistories(database, { workspaceId: workspace.id, runIds, key: key ?? "", limit });
        return { metrics: points.map(toPoint) };
      },
    ),
    endpoint("GET", "/mlflow/metrics/get-history-bulk-interval", "reader", intervalFields, async (call) => {
      const { run_ids: runIds, metric_key: key, max_results: points, start_step: start, end_step: end } = call.input;
      checkInterval(start, end);
      const sampled = await sampleMetricHistories(call.database, {
        workspaceId: call.workspace.id,
        runIds,
        key,
        points,
        ...(start !== undefined && { startStep: start }),
        ...(end !== undefined && { endStep: end }),
      });
      return { metrics: sampled.map(toPoint) };
    }),
  ];
}

const historyFields = {
  run_id: required(text),
  metric_key: required(text),
  page_token: withDefault(text, ""),
  max_results: checked(integer, (value) =>
    value > 0 ? null : `Invalid value ${value} for parameter 'max_results' supplied. It must be a positive integer.`,
  ),
};

async function history({ database, workspace, input }: MlflowCall<typeof historyFields>) {
  const { run_id: runId, metric_key: key, page_token: cursor, max_results: limit } = input;
  const page = await getMetricHistory(database, {
    workspaceId: workspace.id,
    runId,
    key,
    limit: limit === undefined ? mostWhole : Math.min(limit, mostHistory),
    ...(cursor !== "" && { cursor }),
  });
  // Without max_results the client takes what comes for all there is.
  if (limit === undefined && page.nextCursor !== undefined) {
    throw invalidParameter(`The metric '${key}' has more than ${mostWhole} values. Read them in pages: max_results.`);
  }
  return { metrics: page.items.map(toMetric), next_page_token: page.nextCursor };
}

const intervalFields = {
  run_ids: checked(required(repeated(text)), (ids) =>
    ids.length <= mostRuns
      ? null
      : `GetMetricHistoryBulkInterval request must specify at most ${mostRuns} run_ids. Received ${ids.length} run_ids.`,
  ),
  metric_key: required(text),
  start_step: integer,
  end_step: integer,
  max_results: checked(withDefault(integer, mostPoints), (value) =>
    value >= 1 && value <= mostPoints ? null : `max_results must be between 1 and ${mostPoints}.`,
  ),
};

function checkBulk(runIds: readonly string[], key: string | undefined): void {
  if (runIds.length === 0) {
    throw invalidParameter("GetMetricHistoryBulk request must specify at least one run_id.");
  }
  if (runIds.length > mostRuns) {
    throw invalidParameter(
      `GetMetricHistoryBulk request cannot specify more than ${mostRuns} run_ids. Received ${runIds.length} run_ids.`,
    );
  }
  if (key === undefined) throw invalidParameter("GetMetricHistoryBulk request must specify a metric_key.");
}

function checkInterval(start: number | undefined, end: number | undefined): void {
  if ((start === undefined) !== (end === undefined)) {
    throw invalidParameter("If either start step or end step are specified, both must be specified.");
  }
  if (start !== undefined && end !== undefined && start > end) {
    throw invalidParameter(`end_step must be greater than start_step. Found start_step=${start} and end_step=${end}.`);
  }
}

function toPoint({ key, value, timestamp, step, runId }: MetricPoint): Message {
  return { key, value: finite(value), timestamp, step, run_id: runId };
}
