/** Events for other systems: CloudEvents as a feed, and delivered to webhooks. */
import { Type, type Static, type TSchema } from "typebox";
import { listQuery, Name, pageOf, Timestamp } from "../list.ts";
import { operation } from "../operation.ts";

const workspace = "/api/v1/workspaces/{workspace}";
const webhook = `${workspace}/webhooks/{webhook}` as const;
const tag = "Webhooks";
const closed = { additionalProperties: false } as const;
const orNull = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

const EventTypes = Type.Array(Type.String({ minLength: 1, maxLength: 100 }), {
  maxItems: 50,
  description: '"model.version.created", or "model.*" for all that begin so; the names of CloudEvents too. None: all.',
});

export const CloudEvent = Type.Object(
  {
    specversion: Type.Literal("1.0"),
    id: Type.String({ description: "The same wherever and however often the event is told." }),
    source: Type.String(),
    type: Type.String({
      description:
        "As Azure Machine Learning calls it: Microsoft.MachineLearningServices.ModelRegistered; else dev.slipway.*",
    }),
    subject: Type.String(),
    time: Timestamp,
    datacontenttype: Type.Literal("application/json"),
    data: Type.Record(Type.String(), Type.Unknown()),
  },
  { $id: "CloudEvent", ...closed },
);

export const Webhook = Type.Object(
  {
    name: Name,
    description: Type.String(),
    url: Type.String(),
    types: EventTypes,
    state: Type.Enum(["active", "disabled"]),
    disabledReason: orNull(Type.String()),
    createdBy: Type.String(),
    createdAt: Timestamp,
    updatedAt: Timestamp,
    failures: Type.Integer({ minimum: 0, description: "Attempts in a row that failed." }),
    nextAttemptAt: orNull(Timestamp),
  },
  { $id: "Webhook", ...closed },
);
export type Webhook = Static<typeof Webhook>;

const CreatedWebhook = Type.Object(
  { ...Webhook.properties, secret: Type.String({ description: "Shown this once; it is stored encrypted." }) },
  { $id: "CreatedWebhook", ...closed },
);

export const WebhookDelivery = Type.Object(
  {
    at: Timestamp,
    eventId: Type.String(),
    eventType: Type.String(),
    attempt: Type.Integer({ minimum: 1 }),
    status: orNull(Type.Integer({ description: "Of the HTTP answer; null where there was none." })),
    error: orNull(Type.String()),
    milliseconds: Type.Integer({ minimum: 0 }),
  },
  { $id: "WebhookDelivery", ...closed },
);
export type WebhookDelivery = Static<typeof WebhookDelivery>;

const Url = Type.String({
  minLength: 1,
  maxLength: 2000,
  description: "https and a public address, or an origin that the server's operator allows.",
});
const Description = Type.String({ maxLength: 10_000 });

export const webhookOperations = {
  listCloudEvents: operation({
    method: "GET",
    path: `${workspace}/cloud-events`,
    summary: "Read the workspace's events as CloudEvents, oldest first",
    tag: "Events",
    access: "reader",
    query: Type.Object({
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
      after: Type.Optional(
        Type.String({ pattern: "^[0-9]{1,20}-[0-9]{1,15}$", description: "The `cursor` of the answer before." }),
      ),
      types: Type.Optional(EventTypes),
    }),
    result: Type.Object(
      {
        items: Type.Array(CloudEvent),
        cursor: orNull(
          Type.String({ description: "Pass it as `after`, at once or later; null before the first event." }),
        ),
        more: Type.Boolean({ description: "There is more already." }),
      },
      { $id: "CloudEventPage", ...closed },
    ),
    errors: [410],
  }),
  listWebhooks: operation({
    method: "GET",
    path: `${workspace}/webhooks`,
    summary: "List webhooks; sort by name or created",
    tag,
    access: "owner",
    query: Type.Object({ ...listQuery }),
    result: pageOf(Webhook),
  }),
  createWebhook: operation({
    method: "POST",
    path: `${workspace}/webhooks`,
    summary: "Have events sent to a URL, from now on",
    description:
      "POSTs of CloudEvents (application/cloudevents+json), signed as Standard Webhooks has it: webhook-id, " +
      "webhook-timestamp, webhook-signature (HMAC-SHA256). In order, at least once; a failure is tried again for a day.",
    tag,
    access: "owner",
    body: Type.Object(
      {
        name: Name,
        url: Url,
        description: Type.Optional(Description),
        types: Type.Optional(EventTypes),
        secret: Type.Optional(Type.String({ maxLength: 200, description: "whsec_ and base64; absent: one is made." })),
      },
      closed,
    ),
    status: 201,
    result: CreatedWebhook,
    errors: [409],
  }),
  getWebhook: operation({
    method: "GET",
    path: webhook,
    summary: "Get a webhook",
    tag,
    access: "owner",
    result: Webhook,
  }),
  updateWebhook: operation({
    method: "PATCH",
    path: webhook,
    summary: "Change a webhook, disable it, or let it go on with the event that it could not deliver",
    tag,
    access: "owner",
    body: Type.Object(
      {
        name: Type.Optional(Name),
        url: Type.Optional(Url),
        description: Type.Optional(Description),
        types: Type.Optional(EventTypes),
        state: Type.Optional(Type.Enum(["active", "disabled"])),
      },
      closed,
    ),
    result: Webhook,
    errors: [409],
  }),
  deleteWebhook: operation({
    method: "DELETE",
    path: webhook,
    summary: "Delete a webhook",
    tag,
    access: "owner",
    result: null,
  }),
  listWebhookDeliveries: operation({
    method: "GET",
    path: `${webhook}/deliveries`,
    summary: "List the last 100 attempts, newest first",
    tag,
    access: "owner",
    result: Type.Object({ items: Type.Array(WebhookDelivery) }, closed),
  }),
  pingWebhook: operation({
    method: "POST",
    path: `${webhook}/ping`,
    summary: "Send an event dev.slipway.ping now, and say how it went",
    tag,
    access: "owner",
    result: WebhookDelivery,
  }),
};
