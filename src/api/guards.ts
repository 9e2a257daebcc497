/** What every request passes before its body is read, whatever wire it speaks; and how what goes wrong is answered. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { SlipwayError } from "../base/index.ts";
import { checkTarget, createHostCheck, refuse, sentMethod, toSlipwayError } from "../http/index.ts";
import { isConnectionFailure } from "../store/index.ts";
import { authorize } from "./authorize.ts";
import { checkOrigin } from "./origin.ts";
import type { CoreServices } from "./services.ts";

/** Milliseconds until a JSON body must be there. */
const bodyMilliseconds = 60_000;
/** Seconds in which a database that died is there again. */
const retrySeconds = 2;

export interface GuardOptions extends Pick<CoreServices, "database" | "log"> {
  /** The address or name that the server listens on. */
  readonly host: string;
}

/** Before the routes of an app. */
export function addGuards(app: FastifyInstance, { host, database, log: parent }: GuardOptions): void {
  const isOurHost = createHostCheck(host);
  const log = parent.child({ part: "api" });
  app.decorateRequest("authorized", null);
  app.addHook("onRequest", async (request, reply) => {
    reply.headers({ "x-request-id": request.id, "x-content-type-options": "nosniff", "cache-control": "no-store" });
    const refusal = checkTarget(request.raw, isOurHost) ?? checkOrigin(request.raw);
    if (refusal) throw refusal;
    const { access, workspace } = request.routeOptions.config;
    if (access !== undefined && access !== "public") {
      const name = workspace && ("name" in workspace ? workspace.name : workspaceParam(request, workspace.param));
      request.authorized = await authorize(database, request, access, name ?? null);
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
