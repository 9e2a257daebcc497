export { startWebhookDelivery, type WebhookDeliverer } from "./deliver.ts";
export { pingWebhook } from "./ping.ts";
export { createWebhook, deleteWebhook, findWebhook, listDeliveries, listWebhooks, updateWebhook } from "./webhooks.ts";
export type { Webhook, WebhookDelivery } from "./types.ts";
