/** What the wires answer to GET: health, versions, and what a model takes. No key is asked for: nothing here is data. */
import type { ScoringSchema } from "../backends/types.ts";
import { jsonType } from "./answer-forms.ts";
import { modelMetadata } from "./open-inference.ts";
import { namedModel } from "./paths.ts";

export interface ServedModel {
  readonly name: string;
  readonly version: number;
  readonly schema: ScoringSchema;
}

export interface WireService {
  /** Of the endpoint. */
  readonly name: string;
  /** Of Slipway. */
  readonly version: string;
  /** One for each deployment; the one that most of the traffic goes to first. */
  readonly models: readonly ServedModel[];
}

export interface GetAnswer {
  readonly status: 200 | 404;
  readonly contentType: string;
  readonly body: string;
}

/** @returns null where the path is not the wires' */
export function answerGet(path: string, service: WireService): GetAnswer | null {
  switch (path) {
    case "/ping":
    case "/health":
      // MLflow's body, a line end.
      return { status: 200, contentType: "text/plain; charset=utf-8", body: "\n" };
    case "/version":
      return { status: 200, contentType: "text/plain; charset=utf-8", body: service.version };
    case "/v2":
      return json({ name: service.name, version: service.version, extensions: [] });
    case "/v2/health/live":
      return json({ live: true });
    case "/v2/health/ready":
      return json({ ready: true });
  }
  return path.startsWith("/v2/models/") && !path.endsWith("/infer") ? answerModel(path, service) : null;
}

function answerModel(path: string, { models }: WireService): GetAnswer | null {
  const named = namedModel(path);
  if (named === null) return null;
  const ofName = models.filter(({ name }) => name === named.name);
  const model = ofName.find(({ version }) => named.version === null || String(version) === named.version);
  if (model === undefined) {
    const served = models.map(({ name, version }) => `${name}, version ${version}`);
    return json({ error: `There is no such model here; served: ${[...new Set(served)].join("; ")}.` }, 404);
  }
  if (path.endsWith("/ready")) return json({ name: model.name, ready: true });
  const versions = [...new Set(ofName.map(({ version }) => version))];
  return json(modelMetadata(model.name, versions, model.schema));
}

function json(value: unknown, status: GetAnswer["status"] = 200): GetAnswer {
  return { status, contentType: jsonType, body: JSON.stringify(value) };
}
