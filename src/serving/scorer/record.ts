/** What is told of an answer, once it is sent: to the recorder, and to whoever traces. */
import type { SlipwayError } from "../../base/index.ts";
import type { RequestRecord } from "../logs/request-record.ts";
import type { Exchange } from "./exchange.ts";
import type { FrontState } from "./front-state.ts";
import type { Deployment } from "./live.ts";

/** @param code of the error; null for an answer */
export function recordAnswer(state: FrontState, exchange: Exchange, status: number, code: string | null): void {
  const { wire, deployment } = exchange;
  if (exchange.path === "/labels") return;
  const milliseconds = performance.now() - exchange.startedAt;
  const traced = state.tracer?.trace(exchange, status, code, milliseconds);
  tell(state, {
    at: Date.now(),
    requestId: exchange.requestId,
    clientRequestId: exchange.clientRequestId,
    traceId: traced ?? traceIdOf(exchange.request.headers["traceparent"]),
    deployment: deployment === null ? null : deployment.name,
    model: deployment === null ? null : deployment.modelName,
    wire: wire === null ? null : wire.name,
    status,
    code,
    rows: code === null ? exchange.rows : 0,
    milliseconds,
    mirrored: false,
    key: exchange.key,
  });
}

/** The outcome of a mirrored request. */
interface Mirrored {
  readonly rows: number;
  readonly milliseconds: number;
  readonly error: SlipwayError | null;
}

export function recordMirrored(
  state: FrontState,
  { requestId, clientRequestId, request, wire }: Exchange,
  deployment: Deployment,
  { rows, milliseconds, error }: Mirrored,
): void {
  const record: RequestRecord = {
    at: Date.now(),
    requestId,
    clientRequestId,
    traceId: traceIdOf(request.headers["traceparent"]),
    deployment: deployment.name,
    model: deployment.modelName,
    wire: wire === null ? null : wire.name,
    status: error === null ? 200 : error.status,
    code: error === null ? null : error.code,
    rows: error === null ? rows : 0,
    milliseconds,
    mirrored: true,
    key: null,
  };
  tell(state, record);
}

function tell({ recorder, meter }: FrontState, record: RequestRecord): void {
  recorder.record(record);
  meter?.record(record);
}

/** W3C Trace Context, version 00 and later ones, which begin alike. */
const traceparent = /^(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?$/;

function traceIdOf(header: string | string[] | undefined): string | null {
  return typeof header === "string" ? (traceparent.exec(header)?.[1] ?? null) : null;
}
