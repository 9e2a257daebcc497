import type { Webhook, WebhookDelivery } from "../contract/index.ts";
import type { Command, Invocation, Operand, Option } from "./command.ts";
import { listingLimit, printListing, shortTime } from "./listing.ts";
import { connect, serverOptions } from "./server-client.ts";
import type { CommandLineOptions } from "./values.ts";
import { choiceOption, listOption } from "./values.ts";

const nameOperand: Operand = { name: "NAME", description: "The webhook." };
const typesOption: Option = {
  name: "types",
  value: "TYPE",
  repeatable: true,
  description: 'Events that it wants: model.version.created, or "model.*" for all that begin so. By default all.',
};
const descriptionOption: Option = { name: "description", value: "TEXT", description: "What it is for." };

const common = { writesData: (options: CommandLineOptions) => "json" in options } as const;

export const webhookCommands: readonly Command[] = [
  {
    ...common,
    name: "webhooks list",
    summary: "Lists where the workspace's events are sent.",
    operands: [],
    options: serverOptions,
    details: [],
    example: "slipway webhooks list",
    run: list,
  },
  {
    ...common,
    name: "webhooks create",
    summary: "Has events sent to a URL, from now on, and prints the secret of their signatures, once.",
    operands: [
      { name: "NAME", description: "What it is called." },
      { name: "URL", description: "https and a public address, or an origin that the server's operator allows." },
    ],
    options: [
      typesOption,
      descriptionOption,
      { name: "secret", value: "SECRET", description: "whsec_ and base64. By default one is made." },
      ...serverOptions,
    ],
    details: [
      "Events are CloudEvents, signed as Standard Webhooks has it; they come in order, at least once. A failure is tried again for a day; redirects are not followed.",
    ],
    example: "slipway webhooks create ci https://ci.example.com/slipway --types model.version.created",
    run: create,
  },
  {
    ...common,
    name: "webhooks show",
    summary: "Shows a webhook, and why it is disabled or waits.",
    operands: [nameOperand],
    options: serverOptions,
    details: [],
    example: "slipway webhooks show ci",
    run: async ({ operands: [webhook = ""], options, output, write }) => {
      const found = await connect(options).getWebhook({ webhook });
      await print(found, { options, output, write });
    },
  },
  {
    ...common,
    name: "webhooks update",
    summary: "Changes a webhook, disables it, or lets it go on with the event that it could not deliver.",
    operands: [nameOperand],
    options: [
      { name: "url", value: "URL", description: "Where to." },
      typesOption,
      descriptionOption,
      { name: "state", value: "STATE", description: "active or disabled." },
      ...serverOptions,
    ],
    details: [],
    example: "slipway webhooks update ci --state active",
    run: update,
  },
  {
    ...common,
    name: "webhooks delete",
    summary: "Deletes a webhook.",
    operands: [nameOperand],
    options: serverOptions,
    details: [],
    example: "slipway webhooks delete ci",
    run: async ({ operands: [webhook = ""], options, output, write }) => {
      await connect(options).deleteWebhook({ webhook });
      if ("json" in options) await write(`${JSON.stringify({ deleted: webhook })}\n`);
      else output.line(`The webhook ${webhook} is deleted.`);
    },
  },
  {
    ...common,
    name: "webhooks deliveries",
    summary: "Lists the last 100 attempts, the newest first.",
    operands: [nameOperand],
    options: serverOptions,
    details: [],
    example: "slipway webhooks deliveries ci",
    run: deliveries,
  },
  {
    ...common,
    name: "webhooks ping",
    summary: "Sends an event dev.slipway.ping now, and says how it went.",
    operands: [nameOperand],
    options: serverOptions,
    details: ["Exit code 1 where the receiver did not take it."],
    example: "slipway webhooks ping ci",
    run: ping,
  },
];

type Printing = Pick<Invocation, "options" | "output" | "write">;

