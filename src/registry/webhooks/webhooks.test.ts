import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { newId, siblingModule, silentLog } from "../../base/index.ts";
import { createSecretBox, recordEvent } from "../../store/index.ts";
import { actor, openTestRegistry, type TestRegistry } from "../test-registry.ts";
import {
  createWebhook,
  deleteWebhook,
  findWebhook,
  listDeliveries,
  listWebhooks,
  pingWebhook,
  startWebhookDelivery,
  updateWebhook,
  type WebhookDeliverer,
} from "./index.ts";
import { startReceiver, testSecretKey, type Receiver } from "./test-receiver.ts";

let registry: TestRegistry;
let workspaceId: string;
const secrets = createSecretBox(testSecretKey);
const allow: string[] = [];
const sender = { secrets, allow };
const open: { close(): void | Promise<void> }[] = [];

beforeAll(async () => {
  registry = await openTestRegistry();
  ({ workspaceId } = registry);
});

afterEach(async () => {
  for (const each of open.splice(0).toReversed()) await each.close();
  await registry.database.deleteFrom("webhooks").execute();
});

afterAll(() => registry.close());

const refused = (code: string) => expect.objectContaining({ code });

async function receive(
  answer: Parameters<typeof startReceiver>[1],
  types: string[] = ["test.*"],
): Promise<Receiver & { name: string }> {
  let secret = "";
  const receiver = await startReceiver(() => secret, answer);
  open.push(receiver);
  allow.push(new URL(receiver.url).origin);
  const name = `hook-${newId()}`;
  const made = await createWebhook(registry.database, secrets, {
    id: newId(),
    workspaceId,
    webhook: name,
    url: receiver.url,
    types,
    actor,
  });
  secret = made.secret;
  return { ...receiver, name };
}

function deliver(): WebhookDeliverer {
  const deliverer = startWebhookDelivery({
    ...sender,
    database: registry.database,
    log: silentLog,
    pause: 20,
    backoff: () => 20,
  });
  open.push(deliverer);
  return deliverer;
}

async function tell(...types: string[]): Promise<void> {
  for (const type of types)
    await recordEvent(registry.database, { workspaceId, type, subject: "test/1", data: { type } });
}

const seen = ({ received }: Receiver): unknown[] => received.map(({ event }) => event.data["type"]);

describe("a webhook", () => {
  test("shows its secret once, keeps it sealed, and is made once by a request that comes twice", async () => {
    const { database } = registry;
    const request = { id: newId(), workspaceId, webhook: "ci", url: "https://ci.example/hook", actor };
    const made = await createWebhook(database, secrets, request);
    expect(made.secret).toMatch(/^whsec_/);
    expect(await createWebhook(database, secrets, request)).toEqual(made);
    await expect(createWebhook(database, secrets, { ...request, id: newId() })).rejects.toEqual(
      refused("SLW_WEBHOOK_EXISTS"),
    );
    const rows = await database.selectFrom("webhooks").selectAll().execute();
    expect(JSON.stringify(rows.map((row) => ({ ...row, secret: row.secret.toString("latin1") })))).not.toContain(
      made.secret,
    );
    const audit = await database.selectFrom("audit").selectAll().where("subject", "=", "webhook/ci").execute();
    expect(JSON.stringify(audit)).not.toContain(made.secret);
    expect(await findWebhook(database, { workspaceId, webhook: "ci" })).not.toHaveProperty("secret");
  });

  test("is changed, listed and deleted in its workspace alone", async () => {
    const { database, otherWorkspaceId } = registry;
    const request = { id: newId(), workspaceId, webhook: "ci", url: "https://ci.example/hook", actor };
    await createWebhook(database, secrets, request);
    const stranger = { workspaceId: otherWorkspaceId, webhook: "ci", actor };
    await expect(deleteWebhook(database, stranger)).rejects.toEqual(refused("SLW_WEBHOOK_UNKNOWN"));
    const changes = { name: "cd", types: ["model.*"], state: "disabled" as const };
    expect(await updateWebhook(database, { workspaceId, webhook: "ci", changes, actor })).toMatchObject({
      name: "cd",
      types: ["model.*"],
      disabledReason: "by ada",
    });
    expect(await listWebhooks(database, { workspaceId, page: { limit: 10 } })).toMatchObject({
      items: [{ name: "cd" }],
    });
    await deleteWebhook(database, { workspaceId, webhook: "cd", actor });
    expect(await listWebhooks(database, { workspaceId, page: { limit: 10 } })).toEqual({ items: [] });
  });

  test.each(["model", "model.*", "model.version.created", "a_b.c", "Microsoft.MachineLearningServices.*"])(
    "takes the type %j",
    async (type) => {
      const request = { id: newId(), workspaceId, webhook: "t", url: "https://x.example", types: [type], actor };
      expect(await createWebhook(registry.database, secrets, request)).toMatchObject({ types: [type] });
    },
  );

  test.each(["", "*", "model.", ".created", "model.*.x", "a b"])("refuses the type %j", async (type) => {
    const request = { id: newId(), workspaceId, webhook: "t", url: "https://x.example", types: [type], actor };
    await expect(async () => createWebhook(registry.database, secrets, request)).rejects.toEqual(
      refused("SLW_WEBHOOK_TYPE"),
    );
  });
});

