/** A request from its headers to the part that answers it. What can be refused without the body is. */
import { SlipwayError } from "../../base/index.ts";
import { checkTarget } from "../../http/index.ts";
import { findWire } from "../wires/index.ts";
import { answer, refuse, takeClientRequestId, type Exchange } from "./exchange.ts";
import type { FrontState } from "./front-state.ts";
import { takeLabels } from "./labels.ts";
import { answerPage } from "./pages.ts";
import { mediaTypeOf } from "./parse.ts";
import { readBody, tooLarge } from "./read-body.ts";
import { allowedMethods, pathOf, refusalOfRoute } from "./routes.ts";
import { fail, scoreBody } from "./score.ts";
import type { ScoringRequest, ScoringResponse } from "./scoring-message.ts";

export function handle(state: FrontState, request: ScoringRequest, response: ScoringResponse): void {
  const exchange = openExchange(state, request, response);
  const refusal = refusalOfRequest(state, exchange);
  if (refusal !== null) return refuse(exchange, refusal);
  switch (request.method) {
    case "POST":
      return handlePost(state, exchange);
    case "OPTIONS":
      return answerOptions(exchange);
    default:
      return answerPage(state, exchange);
  }
}

function openExchange(state: FrontState, request: ScoringRequest, response: ScoringResponse): Exchange {
  return {
    request,
    response,
    path: pathOf(request.url ?? ""),
    requestId: state.nextRequestId(),
    at: Date.now(),
    startedAt: performance.now(),
    live: state.live,
    lifecycle: state.lifecycle,
    clientRequestId: null,
    key: null,
    wire: null,
    deployment: null,
    rows: 0,
  };
}

function refusalOfRequest(state: FrontState, exchange: Exchange): SlipwayError | null {
  const { request, path } = exchange;
  const refusal = checkTarget(request, state.isOurHost);
  if (refusal !== null) return refusal;
  const allow = allowedMethods(path);
  // Almost all requests: what follows makes lists of texts.
  if (!(request.method === "POST" && path === "/score")) {
    const other = refusalOfRoute(request, path, allow);
    if (other !== null) return other;
  }
  return takeClientRequestId(exchange)
    ? null
    : new SlipwayError(
        "SLW_HTTP_HEADERS_TOO_LARGE",
        "The header x-ms-client-request-id is longer than 100 characters.",
      );
}

function handlePost(state: FrontState, exchange: Exchange): void {
  const refusal = refusalOfPost(exchange);
  if (refusal !== null) return fail(state, exchange, refusal);
  const { request, response, live } = exchange;
  // Only HTTP/1.1 knows it; Node lets no other expectation come here.
  if (request.headers.expect !== undefined && request.httpVersion === "1.1") response.writeContinue();
  readBody(request, live.settings.bodyBytes, state.bodies, (body) => {
    if (body instanceof SlipwayError) fail(state, exchange, body);
    else if (exchange.wire === null) void takeLabels(state, exchange, body);
    else scoreBody(state, exchange, exchange.wire, body);
  });
}

/** The key comes first: who has none learns nothing else. */
function refusalOfPost(exchange: Exchange): SlipwayError | null {
  const { live, path, request } = exchange;
  const { headers } = request;
  const caller = live.authenticate(headers.authorization);
  if (caller instanceof SlipwayError) return caller;
  exchange.key = caller.key;
  const encoding = headers["content-encoding"];
  if (encoding !== undefined && encoding.toLowerCase() !== "identity") {
    return new SlipwayError("SLW_HTTP_ENCODING", "The request has a Content-Encoding other than identity.");
  }
  const mediaType = mediaTypeOf(headers["content-type"]);
  exchange.wire = mediaType === null ? null : findWire(path, mediaType);
  if (exchange.wire === null && !(path === "/labels" && mediaType === "application/json")) {
    return new SlipwayError(
      "SLW_HTTP_MEDIA_TYPE",
      "The Content-Type is none that this address takes, or not in UTF-8.",
      {
        fix: "Send the header `Content-Type: application/json`; /score also takes text/csv and application/x-ndjson.",
      },
    );
  }
  const length = Number(headers["content-length"] ?? 0);
  return length > live.settings.bodyBytes ? tooLarge(live.settings.bodyBytes, length) : null;
}

const allowedHeaders =
  "authorization, content-type, accept, x-ms-client-request-id, azureml-model-deployment, traceparent";

function answerOptions(exchange: Exchange): void {
  const allow = allowedMethods(exchange.path) ?? "";
  const own = ["allow", allow];
  const { origin } = exchange.request.headers;
  if (origin !== undefined && exchange.live.allowedOrigin(origin) !== null) {
    own.push("access-control-allow-methods", allow, "access-control-allow-headers", allowedHeaders);
    own.push("access-control-max-age", "600");
  }
  answer(exchange, "text/plain; charset=utf-8", "", own);
}
