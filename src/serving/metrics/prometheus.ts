/** What a process has counted since it started, in Prometheus' text format 0.0.4. */
import { exportedBuckets, upperBound } from "./buckets.ts";
import type { Series } from "./series.ts";

export interface ProcessCounts {
  /** Of the endpoint. */
  readonly endpoint: string;
  /** Which of its processes: behind one port each scrape is answered by any of them. */
  readonly replica: string;
  /** One for each deployment, outcome and mirroring. */
  readonly series: readonly Series[];
  /** Lines of the request log that there was no room for. */
  readonly droppedLogLines: number;
}

/** @returns lines, each with its end */
export function prometheusText({ endpoint, replica, series, droppedLogLines }: ProcessCounts): string {
  const process = `endpoint="${escaped(endpoint)}",replica="${escaped(replica)}"`;
  const labelled = series.map((one) => ({ one, labels: `${process},deployment="${escaped(one.deployment)}"` }));
  const sums = (pick: (one: Series) => number): string[] =>
    labelled
      .filter(({ one }) => one.outcome === "ok")
      .map(({ one, labels }) => `{${labels},mirrored="${one.mirrored}"} ${pick(one)}`);
  return [
    ...family("http_server_request_duration_seconds", "histogram", "Time until the answer."),
    ...labelled.flatMap(({ one, labels }) => histogramLines(one, labels)),
    ...counter(
      "slipway_predictions_total",
      "Rows that were scored.",
      sums((one) => one.rows),
    ),
    ...counter(
      "slipway_collected_rows_total",
      "Rows that were collected.",
      sums((one) => one.collected),
    ),
    ...counter(
      "slipway_collection_dropped_rows_total",
      "Rows without room to collect them.",
      sums((one) => one.dropped),
    ),
    ...counter("slipway_log_dropped_lines_total", "Lines without room in the log.", [
      `{${process}} ${droppedLogLines}`,
    ]),
    "",
  ].join("\n");
}

function family(name: string, type: "histogram" | "counter", help: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];
}

function counter(name: string, help: string, samples: readonly string[]): string[] {
  return [...family(name, "counter", help), ...samples.map((sample) => `${name}${sample}`)];
}

function histogramLines({ outcome, mirrored, buckets, requests, milliseconds }: Series, labels: string): string[] {
  const name = "http_server_request_duration_seconds";
  const all = `${labels},outcome="${escaped(outcome)}",mirrored="${mirrored}"`;
  const lines: string[] = [];
  let below = 0;
  let next = 0;
  for (const bucket of exportedBuckets) {
    while (next <= bucket) below += buckets[next++]!;
    lines.push(`${name}_bucket{${all},le="${Number((upperBound(bucket) / 1000).toPrecision(12))}"} ${below}`);
  }
  return [
    ...lines,
    `${name}_bucket{${all},le="+Inf"} ${requests}`,
    `${name}_sum{${all}} ${milliseconds / 1000}`,
    `${name}_count{${all}} ${requests}`,
  ];
}

function escaped(label: string): string {
  return label.replace(/[\\"\n]/g, (character) => (character === "\n" ? "\\n" : `\\${character}`));
}
