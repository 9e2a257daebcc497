/** The rows of a deployment that is asked for. It becomes healthy, or fails, by the keeper. */
import { SlipwayError } from "../../base/index.ts";
import { addUse, assertDeployable, removeUse, resolveVersion, type ModelVersionDetails } from "../../registry/index.ts";
import { transaction, type Actor, type Queryable } from "../../store/index.ts";
import { recordDeploymentChange } from "./changes.ts";
import { deploymentOf, lockEndpoint, nextRevision, readEndpoint, updateEndpointRow } from "./rows.ts";
import type { By, Deployment, Endpoint, EndpointRef } from "./types.ts";

export interface NewDeployment extends EndpointRef, By {
  /** Of the request, so that a repeated one has one effect. */
  readonly id: string;
  /** Absent: the next free colour. */
  readonly name?: string | undefined;
  /** As in NewEndpoint. */
  readonly model: string;
  /** Percent once it is healthy; the others keep the rest, in their proportions. Default 100. */
  readonly traffic?: number | undefined;
}

/** What blue/green deployments are called, and those after them. */
const colours = ["blue", "green", "yellow", "purple", "orange", "red", "teal", "pink", "brown", "grey"] as const;

/**
 * A request that is sent again (the same id) gets the endpoint with the deployment that it made.
 * @throws SLW_ENDPOINT_UNKNOWN, SLW_ENDPOINT_STATE, SLW_ENDPOINT_DEPLOYMENT_TAKEN, SLW_REGISTRY_*
 */
export function requestDeployment(database: Queryable, input: NewDeployment): Promise<Endpoint> {
  return transaction(database, async (trx) => {
    const endpoint = await lockEndpoint(trx, input);
    if (endpoint.deployments.some(({ id }) => id === input.id)) return endpoint;
    if (endpoint.desired === "stopped") {
      throw new SlipwayError("SLW_ENDPOINT_STATE", `The endpoint "${endpoint.name}" is stopped.`, {
        fix: `Start it first: slipway endpoints start ${endpoint.name}`,
        details: { endpoint: endpoint.name, state: endpoint.state },
      });
    }
    const version = await resolveModel(trx, input);
    const { name, traffic = 100 } = input;
    await insertDeployment(trx, endpoint, { ...input, name, version, traffic });
    await updateEndpointRow(trx, endpoint.id, nextRevision());
    return (await readEndpoint(trx, endpoint.id)) as Endpoint;
  });
}

interface DeploymentToInsert extends By {
  readonly id: string;
  readonly name: string | undefined;
  readonly version: ModelVersionDetails;
  readonly traffic: number;
}

/** A failed deployment with the same name gives way. @throws SLW_ENDPOINT_DEPLOYMENT_TAKEN */
export async function insertDeployment(trx: Queryable, endpoint: Endpoint, input: DeploymentToInsert): Promise<void> {
  const { id, version, actor } = input;
  const name = input.name ?? freeName(endpoint);
  const there = endpoint.deployments.find((each) => each.name === name);
  if (there !== undefined && there.state !== "Failed") {
    throw new SlipwayError("SLW_ENDPOINT_DEPLOYMENT_TAKEN", `"${endpoint.name}" has a deployment "${name}".`, {
      details: { endpoint: endpoint.name, deployment: name, model: there.model },
    });
  }
  if (there !== undefined) await dropDeployment(trx, endpoint, there, actor);
  await trx
    .insertInto("deployments")
    .values({
      id,
      workspace_id: endpoint.workspaceId,
      endpoint_id: endpoint.id,
      name,
      version_id: version.id,
      requested_traffic: input.traffic,
      created_by: actor.userName,
    })
    .execute();
  const use = { kind: "deployment", name: `${endpoint.name}/${name}` };
  await addUse(trx, { workspaceId: endpoint.workspaceId, model: version.model, version: version.version, ...use });
  const deployment = { name, model: { name: version.model, version: version.version, kind: version.kind } };
  const data = { traffic: input.traffic };
  await recordDeploymentChange(trx, endpoint, deployment, {
    how: "requested",
    action: "createDeployment",
    actor,
    data,
  });
}

function freeName({ deployments }: Endpoint): string {
  const taken = new Set(deployments.filter(({ state }) => state !== "Failed").map(({ name }) => name));
  for (let round = 1; ; round++) {
    const free = colours
      .map((colour) => (round === 1 ? colour : `${colour}-${round}`))
      .find((each) => !taken.has(each));
    if (free !== undefined) return free;
  }
}

/** @throws SLW_REGISTRY_*: it is not there, not ready, or restricted */
export async function resolveModel(
  database: Queryable,
  { workspaceId, model: given }: { readonly workspaceId: string; readonly model: string },
): Promise<ModelVersionDetails> {
  // Names may have an @, references have none.
  const at = given.lastIndexOf("@");
  const [model, reference] = at > 0 ? [given.slice(0, at), given.slice(at + 1)] : [given, "latest"];
  const version = await resolveVersion(database, { workspaceId, model, reference });
  assertDeployable(version);
  return version;
}

export interface DeploymentRef extends EndpointRef {
  readonly deployment: string;
}

/**
 * @returns the endpoint as it was
 * @throws SLW_ENDPOINT_UNKNOWN, SLW_ENDPOINT_DEPLOYMENT, SLW_ENDPOINT_STATE while it has traffic or is being deployed
 */
export function removeDeployment(database: Queryable, { actor, ...ref }: DeploymentRef & By): Promise<Endpoint> {
  return transaction(database, async (trx) => {
    const endpoint = await lockEndpoint(trx, ref);
    const deployment = deploymentOf(endpoint, ref.deployment);
    const { name, state, traffic } = deployment;
    if (state === "Transitioning" || traffic > 0) {
      const reason = traffic > 0 ? `has ${traffic} percent of the traffic` : "is being deployed";
      throw new SlipwayError("SLW_ENDPOINT_STATE", `The deployment "${name}" ${reason}.`, {
        fix:
          traffic > 0
            ? "Give its traffic to another deployment first, or delete the endpoint."
            : "Wait until it is healthy or has failed.",
        details: { endpoint: endpoint.name, deployment: name, state, traffic },
      });
    }
    await dropDeployment(trx, endpoint, deployment, actor);
    await updateEndpointRow(trx, endpoint.id, nextRevision());
    return endpoint;
  });
}

/**
 * Takes back a deployment that has not become healthy yet: nothing has changed for clients then.
 * @returns whether it was; false where it is healthy, or gone
 * @throws SLW_ENDPOINT_UNKNOWN
 */
export function withdrawDeployment(
  database: Queryable,
  { id, actor, ...ref }: EndpointRef & By & { readonly id: string },
): Promise<boolean> {
  return transaction(database, async (trx) => {
    const endpoint = await lockEndpoint(trx, ref);
    const deployment = endpoint.deployments.find((each) => each.id === id);
    if (deployment?.state !== "Transitioning") return false;
    await dropDeployment(trx, endpoint, deployment, actor);
    await updateEndpointRow(trx, endpoint.id, nextRevision());
    return true;
  });
}

export async function dropDeployment(
  trx: Queryable,
  endpoint: Endpoint,
  deployment: Deployment,
  actor: Actor,
): Promise<void> {
  await trx.deleteFrom("deployments").where("id", "=", deployment.id).execute();
  const name = `${endpoint.name}/${deployment.name}`;
  await removeUse(trx, { workspaceId: endpoint.workspaceId, kind: "deployment", name });
  await recordDeploymentChange(trx, endpoint, deployment, { how: "deleted", action: "deleteDeployment", actor });
}
