/** Metrics to an OTLP/HTTP collector. OpenTelemetry's SDK is loaded by the first that has one. */
import type { Meter } from "@opentelemetry/api";
import { slipwayVersion } from "../base/index.ts";

export interface MetricsExport {
  readonly meter: Meter;
  /** Sends what was measured since the last time, for a moment. Never rejects. */
  close(): Promise<void>;
}

/** Milliseconds between two deliveries where OTEL_METRIC_EXPORT_INTERVAL says nothing (OpenTelemetry specification). */
const usualInterval = 60_000;
/** Milliseconds for one delivery, and for the last one: a collector that hangs costs no more. */
const exportTimeout = 10_000;
const lastExportTimeout = 2_000;

/**
 * Where metrics go, by OpenTelemetry's standard variables: OTEL_EXPORTER_OTLP_METRICS_ENDPOINT as it is, otherwise a path
 * below the base.
 * @param base URL of a collector, as in OTEL_EXPORTER_OTLP_ENDPOINT
 * @returns null for nowhere
 */
export function metricsUrl(env: Readonly<NodeJS.ProcessEnv>, base: string | null): string | null {
  const own = env["OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"];
  if (own) return own;
  return base ? `${base.replace(/\/+$/, "")}/v1/metrics` : null;
}

/** Exports what is measured by the meter, and CPU time and memory of this process. */
export async function startMetricsExport(
  url: string,
  serviceName: string,
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<MetricsExport> {
  const [{ MeterProvider, PeriodicExportingMetricReader }, { OTLPMetricExporter }, { resourceFromAttributes }] =
    await Promise.all([
      import("@opentelemetry/sdk-metrics"),
      import("@opentelemetry/exporter-metrics-otlp-http"),
      import("@opentelemetry/resources"),
    ]);
  const interval = Number(env["OTEL_METRIC_EXPORT_INTERVAL"]) || usualInterval;
  const provider = new MeterProvider({
    resource: resourceFromAttributes({
      "service.name": serviceName,
      "service.version": slipwayVersion(),
      // Each process counts for itself: collectors must not take one's counts for another's.
      "service.instance.id": `${process.pid}-${Math.round(performance.timeOrigin)}`,
    }),
    readers: [
      new PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter({ url, timeoutMillis: exportTimeout }),
        exportIntervalMillis: interval,
        exportTimeoutMillis: Math.min(interval, exportTimeout),
      }),
    ],
  });
  const meter = provider.getMeter("slipway", slipwayVersion());
  observeProcess(meter);
  return { meter, close: () => Promise.race([provider.shutdown(), pause(lastExportTimeout)]).catch(() => {}) };
}

/** By the names of OpenTelemetry's semantic conventions. */
function observeProcess(meter: Meter): void {
  const cpu = meter.createObservableCounter("process.cpu.time", { unit: "s", description: "CPU time." });
  cpu.addCallback((result) => {
    const { user, system } = process.cpuUsage();
    result.observe(user / 1e6, { "cpu.mode": "user" });
    result.observe(system / 1e6, { "cpu.mode": "system" });
  });
  const memory = meter.createObservableUpDownCounter("process.memory.usage", {
    unit: "By",
    description: "Resident memory.",
  });
  memory.addCallback((result) => result.observe(process.memoryUsage.rss()));
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