async function list(invocation: Invocation): Promise<void> {
  const page = await connect(invocation.options).listWebhooks({ query: { limit: listingLimit } });
  await printListing(
    invocation,
    page,
    [{ title: "NAME" }, { title: "STATE" }, { title: "EVENTS", flexible: true }, { title: "URL", flexible: true }],
    (webhook) => [webhook.name, stateOf(webhook), typesOf(webhook), webhook.url],
    "There are no webhooks.",
  );
}

async function create({ operands: [name = "", url = ""], options, output, write }: Invocation): Promise<void> {
  const { description, secret } = options;
  const types = listOption(options, "types");
  const body = {
    name,
    url,
    ...(description !== undefined && { description }),
    ...(types && { types }),
    ...(secret !== undefined && { secret }),
  };
  const created = await connect(options).createWebhook({ body });
  if ("json" in options) return write(`${JSON.stringify(created)}\n`);
  output.line(`The webhook ${output.bold(name)} sends ${typesOf(created)} to ${created.url}.`);
  output.line(`Secret of its signatures, shown once: ${output.bold(created.secret)}`);
}

async function update({ operands: [webhook = ""], options, output, write }: Invocation): Promise<void> {
  const { url, description } = options;
  const types = listOption(options, "types");
  const state = choiceOption(options, "state", ["active", "disabled"]);
  const body = {
    ...(url !== undefined && { url }),
    ...(description !== undefined && { description }),
    ...(types && { types }),
    ...(state && { state }),
  };
  await print(await connect(options).updateWebhook({ webhook, body }), { options, output, write });
}

async function print(webhook: Webhook, { options, output, write }: Printing): Promise<void> {
  if ("json" in options) return write(`${JSON.stringify(webhook)}\n`);
  output.line(`${output.bold(webhook.name)}  ${stateOf(webhook)}`);
  if (webhook.description !== "") output.line(`  ${webhook.description}`);
  output.line(`  sends ${typesOf(webhook)} to ${webhook.url}`);
  if (webhook.disabledReason !== null) output.line(`  disabled: ${webhook.disabledReason}`);
  if (webhook.nextAttemptAt !== null && webhook.failures > 0)
    output.line(`  next attempt: ${shortTime(webhook.nextAttemptAt)}`);
  output.line(`  made by ${webhook.createdBy}, ${shortTime(webhook.createdAt)}`);
}

const typesOf = ({ types }: Webhook): string => (types.length === 0 ? "all events" : types.join(", "));

function stateOf({ state, failures }: Webhook): string {
  if (state === "disabled" || failures === 0) return state;
  return `failing (${failures} ${failures === 1 ? "attempt" : "attempts"})`;
}

async function deliveries(invocation: Invocation): Promise<void> {
  const { operands, options } = invocation;
  const page = await connect(options).listWebhookDeliveries({ webhook: operands[0] ?? "" });
  await printListing(
    invocation,
    page,
    [
      { title: "TIME" },
      { title: "EVENT" },
      { title: "ATTEMPT", align: "right" },
      { title: "ms", align: "right" },
      { title: "OUTCOME", flexible: true },
    ],
    ({ at, eventType, attempt, milliseconds, ...outcome }) => [
      shortTime(at),
      eventType,
      String(attempt),
      String(milliseconds),
      outcomeOf(outcome),
    ],
    "Nothing was sent yet.",
  );
}

async function ping({ operands: [webhook = ""], options, output, write }: Invocation): Promise<void> {
  const delivery = await connect(options).pingWebhook({ webhook });
  if (delivery.error !== null) process.exitCode = 1;
  if ("json" in options) return write(`${JSON.stringify(delivery)}\n`);
  output.line(`${outcomeOf(delivery)} (${delivery.milliseconds} ms)`);
}

function outcomeOf({ status, error }: Pick<WebhookDelivery, "status" | "error">): string {
  return error ?? `taken with status ${status}`;
}
