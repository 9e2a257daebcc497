import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, test, vi } from "vitest";
import { request, sendRaw } from "../test-model.ts";
import {
  keyHash,
  startFront,
  testBackend,
  testConfig,
  testKey,
  type TestFront,
  type TestOptions,
} from "./test-front.ts";

const open: TestFront[] = [];
async function start(options: TestOptions = {}): Promise<TestFront> {
  const started = await startFront(options);
  open.push(started);
  return started;
}
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(open.splice(0).map((each) => each.close()));
});

const deploymentOf = (response: Response): string | null => response.headers.get("azureml-model-deployment");

/** Resolves once `condition` holds; the test's own time limit is its end. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}

describe("traffic", () => {
  const blueAndGreen = [
    { name: "blue", traffic: 90 },
    { name: "green", traffic: 10 },
  ];

  test("is split by percent, exactly in every 100 requests, and the answer says by whom it is", async () => {
    const { score, records } = await start({ deployments: blueAndGreen });
    const names: (string | null)[] = [];
    for (let i = 0; i < 100; i++) {
      const response = await score();
      names.push(deploymentOf(response));
      expect(await response.json()).toEqual({ result: [deploymentOf(response)] });
    }
    expect(names.filter((name) => name === "green")).toHaveLength(10);
    expect(records.map(({ deployment }) => deployment)).toEqual(names);
    expect(records[0]).toMatchObject({ model: "model-blue@3", wire: "azure", status: 200, code: null, rows: 1 });
  });

  test("a header forces one that is there, whatever its share", async () => {
    const { score } = await start({ deployments: [...blueAndGreen, { name: "dark", traffic: 0 }] });
    const forced = await score({ headers: { "azureml-model-deployment": "dark" } });
    expect([deploymentOf(forced), forced.headers.get("x-slipway-model")]).toEqual(["dark", "model-dark@3"]);
    const unknown = await score({ headers: { "azureml-model-deployment": "red" } });
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({
      code: "SLW_ENDPOINT_DEPLOYMENT",
      detail: "There is no such deployment; there are: blue, green, dark.",
    });
  });

  test("none: 503, until it is given", async () => {
    const deployments = [{ name: "blue", traffic: 0 }];
    const { score, front } = await start({ deployments });
    const refused = await score();
    expect([refused.status, await refused.json()]).toMatchObject([503, { code: "SLW_ENDPOINT_NO_TRAFFIC" }]);
    front.configure(testConfig({ deployments: [{ name: "blue", traffic: 100 }] }));
    expect((await score()).status).toBe(200);
  });

  test("a name that no header can carry is percent-encoded", async () => {
    const { score, front } = await start();
    const config = testConfig({});
    const [blue] = config.deployments;
    front.configure({ ...config, deployments: [{ ...blue!, model: { ...blue!.model, name: "Modèle 1" } }] });
    expect((await score()).headers.get("x-slipway-model")).toBe("Mod%C3%A8le%201@3");
  });
});

describe("mirrored traffic", () => {
  test("is scored after the answer, by percent, and only recorded", async () => {
    let mirrored = 0;
    const green = testBackend("green", ({ rows }) => {
      mirrored += rows.length;
      return { result: rows, explanations: null, warnings: [] };
    });
    const { score, records } = await start({
      deployments: [
        { name: "blue", traffic: 100 },
        { name: "green", traffic: 0, mirror: 20, backend: green },
      ],
    });
    for (let i = 0; i < 50; i++) expect(await (await score()).json()).toEqual({ result: ["blue"] });
    await until(() => mirrored === 10);
    await until(() => records.length === 60);
    const copies = records.filter(({ mirrored }) => mirrored);
    expect(copies).toHaveLength(10);
    expect(copies[0]).toMatchObject({ deployment: "green", model: "model-green@3", status: 200, rows: 1, key: null });
    expect(records.map(({ requestId }) => requestId)).toContain(copies[0]?.requestId);
  });

  test("a failure of the copy is recorded, and nobody else hears of it", async () => {
    const broken = testBackend("", () => Promise.reject(new Error("broken")));
    const { score, records } = await start({
      deployments: [
        { name: "blue", traffic: 100 },
        { name: "green", traffic: 0, mirror: 100, backend: broken, kind: "onnx" },
      ],
    });
    expect((await score()).status).toBe(200);
    await until(() => records.length === 2);
    expect(records[1]).toMatchObject({ deployment: "green", mirrored: true, status: 500, code: "SLW_INTERNAL" });
  });

  test("a copy that is never answered makes room for the next", async () => {
    const stuck = testBackend("", () => new Promise(() => {}));
    const { score, records } = await start({
      settings: { scoringTimeoutMs: 30 },
      deployments: [
        { name: "blue", traffic: 100 },
        { name: "green", traffic: 0, mirror: 100, backend: stuck, kind: "mlflow" },
      ],
    });
    await Promise.all([score(), score()]);
    await until(() => records.length === 4);
    const copies = records.filter(({ mirrored }) => mirrored);
    expect(copies.map(({ code }) => code)).toEqual(["SLW_ENDPOINT_TIMEOUT", "SLW_ENDPOINT_TIMEOUT"]);
  });

  test("copies are dropped where too many wait, each recorded", async () => {
    const release: (() => void)[] = [];
    const slow = testBackend("", () => new Promise((_, reject) => release.push(() => reject(new Error("late")))));
    const { score, records } = await start({
      deployments: [
        { name: "blue", traffic: 100 },
        { name: "green", traffic: 0, mirror: 100, backend: slow, kind: "onnx" },
      ],
    });
    for (let sent = 0; sent < 300; sent += 50) await Promise.all(Array.from({ length: 50 }, () => score()));
    const dropped = records.filter(({ code }) => code === "SLW_ENDPOINT_OVERLOADED");
    expect(records.filter(({ mirrored }) => !mirrored)).toHaveLength(300);
    expect(dropped.length).toBe(300 - 256 - 1);
    expect(dropped.every(({ mirrored }) => mirrored)).toBe(true);
  });
});

describe("the pages", () => {
  test.each([
    ["/", "text/plain; charset=utf-8", "Healthy"],
    ["/health/live", "application/json; charset=utf-8", '"live"'],
    ["/health/ready", "application/json; charset=utf-8", '"ready"'],
    ["/swagger.json", "application/json; charset=utf-8", '"swagger":"2.0"'],
    ["/swagger.json?version=3", "application/json; charset=utf-8", '"openapi":"3.0.3"'],
    ["/docs", "text/html; charset=utf-8", "swagger-ui"],
    ["/docs/start.js", "text/javascript; charset=utf-8", "swagger.json"],
    ["/ping", "text/plain; charset=utf-8", ""],
    ["/v2/health/ready", "application/json; charset=utf-8", "true"],
    ["/v2/models/model-blue", "application/json; charset=utf-8", '"model-blue"'],
  ])("%s, without a key, and its head alone", async (path, type, content) => {
    const { url, records } = await start();
    const response = await fetch(url + path);
    expect([response.status, response.headers.get("content-type")]).toEqual([200, type]);
    const body = await response.text();
    expect(body).toContain(content);
    const head = await fetch(url + path, { method: "HEAD" });
    expect(head.headers.get("content-length")).toBe(String(Buffer.byteLength(body)));
    expect(records).toEqual([]);
  });

  test("the page for people runs nothing but its own", async () => {
    const { url } = await start();
    const policy = (await fetch(`${url}/docs`)).headers.get("content-security-policy");
    expect(policy).toContain("default-src 'none'");
  });

  test("a model that is not served", async () => {
    const { url } = await start();
    expect((await fetch(`${url}/v2/models/other`)).status).toBe(404);
  });
});

describe("keys", () => {
  const primary = "primary-primary-primary-primary1";
  const secondary = "secondary-secondary-secondary-22";
  const asking = (key: string) => ({ headers: { authorization: `Bearer ${key}` } });

  test("two work, and one is changed while the other goes on, on open connections", async () => {
    const keys = [keyHash(primary), keyHash(secondary, null, "secondary")];
    const { score, records, front } = await start({ auth: { mode: "key", keys } });
    expect((await score(asking(primary))).status).toBe(200);
    expect((await score(asking(secondary))).status).toBe(200);
    expect(records.map(({ key }) => key)).toEqual(["primary", "secondary"]);
    const renewed = [keyHash("another-another-another-another1"), keys[1]!];
    front.configure(testConfig({ auth: { mode: "key", keys: renewed } }));
    expect((await score(asking(primary))).status).toBe(401);
    expect((await score(asking(secondary))).status).toBe(200);
    expect((await score(asking("another-another-another-another1"))).status).toBe(200);
  });

  test("an expired one says so to who has it, from the moment on at which it expires", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const expiresAt = Date.now() + 60;
    const keys = [keyHash(primary, expiresAt), keyHash(secondary, Date.now() - 1000, "secondary")];
    const { score } = await start({ auth: { mode: "key", keys } });
    vi.setSystemTime(expiresAt - 1);
    expect((await score(asking(primary))).status).toBe(200);
    const expired = (await (await score(asking(secondary))).json()) as { detail: string };
    expect(expired.detail).toMatch(/^The secondary key expired on 20\d\d-.*Z\.$/);
    vi.setSystemTime(expiresAt);
    const response = await score(asking(primary));
    expect([response.status, ((await response.json()) as { detail: string }).detail]).toEqual([
      401,
      expect.stringContaining("The primary key expired"),
    ]);
  });

  test("none asked for", async () => {
    const { url, records } = await start({ auth: { mode: "none" } });
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: '{"data":[{"x":1}]}' };
    expect((await fetch(`${url}/score`, init)).status).toBe(200);
    expect(records[0]?.key).toBeNull();
    expect((await fetch(`${url}/metrics`)).status).toBe(200);
  });
});

describe("metrics", () => {
  test("need the key, and are Prometheus' text", async () => {
    const { url, score } = await start();
    await score();
    expect((await fetch(`${url}/metrics`)).status).toBe(401);
    const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${testKey}` } });
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    const text = await response.text();
    expect(text).toContain("requests 1\n");
    expect(text).toMatch(/^process_cpu_seconds_total [\d.]+$/m);
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
  });
});

describe("limits", () => {
  /** Answers when it is let go, or when it is told to end. */
  function waiting() {
    const held: { release: () => void; signal: AbortSignal | undefined }[] = [];
    const backend = testBackend(
      "",
      ({ signal }) =>
        new Promise((resolve) => {
          held.push({ signal, release: () => resolve({ result: ["late"], explanations: null, warnings: [] }) });
        }),
    );
    return { held, deployments: [{ name: "blue", traffic: 100, kind: "onnx", backend }] as const };
  }

  test("more requests than are worked on: 503 with Retry-After", async () => {
    const { held, deployments } = waiting();
    const { score, front, records } = await start({ deployments, settings: { maxConcurrentRequests: 2 } });
    const first = [score(), score()];
    await until(() => held.length === 2);
    expect(front.inFlight()).toBe(2);
    const refused = await score();
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([503, "1"]);
    expect(await refused.json()).toMatchObject({ code: "SLW_ENDPOINT_OVERLOADED" });
    for (const { release } of held) release();
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([200, 200]);
    await until(() => front.inFlight() === 0);
    expect(records.map(({ status }) => status)).toEqual([503, 200, 200]);
  });

  test("an answer that takes too long: 500 as Azure ML says it, and the model is told", async () => {
    const { held, deployments } = waiting();
    const { score } = await start({ deployments, settings: { scoringTimeoutMs: 30 } });
    const response = await score();
    expect([response.status, await response.json()]).toMatchObject([
      500,
      { code: "SLW_ENDPOINT_TIMEOUT", detail: "Scoring timeout after 30 ms" },
    ]);
    expect(held[0]?.signal?.aborted).toBe(true);
  });

  test("one that answers at once, and too late, is refused too", async () => {
    const backend = testBackend("", ({ rows }) => {
      const end = performance.now() + 15;
      while (performance.now() < end);
      return { result: rows, explanations: null, warnings: [] };
    });
    const { score } = await start({
      deployments: [{ name: "blue", traffic: 100, backend }],
      settings: { scoringTimeoutMs: 10 },
    });
    expect(await (await score()).json()).toMatchObject({ code: "SLW_ENDPOINT_TIMEOUT" });
  });

  test("a client that goes away ends the work for it", async () => {
    const { held, deployments } = waiting();
    const { url, front } = await start({ deployments });
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.write(request("POST", "/score", { Authorization: `Bearer ${testKey}` }, '{"data":[{"x":1}]}'));
    await until(() => held.length === 1);
    socket.destroy();
    await until(() => front.inFlight() === 0);
    expect(held[0]?.signal?.aborted).toBe(true);
  });

  test("many large bodies that come slowly are not all held", async () => {
    const { url } = await start({ settings: { bodyBytes: 8 * 1024 * 1024 } });
    const length = 8 * 1024 * 1024;
    const head = request("POST", "/score", { Authorization: `Bearer ${testKey}`, "Content-Length": String(length) });
    const almost = Buffer.concat([head, Buffer.alloc(length - 10, " ")]);
    const sockets = Array.from({ length: 9 }, () => connect(Number(new URL(url).port), "127.0.0.1"));
    const refused = Promise.race(sockets.map((socket) => once(socket, "data").then(([chunk]) => String(chunk))));
    for (const socket of sockets) socket.on("error", () => {}).write(almost);
    expect(await refused).toMatch(/^HTTP\/1\.1 503 [\s\S]*retry-after: 1[\s\S]*SLW_ENDPOINT_OVERLOADED/);
    for (const socket of sockets) socket.destroy();
  });

  test("a request id of a client that is too long", async () => {
    const { score } = await start();
    expect((await score({ headers: { "x-ms-client-request-id": "x".repeat(101) } })).status).toBe(431);
  });
});

