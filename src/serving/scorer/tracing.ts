/**
 * OpenTelemetry: a span for each scoring request, child of the caller's where it sends `traceparent`; what the caller
 * does not sample is not sampled here. Loaded only where an endpoint has a collector.
 */
import { defaultTextMapGetter, ROOT_CONTEXT, SpanKind, SpanStatusCode, type Attributes } from "@opentelemetry/api";
import { W3CTraceContextPropagator } from "@opentelemetry/core";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  AlwaysOnSampler,
  BatchSpanProcessor,
  ParentBasedSampler,
  TracerProvider,
  type SpanExporter,
} from "@opentelemetry/sdk-trace";
import { slipwayVersion } from "../../base/index.ts";
import type { Exchange } from "./exchange.ts";
import type { SpanCounts, Tracer } from "./tracer.ts";

/** Spans that wait for the collector; further ones are dropped and counted. */
const mostWaiting = 2048;
/** Milliseconds for one delivery: a collector that hangs costs no more. */
const exportTimeout = 10_000;
/** Milliseconds for the last delivery. */
const lastExportTimeout = 2_000;

/**
 * @param otlpEndpoint base URL of an OTLP/HTTP collector
 * @param serviceName of the endpoint
 */
export function startTracer(otlpEndpoint: string, serviceName: string): Tracer {
  const counts = { sent: 0, failed: 0, dropped: 0, waiting: 0 };
  const url = `${otlpEndpoint.replace(/\/+$/, "")}/v1/traces`;
  const exporter = counting(new OTLPTraceExporter({ url, timeoutMillis: exportTimeout }), counts);
  const provider = new TracerProvider({
    sampler: new ParentBasedSampler({ root: new AlwaysOnSampler() }),
    resource: resourceFromAttributes({ "service.name": serviceName, "service.version": slipwayVersion() }),
    spanProcessors: [
      new BatchSpanProcessor({ exporter, maxQueueSize: mostWaiting, exportTimeoutMillis: exportTimeout }),
    ],
  });
  const spans = provider.getTracer("slipway", slipwayVersion());
  const propagator = new W3CTraceContextPropagator();

  return {
    trace(exchange, status, code, milliseconds) {
      if (counts.waiting >= mostWaiting) {
        counts.dropped++;
        return null;
      }
      const parent = propagator.extract(ROOT_CONTEXT, exchange.request.headers, defaultTextMapGetter);
      const options = {
        kind: SpanKind.SERVER,
        startTime: exchange.at,
        attributes: attributesOf(exchange, status, code),
      };
      const span = spans.startSpan(`POST ${routeOf(exchange.path)}`, options, parent);
      if (status >= 500) span.setStatus({ code: SpanStatusCode.ERROR });
      if (span.isRecording()) counts.waiting++;
      span.end(exchange.at + milliseconds);
      return span.spanContext().traceId;
    },
    counts: () => counts,
    close: () => Promise.race([provider.shutdown(), pause(lastExportTimeout)]).catch(() => {}),
  };
}

/** Attributes by OpenTelemetry's semantic conventions for HTTP; never headers, queries or rows, which may hold secrets. */
function attributesOf(
  { deployment, path, requestId, rows, wire }: Exchange,
  status: number,
  code: string | null,
): Attributes {
  return {
    "http.request.method": "POST",
    "http.route": routeOf(path),
    "http.response.status_code": status,
    "slipway.request_id": requestId,
    "slipway.rows": rows,
    ...(wire !== null && { "slipway.wire": wire.name }),
    ...(deployment !== null && { "slipway.deployment": deployment.name, "slipway.model": deployment.modelName }),
    ...(code !== null && { "error.type": code }),
  };
}

/** A name of a model in an address is no name of a route. */
function routeOf(path: string): string {
  return path.startsWith("/v2/models/") ? "/v2/models/{model}/infer" : path;
}

function counting(
  exporter: SpanExporter,
  counts: { -readonly [name in keyof SpanCounts]: SpanCounts[name] },
): SpanExporter {
  return {
    export(spans, done) {
      exporter.export(spans, (result) => {
        counts.waiting -= spans.length;
        if (result.code === 0) counts.sent += spans.length;
        else counts.failed += spans.length;
        done(result);
      });
    },
    shutdown: () => exporter.shutdown(),
  };
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds).unref());
}
