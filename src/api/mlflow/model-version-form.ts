import type { ModelVersion } from "../../registry/index.ts";
import { pairs, type Message } from "./forms.ts";

/** A model version as MLflow's message. */
export function toVersion(version: ModelVersion): Message {
  const { runId, loggedModelId, runLink, uri } = version.source;
  return {
    name: version.model,
    version: String(version.version),
    creation_timestamp: version.createdAt.getTime(),
    last_updated_timestamp: version.updatedAt.getTime(),
    current_stage: version.stage,
    description: version.description,
    source: uri,
    run_id: runId ?? "",
    status: version.status,
    status_message: version.statusMessage || undefined,
    tags: pairs(version.tags),
    run_link: runLink ?? "",
    aliases: version.aliases,
    model_id: loggedModelId ?? undefined,
    model_params: Object.entries(version.params).map(([name, value]) => ({ name, value })),
  };
}
