/** Calls of others: real HTTP to a server that remembers what it was sent. */
import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId, silentLog } from "../../../base/index.ts";
import { createWebhook, startWebhookDelivery, updateWebhook } from "../../../registry/index.ts";
import { createSecretBox, readEvents, serverActor } from "../../../store/index.ts";
import { tailRunLog } from "../../../tracking/index.ts";
import type { HttpStep, NotifyStep } from "../../../definition/index.ts";
import { openTestWorkspace, type TestWorkspace } from "../../jobs/test-workspace.ts";
import { runStep, type RanStep, type TestStep } from "../test-steps.ts";
import { runHttp, runNotify } from "./index.ts";

interface Got {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let workspace: TestWorkspace;
let server: Server;
let origin = "";
let got: Got[] = [];
/** What the server answers with. */
let answer: (response: ServerResponse) => void;
const before = process.env["SLIPWAY_OUTBOUND_ALLOW"];

beforeAll(async () => {
  workspace = await openTestWorkspace();
  server = createServer(async (request, response) => {
    const { method = "", url = "", headers } = request;
    got.push({ method, url, headers, body: (await buffer(request)).toString() });
    answer(response);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  if (before === undefined) delete process.env["SLIPWAY_OUTBOUND_ALLOW"];
  else process.env["SLIPWAY_OUTBOUND_ALLOW"] = before;
  server.close().closeAllConnections();
  await workspace.close();
});

beforeEach(() => {
  process.env["SLIPWAY_OUTBOUND_ALLOW"] = origin;
  got = [];
  answer = (response) => response.end("fine");
});

function http(step: Partial<HttpStep>, more: Partial<TestStep> = {}): Promise<RanStep> {
  return runStep(workspace, runHttp, { step: { type: "http", url: `${origin}/a?b=c`, ...step }, ...more });
}

const json =
  (value: unknown, status = 200) =>
  (response: ServerResponse) => {
    response.writeHead(status, { "content-type": "application/json; charset=utf-8" }).end(JSON.stringify(value));
  };
const logOf = async ({ runId }: Pick<RanStep, "runId">): Promise<string> =>
  (await tailRunLog(workspace.database, { workspaceId: workspace.id, runId, lines: 1000 })).text;

describe("an http step", () => {
  test("posts JSON, with a key that is the same however often it is tried", async () => {
    const pipelineRun = newId();
    const step = { body: { run: 7, ok: true }, headers: { Authorization: "Bearer s3cret", "X-Ümlaut": "x" } };
    await expect(http(step)).rejects.toMatchObject({ code: "SLW_STEP_OPTION" });
    const headers = { Authorization: "Bearer s3cret" };
    for (const name of ["call", "call", "call[2]"]) await http({ ...step, headers }, { pipelineRun, name });
    expect(got.map(({ method, url, body }) => [method, url, body])).toEqual(
      Array.from(got, () => ["POST", "/a?b=c", '{"run":7,"ok":true}']),
    );
    expect(got[0]?.headers).toMatchObject({ authorization: "Bearer s3cret", "content-type": "application/json" });
    expect(got).toHaveLength(3);
    const keys = got.map((each) => each.headers["idempotency-key"]);
    expect(keys).toEqual([`${pipelineRun}-call`, `${pipelineRun}-call`, `${pipelineRun}-call%5B2%5D`]);
  });

  test("logs neither headers nor more of the URL than its origin", async () => {
    const ran = await http({ url: `${origin}/T0/s3cret?token=s3cret`, headers: { "x-key": "s3cret" } });
    const log = await logOf(ran);
    expect(log).toMatch(new RegExp(`^GET ${origin}: 200, 4 characters, \\d+ ms\n$`));
    const runId = newId();
    answer = (response) => response.writeHead(500).end("broken");
    const headers = { "x-key": "s3cret" };
    const failed = http({ url: `${origin}/s3cret`, headers, method: "DELETE" }, { runId });
    await expect(failed).rejects.toMatchObject({
      code: "SLW_STEP_HTTP",
      message: `DELETE ${origin} answered 500, not 200 to 299.`,
    });
    expect(await logOf({ runId })).not.toContain("s3cret");
    expect(await logOf({ runId })).toContain("broken");
  });

  test.each<[string, unknown, unknown]>([
    ["a number", 3, 3],
    ["null", null, null],
    ["a text", "a\0b\ud800", "a\ufffdb\ufffd"],
    ["a list", ["a", 1, true], ["a", 1, true]],
    ["an object, as its text", { a: { b: 1 } }, '{"a":{"b":1}}'],
    ["a nested list, as its text", [[1]], "[[1]]"],
  ])("gives JSON that is %s", async (_name, value, expected) => {
    answer = json(value);
    const ran = await http({});
    expect(ran.outputs).toEqual({
      status: { type: "value", value: 200 },
      body: { type: "value", value: expected },
    });
  });

  test("gives text as it is, and 64 KiB of a long one", async () => {
    answer = (response) => response.writeHead(200, { "content-type": "application/json" }).end("{no json");
    expect((await http({})).outputs["body"]).toEqual({ type: "value", value: "{no json" });
    // The last character that has room is cut through, and left out.
    answer = (response) => response.end(`x${"é".repeat(2_000_000)}`);
    const ran = await http({});
    expect(ran.outputs["body"]).toEqual({ type: "value", value: `x${"é".repeat(32_767)}` });
    expect(await logOf(ran)).toContain("more than 65536 bytes, of which the first are kept");
  });

  test("takes the statuses that it expects, and no others", async () => {
    answer = json({}, 404);
    expect((await http({ expect: [200, 404] })).outputs["status"]).toEqual({ type: "value", value: 404 });
    answer = json({}, 201);
    await expect(http({ expect: [200, 404] })).rejects.toMatchObject({
      message: `GET ${origin} answered 201, not 200 or 404.`,
    });
  });

  test("ends after its timeout, and at once when it is cancelled", async () => {
    answer = () => {};
    await expect(http({ timeout: 0.2 })).rejects.toMatchObject({ code: "SLW_OUTBOUND_TIMEOUT" });
    const controller = new AbortController();
    const step = http({}, { signal: controller.signal });
    answer = () => controller.abort();
    await expect(step).rejects.toMatchObject({ code: "SLW_OUTBOUND_FAILED" });
  });

  test("reaches no address that is not public, unless the operator allows it", async () => {
    delete process.env["SLIPWAY_OUTBOUND_ALLOW"];
    for (const url of [
      origin,
      "http://169.254.169.254/",
      "https://127.0.0.1/",
      "https://[::ffff:10.0.0.1]/",
      "file:///etc/passwd",
    ]) {
      await expect(http({ url })).rejects.toMatchObject({
        code: expect.stringMatching(/^SLW_OUTBOUND_(URL|ADDRESS)$/) as string,
      });
    }
    expect(got).toEqual([]);
  });

  test("does not follow what would send a body elsewhere", async () => {
    answer = (response) => response.writeHead(307, { location: "/b" }).end();
    await expect(http({ method: "PATCH", body: "x" })).rejects.toMatchObject({ code: "SLW_OUTBOUND_REDIRECT" });
    expect(got).toHaveLength(1);
  });

  test.each([
    ["host", "evil.example"],
    ["Content-Length", "3"],
    ["transfer-encoding", "chunked"],
    ["x-a", "b\r\nx-c: d"],
    ["x a", "b"],
  ])("refuses the header %s without showing its value", async (name, value) => {
    const refused = http({ headers: { [name]: value } });
    await expect(refused).rejects.toMatchObject({
      code: "SLW_STEP_OPTION",
      message: expect.not.stringContaining(value) as string,
    });
    expect(got).toEqual([]);
  });
});

describe("a notify step", () => {
  const notify = (step: Partial<NotifyStep>, more: Partial<TestStep> = {}): Promise<RanStep> =>
    runStep(workspace, runNotify, {
      step: { type: "notify", to: `${origin}/hook`, message: "done", ...step },
      ...more,
    });

  test("sends a CloudEvent to a URL", async () => {
    const pipelineRun = newId();
    expect((await notify({}, { pipelineRun, name: "tell" })).outputs).toEqual({});
    expect(got[0]?.headers["content-type"]).toBe("application/cloudevents+json; charset=utf-8");
    expect(JSON.parse(got[0]?.body ?? "")).toMatchObject({
      specversion: "1.0",
      id: `${pipelineRun}-tell`,
      type: "dev.slipway.pipeline.notified",
      source: "/api/v1/workspaces/test",
      subject: `run/${pipelineRun}`,
      data: { message: "done", run: pipelineRun, step: "tell" },
    });
    answer = (response) => response.writeHead(503).end();
    await expect(notify({})).rejects.toMatchObject({
      code: "SLW_STEP_HTTP",
      message: `${origin} answered 503, not 200 to 299.`,
    });
  });

  test("is delivered by a registered webhook, signed, whatever types it wants, and to no other", async () => {
    const { database, id: workspaceId } = workspace;
    const secrets = createSecretBox(Buffer.alloc(32, 7));
    for (const webhook of ["chat", "other"]) {
      const hook = { id: newId(), workspaceId, webhook, url: `${origin}/${webhook}`, types: ["model.*"] };
      await createWebhook(database, secrets, { ...hook, actor: serverActor });
    }
    const arrived = new Promise<void>((resolve) => {
      answer = (response) => {
        response.end();
        resolve();
      };
    });
    const delivery = startWebhookDelivery({ database, secrets, allow: [origin], log: silentLog, pause: 20 });
    try {
      const ran = await notify({ to: "chat", message: "a model is ready" }, { name: "tell" });
      expect(ran.log).toEqual(['the webhook "chat" is told']);
      await arrived;
    } finally {
      await delivery.close();
    }
    expect(got.map(({ url }) => url)).toEqual(["/chat"]);
    expect(got[0]?.headers["webhook-signature"]).toMatch(/^v1,/);
    expect(JSON.parse(got[0]?.body ?? "")).toMatchObject({
      type: "dev.slipway.pipeline.notified",
      data: { message: "a model is ready", webhook: "chat", step: "tell" },
    });
  });

  test("of a webhook that is not there, or disabled, fails", async () => {
    const { database, id: workspaceId } = workspace;
    await expect(notify({ to: "nobody" })).rejects.toMatchObject({ code: "SLW_WEBHOOK_UNKNOWN" });
    const changes = { state: "disabled" } as const;
    await updateWebhook(database, { workspaceId, webhook: "other", changes, actor: serverActor });
    await expect(notify({ to: "other" })).rejects.toMatchObject({
      message: expect.stringContaining("is disabled") as string,
    });
    const events = await readEvents(database, { workspaceId, after: null, limit: 500 });
    expect(events.filter(({ type }) => type === "pipeline.notified")).toHaveLength(1);
  });
});