describe("faults", () => {
  test("what should never happen is a 500 that tells nothing, and is reported", async () => {
    const backend = testBackend("", () => {
      throw new Error("secret detail");
    });
    const { score, faults } = await start({ deployments: [{ name: "blue", traffic: 100, backend }] });
    const response = await score();
    const text = await response.text();
    expect([response.status, text]).toEqual([500, expect.stringContaining("SLW_INTERNAL")]);
    expect(text).not.toContain("secret");
    expect(faults).toEqual([expect.objectContaining({ message: "secret detail" })]);
  });

  test("clients of the Open Inference Protocol read their own form of a refusal", async () => {
    const { url } = await start();
    const response = await fetch(`${url}/v2/models/model-blue/infer`, {
      method: "POST",
      headers: { authorization: `Bearer ${testKey}`, "content-type": "application/json" },
      body: "{}",
    });
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(Object.keys((await response.json()) as object)).toEqual(["error"]);
  });
});

describe("pages of other origins", () => {
  const preflight = (url: string, origin: string): Promise<Response> =>
    fetch(`${url}/score`, { method: "OPTIONS", headers: { origin, "access-control-request-method": "POST" } });

  test("all may call by default, with the headers that a Swagger page sends", async () => {
    const { url } = await start();
    const response = await preflight(url, "http://localhost:9000");
    expect(response.status).toBe(200);
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(response.headers.get("access-control-allow-headers")).toMatch(/authorization.*azureml-model-deployment/);
    const swagger = await fetch(`${url}/swagger.json`, { headers: { origin: "http://localhost:9000" } });
    expect(swagger.headers.get("access-control-allow-origin")).toBe("*");
  });

  test("or those that are named", async () => {
    const { url, score } = await start({ settings: { corsOrigins: ["https://app.example"] } });
    const [allowed, other] = await Promise.all([
      preflight(url, "https://app.example"),
      preflight(url, "https://evil.example"),
    ]);
    expect(allowed.headers.get("access-control-allow-origin")).toBe("https://app.example");
    expect(allowed.headers.get("vary")).toBe("origin");
    expect(other.headers.get("access-control-allow-origin")).toBeNull();
    expect(other.headers.get("access-control-allow-methods")).toBeNull();
    const answer = await score({ headers: { origin: "https://app.example" } });
    expect(answer.headers.get("access-control-allow-origin")).toBe("https://app.example");
  });
});

