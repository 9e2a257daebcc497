/** From an endpoint's rows to the document that its processes read. */
import { dirname, posix } from "node:path";
import { SlipwayError } from "../../base/index.ts";
import type { Queryable, SecretBox } from "../../store/index.ts";
import type {
  DeployedModel,
  DeploymentConfig,
  EndpointAuth,
  EndpointConfig,
  EndpointSettings,
} from "../config/index.ts";
import { publicKeyOf } from "./token.ts";
import type { Deployment, Endpoint } from "./types.ts";

export interface ConfigSource {
  readonly database: Queryable;
  readonly secrets: SecretBox;
  /** As in EndpointConfig. */
  readonly otlpEndpoint: string | null;
}

/**
 * @param candidate a deployment that is being deployed: it has no traffic before it is healthy, unless it is the first
 * @throws SLW_ENDPOINT_START where a model has no file to load
 */
export async function configOf(
  source: ConfigSource,
  endpoint: Endpoint,
  candidate: Deployment | undefined,
): Promise<EndpointConfig> {
  const { id, name, workspaceId, host, port, revision } = endpoint;
  const healthy = endpoint.deployments.filter(({ state }) => state === "Healthy");
  const { name: workspace } = await source.database
    .selectFrom("workspaces")
    .select("name")
    .where("id", "=", workspaceId)
    .executeTakeFirstOrThrow();
  const deployments = healthy.map((each) => deploymentConfig(each, each.traffic));
  if (candidate !== undefined) deployments.push(deploymentConfig(candidate, healthy.length === 0 ? 100 : 0));
  return {
    format: 1,
    revision,
    id,
    name,
    workspace,
    host,
    port,
    auth: await authOf(source, endpoint),
    deployments,
    settings: settingsOf(endpoint),
    otlpEndpoint: source.otlpEndpoint,
  };
}

function deploymentConfig({ name, mirror, ...deployment }: Deployment, traffic: number): DeploymentConfig {
  return { name, model: deployedModel(deployment), traffic, mirror };
}

/** @throws SLW_ENDPOINT_START */
function deployedModel({
  versionId,
  model,
  primaryPath,
  primarySha256,
}: Pick<Deployment, "versionId" | "model" | "primaryPath" | "primarySha256">): DeployedModel {
  if (primaryPath === null) {
    const text = `Version ${model.version} of "${model.name}" has no file that could be loaded.`;
    throw new SlipwayError("SLW_ENDPOINT_START", text, { details: { model: model.name, version: model.version } });
  }
  // Of an MLflow model the folder of its MLmodel file is loaded.
  const inside = model.kind === "mlflow" ? dirname(primaryPath) : primaryPath;
  const path = posix.join("models", versionId, inside);
  return { ...model, path, sha256: model.kind === "mlflow" ? null : primarySha256 };
}

async function authOf(
  { database, secrets }: ConfigSource,
  { id, authMode, tokenKey }: Endpoint,
): Promise<EndpointAuth> {
  if (authMode === "none") return { mode: "none" };
  if (authMode === "token" && tokenKey !== null) {
    return { mode: "token", publicKey: publicKeyOf(secrets, id, tokenKey), audience: id };
  }
  const rows = await database
    .selectFrom("endpoint_keys")
    .select(["name", "sha256", "expires_at"])
    .where("endpoint_id", "=", id)
    .orderBy("name")
    .execute();
  return {
    mode: "key",
    keys: rows.map(({ name, sha256, expires_at: at }) => ({ name, sha256, expiresAt: at?.getTime() ?? null })),
  };
}

/** A quick endpoint has one process, whatever was set while it was a production one. */
function settingsOf({ computeType, settings }: Endpoint): EndpointSettings {
  if (computeType === "production") return settings;
  return { ...settings, replicas: 1, autoscale: { ...settings.autoscale, enabled: false } };
}
