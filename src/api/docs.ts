/** The OpenAPI document and Swagger UI for it. Both are public: they hold no data, and every operation asks for a token. */
import { createReadStream } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { slipwayVersion } from "../base/index.ts";
import { openApiDocument } from "../contract/index.ts";
import { swaggerUiFiles, swaggerUiFolder, swaggerUiPage, swaggerUiPolicy, swaggerUiScript } from "../http/index.ts";

const page = swaggerUiPage("Slipway API", "/api/docs/");

/** Until there is a studio: where everything is. */
const home = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Slipway</title><link rel="icon" href="/api/docs/favicon-32x32.png"></head>
<body>
<h1>Slipway</h1>
<p>The server is running. The studio is not built yet; until then:</p>
<ul>
<li><a href="/api/docs">the API</a>, described and to try out</li>
<li><code>slipway --help</code>, all commands: <code>slipway data create</code>, <code>slipway automl --data</code>, <code>slipway runs list</code></li>
<li>MLflow clients: this address as MLFLOW_TRACKING_URI, your token as MLFLOW_TRACKING_TOKEN</li>
</ul>
</body>
</html>
`;

const script = swaggerUiScript("/api/v1/openapi.json");

export function addDocs(scope: FastifyInstance): void {
  const config = { access: "public", workspace: null } as const;
  let document: string | null = null;
  const folder = swaggerUiFolder();
  scope.get("/api/v1/openapi.json", { config }, (_request, reply) =>
    reply
      .type("application/json; charset=utf-8")
      .send((document ??= JSON.stringify(openApiDocument(slipwayVersion())))),
  );
  scope.get("/", { config }, (_request, reply) =>
    reply.headers({ "content-security-policy": swaggerUiPolicy }).type("text/html; charset=utf-8").send(home),
  );
  scope.get("/api/docs", { config }, (_request, reply) =>
    reply.headers({ "content-security-policy": swaggerUiPolicy }).type("text/html; charset=utf-8").send(page),
  );
  scope.get("/api/docs/start.js", { config }, (_request, reply) =>
    reply.type("text/javascript; charset=utf-8").send(script),
  );
  for (const [name, type] of Object.entries(swaggerUiFiles)) {
    scope.get(`/api/docs/${name}`, { config }, (_request, reply) =>
      reply
        .type(type)
        .header("cache-control", "max-age=3600")
        .send(createReadStream(join(folder, name))),
    );
  }
}
