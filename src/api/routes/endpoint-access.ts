/** How an endpoint is called: its keys and tokens, and a call on one's behalf. */
import { operations } from "../../contract/index.ts";
import { loadEndpoints } from "../../serving/index.ts";
import { route, type Route } from "../route.ts";
import type { Services } from "../services.ts";
import { toEndpointBody, toKeysBody } from "./endpoint-bodies.ts";

const { createToken, examplesOf, findEndpoint, readKeys, regenerateKey, sendTest, swaggerOf } = await loadEndpoints();

export function endpointAccessRoutes(services: Services): Route[] {
  const { database, secrets } = services;
  return [
    route(operations.getEndpointKeys, async ({ params, workspace, actor }) => {
      const ref = { workspaceId: workspace.id, endpoint: params.endpoint, actor };
      return toKeysBody(await readKeys(database, secrets, ref));
    }),
    route(operations.regenerateEndpointKey, async ({ params, body, workspace, actor, idempotentId }) => {
      const { key, expiresAt } = body;
      return toKeysBody(
        await regenerateKey(services, {
          workspaceId: workspace.id,
          endpoint: params.endpoint,
          // The path's schema has checked it.
          name: params.key as "primary" | "secondary",
          key,
          expiresAt: expiresAt ? new Date(expiresAt) : null,
          requestId: idempotentId,
          actor,
        }),
      );
    }),
    route(operations.createEndpointToken, async ({ params, workspace, actor }) => {
      const ref = { workspaceId: workspace.id, endpoint: params.endpoint, actor };
      const { token, expiresAt, refreshAfter } = await createToken(database, secrets, ref);
      return {
        accessToken: token,
        tokenType: "Bearer" as const,
        expiryTimeUtc: expiresAt.toISOString(),
        refreshAfterTimeUtc: refreshAfter.toISOString(),
      };
    }),
    ...callRoutes(services),
  ];
}

/** What the endpoint says of itself, and a call on one's behalf. */
function callRoutes(services: Services): Route[] {
  const { database } = services;
  return [
    route(operations.getEndpointExamples, async ({ params, workspace, headers }) => {
      const endpoint = await findEndpoint(database, { workspaceId: workspace.id, endpoint: params.endpoint });
      return { ...(await examplesOf(endpoint, toEndpointBody(endpoint, headers).scoringUri)) };
    }),
    route(operations.getEndpointSwagger, async ({ params, query: { version = 3 }, workspace }) => {
      const endpoint = await findEndpoint(database, { workspaceId: workspace.id, endpoint: params.endpoint });
      return swaggerOf(endpoint, version as 2 | 3);
    }),
    route(operations.testEndpoint, ({ params, body: { body, deployment }, workspace, actor }) =>
      sendTest(services, {
        workspaceId: workspace.id,
        endpoint: params.endpoint,
        body,
        deployment,
        userName: actor.userName,
      }),
    ),
  ];
}
