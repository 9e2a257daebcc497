/** The process and its traces in Prometheus' text format 0.0.4, by the names that Prometheus' own clients use. */
import type { SpanCounts } from "./tracer.ts";

/** @returns lines, each with its end */
export function processMetrics(): string {
  const { user, system } = process.cpuUsage();
  return [
    ...sample("process_cpu_seconds_total", "counter", "User and system time.", (user + system) / 1e6),
    ...sample("process_resident_memory_bytes", "gauge", "Resident memory.", process.memoryUsage.rss()),
    ...sample("process_start_time_seconds", "gauge", "Start, since 1970.", performance.timeOrigin / 1000),
  ].join("");
}

/** @returns lines, each with its end */
export function spanMetrics({ sent, failed, dropped }: SpanCounts): string {
  return [
    ...sample("slipway_spans_sent_total", "counter", "Spans that the collector took.", sent),
    ...sample("slipway_spans_failed_total", "counter", "Spans that the collector did not take.", failed),
    ...sample("slipway_spans_dropped_total", "counter", "Spans without room in the queue.", dropped),
  ].join("");
}

function sample(name: string, type: "counter" | "gauge", help: string, value: number): string[] {
  return [`# HELP ${name} ${help}\n`, `# TYPE ${name} ${type}\n`, `${name} ${value}\n`];
}
