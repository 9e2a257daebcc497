/** Puts MLflow's REST API on the server: below the prefixes that its clients use, alone and below a workspace's address. */
import { Readable } from "node:stream";
import type { FastifyContextConfig, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { defaultWorkspace } from "../../access/index.ts";
import { SlipwayError } from "../../base/index.ts";
import { parseJsonBody } from "../../http/index.ts";
import type { Authorized } from "../authorize.ts";
import { createMethodFinder, refuseMethod } from "../other-methods.ts";
import type { CoreServices } from "../services.ts";
import type { Answer, Endpoint, FileAnswer, HeadedAnswer, MlflowCall } from "./endpoint.ts";
import { endpoints } from "./endpoints.ts";
import { mlflowError } from "./errors.ts";
import type { Fields } from "./fields.ts";
import { queryRequest, readRequest, type RawRequest } from "./read-request.ts";
import { sendFile } from "./send-file.ts";
import { registerServerInfo } from "./server-info.ts";

const prefix = "/api/2.0";

/** Before a prefix: nothing for the workspace "default". A tracking URI may end in it. */
const workspaces = [
  { before: "", workspace: { name: defaultWorkspace } },
  { before: "/workspaces/:workspace", workspace: { param: "workspace" } },
] as const;

export async function registerMlflow(app: FastifyInstance, services: CoreServices): Promise<void> {
  const all = endpoints();
  await app.register((scope, _options, done) => {
    takeJson(scope);
    for (const endpoint of all) if (!endpoint.upload) registerEndpoint(scope, endpoint, services);
    registerServerInfo(scope);
    refuseUnknown(scope, all);
    done();
  });
  await app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, payload, ready) => ready(null, payload));
    for (const endpoint of all) if (endpoint.upload) registerEndpoint(scope, endpoint, services);
    done();
  });
}

function registerEndpoint(scope: FastifyInstance, endpoint: Endpoint, services: CoreServices): void {
  const { method, access, upload } = endpoint;
  for (const { before, workspace } of workspaces) {
    const config: FastifyContextConfig = { access, workspace, errorBody: mlflowError };
    if (upload) config.upload = ["*/*"];
    scope.route({
      method,
      url: `${before}${addressOf(endpoint)}`,
      config,
      handler: async (request, reply) => {
        await send(reply, await endpoint.handle(readCall(endpoint, request, reply, services, before)));
        return reply;
      },
    });
  }
}

/** As Fastify writes it: "/api/2.0/mlflow/logged-models/:model_id". */
function addressOf({ path, atRoot }: Pick<Endpoint, "path" | "atRoot">): string {
  return `${atRoot ? "" : prefix}${path.replace(/\{(\w+)\}/g, ":$1")}`;
}

/** An endpoint that is not there, and a method that an endpoint does not take: only for those with a token. */
function refuseUnknown(scope: FastifyInstance, all: readonly Endpoint[]): void {
  const config: FastifyContextConfig = { access: "user", workspace: null, errorBody: mlflowError, upload: ["*/*"] };
  const found = workspaces.flatMap(({ before }) =>
    all.map((endpoint) => ({ method: endpoint.method, url: `${before}${addressOf(endpoint)}` })),
  );
  const methodsOf = createMethodFinder(found);
  const handler = (request: FastifyRequest, reply: FastifyReply): never => {
    const taken = methodsOf(request.url.split("?", 1)[0] as string);
    if (taken.length > 0) refuseMethod(reply, taken);
    const path = request.originalUrl.split("?", 1)[0] as string;
    throw new SlipwayError("SLW_MLFLOW_ENDPOINT", `There is no endpoint ${request.method} ${path}.`);
  };
  for (const { before } of workspaces) {
    for (const area of ["mlflow", "mlflow-artifacts"]) scope.all(`${before}${prefix}/${area}/*`, { config }, handler);
    for (const endpoint of all.filter(({ atRoot }) => atRoot)) {
      const method = ["GET", "POST", "PUT", "PATCH", "DELETE"].filter((name) => name !== endpoint.method);
      scope.route({ method, url: `${before}${addressOf(endpoint)}`, config, handler });
    }
  }
}

/** The body of a JSON request: parsed, and as it was sent, since messages quote from it. */
interface JsonBody {
  readonly value: unknown;
  readonly text: string;
}

function takeJson(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, ready) => {
    try {
      const bytes = body as Buffer;
      ready(null, { value: parseJsonBody(bytes), text: bytes.toString("utf8") } satisfies JsonBody);
    } catch (error) {
      ready(error as Error);
    }
  });
}

function readCall(
  endpoint: Endpoint,
  request: FastifyRequest,
  reply: FastifyReply,
  services: CoreServices,
  before: string,
): MlflowCall<Fields> {
  const { principal, workspace } = request.authorized as Authorized;
  const gone = new AbortController();
  reply.raw.once("close", () => gone.abort(new SlipwayError("SLW_HTTP_REQUEST", "The client is gone.")));
  const length = request.headers["content-length"];
  return {
    ...services,
    workspace: workspace as NonNullable<typeof workspace>,
    actor: { userId: principal.userId, userName: principal.userName, requestId: request.id },
    input: readRequest(endpoint.fields, rawRequest(endpoint, request)),
    rest: (request.params as Record<string, string>)["*"] ?? "",
    upload: request.body instanceof Readable ? request.body : Readable.from([]),
    uploadSize: length === undefined ? null : Number(length),
    baseUrl: `${request.protocol}://${request.host}${before === "" ? "" : `/workspaces/${workspace?.name}`}`,
    authorization: request.headers.authorization ?? "",
    signal: gone.signal,
  };
}

function rawRequest({ method, upload, fields }: Endpoint, request: FastifyRequest): RawRequest {
  const mark = request.url.indexOf("?");
  const query = mark < 0 ? "" : request.url.slice(mark + 1);
  const body = upload || method === "GET" ? undefined : (request.body as JsonBody | undefined);
  const raw = body === undefined ? queryRequest(fields, query) : { values: toObject(body.value), text: body.text };
  const { workspace: _workspace, "*": _rest, ...params } = request.params as Record<string, string>;
  return Object.keys(params).length === 0 ? raw : { values: { ...raw.values, ...params }, text: raw.text };
}

function toObject(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new SlipwayError("SLW_MLFLOW_INPUT", "The body of the request must be a JSON object.");
}

async function send(reply: FastifyReply, answer: Answer): Promise<void> {
  if ("file" in answer) return sendFile(reply, (answer as FileAnswer).file);
  const headed = "headers" in answer;
  if (headed) reply.headers((answer as HeadedAnswer).headers);
  const message = headed ? (answer as HeadedAnswer).message : answer;
  reply.type("application/json; charset=utf-8").send(JSON.stringify(message, asMessage));
}

/** Protocol buffers leave empty lists out, and write what JSON has no number for as text. */
function asMessage(_key: string, value: unknown): unknown {
  if (Array.isArray(value) && value.length === 0) return undefined;
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value;
}
