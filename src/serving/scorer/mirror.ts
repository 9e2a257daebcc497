/**
 * Copies of requests for deployments that are tried out: scored after the answer is sent and when little else is to do,
 * one at a time, dropped where too many wait. Their answers are dropped, their latency and errors recorded.
 */
import { SlipwayError } from "../../base/index.ts";
import { toSlipwayError } from "../../http/index.ts";
import type { Exchange } from "./exchange.ts";
import type { FrontState } from "./front-state.ts";
import type { MirroredRequest } from "./mirror-queue.ts";
import { parseFor } from "./parse.ts";
import { recordMirrored } from "./record.ts";
import { scoreUntil, scoringTimeout } from "./score-until.ts";

const mostWaiting = 256;
const mostBytes = 16 * 1024 * 1024;
/** Mirrored requests wait while more than these are being scored. */
const mostWorking = 4;
/** Milliseconds until a busy process looks again. */
const pause = 20;

/** Takes a copy for each deployment that mirrors and whose turn it is. */
export function mirrorRequest(state: FrontState, exchange: Exchange, body: Buffer): void {
  const { wire, live } = exchange;
  for (const { deployment, takesNext } of live.mirrors) {
    if (wire === null || deployment === exchange.deployment || !takesNext()) continue;
    enqueue(state, { exchange, wire, deployment, body });
  }
}

function enqueue(state: FrontState, request: MirroredRequest): void {
  const queue = state.mirrorQueue;
  if (queue.waiting.length >= mostWaiting || queue.bytes + request.body.length > mostBytes) {
    const dropped = new SlipwayError("SLW_ENDPOINT_OVERLOADED", "Too many mirrored requests wait.");
    recordMirrored(state, request.exchange, request.deployment, { rows: 0, milliseconds: 0, error: dropped });
    return;
  }
  queue.waiting.push(request);
  queue.bytes += request.body.length;
  if (queue.running) return;
  queue.running = true;
  setImmediate(() => void work(state));
}

async function work(state: FrontState): Promise<void> {
  const queue = state.mirrorQueue;
  for (let request = queue.waiting.shift(); request !== undefined; request = queue.waiting.shift()) {
    queue.bytes -= request.body.length;
    while (state.working > mostWorking) await new Promise((resolve) => setTimeout(resolve, pause));
    await scoreMirrored(state, request);
    // Whoever sent a request in the meantime comes first.
    await new Promise(setImmediate);
  }
  queue.running = false;
}

async function scoreMirrored(state: FrontState, { exchange, wire, deployment, body }: MirroredRequest): Promise<void> {
  const { live } = exchange;
  const began = performance.now();
  let rows = 0;
  let error: SlipwayError | null = null;
  const controller = new AbortController();
  const { scoringTimeoutMs } = live.settings;
  const timer = setTimeout(() => controller.abort(scoringTimeout(scoringTimeoutMs)), scoringTimeoutMs);
  try {
    const parsed = parseFor(exchange, deployment, wire, body);
    rows = parsed.rows.rows.length;
    await scoreUntil(deployment.backend, parsed.rows, controller.signal);
  } catch (cause) {
    error = toSlipwayError(cause);
  } finally {
    clearTimeout(timer);
  }
  recordMirrored(state, exchange, deployment, { rows, milliseconds: performance.now() - began, error });
}
