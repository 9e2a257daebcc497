/** The target "remote": processes that joined a server. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { silentLog } from "../base/index.ts";
import { serverActor } from "../store/index.ts";
import {
  beatRemote,
  claimRemote,
  endRemoteWorker,
  findRemoteJob,
  registerRemoteWorker,
  remoteTarget,
  startCompute,
  type Compute,
} from "./index.ts";
import { testComputeTarget } from "./test-compute-target.ts";
import { noListener, openTestPlace, type TestPlace } from "./test-place.ts";

/** Sees to the remote workers; it has no jobs of its own. */
function startServer({ database, url }: TestPlace): Compute {
  const entry = new URL("./test-worker.ts", import.meta.url);
  return startCompute({ database, url, log: silentLog, listener: noListener, entry, settings: null });
}

const script = new URL("./test-remote-worker.ts", import.meta.url).pathname;

async function join({ url, workspaceId }: TestPlace, name: string): Promise<{ id: string; child: ChildProcess }> {
  const child = spawn(process.execPath, [script, url, workspaceId, name, "2", "gpu"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return { id: (await lines.next()).value as string, child };
}

testComputeTarget({
  name: remoteTarget,
  scales: false,
  async start(place) {
    const compute = startServer(place);
    const workers = await Promise.all([join(place, "one"), join(place, "two")]);
    return {
      pidOf: (id) => Promise.resolve(workers.find((worker) => worker.id === id)?.child.pid as number),
      pids: () => workers.map(({ child }) => child.pid as number),
      async release(pid) {
        const child = workers.find((worker) => worker.child.pid === pid)?.child as ChildProcess;
        const ended = once(child, "exit");
        process.kill(pid, "SIGCONT");
        await ended;
      },
      async close() {
        for (const { child } of workers) child.kill("SIGKILL");
        await compute.close();
      },
    };
  },
});

describe("remote workers, from the side of the server", () => {
  let place: TestPlace;
  const never = new AbortController().signal;
  const services = { signal: never, listener: noListener, log: silentLog };
  const usage = { cpuSeconds: 1, peakMemory: 2 };

  beforeEach(async () => {
    place = await openTestPlace(remoteTarget);
  });
  afterEach(() => place.close());

  const register = async (name: string, workspaceId = place.workspaceId) => {
    const worker = { workspaceId, name, host: "elsewhere", cores: 2, memoryBytes: 1000, labels: ["gpu"], version: "1" };
    return { workspaceId, workerId: await registerRemoteWorker(place.database, { ...worker, actor: serverActor }) };
  };

  test("a name is one living worker's", async () => {
    const key = await register("one");
    await expect(register("one")).rejects.toMatchObject({ code: "SLW_WORKER_NAME" });
    await endRemoteWorker(place.database, { ...key, actor: serverActor }, noListener);
    await register("one");
  });

  test("a claim waits for a job, and is woken by the server's notification", async () => {
    const compute = startServer(place);
    try {
      const key = await register("one");
      const claimed = claimRemote(place.database, key, services);
      const runId = await place.submit("write", { labels: ["gpu"] });
      expect(await claimed).toMatchObject({ runId, attempt: 1 });
    } finally {
      await compute.close();
    }
  });

  test("a claim whose caller is gone takes nothing", async () => {
    const key = await register("one");
    const gone = new AbortController();
    const claimed = claimRemote(place.database, key, { ...services, signal: gone.signal });
    gone.abort();
    expect(await claimed).toBeNull();
    const runId = await place.submit("write");
    expect(await place.read(runId)).toMatchObject({ state: "QUEUED" });
  });

  test("who asks again is given what it has; another's is neither told nor taken", async () => {
    const [one, two] = [await register("one"), await register("two")];
    const runId = await place.submit("write");
    const job = await claimRemote(place.database, one, services);
    expect(await claimRemote(place.database, one, services)).toMatchObject({ runId, attempt: 1 });
    const ref = { runId, attempt: job?.attempt ?? 0 };
    expect(await findRemoteJob(place.database, one, ref)).toMatchObject({ runId });
    await expect(findRemoteJob(place.database, two, ref)).rejects.toMatchObject({ code: "SLW_JOB_FENCED" });
    expect(await beatRemote(place.database, one, { usage, job: ref })).toEqual({
      alive: true,
      fenced: false,
      cancelled: false,
    });
    await endRemoteWorker(place.database, { ...one, actor: serverActor }, noListener);
    expect(await place.read(runId)).toMatchObject({ state: "QUEUED", reason: "queued again: the worker left" });
    expect(await beatRemote(place.database, one, { usage, job: ref })).toMatchObject({ alive: false, fenced: true });
    await expect(claimRemote(place.database, one, services)).rejects.toMatchObject({ code: "SLW_WORKER_ENDED" });
    expect(await claimRemote(place.database, two, services)).toMatchObject({ runId, attempt: 2 });
  });

  test("a worker is known in its own workspace alone", async () => {
    const key = await register("one");
    const foreign = { ...key, workspaceId: "other" };
    await expect(claimRemote(place.database, foreign, services)).rejects.toMatchObject({ code: "SLW_WORKER_ENDED" });
    await expect(beatRemote(place.database, foreign, { usage, job: null })).rejects.toMatchObject({
      code: "SLW_WORKER_ENDED",
    });
    await endRemoteWorker(place.database, { ...foreign, actor: serverActor }, noListener);
    expect(await beatRemote(place.database, key, { usage, job: null })).toMatchObject({ alive: true });
  });
});
