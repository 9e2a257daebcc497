/** Who gets which job: claims against a real database, without workers. */
import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createRandom, newId, silentLog } from "../base/index.ts";
import { transaction } from "../store/index.ts";
import { claimJob, findHeld, reserveSeconds, type ClaimingWorker } from "./claim.ts";
import { endJob } from "./job-attempts.ts";
import { localTarget, submitJobs, type Job, type JobListener, type NewJob } from "./index.ts";
import { noListener, openTestPlace, type TestPlace } from "./test-place.ts";
import { endWorker, registerWorker } from "./workers.ts";

let place: TestPlace;

beforeEach(async () => {
  place = await openTestPlace(localTarget);
});
afterEach(() => place.close());

async function addWorker(poolId: string, own: Partial<ClaimingWorker> = {}): Promise<ClaimingWorker> {
  const worker = {
    id: newId(),
    target: localTarget,
    poolId,
    cores: 4,
    memoryBytes: 1000,
    labels: [],
    workspaceId: null,
    ...own,
  };
  const process = { host: "here", pid: 1, processStart: "1", memoryLimit: 1000 };
  await registerWorker(place.database, { ...worker, ...process });
  return worker;
}

const claim = (worker: ClaimingWorker, listener: JobListener = noListener): Promise<Job | null> =>
  claimJob(place.database, worker, { listener, log: silentLog });

const end = (job: Job): Promise<void> =>
  transaction(place.database, (trx) => endJob(trx, job, { state: "FINISHED", reason: null }, noListener));

/** As if it had been queued so many seconds before. */
const backdate = (runId: string, seconds: number): Promise<unknown> =>
  sql`UPDATE jobs SET queued_at = queued_at - ${seconds} * interval '1 second' WHERE run_id = ${runId}`.execute(
    place.database,
  );

test("in the order of the queue, once each", async () => {
  const worker = await addWorker("pool");
  const runs = [await place.submit("a"), await place.submit("b"), await place.submit("c")];
  const claimed: (string | undefined)[] = [];
  for (const _ of runs) {
    const job = await claim(worker);
    claimed.push(job?.runId);
    expect(job).toMatchObject({ state: "RUNNING", attempt: 1, workerId: worker.id });
    await end(job as Job);
  }
  expect(claimed).toEqual(runs);
  expect(await claim(worker)).toBeNull();
});

test("cores and memory of a pool are shared by its workers, and by no others", async () => {
  const [one, two] = [await addWorker("pool"), await addWorker("pool")];
  const other = await addWorker("other");
  const jobs = [{ cores: 3, memoryBytes: 800 }, { cores: 2 }, { cores: 1, memoryBytes: 300 }, { cores: 1 }];
  const runs = [];
  for (const job of jobs) runs.push(await place.submit("a", job));
  const large = (await claim(one)) as Job;
  expect(large.runId).toBe(runs[0]);
  // Neither two cores nor 300 bytes are left.
  expect(await claim(two)).toMatchObject({ runId: runs[3] });
  expect(await claim(other)).toMatchObject({ runId: runs[1] });
  await end(large);
  expect(await claim(one)).toMatchObject({ runId: runs[2] });
});

test("labels and the workspace are respected", async () => {
  const workspaceId = newId();
  await place.database.insertInto("workspaces").values({ id: workspaceId, name: "other" }).execute();
  const plain = await addWorker("plain", { workspaceId: place.workspaceId });
  const labelled = await addWorker("labelled", { labels: ["gpu", "large"] });
  const both = await place.submit("a", { labels: ["large", "gpu"] });
  const foreign = await place.submit("a", { workspaceId });
  expect(await claim(plain)).toBeNull();
  expect(await claim(labelled)).toMatchObject({ runId: both, labels: ["large", "gpu"] });
  const own = await place.submit("a");
  expect(await claim(plain)).toMatchObject({ runId: own });
  expect(await claim(await addWorker("any"))).toMatchObject({ runId: foreign });
});

