/** Prometheus metrics of the server at /metrics, in text format 0.0.4, named as OpenTelemetry names them. */
import type { FastifyInstance } from "fastify";
import { collectDefaultMetrics, Histogram, Registry } from "prom-client";

/** Bounds in seconds (OpenTelemetry semantic conventions, HTTP metrics). */
const buckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

/** Every request is counted; whoever has a token may read. */
export function addMetrics(app: FastifyInstance): void {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: "http_server_request_duration_seconds",
    help: "Duration of HTTP server requests.",
    labelNames: ["http_request_method", "http_route", "http_response_status_code"] as const,
    buckets,
    registers: [registry],
  });
  app.addHook("onResponse", (request, reply, done) => {
    // The pattern, not the path: a label for each id would never end.
    const route = request.routeOptions.url ?? "none";
    duration.labels(request.method, route, String(reply.statusCode)).observe(reply.elapsedTime / 1000);
    done();
  });
  app.get("/metrics", { config: { access: "user", workspace: null } }, async (_request, reply) =>
    reply.type(registry.contentType).send(await registry.metrics()),
  );
}
