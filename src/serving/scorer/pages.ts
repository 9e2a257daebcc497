/** What an endpoint answers to GET: health, its documents, its metrics. */
import { SlipwayError, slipwayVersion } from "../../base/index.ts";
import { answerGet, docsPaths, readDocsAsset, swaggerDocument } from "../wires/index.ts";
import { answer, refuse, type Exchange } from "./exchange.ts";
import type { FrontState } from "./front-state.ts";
import { processMetrics, spanMetrics } from "./process-metrics.ts";

const jsonType = "application/json; charset=utf-8";

export function answerPage(state: FrontState, exchange: Exchange): void {
  switch (exchange.path) {
    case "/":
      return answer(exchange, "text/plain; charset=utf-8", "Healthy", []);
    case "/health/live":
      return answer(exchange, jsonType, '{"status":"live"}', []);
    // Who listens has opened and warmed up its models: there is no time in which a process lives and is not ready.
    case "/health/ready":
      return answer(exchange, jsonType, '{"status":"ready"}', []);
    case "/swagger.json":
      return answerSwagger(exchange);
    case "/metrics":
      return answerMetrics(state, exchange);
  }
  if (docsPaths.includes(exchange.path)) void answerDocs(state, exchange);
  else answerWire(exchange);
}

/** Only for who may score: it tells what models there are and how they are used. */
function answerMetrics(state: FrontState, exchange: Exchange): void {
  const caller = exchange.live.authenticate(exchange.request.headers.authorization);
  if (caller instanceof SlipwayError) return refuse(exchange, caller);
  const spans = state.tracer === null ? "" : spanMetrics(state.tracer.counts());
  const text = state.recorder.snapshot() + processMetrics() + spans;
  answer(exchange, "text/plain; version=0.0.4; charset=utf-8", text, []);
}

function answerSwagger(exchange: Exchange): void {
  const { config, deployments, settings } = exchange.live;
  const version = versionAsked(exchange.request.url ?? "");
  const [first] = deployments;
  if (version === null || first === undefined) {
    const message = "There is no such version of the document.";
    return refuse(
      exchange,
      new SlipwayError("SLW_HTTP_NOT_FOUND", message, { fix: "Ask for ?version=2 or ?version=3." }),
    );
  }
  // The address that the client used: behind a tunnel it is not the one that is listened on.
  const host = exchange.request.headers.host ?? `${config.host}:${config.port}`;
  const document = swaggerDocument({
    name: config.name,
    url: `http://${host}`,
    version,
    schema: first.backend.schema,
    model: first.model,
    authMode: config.auth.mode,
    resultAsString: settings.resultAsString,
  });
  answer(exchange, jsonType, JSON.stringify(document), []);
}

function versionAsked(url: string): 2 | 3 | null {
  const start = url.indexOf("?");
  const [asked = "2", ...more] = new URLSearchParams(start < 0 ? "" : url.slice(start)).getAll("version");
  if (more.length > 0) return null;
  if (asked === "2") return 2;
  return asked === "3" ? 3 : null;
}

async function answerDocs(state: FrontState, exchange: Exchange): Promise<void> {
  try {
    const asset = await readDocsAsset(exchange.path);
    if (asset === null) return answerNothing(exchange);
    const { "content-type": contentType = jsonType, ...more } = asset.headers;
    answer(exchange, contentType, asset.body, Object.entries(more).flat());
  } catch (error) {
    state.reportFault(error, exchange.requestId);
    answerNothing(exchange);
  }
}

function answerWire(exchange: Exchange): void {
  const { config, deployments } = exchange.live;
  const models = deployments.map(({ model, backend }) => ({ ...model, schema: backend.schema }));
  const found = answerGet(exchange.path, { name: config.name, version: slipwayVersion(), models });
  if (found === null) answerNothing(exchange);
  else answer(exchange, found.contentType, found.body, [], found.status);
}

export function answerNothing(exchange: Exchange): void {
  refuse(exchange, new SlipwayError("SLW_HTTP_NOT_FOUND", "There is nothing at this address."));
}
