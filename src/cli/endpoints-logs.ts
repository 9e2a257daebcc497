import { SlipwayError } from "../base/index.ts";
import type { EndpointLogEntry, EndpointMetrics } from "../contract/index.ts";
import type { Command, Invocation } from "./command.ts";
import { endpointOperand } from "./endpoints-values.ts";
import { shortTime } from "./listing.ts";
import { connect, serverOptions } from "./server-client.ts";
import { count, number, printable, table } from "./text.ts";
import { choiceOption, numberOption } from "./values.ts";

const defaultLines = 200;

export const endpointsLogsCommand: Command = {
  name: "endpoints logs",
  summary: "Prints the end of an endpoint's log, oldest line first.",
  operands: [endpointOperand],
  options: [
    { name: "tail", value: "NUMBER", description: `The last lines, up to 10000. By default ${defaultLines}.` },
    { name: "follow", description: "Goes on with what is logged from now on, until Ctrl-C." },
    { name: "level", value: "LEVEL", description: "info, warn or error: this and worse." },
    { name: "request", value: "ID", description: "Only the lines of this request (x-ms-request-id)." },
    ...serverOptions,
  ],
  details: [
    "Starts and ends of processes are always logged; requests while app insights is on: slipway endpoints update NAME --app-insights on",
    "With --json a line of JSON for each line of the log.",
  ],
  example: "slipway endpoints logs bank --tail 20 --follow",
  writesData: () => true,
  run: printLogs,
};

async function printLogs({ operands: [endpoint = ""], options, write, signal }: Invocation): Promise<void> {
  const client = connect(options);
  const tail = numberOption(options, "tail", { min: 1, max: 10_000, whole: true }) ?? defaultLines;
  const level = choiceOption(options, "level", ["info", "warn", "error"]);
  const requestId = options["request"];
  const follow = "follow" in options;
  if (follow && (level ?? requestId) !== undefined) {
    throw new SlipwayError("SLW_CLI_OPTION", "--follow shows every line.", { fix: "Leave --level and --request out." });
  }
  const line = (entry: EndpointLogEntry): string => ("json" in options ? JSON.stringify(entry) : textOf(entry));
  // Followed before it is read, so that nothing falls between the two.
  const followed = follow ? await client.followEndpointLogs({ endpoint }, { signal }) : null;
  const query = { tail, ...(level && { level }), ...(requestId !== undefined && { requestId }) };
  const { items } = await client.getEndpointLogs({ endpoint, query }, { signal });
  if (items.length > 0) await write(`${items.map(line).join("\n")}\n`);
  const seen = new Set(items.map((entry) => JSON.stringify(entry)));
  for await (const { data } of followed ?? []) {
    if (!seen.has(JSON.stringify(data))) await write(`${line(data)}\n`);
  }
}

function textOf({ at, level, message }: EndpointLogEntry): string {
  return `${at} ${level.padEnd(5)} ${printable(message)}`;
}

export const endpointsMetricsCommand: Command = {
  name: "endpoints metrics",
  summary: "Prints requests, latencies and errors of an endpoint over time, by deployment.",
  operands: [endpointOperand],
  options: [
    { name: "hours", value: "NUMBER", description: "So many hours back from now. By default 1." },
    { name: "step", value: "MINUTES", description: "Minutes of a line. By default about 60 lines." },
    ...serverOptions,
  ],
  details: [],
  example: "slipway endpoints metrics bank --hours 24",
  writesData: (options) => "json" in options,
  run: printMetrics,
};

async function printMetrics({ operands: [endpoint = ""], options, output, write, signal }: Invocation): Promise<void> {
  const hours = numberOption(options, "hours", { min: 0.1, max: 24 * 366 }) ?? 1;
  const step = numberOption(options, "step", { min: 1, max: 1440, whole: true });
  const query = {
    from: new Date(Date.now() - hours * 3_600_000).toISOString(),
    ...(step !== undefined && { stepSeconds: step * 60 }),
  };
  const metrics = await connect(options).getEndpointMetrics({ endpoint, query }, { signal });
  if ("json" in options) return write(`${JSON.stringify(metrics)}\n`);
  if (metrics.total.requests === 0) return output.line(`${endpoint} had no requests in the time.`);
  const [header = "", ...lines] = table(metricColumns, metricRows(metrics), output.width);
  output.line(output.bold(header));
  for (const line of lines) output.line(line);
  const { rows, dropped } = metrics.collected;
  if (rows + dropped > 0) output.line(`collected ${count(rows)} rows, dropped ${count(dropped)}`);
}

type Point = EndpointMetrics["total"];

const metricColumns = [
  { title: "TIME" },
  { title: "REQUESTS", align: "right" },
  { title: "PER S", align: "right" },
  { title: "P50 MS", align: "right" },
  { title: "P95 MS", align: "right" },
  { title: "P99 MS", align: "right" },
  { title: "ERRORS", flexible: true },
] as const;

function metricRows({ points, deployments, total }: EndpointMetrics): string[][] {
  const busy = points.filter(({ requests }) => requests > 0);
  const named = deployments.map(({ name, mirrored, total: own }) =>
    pointRow(mirrored ? `${name} (copies)` : name, own),
  );
  return [...busy.map((point) => pointRow(shortTime(point.at), point)), ...named, pointRow("all", total)];
}

function pointRow(title: string, { requests, requestsPerSecond, p50, p95, p99, errors }: Point): string[] {
  const failures = Object.entries(errors).map(([code, times]) => `${code} ${count(times)}`);
  return [
    title,
    count(requests),
    number(requestsPerSecond, 3),
    ...[p50, p95, p99].map((ms) => number(ms, 3)),
    failures.join(", "),
  ];
}