test("small jobs pass a large one that waits, but not for ever", async () => {
  const [one, two] = [await addWorker("pool"), await addWorker("pool")];
  await place.submit("a", { cores: 2 });
  const running = (await claim(one)) as Job;
  const large = await place.submit("a", { cores: 4 });
  const small = await place.submit("a");
  const later = await place.submit("a");
  const passing = (await claim(two)) as Job;
  expect(passing.runId).toBe(small);
  await end(passing);
  await backdate(large, reserveSeconds + 1);
  expect(await claim(two)).toBeNull();
  await end(running);
  expect(await claim(two)).toMatchObject({ runId: large });
  // What the pool could never compute reserves nothing.
  await backdate(await place.submit("a", { cores: 5 }), 2 * reserveSeconds);
  await end((await findHeld(place.database, two.id)) as Job);
  expect(await claim(one)).toMatchObject({ runId: later });
});

test("a job that cannot be begun keeps no others from it, and fails in the end", async () => {
  const worker = await addWorker("pool");
  const poisoned = await place.submit("a");
  const after = await place.submit("a");
  const listener: JobListener = (_, { runId }) =>
    runId === poisoned ? Promise.reject(new Error("there is no such run")) : Promise.resolve();
  const job = (await claim(worker, listener)) as Job;
  expect(job.runId).toBe(after);
  expect(await place.read(poisoned)).toMatchObject({
    state: "QUEUED",
    reason: "queued again: it could not be begun: there is no such run",
  });
  await end(job);
  expect(await claim(worker, listener)).toBeNull();
  expect(await place.read(poisoned)).toMatchObject({
    state: "FAILED",
    attempt: 0,
    reason: "it could not be begun: there is no such run",
  });
});

test("a worker that was declared dead gets nothing", async () => {
  const worker = await addWorker("pool");
  await place.submit("a");
  const dead = { exitCode: null, signal: null, reason: "did not answer any more", consequence: "requeue" } as const;
  await endWorker(place.database, worker.id, dead, noListener);
  expect(await claim(worker)).toBeNull();
});

test("no job is left with a worker that dies in the moment of its claim", async () => {
  const dead = { exitCode: null, signal: null, reason: "died", consequence: "requeue" } as const;
  for (let i = 0; i < 20; i++) {
    const worker = await addWorker("pool");
    const runId = await place.submit("a");
    await Promise.all([claim(worker), endWorker(place.database, worker.id, dead, noListener)]);
    const job = await place.read(runId);
    expect(job.state).toBe("QUEUED");
    await place.cancel(runId);
  }
});

test("many workers of two pools at once take each job once, and never more than their pools have", async () => {
  const random = createRandom(Number(process.env["SEED"] ?? 11));
  const jobs = Array.from({ length: 60 }, (): NewJob => {
    const cores = [0.5, 1, 1, 2, 4][Math.floor(random.next() * 5)] as number;
    const memoryBytes = random.next() < 0.5 ? undefined : 1 + Math.floor(random.next() * 900);
    const { workspaceId } = place;
    const actor = { userId: null, userName: "test", requestId: null };
    return {
      runId: newId(),
      workspaceId,
      kind: "a",
      target: localTarget,
      spec: {},
      runSeconds: 60,
      cores,
      memoryBytes,
      actor,
    };
  });
  expect(await transaction(place.database, (trx) => submitJobs(trx, [...jobs, ...jobs.slice(0, 3)]))).toBe(60);
  const done: string[] = [];
  const overfull: unknown[] = [];
  const check = async (): Promise<void> => {
    const { rows } = await sql<{ cores: number; memory: number }>`
      SELECT sum(j.cores) AS cores, sum(j.memory_bytes)::bigint AS memory FROM jobs j JOIN workers w ON w.id = j.worker_id
      WHERE j.state = 'RUNNING' GROUP BY w.pool_id`.execute(place.database);
    overfull.push(...rows.filter(({ cores, memory }) => cores > 4 || memory > 1000));
  };
  const work = async (poolId: string): Promise<void> => {
    const worker = await addWorker(poolId);
    while (done.length < jobs.length) {
      const job = await claim(worker);
      await check();
      if (job === null) continue;
      await end(job);
      done.push(job.runId);
    }
  };
  await Promise.all(["one", "one", "one", "two", "two", "two"].map(work));
  expect(overfull).toEqual([]);
  expect(done.toSorted()).toEqual(jobs.map(({ runId }) => runId).toSorted());
});
