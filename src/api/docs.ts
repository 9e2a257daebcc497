/** The OpenAPI document and Swagger UI for it. Both are public: they hold no data, and every operation asks for a token. */
import { createReadStream } from "node:fs";
import { join } from "node:path";
import type { FastifyInstance } from "fastify";
import { slipwayVersion } from "../base/index.ts";
import { openApiDocument } from "../contract/index.ts";
import { swaggerUiFiles, swaggerUiFolder, swaggerUiPage, swaggerUiPolicy, swaggerUiScript } from "../http/index.ts";

const page = swaggerUiPage("Slipway API", "/api/docs/");

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