describe("delivery", () => {
  test("signs each event, keeps their order, passes by other types, and logs", async () => {
    const receiver = await receive((_request, response) => response.writeHead(204).end());
    await tell("test.a", "other.a", "test.b", "test.c");
    const deliverer = deliver();
    await receiver.until(3);
    await deliverer.close();
    expect(seen(receiver)).toEqual(["test.a", "test.b", "test.c"]);
    expect(receiver.received.every(({ verified }) => verified)).toBe(true);
    const [first] = receiver.received;
    expect(first?.event).toMatchObject({
      specversion: "1.0",
      type: "dev.slipway.test.a",
      source: "/api/v1/workspaces/one",
    });
    expect(first?.headers).toMatchObject({
      "webhook-id": first?.event.id,
      "content-type": "application/cloudevents+json; charset=utf-8",
    });
    const log = await listDeliveries(registry.database, { workspaceId, webhook: receiver.name });
    expect(log.map(({ eventType, status, error, attempt }) => [eventType, status, error, attempt])).toEqual([
      ["dev.slipway.test.c", 204, null, 1],
      ["dev.slipway.test.b", 204, null, 1],
      ["dev.slipway.test.a", 204, null, 1],
    ]);
  });

  test("tries an event again until it is taken, and sends no later one before", async () => {
    const receiver = await receive((request, response) => response.writeHead(request <= 3 ? 500 : 200).end());
    await tell("test.a", "test.b");
    deliver();
    await receiver.until(5);
    expect(seen(receiver)).toEqual(["test.a", "test.a", "test.a", "test.a", "test.b"]);
    expect(new Set(receiver.received.slice(0, 4).map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    expect(receiver.received.every(({ verified }) => verified)).toBe(true);
  });

  test("by three servers at once sends each event once, in order", async () => {
    const receiver = await receive((_request, response) => response.writeHead(200).end());
    const servers = [deliver(), deliver(), deliver()];
    const types = Array.from(
      { length: 30 },
      (_, i) => `test.${"abcdefghijklmnopqrstuvwxyzabcd"[i] as string}_${i % 2 ? "x" : "y"}`,
    );
    await tell(...types);
    await receiver.until(30);
    await Promise.all(servers.map((server) => server.close()));
    expect(seen(receiver)).toEqual(types);
  });

  test("goes on after a day of failures to others, and disables the one that failed, with its reason", async () => {
    const failing = await receive((_request, response) => response.writeHead(503).end());
    const { database } = registry;
    await tell("test.a");
    const before = deliver();
    await failing.until(1);
    await before.close();
    const { failures } = await findWebhook(database, { workspaceId, webhook: failing.name });
    await database
      .updateTable("webhooks")
      .set({ failing_since: new Date(Date.now() - 25 * 3600e3) })
      .execute();
    const other = await receive((_request, response) => response.writeHead(200).end());
    await tell("test.b");
    const deliverer = deliver();
    await Promise.all([failing.until(failures + 1), other.until(1)]);
    await deliverer.close();
    const webhook = await findWebhook(database, { workspaceId, webhook: failing.name });
    expect(webhook).toMatchObject({
      state: "disabled",
      failures: failures + 1,
      disabledReason: expect.stringContaining("503") as string,
    });
    expect(seen(other)).toEqual(["test.b"]);
    await updateWebhook(database, { workspaceId, webhook: failing.name, changes: { state: "active" }, actor });
    deliver();
    await failing.until(failures + 2);
    expect(new Set(seen(failing))).toEqual(new Set(["test.a"]));
  });

  test("stops at once for a receiver that is gone (410)", async () => {
    const receiver = await receive((_request, response) => response.writeHead(410).end());
    await tell("test.a", "test.b");
    const deliverer = deliver();
    await receiver.until(1);
    await deliverer.close();
    expect(await findWebhook(registry.database, { workspaceId, webhook: receiver.name })).toMatchObject({
      state: "disabled",
    });
  });

  test("of a server that is killed while the receiver thinks is taken up by the next one", async () => {
    const receiver = await receive((request, response) => {
      // The third request is never answered.
      if (request !== 3) response.writeHead(200).end();
    });
    const start = () => {
      const script = siblingModule(import.meta.url, "test-delivery-process").pathname;
      return spawn(process.execPath, [script, registry.url, new URL(receiver.url).origin], {
        stdio: ["ignore", "inherit", "inherit"],
      });
    };
    const first = start();
    await tell("test.a", "test.b", "test.c", "test.d");
    await receiver.until(3);
    first.kill("SIGKILL");
    await once(first, "exit");
    const second = start();
    try {
      await receiver.until(5);
    } finally {
      second.kill("SIGKILL");
      await once(second, "exit");
    }
    expect(seen(receiver)).toEqual(["test.a", "test.b", "test.c", "test.c", "test.d"]);
  });

  test("keeps the last 100 attempts", async () => {
    const receiver = await receive((_request, response) => response.writeHead(200).end());
    const { database } = registry;
    const webhook = await findWebhook(database, { workspaceId, webhook: receiver.name });
    const old = { webhook_id: webhook.id, event_id: "1", event_type: "old", attempt: 1, milliseconds: 1 };
    await database
      .insertInto("webhook_deliveries")
      .values(Array.from({ length: 150 }, () => old))
      .execute();
    await pingWebhook(database, sender, { workspaceId, webhook: receiver.name });
    const kept = await database.selectFrom("webhook_deliveries").select("event_type").orderBy("seq").execute();
    expect(kept).toHaveLength(100);
    expect(kept.at(-1)?.event_type).toBe("dev.slipway.ping");
  });
});

test("a redirect is a failure, and an address inside is not asked", async () => {
  const receiver = await receive((request, response) =>
    response.writeHead(request === 1 ? 303 : 200, { location: "/elsewhere" }).end(),
  );
  const ref = { workspaceId, webhook: receiver.name };
  const redirected = await pingWebhook(registry.database, sender, ref);
  expect(redirected.error).toContain("redirects");
  // Nobody else was asked, not even the same origin.
  expect(receiver.received).toHaveLength(1);
  const count = receiver.received.length;
  const inside = await pingWebhook(registry.database, { secrets, allow: [] }, ref);
  expect(inside).toMatchObject({ status: null, error: expect.stringContaining("http:") as string });
  expect(receiver.received).toHaveLength(count);
});

test("a ping is sent at once and says how it went", async () => {
  const receiver = await receive((request, response) => response.writeHead(request === 1 ? 200 : 404).end());
  const ref = { workspaceId, webhook: receiver.name };
  expect(await pingWebhook(registry.database, sender, ref)).toMatchObject({ status: 200, error: null });
  expect(receiver.received).toMatchObject([{ verified: true, event: { type: "dev.slipway.ping" } }]);
  expect(await pingWebhook(registry.database, sender, ref)).toMatchObject({
    status: 404,
    error: expect.any(String) as string,
  });
  receiver.close();
  expect(await pingWebhook(registry.database, sender, ref)).toMatchObject({
    status: null,
    error: expect.stringContaining("ECONN") as string,
  });
  expect(await listDeliveries(registry.database, ref)).toHaveLength(3);
});
