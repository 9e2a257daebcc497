/** What OpenTelemetry counts of requests, by the names of its semantic conventions where they have one. */
import type { MetricsExport } from "../../http/index.ts";
import type { RequestRecord } from "../logs/request-record.ts";

export interface RequestMeter {
  record(record: RequestRecord): void;
  /** Rows of a deployment that the collector kept, and rows that it had no room for. */
  countCollected(deployment: string, collected: number, dropped: number): void;
  /** Sends what waits, for a moment. Never rejects. */
  close(): Promise<void>;
}

/** Bounds in seconds: those of the conventions, and finer ones, for most requests take less than the first of them. */
const bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

export function createRequestMeter({ meter, close }: MetricsExport): RequestMeter {
  const duration = meter.createHistogram("http.server.request.duration", {
    unit: "s",
    description: "Time until the answer.",
    advice: { explicitBucketBoundaries: bounds },
  });
  const rows = meter.createCounter("slipway.predictions", { unit: "{row}", description: "Rows that were scored." });
  const collected = meter.createCounter("slipway.collected", { unit: "{row}", description: "Rows that were kept." });
  const dropped = meter.createCounter("slipway.collected.dropped", {
    unit: "{row}",
    description: "Rows to be kept for which there was no room.",
  });
  return {
    countCollected(deployment, kept, lost) {
      const of = { "slipway.deployment": deployment };
      if (kept > 0) collected.add(kept, of);
      if (lost > 0) dropped.add(lost, of);
    },
    record(record) {
      const { status, code, deployment, model, wire, mirrored } = record;
      const answerer = {
        ...(deployment !== null && { "slipway.deployment": deployment }),
        ...(model !== null && { "slipway.model": model }),
        "slipway.mirrored": mirrored,
      };
      duration.record(record.milliseconds / 1000, {
        "http.request.method": "POST",
        "http.response.status_code": status,
        ...(code !== null && { "error.type": code }),
        ...(wire !== null && { "slipway.wire": wire }),
        ...answerer,
      });
      if (record.rows > 0) rows.add(record.rows, answerer);
    },
    close,
  };
}
