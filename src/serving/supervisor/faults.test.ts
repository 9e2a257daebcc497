/** Processes of an endpoint are killed, end by themselves, or use too much. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isAlive, type ProcessIdentity } from "./process-identity.ts";
import { controller, newFamily, startLoad, until, type LoadReport, type TestFamily } from "./test-family.ts";

let family: TestFamily;

beforeEach(async () => {
  family = await newFamily();
});
afterEach(() => family.remove());

const kill = (pid: number): true => process.kill(pid, "SIGKILL");
const isGone = (identity: ProcessIdentity) => () => !isAlive(identity);

/** Requests that were on their way to a killed replica are lost with it, no others. */
function expectOnlyInFlight({ answers, failures }: LoadReport, most: number): void {
  expect(failures.length).toBeLessThanOrEqual(most);
  expect(failures.map((error) => (error as { code?: string }).code)).not.toContain("ECONNREFUSED");
  expect(answers.length).toBeGreaterThan(0);
}

describe("kill -9", () => {
  test("of a replica costs the requests that it had, and no others", async () => {
    await family.start({ replicas: 1 });
    const [pid] = (await family.replicaPids()) as [number];
    const lost = family.ask({ wait: 60_000 }).catch((error: { code: string }) => error.code);
    await until(async () => (await family.state()).processes.some(({ inFlight }) => inFlight === 1));
    kill(pid);
    // The connection waits in the socket's queue until another replica is there.
    const next = await family.ask();
    expect(await lost).toBe("ECONNRESET");
    expect(next.pid).not.toBe(pid);
    await family.settledWith(1);
    expect(await family.state()).toMatchObject({ restarts: 1, problem: null });
  });

  test("of a replica under load refuses no connection", async () => {
    await family.start({ replicas: 2 });
    const load = startLoad(family, 300, false);
    for (let round = 1; round <= 2; round++) {
      kill((await family.replicaPids())[0] as number);
      await until(async () => (await family.state()).restarts === round);
      await family.settledWith(2);
    }
    expectOnlyInFlight(await load.end(), 20);
  });

  test.each([
    ["with", true],
    ["without", false],
  ])("of the supervisor under load fails no request, %s keep-alive", async (_name, keepAlive) => {
    await family.start({ replicas: 2 });
    const load = startLoad(family, 500, keepAlive);
    for (let round = 0; round < 2; round++) {
      const before = family.file();
      kill(before.pid);
      await until(() => family.file().pid !== before.pid && family.file().socket !== null);
      await family.settledWith(2);
      expect(before.replicas.filter(isAlive)).toEqual([]);
      await load.answered(({ generation }) => generation > before.generation);
    }
    const { answers, failures } = await load.end();
    expect(failures).toEqual([]);
    expect(new Set(answers.map(({ generation }) => generation))).toEqual(new Set([1, 2, 3]));
    expect(family.log().match(/the supervisor is there/g)).toHaveLength(3);
  });

  test("of the supervisor and one of two replicas is healed by the other", async () => {
    await family.start({ replicas: 2 });
    const before = family.file();
    kill(before.pid);
    kill((before.replicas[0] as ProcessIdentity).pid);
    await until(() => family.file().pid !== before.pid);
    await family.settledWith(2);
    expect(before.replicas.filter(isAlive)).toEqual([]);
  });

  test("of all is healed by the next start", async () => {
    await family.start({ replicas: 2 });
    const before = family.file();
    for (const { pid } of [before, ...before.replicas]) kill(pid);
    await until(isGone(before));
    await controller.ensureRunning(family.folder);
    await family.settledWith(2);
    expect(family.file().pid).not.toBe(before.pid);
  });

  test("of the supervisor while a start is asked for makes one family", async () => {
    await family.start({ replicas: 2 });
    const before = family.file();
    kill(before.pid);
    await controller.ensureRunning(family.folder);
    await family.settledWith(2);
    expect(before.replicas.filter(isAlive)).toEqual([]);
  });

  test("of a supervisor that was refused a configuration comes back with what ran", async () => {
    await family.start();
    await family.configure("broken");
    await expect(controller.applyConfig(family.folder)).rejects.toMatchObject({ code: "SLW_MODEL_FORMAT" });
    const before = family.file();
    kill(before.pid);
    await until(() => family.file().pid !== before.pid);
    await family.settledWith(1);
    expect(await family.state()).toMatchObject({ appliedRevision: 1, problem: { code: "SLW_MODEL_FORMAT" } });
    expect(await family.ask()).toMatchObject({ model: "one" });
  });
});

describe("a replica", () => {
  test("that dies again and again is started more and more slowly, and the state says why", async () => {
    await family.configure("dies-later");
    await controller.ensureRunning(family.folder);
    await until(async () => (await family.state()).restarts >= 3);
    expect((await family.state()).problem?.message).toContain("ended with exit code 8");
    await family.configure("one");
    await controller.applyConfig(family.folder);
    expect(await family.state()).toMatchObject({ problem: null, listeningReplicas: 1 });
  });

  test("that is told to end by a signal is replaced while it drains", async () => {
    await family.start();
    const [pid] = (await family.replicaPids()) as [number];
    const slow = family.ask({ wait: 2_000 });
    await until(async () => (await family.state()).processes.some(({ inFlight }) => inFlight === 1));
    process.kill(pid, "SIGTERM");
    await until(async () => (await family.ask()).pid !== pid);
    expect((await slow).pid).toBe(pid);
    await family.settledWith(1);
    expect((await family.state()).restarts).toBe(0);
  });

  test("is one of as many as the load needs", async () => {
    const autoscale = { enabled: true, minReplicas: 1, maxReplicas: 3, targetUtilization: 70, refreshSeconds: 1 };
    await family.configure("one", { autoscale }, 90);
    await controller.ensureRunning(family.folder);
    await family.settledWith(3);
    expect((await family.state()).wantedReplicas).toBe(3);
  });

  test("that uses more memory than it may does not take over", async () => {
    await family.start();
    await family.configure("two", { memoryBytes: 10 * 2 ** 20 });
    await expect(controller.applyConfig(family.folder)).rejects.toMatchObject({
      code: "SLW_ENDPOINT_START",
      message: expect.stringContaining("may use 10 MB"),
    });
    expect(await family.ask()).toMatchObject({ model: "one" });
  });
});

test("a replica that uses far more memory than it may is ended, and the state says why", async () => {
  await family.start();
  await family.configure("one", { memoryBytes: 10 * 2 ** 20 });
  await controller.applyConfig(family.folder);
  await until(async () => (await family.state()).restarts > 0 && (await family.state()).problem !== null);
  expect((await family.state()).problem?.message).toContain("may use 10 MB");
});
