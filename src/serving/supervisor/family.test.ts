/** Supervisor and replicas as real processes: started, adopted, changed, stopped. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createController } from "../endpoints/controller.ts";
import { endpointFolder } from "../config/index.ts";
import { isAlive } from "./process-identity.ts";
import { controller, newFamily, startLoad, testReplica, until, type TestFamily } from "./test-family.ts";

let family: TestFamily;

beforeEach(async () => {
  family = await newFamily();
});
afterEach(() => family.remove());

describe("a start", () => {
  test("makes a family that answers and says how it is", async () => {
    await family.start({ replicas: 2 });
    const seen = await family.state();
    expect(seen).toMatchObject({
      phase: "running",
      url: `http://127.0.0.1:${family.port}`,
      appliedRevision: 1,
      problem: null,
      wantedReplicas: 2,
      listeningReplicas: 2,
      restarts: 0,
    });
    expect(seen.processes.map(({ role }) => role)).toEqual(["supervisor", "replica", "replica"]);
    expect(seen.processes.every(({ memoryBytes }) => (memoryBytes ?? 0) > 2 ** 20)).toBe(true);
    expect(await family.replicaPids()).toContain((await family.ask()).pid);
  });

  test("by two at once makes one", async () => {
    await family.configure("one");
    const other = createController({ replicaEntry: testReplica });
    await Promise.all([controller.ensureRunning(family.folder), other.ensureRunning(family.folder)]);
    await family.settledWith(1);
    expect(family.log().match(/the supervisor is there/g)).toHaveLength(1);
  });

  test("adopts what another started", async () => {
    await family.start();
    const { pid } = family.file();
    await createController({ replicaEntry: testReplica }).ensureRunning(family.folder);
    expect(family.file().pid).toBe(pid);
    expect(family.log().match(/the supervisor is there/g)).toHaveLength(1);
  });

  test("that fails says why, and another configuration mends it", async () => {
    await family.configure("broken");
    await expect(controller.ensureRunning(family.folder)).rejects.toMatchObject({
      code: "SLW_MODEL_FORMAT",
      message: "The model is broken.",
      fix: "Mend it.",
    });
    expect(await family.state()).toMatchObject({ phase: "starting", problem: { code: "SLW_MODEL_FORMAT" } });
    await family.configure("one");
    await controller.ensureRunning(family.folder);
    expect(await family.state()).toMatchObject({ phase: "running", appliedRevision: 2, problem: null });
  });

  test("is refused where the port is taken", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(family.port, "127.0.0.1", resolve));
    try {
      await expect(family.start()).rejects.toMatchObject({ code: "SLW_ENDPOINT_PORT" });
      expect(await controller.readState(family.folder)).toBeNull();
    } finally {
      server.close();
    }
  });

  test("is refused where the configuration cannot be read", async () => {
    writeFileSync(endpointFolder(family.folder).config, "{");
    await expect(controller.ensureRunning(family.folder)).rejects.toMatchObject({ code: "SLW_ENDPOINT_CONFIG" });
  });

  test("goes back to what worked where the file has been spoilt", async () => {
    await family.start();
    await controller.stopEndpoint(family.folder);
    writeFileSync(endpointFolder(family.folder).config, "{");
    await expect(controller.ensureRunning(family.folder)).resolves.toBeUndefined();
    expect(await family.state()).toMatchObject({
      phase: "running",
      appliedRevision: 1,
      problem: { code: "SLW_ENDPOINT_CONFIG" },
    });
  });

  test.runIf(process.platform === "linux")("passes no secrets on", async () => {
    process.env["SLIPWAY_TEST_SECRET"] = "hidden";
    try {
      await family.start();
    } finally {
      delete process.env["SLIPWAY_TEST_SECRET"];
    }
    for (const { pid } of (await family.state()).processes) {
      expect(readFileSync(`/proc/${pid}/environ`, "utf8")).not.toContain("hidden");
    }
  });

  test("has a control socket though the folder's path is long", async () => {
    const long = { ...family, folder: join(family.folder, "x".repeat(120)) };
    mkdirSync(long.folder);
    await family.configure("one");
    copyFileSync(endpointFolder(family.folder).config, endpointFolder(long.folder).config);
    await controller.ensureRunning(long.folder);
    expect(await controller.readState(long.folder)).toMatchObject({ phase: "running" });
    await controller.stopEndpoint(long.folder);
  });
});

describe("a change", () => {
  test("of settings reaches replicas that go on", async () => {
    await family.start({ replicas: 2 });
    const before = await family.replicaPids();
    await family.configure("one", { replicas: 2, appInsights: true });
    await controller.applyConfig(family.folder);
    expect(await family.replicaPids()).toEqual(before);
    expect(await family.ask()).toMatchObject({ revision: 2, generation: 1 });
    expect((await family.state()).appliedRevision).toBe(2);
  });

  test("of the number of replicas starts and ends some", async () => {
    await family.start({ replicas: 1 });
    await family.configure("one", { replicas: 3 });
    await controller.applyConfig(family.folder);
    expect(await family.replicaPids()).toHaveLength(3);
    await family.configure("one", { replicas: 1 });
    await controller.applyConfig(family.folder);
    await family.settledWith(1);
  });

  test.each(["broken", "dies"])("to a model that %s leaves what runs", async (model) => {
    await family.start({ replicas: 2 });
    const before = await family.replicaPids();
    await family.configure(model, { replicas: 2 });
    await expect(controller.applyConfig(family.folder)).rejects.toMatchObject({
      code: model === "broken" ? "SLW_MODEL_FORMAT" : "SLW_ENDPOINT_START",
    });
    expect(await family.replicaPids()).toEqual(before);
    expect(await family.state()).toMatchObject({ phase: "running", appliedRevision: 1, restarts: 0 });
    expect((await family.state()).problem).not.toBeNull();
    // A replica that dies now comes back with what runs, not with what was refused.
    process.kill(before[0] as number, "SIGKILL");
    await until(async () => (await family.state()).restarts === 1);
    await family.settledWith(2);
    expect(await family.ask()).toMatchObject({ model: "one", revision: 1 });
  });

  test("of the address is refused", async () => {
    await family.start();
    const config = await family.configure("one");
    writeFileSync(endpointFolder(family.folder).config, JSON.stringify({ ...config, port: family.port + 1 }));
    await expect(controller.applyConfig(family.folder)).rejects.toMatchObject({ code: "SLW_ENDPOINT_STATE" });
    expect(await family.ask()).toMatchObject({ revision: 1 });
  });

  test.each([
    ["with", true],
    ["without", false],
  ])("to other models under load fails no request, %s keep-alive", async (_name, keepAlive) => {
    await family.start({ replicas: 2 });
    const load = startLoad(family, 500, keepAlive);
    for (const model of ["two", "three", "four"]) {
      await family.configure(model, { replicas: 2 });
      await controller.applyConfig(family.folder);
      await load.answered((answer) => answer.model === model);
    }
    const { answers, failures } = await load.end();
    expect(failures).toEqual([]);
    expect(new Set(answers.map(({ model }) => model))).toEqual(new Set(["one", "two", "three", "four"]));
  });
});

describe("a stop", () => {
  test("answers what is under way, and leaves no process", async () => {
    await family.start({ replicas: 2 });
    const { replicas, ...supervisor } = family.file();
    const slow = family.ask({ wait: 2_000 });
    await until(async () => (await family.state()).processes.some(({ inFlight }) => inFlight === 1));
    await controller.stopEndpoint(family.folder);
    expect(await slow).toMatchObject({ model: "one" });
    expect([supervisor, ...replicas].filter(isAlive)).toEqual([]);
    await expect(family.ask()).rejects.toMatchObject({ code: "ECONNREFUSED" });
    expect(await controller.readState(family.folder)).toBeNull();
  });

  test("by SIGTERM to the supervisor does the same", async () => {
    await family.start({ replicas: 2 });
    const { replicas, ...supervisor } = family.file();
    process.kill(supervisor.pid, "SIGTERM");
    await until(() => ![supervisor, ...replicas].some(isAlive));
    await expect(family.ask()).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  test("of replicas without a supervisor leaves none, old or new", async () => {
    await family.start({ replicas: 2 });
    const { replicas, ...supervisor } = family.file();
    process.kill(supervisor.pid, "SIGKILL");
    await controller.stopEndpoint(family.folder);
    expect(replicas.filter(isAlive)).toEqual([]);
    expect(await controller.readState(family.folder)).toBeNull();
  });

  test("while it starts ends the start", async () => {
    await family.configure("hangs");
    const starting = controller.ensureRunning(family.folder).catch((error: { code: string }) => error.code);
    await until(() => {
      try {
        return family.file().replicas.length > 0;
      } catch {
        return false;
      }
    });
    await controller.stopEndpoint(family.folder);
    expect(await starting).toMatch(/^SLW_ENDPOINT_/);
    expect(family.file().replicas.filter(isAlive)).toEqual([]);
  });

  test("of what does not run does nothing", async () => {
    await controller.stopEndpoint(family.folder);
    await controller.stopEndpoint(join(family.folder, "absent"));
    expect(await controller.readState(family.folder)).toBeNull();
  });
});
