/** A request of the server's own to an endpoint, which outlives it and is reached like any other service. */
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { text as readText } from "node:stream/consumers";
import { SlipwayError } from "../../base/index.ts";
import type { Endpoint } from "./types.ts";

// Taken so since an import of it loads fetch and all it needs, 20 ms of every start.
const { request: send } = process.getBuiltinModule("node:http");

export interface EndpointRequest {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface EndpointAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Milliseconds. */
const patience = 30_000;

/**
 * On a connection of its own: one that was made before a deployment may lead to processes that are about to end.
 * @throws SLW_ENDPOINT_STATE where it does not run, SLW_ENDPOINT_BACKEND where it does not answer
 */
export async function askEndpoint(
  endpoint: Endpoint,
  { method, path, headers = {}, body }: EndpointRequest,
): Promise<EndpointAnswer> {
  const signal = AbortSignal.timeout(patience);
  const url = `http://${reachable(endpoint.host)}:${endpoint.port}${path}`;
  try {
    const request = send(url, { method, agent: false, headers, signal });
    const answered = once(request, "response") as Promise<[IncomingMessage]>;
    request.end(body);
    const [response] = await answered;
    const text = await readText(response);
    return { status: response.statusCode ?? 0, headers: headersOf(response), text };
  } catch (cause) {
    throw noAnswer(endpoint, cause as Error, signal.aborted);
  }
}

/** Where a server listens on all addresses, this machine reaches it on its own. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
}

function noAnswer({ name, state, stateReason }: Endpoint, cause: Error, isLate: boolean): SlipwayError {
  const details = { endpoint: name, state };
  if (state === "Healthy") {
    const reason = isLate ? `in ${patience / 1000} s` : `(${cause.message})`;
    const text = `The endpoint "${name}" gave no answer ${reason}.`;
    return new SlipwayError("SLW_ENDPOINT_BACKEND", text, { details, cause });
  }
  const text = `The endpoint "${name}" is ${state}${stateReason === null ? "" : `: ${stateReason}`}.`;
  return new SlipwayError("SLW_ENDPOINT_STATE", text, { details, cause });
}
