/**
 * What an endpoint takes and answers, with the model's own columns: Swagger 2.0 or OpenAPI 3.0.3. Types, enumerations
 * and examples are what training saw. Swagger 2.0 knows one form of a body an address: it has Azure ML's.
 */
import { swaggerPaths } from "./swagger-paths.ts";
import { swaggerSchemas } from "./swagger-schemas.ts";
import type { Json, SwaggerSource } from "./swagger-source.ts";

export function swaggerDocument(source: SwaggerSource): Json {
  const { name, url, version, schema, model, authMode } = source;
  const of = schema.target === null ? "" : ` of "${schema.target}"`;
  const info = {
    title: name,
    version: String(model.version),
    description: `Scores rows with the model ${model.name}, version ${model.version} (${schema.algorithm}): ${schema.task ?? "prediction"}${of}.`,
  };
  const schemas = swaggerSchemas(source);
  if (version === 2) {
    const { host, protocol } = new URL(url);
    return {
      swagger: "2.0",
      info,
      host,
      basePath: "/",
      schemes: [protocol.slice(0, -1)],
      consumes: ["application/json"],
      produces: ["application/json"],
      ...(authMode === "none" ? {} : { securityDefinitions: { Bearer: { ...apiKey, description: "Bearer <key>" } } }),
      paths: swaggerPaths(source),
      definitions: schemas,
    };
  }
  const bearer = { type: "http", scheme: "bearer", ...(authMode === "token" ? { bearerFormat: "JWT" } : {}) };
  return {
    openapi: "3.0.3",
    info,
    servers: [{ url }],
    paths: swaggerPaths(source),
    components: { ...(authMode === "none" ? {} : { securitySchemes: { Bearer: bearer } }), schemas },
  };
}

/** Swagger 2.0 has no bearer scheme: the header's whole value is the key there. */
const apiKey = { type: "apiKey", name: "Authorization", in: "header" } as const;
