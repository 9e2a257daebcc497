/** The API server: every request passes the same guards before its body is read, whatever wire it speaks. */
import type { AddressInfo } from "node:net";
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from "fastify";
import { SlipwayError } from "../base/index.ts";
import {
  answerExpectations,
  checkTarget,
  createHostCheck,
  createHttpApp,
  parseJsonBody,
  refuse,
  sentMethod,
  toSlipwayError,
  trackConnections,
} from "../http/index.ts";
import { isConnectionFailure } from "../store/index.ts";
import { authorize } from "./authorize.ts";
import { addDocs } from "./docs.ts";
import { firstAnswers } from "./first-answers.ts";
import { addMetrics } from "./metrics.ts";
export { exportMetrics } from "./export-metrics.ts";
import { mlflowAddress, registerMlflow } from "./mlflow/index.ts";
import { checkOrigin } from "./origin.ts";
import { registerRoutes } from "./register.ts";
import { refuseOthers } from "./other-methods.ts";
import { addStudio } from "./studio.ts";
import { addTracing } from "./tracing.ts";
import { apiRoutes } from "./routes/index.ts";
import type { Services } from "./services.ts";
import { sessionSecret } from "./session.ts";

export interface ApiOptions {
  /** The address or name to listen on; 127.0.0.1 for this machine alone. */
  readonly host: string;
  /** 0 for any free port. */
  readonly port: number;
  readonly services: Services;
}

export interface ApiServer {
  /** Without a slash at the end: "http://127.0.0.1:8080". */
  readonly url: string;
  /** Ends idle connections at once and busy ones within two seconds; then the port is free. */
  close(): Promise<void>;
}

/** Bytes of a JSON body at most; files are streamed and have no such limit. */
const bodyBytes = 10 * 1024 * 1024;
/** Milliseconds until a JSON body must be there. */
const bodyMilliseconds = 60_000;
const graceMilliseconds = 2_000;
/** Seconds in which a database that died is there again. */
const retrySeconds = 2;

/** @throws SLW_SERVE_LISTEN */
export async function listen(app: FastifyInstance, options: Pick<ApiOptions, "host" | "port">): Promise<ApiServer> {
  const connections = trackConnections(app.server);
  const host = options.host === "localhost" ? "127.0.0.1" : options.host;
  try {
    await app.listen({ host, port: options.port });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === "EADDRINUSE" ? "the port is in use" : message;
    throw new SlipwayError("SLW_SERVE_LISTEN", `Cannot listen on ${host}, port ${options.port}: ${reason}.`, {
      details: { host, port: options.port },
      cause,
    });
  }
  const { port } = app.server.address() as AddressInfo;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    async close() {
      await connections.stop(graceMilliseconds);
      await app.close();
    },
  };
}

/** @param onRoute sees every route as it is registered: for tests that walk the table */
export async function createApi({
  host,
  services,
  onRoute,
}: ApiOptions & { readonly onRoute?: (route: RouteOptions) => void }): Promise<FastifyInstance> {
  const limits = { bodyBytes, headersMilliseconds: 15_000, requestMilliseconds: 0 };
  const app = createHttpApp(limits, ({ url = "" }) => mlflowAddress(url));
  app.decorateRequest("authorized", null);
  app.addHook("onRoute", (registered) => {
    const { method, url, config } = registered;
    if (config?.access === undefined) throw new Error(`${String(method)} ${url} declares no access`);
    onRoute?.(registered);
  });
  addTracing(app);
  addMetrics(app);
  addGuards(app, host, services);
  const routes = apiRoutes(services);
  await app.register((scope, _options, done) => {
    takeJson(scope);
    registerRoutes(
      scope,
      routes.filter(({ operation }) => operation.upload === undefined),
      services,
    );
    addDocs(scope);
    addStudio(scope, { firstAnswers: (headers) => firstAnswers(services.database, headers) });
    done();
  });
  await app.register((scope, _options, done) => {
    takeBytes(scope);
    registerRoutes(
      scope,
      routes.filter(({ operation }) => operation.upload !== undefined),
      services,
    );
    refuseOthers(scope, routes);
    done();
  });
  await registerMlflow(app, services);
  await app.ready();
  return app;
}

