/** For tests of all folders: a receiver of OpenTelemetry's OTLP/HTTP in JSON, which keeps what it is sent. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

interface Attribute {
  readonly key: string;
  readonly value: Readonly<Record<string, unknown>>;
}

export interface ExportedPoint {
  readonly attributes: readonly Attribute[];
  readonly count?: number | string;
  readonly sum?: number;
  readonly asDouble?: number;
  readonly asInt?: number | string;
}

export interface ExportedMetric {
  readonly name: string;
  readonly unit: string;
  readonly histogram?: { readonly dataPoints: readonly ExportedPoint[] };
  readonly sum?: { readonly isMonotonic: boolean; readonly dataPoints: readonly ExportedPoint[] };
}

/** What there is of it by the kind of the export. */
interface Export {
  readonly resourceMetrics?: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeMetrics: readonly { readonly metrics: readonly ExportedMetric[] }[];
  }[];
  readonly resourceSpans?: readonly {
    readonly scopeSpans: readonly { readonly spans: readonly Readonly<Record<string, unknown>>[] }[];
  }[];
}

export async function startOtlpReceiver() {
  const received: { readonly url: string; readonly body: Export }[] = [];
  const server = createServer(async (request, response) => {
    received.push({ url: request.url ?? "", body: (await json(request)) as Export });
    response.writeHead(200, { "content-type": "application/json" }).end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    resources: () => received.flatMap(({ body }) => (body.resourceMetrics ?? []).map(({ resource }) => resource)),
    metrics: () =>
      received
        .flatMap(({ body }) => body.resourceMetrics ?? [])
        .flatMap(({ scopeMetrics }) => scopeMetrics.flatMap(({ metrics }) => metrics)),
    spans: () =>
      received
        .flatMap(({ body }) => body.resourceSpans ?? [])
        .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)),
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
