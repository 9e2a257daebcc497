import { operations } from "../../contract/index.ts";
import { loadEndpoints, type DeployedEndpoint } from "../../serving/index.ts";
import type { Actor } from "../../store/index.ts";
import { pageRequest } from "../page-request.ts";
import { route, type Route, type WorkspaceRef } from "../route.ts";
import type { Services } from "../services.ts";
import { keysOf, toDetails, toEndpointBody } from "./endpoint-bodies.ts";

const {
  createDeployment,
  createEndpoint,
  deleteDeployment,
  deleteEndpoint,
  findEndpoint,
  listEndpoints,
  rollBackEndpoint,
  shareTraffic,
  startEndpoint,
  stopEndpoint,
  updateEndpoint,
} = await loadEndpoints();

interface EndpointCall {
  readonly params: { readonly endpoint: string };
  readonly workspace: WorkspaceRef;
  readonly actor: Actor;
}

const refOf = ({ params, workspace, actor }: EndpointCall) => ({
  workspaceId: workspace.id,
  endpoint: params.endpoint,
  actor,
});

export function endpointRoutes(services: Services): Route[] {
  const { database } = services;
  const details = (endpoint: DeployedEndpoint, { headers }: { headers: Parameters<typeof toDetails>[2] }) =>
    toDetails(services, endpoint, headers);
  return [
    route(operations.listEndpoints, async ({ query, workspace, headers }) => {
      const input = { workspaceId: workspace.id, filter: { name: query.name }, page: pageRequest(query) };
      const page = await listEndpoints(database, input);
      return { ...page, items: page.items.map((each) => toEndpointBody(each, headers)) };
    }),
    route(operations.createEndpoint, async ({ body: { name, ...rest }, workspace, actor, idempotentId, headers }) => {
      const input = { ...rest, id: idempotentId, workspaceId: workspace.id, endpoint: name, actor };
      const endpoint = await createEndpoint(services, input);
      return { ...(await details(endpoint, { headers })), ...(await keysOf(services, endpoint)) };
    }),
    route(operations.getEndpoint, async (call) => details(await findEndpoint(database, refOf(call)), call)),
    route(operations.updateEndpoint, async (call) =>
      details(
        await updateEndpoint(services, { ...refOf(call), changes: call.body, requestId: call.idempotentId }),
        call,
      ),
    ),
    route(operations.deleteEndpoint, (call) =>
      deleteEndpoint(services, { ...refOf(call), force: call.query.force }).then(() => undefined),
    ),
    route(operations.startEndpoint, async (call) => details(await startEndpoint(services, refOf(call)), call)),
    route(operations.stopEndpoint, async (call) => details(await stopEndpoint(services, refOf(call)), call)),
    route(operations.createDeployment, async (call) =>
      details(await createDeployment(services, { ...refOf(call), ...call.body, id: call.idempotentId }), call),
    ),
    route(operations.deleteDeployment, (call) =>
      deleteDeployment(services, { ...refOf(call), deployment: call.params.deployment }).then(() => undefined),
    ),
    route(operations.setEndpointTraffic, async (call) =>
      details(await shareTraffic(services, { ...refOf(call), ...call.body }), call),
    ),
    route(operations.rollBackEndpoint, async (call) => details(await rollBackEndpoint(services, refOf(call)), call)),
  ];
}