function addGuards(app: FastifyInstance, host: string, services: Services): void {
  const isOurHost = createHostCheck(host);
  const log = services.log.child({ part: "api" });
  app.addHook("onRequest", async (request, reply) => {
    reply.headers({ "x-request-id": request.id, "x-content-type-options": "nosniff", "cache-control": "no-store" });
    const refusal = checkTarget(request.raw, isOurHost) ?? checkOrigin(request.raw);
    if (refusal) throw refusal;
    const { access, workspace } = request.routeOptions.config;
    if (access !== undefined && access !== "public") {
      const name = workspace && ("name" in workspace ? workspace.name : workspaceParam(request, workspace.param));
      request.authorized = await authorize(services.database, request, access, name ?? null);
    }
    const wrong = checkBody(request);
    if (wrong) throw wrong;
    limitBodyTime(request, reply);
  });
  app.setNotFoundHandler({}, (request, reply) =>
    refuse(request, reply, new SlipwayError("SLW_HTTP_NOT_FOUND", "There is nothing at this address.")),
  );
  app.setErrorHandler((error, request, reply) => {
    const refusal = refusedByDatabase(error) ?? toSlipwayError(error);
    if (refusal.status === 503) reply.header("retry-after", retrySeconds);
    if (refusal.code === "SLW_API_SIGN_IN_LIMIT")
      reply.header("retry-after", refusal.details["retryAfterSeconds"] as number);
    if (refusal.code === "SLW_ARTIFACT_RANGE")
      reply.header("content-range", `bytes */${String(refusal.details["size"])}`);
    if (refusal.status >= 500) log.error({ err: error, requestId: request.id }, "a request failed");
    answerError(refusal, request, reply);
  });
  app.addHook("onResponse", (request, reply, done) => {
    log.info(
      {
        requestId: request.id,
        method: sentMethod(request),
        path: request.originalUrl.split("?", 1)[0],
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime * 10) / 10,
        user: request.authorized?.principal.userName,
      },
      "request",
    );
    done();
  });
  answerExpectations(app, ({ headers }) => headers.authorization !== undefined || sessionSecret(headers) !== null);
}

function answerError(error: SlipwayError, request: FastifyRequest, reply: FastifyReply): void {
  const { errorBody } = request.routeOptions.config;
  if (errorBody === undefined) return refuse(request, reply, error);
  const { status, body } = errorBody(error);
  if (error.code === "SLW_HTTP_UNAUTHORIZED") reply.header("www-authenticate", "Bearer");
  reply.code(status).type("application/json; charset=utf-8").send(JSON.stringify(body));
}

/** PostgreSQL's codes for text that it cannot hold: JSON allows U+0000, its text and jsonb do not. */
const unstorable = new Set(["22021", "22P05"]);

function refusedByDatabase(error: unknown): SlipwayError | null {
  if (isConnectionFailure(error)) {
    return new SlipwayError("SLW_STORE_UNREACHABLE", "The database cannot be reached at the moment.", {
      fix: `Send the request again in ${retrySeconds} seconds, a POST with the same Idempotency-Key.`,
      cause: error,
    });
  }
  if (!unstorable.has((error as { code?: string }).code ?? "")) return null;
  return new SlipwayError("SLW_API_INPUT", "A text of the request has the character U+0000.");
}

function workspaceParam(request: FastifyRequest, param: string): string {
  return (request.params as Record<string, string>)[param] ?? "";
}

/** @returns the refusal of a body that can be refused by its headers, or null */
function checkBody({ headers, method, routeOptions }: FastifyRequest): SlipwayError | null {
  const hasBody = headers["transfer-encoding"] !== undefined || Number(headers["content-length"] ?? 0) > 0;
  if (!hasBody) return null;
  const { upload } = routeOptions.config;
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding.toLowerCase() !== "identity") {
    return new SlipwayError("SLW_HTTP_ENCODING", "The request has a Content-Encoding other than identity.");
  }
  const type = (headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const expected = upload ?? ["application/json"];
  if (method === "GET" || expected.includes(type) || expected.includes("*/*")) return null;
  return new SlipwayError("SLW_HTTP_MEDIA_TYPE", `The Content-Type is ${type || "not given"}.`, {
    fix: `Send ${expected.join(" or ")}.`,
    details: { expected, got: type },
  });
}

/** Files may take hours; JSON that does not arrive is a client that is gone, or one that means harm. */
function limitBodyTime(request: FastifyRequest, reply: FastifyReply): void {
  if (request.routeOptions.config.upload !== undefined || request.raw.complete) return;
  const timer = setTimeout(() => {
    if (request.raw.complete) return;
    refuse(request, reply, new SlipwayError("SLW_HTTP_TIMEOUT", "The request did not arrive in time."));
  }, bodyMilliseconds);
  reply.raw.once("close", () => clearTimeout(timer));
}

function takeJson(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => {
    try {
      done(null, parseJsonBody(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
}

function takeBytes(scope: FastifyInstance): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser("*", (_request, payload, done) => done(null, payload));
}
