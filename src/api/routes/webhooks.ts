import { operations, type Webhook as WebhookBody, type WebhookDelivery as DeliveryBody } from "../../contract/index.ts";
import {
  createWebhook,
  deleteWebhook,
  findWebhook,
  listDeliveries,
  listWebhooks,
  pingWebhook,
  readCloudEvents,
  updateWebhook,
  type Webhook,
  type WebhookDelivery,
} from "../../registry/index.ts";
import { assertOutboundUrl } from "../../store/index.ts";
import { pageRequest } from "../page-request.ts";
import { route, type Route } from "../route.ts";
import type { Services } from "../services.ts";

export function webhookRoutes(services: Services): Route[] {
  const { database } = services;
  return [
    route(operations.listCloudEvents, async ({ query: { limit = 50, after = null, types = [] }, workspace }) =>
      readCloudEvents(database, { workspaceId: workspace.id, after, types, limit }),
    ),
    route(operations.listWebhooks, async ({ query, workspace }) => {
      const page = await listWebhooks(database, { workspaceId: workspace.id, page: pageRequest(query) });
      return { ...page, items: page.items.map(toWebhookBody) };
    }),
    route(operations.createWebhook, async ({ body: { name, ...rest }, workspace, actor, idempotentId }) => {
      assertOutboundUrl(rest.url, services.reach.origins);
      const input = { ...rest, id: idempotentId, workspaceId: workspace.id, webhook: name, actor };
      const { secret, ...webhook } = await createWebhook(database, services.secrets, input);
      return { ...toWebhookBody(webhook), secret };
    }),
    route(operations.getWebhook, async ({ params, workspace }) =>
      toWebhookBody(await findWebhook(database, { workspaceId: workspace.id, webhook: params.webhook })),
    ),
    route(operations.updateWebhook, async ({ params, body, workspace, actor }) => {
      if (body.url !== undefined) assertOutboundUrl(body.url, services.reach.origins);
      const ref = { workspaceId: workspace.id, webhook: params.webhook };
      return toWebhookBody(await updateWebhook(database, { ...ref, changes: body, actor }));
    }),
    route(operations.deleteWebhook, ({ params, workspace, actor }) =>
      deleteWebhook(database, { workspaceId: workspace.id, webhook: params.webhook, actor }).then(() => undefined),
    ),
    route(operations.listWebhookDeliveries, async ({ params, workspace }) => {
      const deliveries = await listDeliveries(database, { workspaceId: workspace.id, webhook: params.webhook });
      return { items: deliveries.map(toDeliveryBody) };
    }),
    route(operations.pingWebhook, async ({ params, workspace }) => {
      const ref = { workspaceId: workspace.id, webhook: params.webhook };
      return toDeliveryBody(
        await pingWebhook(database, { secrets: services.secrets, allow: services.reach.origins }, ref),
      );
    }),
  ];
}

function toWebhookBody(webhook: Webhook): WebhookBody {
  return {
    name: webhook.name,
    description: webhook.description,
    url: webhook.url,
    types: [...webhook.types],
    state: webhook.state,
    disabledReason: webhook.disabledReason,
    createdBy: webhook.createdBy,
    createdAt: webhook.createdAt.toISOString(),
    updatedAt: webhook.updatedAt.toISOString(),
    failures: webhook.failures,
    nextAttemptAt: webhook.nextAttemptAt?.toISOString() ?? null,
  };
}

function toDeliveryBody(delivery: WebhookDelivery): DeliveryBody {
  return { ...delivery, at: delivery.at.toISOString() };
}
