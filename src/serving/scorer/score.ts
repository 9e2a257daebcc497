/** A scoring request whose body is there, to its answer. A model that answers at once is answered at once. */
import { SlipwayError } from "../../base/index.ts";
import { toSlipwayError } from "../../http/index.ts";
import type { ScoredRows } from "../backends/index.ts";
import { thousandths } from "../spool/index.ts";
import { warningHeader, type ParsedRequest, type Wire } from "../wires/index.ts";
import { answerScored, refuse, type Exchange } from "./exchange.ts";
import type { FrontState } from "./front-state.ts";
import type { Deployment, Live } from "./live.ts";
import { mirrorRequest } from "./mirror.ts";
import { parseFor } from "./parse.ts";
import { recordAnswer } from "./record.ts";
import { scoreUntil, scoringTimeout } from "./score-until.ts";

/** Parts of a request that has come to a deployment. */
interface Scoring {
  readonly exchange: Exchange;
  readonly deployment: Deployment;
  readonly parsed: ParsedRequest;
  readonly body: Buffer;
  /** By performance.now(), when the body was there. */
  readonly began: number;
}

export function scoreBody(state: FrontState, exchange: Exchange, wire: Wire, body: Buffer): void {
  const { live } = exchange;
  try {
    if (state.working >= live.settings.maxConcurrentRequests) throw overloaded(live.settings.maxConcurrentRequests);
    const deployment = chooseDeployment(live, exchange.request.headers["azureml-model-deployment"]);
    exchange.deployment = deployment;
    const parsed = parseFor(exchange, deployment, wire, body);
    exchange.rows = parsed.rows.rows.length;
    const scoring: Scoring = { exchange, deployment, parsed, body, began: performance.now() };
    const answersAtOnce = deployment.model.kind === "slipway" && !parsed.rows.explain;
    if (!answersAtOnce) return void scoreLater(state, scoring);
    const scored = deployment.backend.score(parsed.rows);
    if (scored instanceof Promise) return void finishLater(state, scoring, scored);
    finish(state, scoring, scored);
  } catch (error) {
    fail(state, exchange, error);
  }
}

function overloaded(most: number): SlipwayError {
  return new SlipwayError("SLW_ENDPOINT_OVERLOADED", `The endpoint is working on ${most} requests already.`);
}

/** @param forced the header azureml-model-deployment */
function chooseDeployment(live: Live, forced: string | string[] | undefined): Deployment {
  if (forced !== undefined) {
    const found = live.deployments.find(({ name }) => name === forced);
    if (found !== undefined) return found;
    const names = live.deployments.map(({ name }) => name).join(", ");
    throw new SlipwayError("SLW_ENDPOINT_DEPLOYMENT", `There is no such deployment; there are: ${names}.`, {
      fix: "Leave the header azureml-model-deployment out, or name a deployment that is there.",
    });
  }
  const next = live.nextDeployment();
  if (next !== null) return next;
  throw new SlipwayError("SLW_ENDPOINT_NO_TRAFFIC", "No deployment of this endpoint gets traffic.");
}

/** Scores with an end: the time limit, or the client's going away. */
async function scoreLater(state: FrontState, scoring: Scoring): Promise<void> {
  const { exchange, deployment, parsed } = scoring;
  const { response, live } = exchange;
  const controller = new AbortController();
  const { signal } = controller;
  const timer = setTimeout(
    () => controller.abort(scoringTimeout(live.settings.scoringTimeoutMs)),
    live.settings.scoringTimeoutMs,
  );
  const gone = (): void => controller.abort(new SlipwayError("SLW_HTTP_REQUEST", "The client is gone."));
  response.once("close", gone);
  state.working++;
  try {
    finish(state, scoring, await scoreUntil(deployment.backend, parsed.rows, signal));
  } catch (error) {
    fail(state, exchange, error);
  } finally {
    state.working--;
    clearTimeout(timer);
    response.off("close", gone);
  }
}

async function finishLater(state: FrontState, scoring: Scoring, scored: Promise<ScoredRows>): Promise<void> {
  state.working++;
  try {
    finish(state, scoring, await scored);
  } catch (error) {
    fail(state, scoring.exchange, error);
  } finally {
    state.working--;
  }
}

function finish(state: FrontState, scoring: Scoring, scored: ScoredRows): void {
  const { exchange, deployment, parsed, began, body } = scoring;
  const { live } = exchange;
  const milliseconds = performance.now() - began;
  if (milliseconds > live.settings.scoringTimeoutMs) throw scoringTimeout(live.settings.scoringTimeoutMs);
  const { contentType, body: text, result } = parsed.format(scored);
  const warning = scored.warnings.length === 0 ? null : warningHeader(scored.warnings);
  answerScored(exchange, contentType, text, thousandths(milliseconds), warning);
  recordAnswer(state, exchange, 200, null);
  if (state.collector !== null) {
    const { name, model, backend } = deployment;
    state.collector.collect({
      at: exchange.at,
      requestId: exchange.requestId,
      deployment: name,
      model: model.name,
      version: model.version,
      rows: parsed.rows.rows,
      source: parsed.source,
      answer: scored,
      resultText: result,
      schema: backend.schema,
    });
  }
  if (live.mirrors.length > 0) mirrorRequest(state, exchange, body);
}

/** Refuses and records; what is none of our refusals is reported. */
export function fail(state: FrontState, exchange: Exchange, error: unknown): void {
  const refusal = toSlipwayError(error);
  if (refusal.code === "SLW_INTERNAL") state.reportFault(error, exchange.requestId);
  refuse(exchange, refusal);
  recordAnswer(state, exchange, refusal.status, refusal.code);
}
