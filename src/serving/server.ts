/**
 * The scoring process: a model and the hash of a key, nothing else. Fastify with what it leaves open closed:
 * docs/decisions/0004-scoring-process.md says what and why.
 */
import type { AddressInfo } from "node:net";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { SlipwayError } from "../base/index.ts";
import {
  answerExpectations,
  createHostCheck,
  createHttpApp,
  parseJsonBody,
  refuse,
  toSlipwayError,
  trackConnections,
} from "../http/index.ts";
import type { Model } from "../model/index.ts";
import { allowedMethods, checkBeforeBody, type Checks } from "./guard.ts";
import { createKeyCheck } from "./key.ts";
import { defaultLimits, type Endpoint, type ScoringLimits, type ServeOptions } from "./options.ts";
import { exampleRow, scoreRequest, warningHeader } from "./scoring.ts";
import { swaggerDocument } from "./swagger.ts";

/** What the parts of one server share. */
interface Service {
  readonly model: Model;
  readonly name: string;
  readonly limits: ScoringLimits;
  readonly checks: Checks;
  /** Set once the server listens. */
  readonly url: () => string;
}

/**
 * Serves a model over HTTP until `close`. Resolves when requests are answered: the model has scored its example row.
 * @throws SLW_SERVE_KEY, SLW_SERVE_LISTEN
 */
export async function serveModel(options: ServeOptions): Promise<Endpoint> {
  const limits = { ...defaultLimits, ...options.limits };
  const isKey = createKeyCheck(options.key);
  await warmUp(options.model);
  const app = createHttpApp(limits);
  const connections = trackConnections(app.server);
  let url = "";
  const service: Service = {
    model: options.model,
    name: options.name ?? options.model.name,
    limits,
    checks: { isKey, isOurHost: createHostCheck(options.host), bodyBytes: limits.bodyBytes },
    url: () => url,
  };
  addGuards(app, service);
  addRoutes(app, service);
  const { port } = options;
  // For "localhost" Fastify would start a second server, on ::1, to which nothing of what is set up here applies.
  const host = options.host === "localhost" ? "127.0.0.1" : options.host;
  try {
    await app.listen({ host, port });
  } catch (cause) {
    const reason =
      (cause as NodeJS.ErrnoException).code === "EADDRINUSE" ? "the port is in use" : (cause as Error).message;
    throw new SlipwayError("SLW_SERVE_LISTEN", `Cannot listen on ${host}, port ${port}: ${reason}.`, {
      details: { host, port },
      cause,
    });
  }
  url = `http://${host.includes(":") ? `[${host}]` : host}:${(app.server.address() as AddressInfo).port}`;
  return {
    url,
    async close() {
      await connections.stop(limits.graceMilliseconds);
      await app.close();
    },
  };
}

/** The first calls of a function are ten times as slow as later ones: they are made before anybody waits for them. */
async function warmUp(model: Model): Promise<void> {
  const body = JSON.stringify({ data: [exampleRow(model)] });
  for (let call = 0; call < 20; call++) {
    JSON.stringify(await scoreRequest(model, parseJsonBody(Buffer.from(body)), defaultLimits));
  }
}

function addGuards(app: FastifyInstance, service: Service): void {
  app.addHook("onRequest", (request, reply, done) => {
    reply.headers({
      "x-ms-request-id": request.id,
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
      "access-control-allow-origin": "*",
      "access-control-expose-headers": "x-ms-request-id, x-ms-client-request-id, x-slipway-warning",
    });
    const clientId = request.headers["x-ms-client-request-id"];
    if (typeof clientId === "string" && /^[\w.:-]{1,100}$/.test(clientId))
      reply.header("x-ms-client-request-id", clientId);
    const refusal = checkBeforeBody(request.raw, service.checks);
    if (refusal) refuse(request, reply, refusal);
    else done();
  });
  app.setErrorHandler((error, request, reply) => {
    const refusal = toSlipwayError(error);
    if (refusal.code === "SLW_INTERNAL")
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
    refuse(request, reply, refusal);
  });
  answerExpectations(app, (request) => checkBeforeBody(request, service.checks) === null);
}

function addRoutes(app: FastifyInstance, service: Service): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (_request, body, done) => {
    try {
      done(null, parseJsonBody(body as Buffer));
    } catch (error) {
      done(error as Error);
    }
  });
  app.get("/", (_request, reply) => reply.type("text/plain; charset=utf-8").send("Healthy"));
  app.get("/health/live", (_request, reply) => reply.send({ status: "live" }));
  // Who listens has scored its example row: there is no time in which the endpoint lives and is not ready.
  app.get("/health/ready", (_request, reply) => reply.send({ status: "ready" }));
  app.get("/swagger.json", (request, reply) => answerSwagger(request, reply, service));
  app.post("/score", async (request, reply) => {
    const signal = wantsExplanations(request.body) ? goneSignal(reply) : undefined;
    const { result, explanations, warnings } = await scoreRequest(service.model, request.body, service.limits, signal);
    if (warnings.length > 0) reply.header("x-slipway-warning", warningHeader(warnings));
    const answer = explanations === null ? { result } : { result, explanations };
    return reply.type("application/json; charset=utf-8").send(JSON.stringify(answer));
  });
  for (const [path, methods] of Object.entries(allowedMethods)) {
    app.options(path, (_request, reply) =>
      reply
        .headers({
          allow: methods,
          "access-control-allow-methods": methods,
          "access-control-allow-headers": "authorization, content-type, x-ms-client-request-id",
          "access-control-max-age": "600",
        })
        .send(),
    );
  }
}

function wantsExplanations(body: unknown): boolean {
  return typeof body === "object" && body !== null && "explain" in body;
}

/** Aborted when nobody waits for the answer any more: explanations may take seconds. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.on("close", () => controller.abort(new SlipwayError("SLW_HTTP_REQUEST", "The client is gone.")));
  return controller.signal;
}

function answerSwagger(request: FastifyRequest, reply: FastifyReply, service: Service): FastifyReply {
  const { version = "2" } = request.query as { version?: unknown };
  if (version !== "2" && version !== "3") {
    refuse(
      request,
      reply,
      new SlipwayError("SLW_HTTP_NOT_FOUND", "There is no such version of the document.", {
        fix: "Ask for ?version=2 or ?version=3.",
      }),
    );
    return reply;
  }
  // The address that the client used: behind a tunnel it is not the one that we listen on.
  const url = request.headers.host === undefined ? service.url() : `http://${request.headers.host}`;
  return reply.send(swaggerDocument(service.model, service.name, url, version === "2" ? 2 : 3));
}
