/** A request and its answer: what every answer carries, and how one is refused. */
import { slipwayVersion, type SlipwayError } from "../../base/index.ts";
import { endAfterRest, hasLargeRest, problemType, toProblem } from "../../http/index.ts";
import type { KeyHash } from "../config/index.ts";
import type { Wire } from "../wires/index.ts";
import { deploymentHeader, modelHeader, type Deployment, type Live } from "./live.ts";
import type { ScoringRequest, ScoringResponse } from "./scoring-message.ts";

/** Of the process. */
export interface Lifecycle {
  /** Every answer ends its connection from then on. */
  draining: boolean;
}

export interface Exchange {
  readonly request: ScoringRequest;
  readonly response: ScoringResponse;
  /** As it was sent, without the query. */
  readonly path: string;
  readonly requestId: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  /** By performance.now(). */
  readonly startedAt: number;
  /** Settings, keys and traffic at the time when the request came. */
  readonly live: Live;
  readonly lifecycle: Lifecycle;
  clientRequestId: string | null;
  key: KeyHash["name"] | null;
  wire: Wire | null;
  deployment: Deployment | null;
  rows: number;
}

/** A flat list of names and values, as writeHead takes it. */
export type HeaderList = readonly string[];

/** As Azure ML's server names itself: "azmlinfsrv/1.4.0". */
const serverVersion = `slipway/${slipwayVersion()}`;

const exposed =
  "x-ms-request-id, x-ms-client-request-id, x-ms-run-fn-exec-ms, x-ms-server-version, azureml-model-deployment, x-slipway-model, x-slipway-warning, retry-after";

/** Azure ML's limit for ids of clients. */
const longestId = 100;
const saneId = /^[\w.:-]{1,100}$/;

/** @returns whether the client's id is short enough; it is kept when it is a sane token */
export function takeClientRequestId(exchange: Exchange): boolean {
  const id = exchange.request.headers["x-ms-client-request-id"];
  if (id === undefined) return true;
  if (typeof id === "string" && saneId.test(id)) exchange.clientRequestId = id;
  return id.length <= longestId;
}

function headersOf(exchange: Exchange, contentType: string, length: number, more: HeaderList): string[] {
  const headers = ["content-type", contentType, "content-length", String(length)];
  headers.push("x-ms-request-id", exchange.requestId, "x-ms-server-version", serverVersion);
  headers.push("x-content-type-options", "nosniff");
  if (!more.includes("cache-control")) headers.push("cache-control", "no-store");
  const { origin } = exchange.request.headers;
  // Programs have none, and headers that only pages need are a sixth of an answer.
  if (origin !== undefined) pushOriginHeaders(headers, exchange.live.allowedOrigin(origin));
  if (exchange.clientRequestId !== null) headers.push("x-ms-client-request-id", exchange.clientRequestId);
  if (exchange.deployment !== null) {
    headers.push(deploymentHeader, exchange.deployment.name, modelHeader, exchange.deployment.modelName);
  }
  if (exchange.lifecycle.draining) headers.push("connection", "close");
  for (let i = 0; i < more.length; i++) headers.push(more[i] as string);
  return headers;
}

function pushOriginHeaders(headers: string[], allowed: string | null): void {
  if (allowed !== null) headers.push("access-control-allow-origin", allowed, "access-control-expose-headers", exposed);
  if (allowed !== "*") headers.push("vary", "origin");
}

/** Milliseconds for which an idle connection is kept: longer than proxies and clients keep theirs, so that they end it. */
export const keepAlive = 75_000;

/** Of every answer whose connection goes on and which no page asked for. */
const plainHead = [
  "HTTP/1.1 200 OK",
  `x-ms-server-version: ${serverVersion}`,
  "x-content-type-options: nosniff",
  "cache-control: no-store",
  "Connection: keep-alive",
  `Keep-Alive: timeout=${keepAlive / 1000}`,
  "content-type: ",
].join("\r\n");

/**
 * The answer to rows, with the headers that `answer` gives one; nearly all are sent with a head that is put together here.
 * @param milliseconds that scoring took, as text
 * @param warning the value of x-slipway-warning, or null
 */
export function answerScored(
  exchange: Exchange,
  contentType: string,
  body: string | Uint8Array,
  milliseconds: string,
  warning: string | null,
): void {
  const { request, response, deployment, clientRequestId } = exchange;
  const isPlain =
    warning === null &&
    typeof body === "string" &&
    response.shouldKeepAlive &&
    !exchange.lifecycle.draining &&
    request.headers.origin === undefined;
  if (!isPlain) {
    const more = ["x-ms-run-fn-exec-ms", milliseconds];
    if (warning !== null) more.push("x-slipway-warning", warning);
    return answer(exchange, contentType, body, more);
  }
  const client = clientRequestId === null ? "" : `x-ms-client-request-id: ${clientRequestId}\r\n`;
  response.sendWhole(
    `${plainHead}${contentType}\r\ncontent-length: ${Buffer.byteLength(body)}\r\n` +
      `x-ms-request-id: ${exchange.requestId}\r\n${client}${deployment === null ? "" : deployment.head}` +
      `x-ms-run-fn-exec-ms: ${milliseconds}\r\nDate: ${dateOf(exchange.at)}\r\n\r\n`,
    body,
  );
}

let dateSecond = 0;
let dateText = "";

/** IMF-fixdate (RFC 9110, 5.6.7), made once a second. */
function dateOf(at: number): string {
  const second = Math.floor(at / 1000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = new Date(at).toUTCString();
  }
  return dateText;
}

/** Once it returns, the answer is with the operating system. */
export function answer(
  exchange: Exchange,
  contentType: string,
  body: string | Uint8Array,
  more: HeaderList,
  status = 200,
): void {
  const length = typeof body === "string" ? Buffer.byteLength(body) : body.length;
  exchange.response.tellKeepAlive(keepAlive);
  exchange.response.writeHead(status, headersOf(exchange, contentType, length, more));
  exchange.response.end(body);
}

/** Answers with the problem, in the form that clients of the wire read. The client may still be sending. */
export function refuse(exchange: Exchange, error: SlipwayError): void {
  const { request, response, wire } = exchange;
  if (response.headersSent) {
    // Half an answer can only be broken off.
    if (!response.writableEnded) response.destroy();
    return;
  }
  const problem = toProblem(error);
  const own = wire?.errorBody?.({ status: problem.status, detail: problem.detail });
  const contentType = own === undefined ? problemType : "application/json; charset=utf-8";
  const body = JSON.stringify(own ?? problem);
  const headers = headersOf(exchange, contentType, Buffer.byteLength(body), particularHeaders(error));
  response.tellKeepAlive(keepAlive);
  if (!hasLargeRest(request)) {
    response.writeHead(problem.status, headers);
    response.end(body);
    return;
  }
  if (!exchange.lifecycle.draining) headers.push("connection", "close");
  response.writeHead(problem.status, headers);
  endAfterRest(request, response, body);
}

/** Seconds after which a client that was one too many may try again. */
const retryAfter = "1";

function particularHeaders({ code, details }: SlipwayError): HeaderList {
  switch (code) {
    case "SLW_HTTP_UNAUTHORIZED":
      return ["www-authenticate", "Bearer"];
    case "SLW_HTTP_METHOD":
      return ["allow", details["allow"] as string];
    case "SLW_ENDPOINT_OVERLOADED":
      return ["retry-after", retryAfter];
    default:
      return [];
  }
}
