/** A request through its wire and our backend, without HTTP: for the tests of this folder. */
import { createSlipwayBackend, type RowsToScore, type ScoredRows } from "../backends/index.ts";
import { defaultSettings, type EndpointSettings } from "../config/index.ts";
import type { Model } from "../../model/index.ts";
import { testModel } from "../test-model.ts";
import { findWire } from "./index.ts";

export interface Ask {
  readonly path?: string;
  readonly query?: string;
  readonly type?: string;
  readonly accept?: string | null;
  readonly settings?: Partial<EndpointSettings>;
  readonly model?: Model;
}

export interface Asked {
  readonly rows: RowsToScore;
  readonly scored: ScoredRows;
  readonly contentType: string;
  readonly body: string;
}

/** @param body what is no text and no bytes is sent as JSON */
export async function ask(body: unknown, options: Ask = {}): Promise<Asked> {
  const { path = "/score", query = "", type = "application/json", accept = null, model = testModel } = options;
  const wire = findWire(path, type);
  if (wire === null) throw new Error(`no wire takes ${type} at ${path}`);
  const backend = await createSlipwayBackend(model);
  const { rows, format } = wire.parse({
    path,
    query,
    mediaType: type,
    accept,
    body:
      typeof body === "string" || Buffer.isBuffer(body)
        ? Buffer.from(body as string)
        : Buffer.from(JSON.stringify(body)),
    schema: backend.schema,
    settings: { ...defaultSettings, ...options.settings },
    model: { name: "bank", version: 3 },
  });
  const scored = await backend.score(rows);
  const answer = format(scored);
  return { rows, scored, contentType: answer.contentType, body: String(answer.body) };
}
