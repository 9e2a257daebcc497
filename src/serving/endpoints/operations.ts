/** What users do with endpoints: rows first, then the processes, and an answer once both agree. */
import { SlipwayError } from "../../base/index.ts";
import type { Database, SecretBox } from "../../store/index.ts";
import { changeEndpoint, markDeleted, setDesired, type EndpointUpdate } from "./change-endpoint.ts";
import { removeDeployment, requestDeployment, type DeploymentRef, type NewDeployment } from "./create-deployment.ts";
import { insertEndpoint, type NewEndpoint } from "./create-endpoint.ts";
import type { EndpointKeeper } from "./keeper.ts";
import { openKeys, regenerateKey as writeNewKey, type EndpointKey, type RegeneratedKey } from "./keys.ts";
import { noEndpoint, readEndpoint } from "./rows.ts";
import { rollBack, setTraffic, type TrafficChange } from "./traffic.ts";
import type { By, Endpoint, EndpointRef, Problem } from "./types.ts";

export interface EndpointServices {
  readonly database: Database;
  readonly secrets: SecretBox;
  readonly endpoints: EndpointKeeper;
}

/**
 * Resolves when it is healthy. One that does not become healthy stays, as failed.
 * @throws SLW_ENDPOINT_START with the cause, and as insertEndpoint
 */
export async function createEndpoint(services: EndpointServices, input: NewEndpoint): Promise<Endpoint> {
  const { database, secrets, endpoints } = services;
  const made = await insertEndpoint(database, secrets, input, endpoints.place);
  await endpoints.settle(made);
  return outcomeOf(services, made, input.id);
}

/**
 * Resolves when the deployment is healthy and has its traffic. Where it does not become healthy, nothing changes for
 * clients.
 * @throws SLW_ENDPOINT_START with the cause, and as requestDeployment
 */
export async function createDeployment(services: EndpointServices, input: NewDeployment): Promise<Endpoint> {
  const endpoint = await requestDeployment(services.database, input);
  await services.endpoints.settle(endpoint);
  return outcomeOf(services, endpoint, input.id);
}

/** @throws SLW_ENDPOINT_*: as removeDeployment, and where the processes do not take the change */
export async function deleteDeployment(services: EndpointServices, input: DeploymentRef & By): Promise<void> {
  await settled(services, await removeDeployment(services.database, input));
}

/** @throws as changeEndpoint, and where the processes do not take the change */
export async function updateEndpoint(services: EndpointServices, input: EndpointUpdate): Promise<Endpoint> {
  return settled(services, await changeEndpoint(services.database, services.secrets, input));
}

/** @throws as setTraffic */
export async function shareTraffic(services: EndpointServices, input: TrafficChange): Promise<Endpoint> {
  return settled(services, await setTraffic(services.database, input));
}

/** @throws as rollBack */
export async function rollBackEndpoint(services: EndpointServices, input: EndpointRef & By): Promise<Endpoint> {
  return settled(services, await rollBack(services.database, input));
}

/** @throws SLW_ENDPOINT_UNKNOWN, SLW_ENDPOINT_START, SLW_ENDPOINT_PORT */
export async function startEndpoint(services: EndpointServices, input: EndpointRef & By): Promise<Endpoint> {
  const endpoint = await setDesired(services.database, { ...input, desired: "started" });
  const started = await settled(services, endpoint);
  if (started.state !== "Failed") return started;
  throw new SlipwayError("SLW_ENDPOINT_START", `The endpoint "${started.name}" did not start: ${started.stateReason}`, {
    details: { endpoint: started.name },
  });
}

/** Requests that run are answered. @throws SLW_ENDPOINT_UNKNOWN */
export async function stopEndpoint(services: EndpointServices, input: EndpointRef & By): Promise<Endpoint> {
  const endpoint = await setDesired(services.database, { ...input, desired: "stopped" });
  await services.endpoints.interrupt(endpoint);
  return stillThere(services, endpoint);
}

/** @throws SLW_ENDPOINT_UNKNOWN, SLW_ENDPOINT_IN_USE */
export async function deleteEndpoint(
  services: EndpointServices,
  input: EndpointRef & By & { readonly force?: boolean | undefined },
): Promise<void> {
  await services.endpoints.remove(await markDeleted(services.database, input));
}

/** @returns both keys, once the processes know the new one. @throws as regenerateKey */
export async function regenerateKey(services: EndpointServices, input: RegeneratedKey): Promise<EndpointKey[]> {
  const { id } = await settled(services, await writeNewKey(services.database, services.secrets, input));
  return openKeys(services.database, services.secrets, id);
}

async function settled(services: EndpointServices, endpoint: Endpoint): Promise<Endpoint> {
  try {
    await services.endpoints.settle(endpoint);
  } catch (error) {
    throw startError(`The endpoint "${endpoint.name}" does not run what was asked for`, error);
  }
  return stillThere(services, endpoint);
}

/** @throws SLW_ENDPOINT_UNKNOWN where it was deleted meanwhile */
async function stillThere({ database }: EndpointServices, { id, name }: Endpoint): Promise<Endpoint> {
  const endpoint = await readEndpoint(database, id);
  if (endpoint === null || endpoint.desired === "deleted") throw noEndpoint(name);
  return endpoint;
}

async function outcomeOf(services: EndpointServices, asked: Endpoint, deploymentId: string): Promise<Endpoint> {
  const endpoint = await stillThere(services, asked);
  const deployment = endpoint.deployments.find(({ id }) => id === deploymentId);
  const where = `The deployment "${deployment?.name}" of "${endpoint.name}"`;
  if (deployment?.state === "Healthy") return endpoint;
  if (deployment?.state === "Failed") {
    throw failedWith(`${where} did not become healthy`, deployment.problem as Problem);
  }
  throw new SlipwayError("SLW_ENDPOINT_STATE", `"${endpoint.name}" was changed while the deployment was under way.`, {
    details: { endpoint: endpoint.name, state: endpoint.state },
  });
}

/** Errors of endpoints as they are; those of models and files as the reason of SLW_ENDPOINT_START. */
function startError(what: string, error: unknown): unknown {
  if (!(error instanceof SlipwayError) || error.code.startsWith("SLW_ENDPOINT_")) return error;
  return failedWith(what, error);
}

function failedWith(what: string, { code, message, fix }: Problem): SlipwayError {
  return new SlipwayError("SLW_ENDPOINT_START", `${what}: ${message}`, { fix, details: { code, message } });
}
