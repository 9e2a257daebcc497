/** The scoring process as its supervisor sees it: a real process, a real model file, a listening socket of its own. */
import { fork, type ChildProcess } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { writeModel } from "../../model/index.ts";
import { defaultSettings, type DeploymentConfig, type EndpointConfig, type EndpointSettings } from "../config/index.ts";
import type { FromReplica, ToReplica } from "../supervisor/messages.ts";
import { row, testModel } from "../test-model.ts";
import { keyHash, testKey } from "./test-front.ts";

const entry = fileURLToPath(new URL("replica.ts", import.meta.url));

let folder: string;
let sha256: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "slipway-replica-test-"));
  for (const name of ["models", "logs", "metrics", "collected"]) mkdirSync(join(folder, name));
  await writeModel(join(folder, "models/bank.slipway"), testModel);
  writeFileSync(join(folder, "models/other"), "other bytes");
  sha256 = createHash("sha256")
    .update(readFileSync(join(folder, "models/bank.slipway")))
    .digest("hex");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const children: ChildProcess[] = [];
afterEach(async () => {
  for (const child of children.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
});

function configOf(
  settings: Partial<EndpointSettings> = {},
  key = testKey,
  path = "models/bank.slipway",
): EndpointConfig {
  const model = { name: "bank", version: 1, kind: "slipway", path, sha256 } as const;
  return {
    format: 1,
    revision: 1,
    id: "e",
    name: "bank",
    workspace: "w",
    host: "127.0.0.1",
    port: 1,
    auth: { mode: "key", keys: [keyHash(key)] },
    deployments: [{ name: "blue", model, traffic: 100, mirror: 0 }],
    settings: { ...defaultSettings, ...settings },
    otlpEndpoint: null,
  };
}

interface TestReplica {
  readonly child: ChildProcess;
  readonly port: number;
  say(message: ToReplica): void;
  /** The next message of this type. */
  hear<T extends FromReplica["type"]>(type: T): Promise<Extract<FromReplica, { type: T }>>;
}

async function startReplica(config: EndpointConfig, writer: string): Promise<TestReplica> {
  const socket = createServer();
  socket.listen(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address() as AddressInfo;
  const { fd } = (socket as unknown as { _handle: { fd: number } })._handle;
  const child = fork(entry, [], { execArgv: [], stdio: ["ignore", "ignore", "ignore", "ipc", fd] });
  children.push(child);
  // From here on it is the replica's.
  socket.close();
  const replica: TestReplica = {
    child,
    port,
    say: (message) => void child.send(message),
    async hear(type) {
      for (;;) {
        const [message] = (await once(child, "message")) as [FromReplica];
        if (message.type === type) return message as never;
      }
    },
  };
  replica.say({ type: "start", folder, config, generation: 1, writer });
  return replica;
}

interface Answer {
  readonly status: number;
  readonly connection: string | undefined;
  readonly body: string;
}

function score(port: number, key = testKey, agent: Agent | false = false): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}`, "content-type": "application/json" };
    const sent = request({ host: "127.0.0.1", port, path: "/score", method: "POST", headers, agent });
    sent.on("error", reject);
    sent.on("response", (response) => {
      const { statusCode = 0, headers } = response;
      text(response).then((body) => resolve({ status: statusCode, connection: headers.connection, body }), reject);
    });
    sent.end(JSON.stringify({ data: [row] }));
  });
}

describe("a replica", () => {
  test("opens, listens, takes on keys and settings, drains, and leaves its files", async () => {
    const collecting = { appInsights: true, dataCollection: { enabled: true, samplingRate: 1 } };
    const replica = await startReplica(configOf(), "w1");
    expect((await replica.hear("ready")).warmUpMs).toBeGreaterThan(0);
    replica.say({ type: "listen", fd: 4 });
    await replica.hear("listening");
    const agent = new Agent({ keepAlive: true });
    expect(await score(replica.port, testKey, agent)).toMatchObject({ status: 200, body: '{"result":["yes"]}' });

    const key = "another-another-another-another1";
    replica.say({ type: "configure", config: { ...configOf(collecting, key), revision: 2 } });
    expect((await replica.hear("configured")).revision).toBe(2);
    expect((await score(replica.port, testKey, agent)).status).toBe(401);
    expect((await score(replica.port, key, agent)).status).toBe(200);
    const load = await replica.hear("load");
    expect([load.inFlight, load.pids]).toEqual([0, []]);
    expect(load.memoryBytes).toBeGreaterThan(1e6);

    const exit = once(replica.child, "exit");
    replica.say({ type: "drain", idle: 30_000 });
    await replica.hear("draining");
    // The connection is open still: a key that is revoked now, and a deployment that only its successors have.
    const next = configOf(collecting, testKey);
    const deployments = [...next.deployments, { ...(next.deployments[0] as DeploymentConfig), name: "green" }];
    replica.say({ type: "configure", config: { ...next, deployments, revision: 3 } });
    expect((await replica.hear("configured")).revision).toBe(3);
    expect(await score(replica.port, testKey, agent)).toMatchObject({ status: 200, connection: "close" });
    expect(await exit).toEqual([0, null]);
    const log = readdirSync(join(folder, "logs")).map((file) => readFileSync(join(folder, "logs", file), "utf8"));
    expect(log.join("").match(/"status":(200|401)/g)).toEqual(['"status":401', '"status":200', '"status":200']);
    const metrics = readFileSync(join(folder, "metrics", "w1.ndjson"), "utf8");
    expect(metrics).toContain('"blue"');
    const collected = readdirSync(join(folder, "collected"), { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile())
      .map((each) => readFileSync(join(each.parentPath, each.name), "utf8"));
    expect(collected.join("").match(/"result":\["yes"\]/g)).toHaveLength(2);
  });

  test("ends when it is told to by a signal", async () => {
    const replica = await startReplica(configOf(), "w2");
    await replica.hear("ready");
    replica.say({ type: "listen", fd: 4 });
    await replica.hear("listening");
    const exit = once(replica.child, "exit");
    replica.child.kill("SIGTERM");
    expect(await exit).toEqual([0, null]);
  });

  test.each([
    ["is not there", "models/none.slipway", "SLW_ENDPOINT_BACKEND"],
    ["has other bytes", "models/other", "SLW_ENDPOINT_BACKEND"],
  ])("says why it cannot start: the model %s", async (_name, path, code) => {
    const replica = await startReplica(configOf({}, testKey, path), "w3");
    expect((await replica.hear("failed")).problem).toMatchObject({ code, fix: "Deploy the model again." });
  });
});