describe("labels", () => {
  const post = (url: string, body: unknown): Promise<Response> =>
    fetch(`${url}/labels`, {
      method: "POST",
      headers: { authorization: `Bearer ${testKey}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });

  test("go to the collector by request, as do the rows before", async () => {
    const seen: unknown[] = [];
    const { url, score, records } = await start({
      collector: { collect: (answered) => void seen.push(answered), label: async (labels) => void seen.push(labels) },
    });
    const id = (await score()).headers.get("x-ms-request-id");
    const response = await post(url, {
      labels: [
        { requestId: id, label: "yes" },
        { requestId: "other", row: 2, label: 7 },
        { requestId: id, row: 1, label: false },
      ],
    });
    expect([response.status, await response.json()]).toEqual([202, { accepted: 3 }]);
    expect(seen).toMatchObject([
      {
        requestId: id,
        deployment: "blue",
        model: "model-blue",
        version: 3,
        rows: [{ x: 1 }],
        answer: { result: ["blue"] },
      },
      [
        { requestId: id, row: 0, label: "yes" },
        { requestId: "other", row: 2, label: 7 },
        { requestId: id, row: 1, label: false },
      ],
    ]);
    expect(records).toHaveLength(1);
  });

  test.each([
    ["of another form", { labels: [{ requestId: "a", label: null }] }, 400],
    ["too many", { labels: [1, 2, 3].map((row) => ({ requestId: "a", row, label: 1 })) }, 413],
  ])("refused: %s", async (_name, body, status) => {
    const collector = { collect: () => {}, label: () => Promise.resolve() };
    const { url } = await start({ collector, settings: { maxRows: 2 } });
    expect((await post(url, body)).status).toBe(status);
  });

  test("need the key, and an endpoint that collects", async () => {
    const { url } = await start();
    expect((await post(url, { labels: [] })).status).toBe(409);
    expect((await sendRaw(url, request("POST", "/labels", { Authorization: "Bearer no" }, "{}"))).status).toBe(401);
  });
});

describe("draining", () => {
  const body = '{"data":[{"x":1}]}';
  const scoring = (): Buffer =>
    request("POST", "/score", { Authorization: `Bearer ${testKey}`, Connection: "keep-alive" }, body);

  test("an idle connection is answered once more, and told to end", async () => {
    const { url, front } = await start();
    const port = Number(new URL(url).port);
    const kept = connect(port, "127.0.0.1");
    kept.write(scoring());
    const [before] = (await once(kept, "data")) as [Buffer];
    expect(String(before)).toMatch(/Connection: keep-alive/);
    const drained = front.drain(60_000);
    const refused = connect(port, "127.0.0.1");
    await once(refused, "error");
    kept.write(scoring());
    const [after] = (await once(kept, "data")) as [Buffer];
    expect(String(after)).toMatch(/200 OK[\s\S]*connection: close[\s\S]*\{"result":\["blue"\]\}$/);
    await once(kept, "close");
    await drained;
  });

  test("connections that nobody uses end after the time for them", async () => {
    const { url, front } = await start();
    const kept = connect(Number(new URL(url).port), "127.0.0.1");
    kept.write(scoring());
    await once(kept, "data");
    const closed = once(kept, "close");
    await front.drain(20);
    expect(await closed).toEqual([false]);
  });
});
