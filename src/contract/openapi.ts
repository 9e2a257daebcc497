/** The OpenAPI 3.1 document of the API, made of the operations. */
import type { TSchema } from "typebox";
import { paramNames, type Access, type Operation } from "./operation.ts";
import { operations } from "./operations/index.ts";
import { Problem } from "./problem.ts";

type Json = Readonly<Record<string, unknown>>;

/** @param version of Slipway */
export function openApiDocument(version: string): Json {
  const schemas: Record<string, unknown> = {};
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [id, operation] of Object.entries(operations as Record<string, Operation>)) {
    const path = operation.path.replace("*}", "}");
    (paths[path] ??= {})[operation.method.toLowerCase()] = describe(id, operation, schemas);
  }
  return {
    openapi: "3.1.0",
    info: {
      title: "Slipway",
      version,
      description: "From a CSV to a live, watched, self-renewing endpoint, on your own machines.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    tags: tagNames().map((name) => ({ name })),
    paths,
    components: {
      schemas,
      securitySchemes: {
        token: { type: "http", scheme: "bearer", description: "A token of a user; it begins with slw_." },
      },
    },
  };
}

function tagNames(): string[] {
  return [...new Set(Object.values(operations as Record<string, Operation>).map(({ tag }) => tag))];
}

function describe(id: string, operation: Operation, schemas: Record<string, unknown>): Json {
  const { summary, description, tag, access, body, upload } = operation;
  const parameters = [...pathParameters(operation), ...queryParameters(operation, schemas), ...headers(operation)];
  return {
    operationId: id,
    summary,
    description: [description, accessText[access]].filter(Boolean).join("\n\n"),
    tags: [tag],
    security: access === "public" ? [] : [{ token: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: { required: true, content: { "application/json": { schema: refer(body, schemas) } } } }),
    ...(upload && {
      requestBody: {
        required: true,
        content: Object.fromEntries(upload.map((type) => [type, { schema: { type: "string", format: "binary" } }])),
      },
    }),
    responses: { ...success(operation, schemas), ...failures(operation, schemas) },
  };
}

const accessText: Readonly<Record<Access, string>> = {
  public: "Needs no token.",
  user: "Needs a token.",
  admin: "Needs a token of an administrator.",
  reader: "Needs the role reader in the workspace.",
  scorer: "Needs the role scorer in the workspace.",
  contributor: "Needs the role contributor in the workspace.",
  owner: "Needs the role owner in the workspace.",
};

function pathParameters({ path, params }: Operation): Json[] {
  return paramNames(path).map((name) => ({
    name,
    in: "path",
    required: true,
    schema: (params?.properties as Record<string, TSchema> | undefined)?.[name] ?? defaultParam(path, name),
  }));
}

function defaultParam(path: string, name: string): Json {
  return { type: "string", minLength: 1, maxLength: path.endsWith(`{${name}*}`) ? 1000 : 255 };
}

function queryParameters({ query }: Operation, schemas: Record<string, unknown>): Json[] {
  const required = new Set((query as { required?: string[] } | undefined)?.required ?? []);
  return Object.entries((query?.properties ?? {}) as Record<string, TSchema>).map(([name, schema]) => ({
    name,
    in: "query",
    required: required.has(name),
    schema: refer(schema, schemas),
  }));
}

function headers({ method }: Operation): Json[] {
  if (method !== "POST") return [];
  const description = "The same key for the same request has one effect, however often it is sent.";
  const schema = { type: "string", pattern: "^[\\x21-\\x7e]{1,200}$" };
  return [{ name: "Idempotency-Key", in: "header", required: false, description, schema }];
}

function success(operation: Operation, schemas: Record<string, unknown>): Json {
  const { status = 200, result, download, events } = operation;
  if (events) {
    const description = "Server-sent events; the data of each is JSON of this schema.";
    return { 200: { description, content: { "text/event-stream": { schema: refer(events, schemas) } } } };
  }
  if (download !== undefined) {
    const content = { [download]: { schema: { type: "string", format: "binary" } } };
    return { 200: { description: "The bytes.", content }, 206: { description: "The range of bytes.", content } };
  }
  if (!result) return { 204: { description: "Done." } };
  return { [status]: { description: "Success.", content: { "application/json": { schema: refer(result, schemas) } } } };
}

/** What each kind of operation may be refused with, and what its own list adds. */
function failures(operation: Operation, schemas: Record<string, unknown>): Json {
  const { access, path, query, body, upload, method, errors = [] } = operation;
  const statuses = new Set([400, 403, 405, 408, 431, 500, 503, ...errors]);
  if (access !== "public") statuses.add(401);
  if (paramNames(path).length > 0) statuses.add(404);
  if (body || upload) for (const status of [413, 415]) statuses.add(status);
  if (method === "POST") statuses.add(409);
  if (query || body) statuses.add(400);
  const schema = refer(Problem, schemas);
  const response = { description: "A problem.", content: { "application/problem+json": { schema } } };
  return Object.fromEntries([...statuses].sort((a, b) => a - b).map((status) => [status, response]));
}

/** A schema with an $id stands once, under components. */
function refer(schema: TSchema, schemas: Record<string, unknown>): unknown {
  const plain = JSON.parse(JSON.stringify(schema)) as Json;
  return lift(plain, schemas);
}

function lift(value: unknown, schemas: Record<string, unknown>): unknown {
  if (Array.isArray(value)) return value.map((item) => lift(item, schemas));
  if (typeof value !== "object" || value === null) return value;
  const { $id, ...rest } = value as Record<string, unknown>;
  const lifted = Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, lift(item, schemas)]));
  if (typeof $id !== "string") return lifted;
  schemas[$id] ??= lifted;
  return { $ref: `#/components/schemas/${$id}` };
}
