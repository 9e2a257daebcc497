/** Endpoints as the API shows them. */
import type {
  Deployment as DeploymentBody,
  Endpoint as EndpointBody,
  EndpointDetails,
  EndpointKeys,
} from "../../contract/index.ts";
import { loadEndpoints, type DeployedEndpoint, type Deployment, type EndpointKey } from "../../serving/index.ts";
import type { Services } from "../services.ts";

const { openKeys } = await loadEndpoints();

type Headers = Readonly<Record<string, string | string[] | undefined>>;

/** @param headers of the request: where an endpoint listens on all addresses, its caller reaches it as it reaches us */
export function toEndpointBody(endpoint: DeployedEndpoint, headers: Headers): EndpointBody {
  const base = `http://${nameOf(endpoint.host, headers)}:${endpoint.port}`;
  return {
    name: endpoint.name,
    state: endpoint.state,
    stateReason: endpoint.stateReason,
    computeType: endpoint.computeType,
    authMode: endpoint.authMode,
    description: endpoint.description,
    tags: endpoint.tags,
    scoringUri: `${base}/score`,
    swaggerUri: `${base}/swagger.json`,
    docsUri: `${base}/docs`,
    port: endpoint.port,
    deployments: endpoint.deployments.map(toDeploymentBody),
    createdBy: endpoint.createdBy,
    createdAt: endpoint.createdAt.toISOString(),
    updatedAt: endpoint.updatedAt.toISOString(),
    lastRequestAt: endpoint.lastRequestAt?.toISOString() ?? null,
  };
}

const wildcards = new Set(["0.0.0.0", "::"]);

function nameOf(host: string, headers: Headers): string {
  if (!wildcards.has(host)) return host.includes(":") ? `[${host}]` : host;
  const asked = typeof headers["host"] === "string" ? URL.parse(`http://${headers["host"]}`) : null;
  return asked?.hostname ?? "127.0.0.1";
}

function toDeploymentBody(deployment: Deployment): DeploymentBody {
  const { name, model, state, stateReason, traffic, mirror, createdBy } = deployment;
  const createdAt = deployment.createdAt.toISOString();
  return {
    name,
    model,
    state,
    stateReason,
    traffic,
    mirror,
    createdBy,
    createdAt,
    updatedAt: deployment.updatedAt.toISOString(),
  };
}

/** With its processes, as they are now. */
export async function toDetails(
  { endpoints }: Pick<Services, "endpoints">,
  endpoint: DeployedEndpoint,
  headers: Headers,
): Promise<EndpointDetails> {
  // A supervisor that does not answer is shown as none: the row's state says what is known.
  const running = await endpoints.processes(endpoint).catch(() => null);
  return {
    ...toEndpointBody(endpoint, headers),
    settings: { ...endpoint.settings, corsOrigins: [...endpoint.settings.corsOrigins] },
    revision: endpoint.revision,
    appliedRevision: endpoint.appliedRevision,
    processes: (running?.processes ?? []).map(({ pid, role, state, startedAt, memoryBytes, cpuSeconds }) => ({
      pid,
      role,
      state,
      startedAt: new Date(startedAt).toISOString(),
      memoryBytes,
      cpuSeconds,
      restarts: running?.restarts ?? 0,
    })),
  };
}

export function toKeysBody(keys: readonly EndpointKey[]): EndpointKeys {
  return {
    ...bothKeys(keys),
    keys: keys.map(({ name, createdAt, expiresAt, lastUsedAt }) => ({
      name,
      createdAt: createdAt.toISOString(),
      expiresAt: expiresAt?.toISOString() ?? null,
      lastUsedAt: lastUsedAt?.toISOString() ?? null,
    })),
  };
}

interface BothKeys {
  readonly primaryKey: string;
  readonly secondaryKey: string;
}

function bothKeys(keys: readonly EndpointKey[]): BothKeys {
  const keyOf = (wanted: EndpointKey["name"]): string => keys.find(({ name }) => name === wanted)?.key ?? "";
  return { primaryKey: keyOf("primary"), secondaryKey: keyOf("secondary") };
}

/** Null where the endpoint is not used with keys. */
export async function keysOf(
  { database, secrets }: Pick<Services, "database" | "secrets">,
  { id, authMode }: Pick<DeployedEndpoint, "id" | "authMode">,
): Promise<BothKeys | { readonly primaryKey: null; readonly secondaryKey: null }> {
  if (authMode !== "key") return { primaryKey: null, secondaryKey: null };
  return bothKeys(await openKeys(database, secrets, id));
}
