/** Prometheus metrics of the server at /metrics, in text format 0.0.4, named as OpenTelemetry names them. */
import { createRequire } from "node:module";
import type { FastifyInstance } from "fastify";
import type * as prometheus from "prom-client";
import { sentMethod } from "../http/index.ts";
import { durationBuckets, exportDuration } from "./export-metrics.ts";

/** What all apps of a server count into; the library is loaded when the first answer was sent: no start waits for it. */
export type RequestMetrics = () => ReturnType<typeof createMetrics>;

export function openMetrics(): RequestMetrics {
  let made: ReturnType<typeof createMetrics> | null = null;
  return () => (made ??= createMetrics());
}

/** Every request is counted. */
export function countRequests(app: FastifyInstance, metrics: RequestMetrics): void {
  app.addHook("onResponse", (request, reply, done) => {
    // The pattern, not the path: a label for each id would never end.
    const route = request.routeOptions.url ?? "none";
    const [method, seconds] = [sentMethod(request), reply.elapsedTime / 1000];
    metrics().duration.labels(method, route, String(reply.statusCode)).observe(seconds);
    exportDuration(method, route, reply.statusCode, seconds);
    done();
  });
}

/** Whoever has a token may read them. */
export function addMetrics(app: FastifyInstance, metrics: RequestMetrics): void {
  app.get("/metrics", { config: { access: "user", workspace: null } }, async (_request, reply) => {
    const { registry } = metrics();
    return reply.type(registry.contentType).send(await registry.metrics());
  });
}

function createMetrics() {
  const library = createRequire(import.meta.url)("prom-client") as typeof prometheus;
  const { collectDefaultMetrics, Histogram, Registry } = library;
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: "http_server_request_duration_seconds",
    help: "Duration of HTTP server requests.",
    labelNames: ["http_request_method", "http_route", "http_response_status_code"] as const,
    buckets: [...durationBuckets],
    registers: [registry],
  });
  return { registry, duration };
}
