/**
 * The HTTP side of a scoring process, on node:http alone: docs/decisions/0004-scoring-process.md says what is refused
 * and why, 0013-scoring-front.md what it costs.
 */
import type { Server } from "node:http";
import {
  answerBrokenRequest,
  refuseExpectations,
  serverOptions,
  trackConnections,
  type RequestTimes,
} from "../../http/index.ts";
import type { Backend } from "../backends/index.ts";
import type { Collector } from "../collection/index.ts";
import type { EndpointConfig } from "../config/index.ts";
import type { RequestRecorder } from "../metrics/index.ts";
import { keepAlive } from "./exchange.ts";
import type { FrontState } from "./front-state.ts";
import { handle } from "./handle.ts";
import { liveOf } from "./live.ts";
import { createMirrorQueue } from "./mirror-queue.ts";
import { createRequestIds } from "./request-id.ts";
import type { RequestMeter } from "./request-meter.ts";
import { scoringMessages, type ScoringRequest, type ScoringResponse } from "./scoring-message.ts";
import type { Tracer } from "./tracer.ts";

// An import would read every member of the module, and one of them loads a client for WebSockets: 30 ms.
const { createServer } = process.getBuiltinModule("node:http");

export interface FrontOptions {
  readonly config: EndpointConfig;
  /** Open and warm, by the name of the deployment. */
  readonly backends: ReadonlyMap<string, Backend>;
  readonly recorder: RequestRecorder;
  /** Null: no rows are kept. */
  readonly collector: Pick<Collector, "collect" | "label"> | null;
  /** Whether a Host header means this endpoint. */
  readonly isOurHost: (host: string) => boolean;
  readonly times: RequestTimes;
  /** Told of what should never happen. */
  readonly reportFault: (error: unknown, requestId: string) => void;
}

export interface Front {
  /** Does not listen yet. */
  readonly server: Server;
  /** Settings, keys and traffic of the requests that come from now on. @throws where a deployment is not open */
  configure(config: EndpointConfig): void;
  /** Who makes spans of the requests that are answered from now on; at first nobody. */
  trace(tracer: Tracer | null): void;
  /** Who counts the requests that are answered from now on besides the recorder; at first nobody. */
  measure(meter: RequestMeter | null): void;
  /** For a collector: rows of a deployment that it kept, and rows that it had no room for. */
  countCollected(deployment: string, collected: number, dropped: number): void;
  /** Requests that are being scored. */
  inFlight(): number;
  /** Takes no more connections and ends idle ones at once, busy ones with their answer or after `grace` milliseconds. */
  stop(grace: number): Promise<void>;
  /**
   * Takes no more connections. Each answer ends its connection; one that is idle is ended after `idle` milliseconds,
   * so that a client that is about to use it once more is answered. Resolves when none is left.
   */
  drain(idle: number): Promise<void>;
}

export function createFront(options: FrontOptions): Front {
  const { config, backends } = options;
  const state: FrontState = {
    live: liveOf(config, backends),
    tracer: null,
    meter: null,
    working: 0,
    lifecycle: { draining: false },
    recorder: options.recorder,
    collector: options.collector,
    mirrorQueue: createMirrorQueue(),
    bodies: { bytes: bodyBudget(config.settings.bodyBytes), taken: 0 },
    isOurHost: rememberLast(options.isOurHost),
    nextRequestId: createRequestIds(),
    reportFault: options.reportFault,
  };
  const server = createScoringServer(state, options.times);
  const connections = trackConnections(server, { idleMilliseconds: keepAlive });

  return {
    server,
    configure(next) {
      state.live = liveOf(next, backends);
      state.bodies.bytes = bodyBudget(next.settings.bodyBytes);
    },
    trace(tracer) {
      state.tracer = tracer;
    },
    measure(meter) {
      state.meter = meter;
    },
    countCollected(deployment, collected, dropped) {
      state.recorder.countCollected(deployment, collected, dropped);
      state.meter?.countCollected(deployment, collected, dropped);
    },
    inFlight: () => state.working,
    stop(grace) {
      state.lifecycle.draining = true;
      return connections.stop(grace);
    },
    drain(idle) {
      state.lifecycle.draining = true;
      return connections.drain(idle);
    },
  };
}

function createScoringServer(state: FrontState, times: RequestTimes): Server {
  // Node would set two timers for each request.
  const server = createServer({
    ...serverOptions(times),
    ...scoringMessages,
    keepAliveTimeout: 0,
    noDelay: true,
  });
  server.on("request", (request, response) => handle(state, request as ScoringRequest, response as ScoringResponse));
  // With a listener of ours Node no longer says "100 Continue" to everybody.
  server.on("checkContinue", (request, response) => server.emit("request", request, response));
  refuseExpectations(server);
  server.on("clientError", answerBrokenRequest);
  return server;
}

/** Bytes of large bodies that are held at a time, all together. */
function bodyBudget(bodyBytes: number): number {
  return Math.max(8 * bodyBytes, 64 * 1024 * 1024);
}

/** Clients send one Host header over and over; taking an address apart costs more than all other checks. */
function rememberLast(isOurHost: (host: string) => boolean): (host: string) => boolean {
  let last: string | null = null;
  return (host) => {
    if (host === last) return true;
    if (!isOurHost(host)) return false;
    last = host;
    return true;
  };
}
