/** The event and the audit entry of a change to an endpoint or a deployment. */
import { recordChange, type Actor, type Queryable } from "../../store/index.ts";
import type { Deployment, Endpoint } from "./types.ts";

export interface EndpointChange {
  readonly how: "created" | "updated" | "deleted" | "keys.read" | "token.created";
  /** Name of the operation. */
  readonly action: string;
  readonly actor: Actor;
  readonly data?: Readonly<Record<string, unknown>>;
}

export function recordEndpointChange(
  trx: Queryable,
  { workspaceId, name }: Pick<Endpoint, "workspaceId" | "name">,
  { how, action, actor, data }: EndpointChange,
): Promise<void> {
  return recordChange(trx, {
    workspaceId,
    type: `endpoint.${how}`,
    subject: `endpoint/${name}`,
    data: { endpoint: name, ...data },
    actor,
    action,
  });
}

export interface DeploymentChange extends Omit<EndpointChange, "how"> {
  /** requested: it was asked for. created: it is healthy, which other systems hear of as ModelDeployed. */
  readonly how: "requested" | "created" | "updated" | "deleted";
}

export function recordDeploymentChange(
  trx: Queryable,
  { workspaceId, name: endpoint, computeType, tags }: Pick<Endpoint, "workspaceId" | "name" | "computeType" | "tags">,
  { name: deployment, model }: Pick<Deployment, "name" | "model">,
  { how, action, actor, data }: DeploymentChange,
): Promise<void> {
  return recordChange(trx, {
    workspaceId,
    type: `deployment.${how}`,
    subject: `endpoint/${endpoint}/${deployment}`,
    data: { endpoint, deployment, compute: computeType, models: [`${model.name}:${model.version}`], tags, ...data },
    actor,
    action,
  });
}
