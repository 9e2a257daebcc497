/** OpenTelemetry: a span for each request, child of the caller's where it sends `traceparent`. */
import { context, propagation, SpanKind, SpanStatusCode, trace, type Span } from "@opentelemetry/api";
import type { FastifyInstance } from "fastify";
import { slipwayVersion } from "../base/index.ts";
import { sentMethod } from "../http/index.ts";

/**
 * Sends traces to where the standard variables point (OTEL_EXPORTER_OTLP_ENDPOINT and its like); without them nothing
 * is loaded and spans cost nothing.
 * @returns what sends the rest and ends
 */
export async function startTracing(env: Readonly<NodeJS.ProcessEnv>): Promise<() => Promise<void>> {
  if (!env["OTEL_EXPORTER_OTLP_ENDPOINT"] && !env["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"]) return () => Promise.resolve();
  const [{ TracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, { resourceFromAttributes }, core] =
    await Promise.all([
      import("@opentelemetry/sdk-trace"),
      import("@opentelemetry/exporter-trace-otlp-http"),
      import("@opentelemetry/resources"),
      import("@opentelemetry/core"),
    ]);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      "service.name": env["OTEL_SERVICE_NAME"] ?? "slipway",
      "service.version": slipwayVersion(),
    }),
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  });
  trace.setGlobalTracerProvider(provider);
  propagation.setGlobalPropagator(new core.W3CTraceContextPropagator());
  return () => provider.shutdown();
}

declare module "fastify" {
  interface FastifyRequest {
    span: Span | null;
  }
}

/** Attributes by OpenTelemetry's semantic conventions for HTTP; never headers or queries, which may hold secrets. */
export function addTracing(app: FastifyInstance): void {
  const tracer = trace.getTracer("slipway", slipwayVersion());
  app.decorateRequest("span", null);
  app.addHook("onRequest", (request, _reply, done) => {
    const route = request.routeOptions.url ?? "none";
    const attributes = {
      "http.request.method": sentMethod(request),
      "http.route": route,
      "slipway.request_id": request.id,
    };
    const parent = propagation.extract(context.active(), request.headers);
    request.span = tracer.startSpan(`${sentMethod(request)} ${route}`, { kind: SpanKind.SERVER, attributes }, parent);
    done();
  });
  app.addHook("onResponse", (request, reply, done) => {
    request.span?.setAttribute("http.response.status_code", reply.statusCode);
    if (reply.statusCode >= 500) request.span?.setStatus({ code: SpanStatusCode.ERROR });
    request.span?.end();
    done();
  });
}
