/** Jobs on worker processes that end, die, hang and leak; each test with a database of its own. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";
import { newId, processStart, silentLog } from "../base/index.ts";
import { openDatabase, serverActor, transaction, type Database } from "../store/index.ts";
import { testDatabase, type TestDatabase } from "../store/testing.ts";
import {
  cancelJob,
  getJob,
  queuePosition,
  resumeJob,
  startCompute,
  submitJob,
  type Compute,
  type Job,
} from "./index.ts";

let store: TestDatabase;
let database: Database;
let computes: Compute[];
let folder: string;
const workspaceId = newId();
const listener = (): Promise<void> => Promise.resolve();

beforeEach(async () => {
  store = await testDatabase();
  database = openDatabase({ url: store.url, applicationName: "test", log: silentLog });
  await database.insertInto("workspaces").values({ id: workspaceId, name: "test" }).execute();
  await sql`CREATE TABLE written (run_id text, attempt integer, text text)`.execute(database);
  computes = [];
  folder = mkdtempSync(join(tmpdir(), "slipway-compute-"));
});

afterEach(async () => {
  await Promise.all(computes.map((compute) => compute.close()));
  await database.destroy();
  await store.drop();
  rmSync(folder, { recursive: true });
});

function start(options: { maxWorkers?: number; idleSeconds?: number; memoryLimit?: number } = {}): Compute {
  const compute = startCompute({
    database,
    url: store.url,
    log: silentLog,
    listener,
    entry: new URL("./test-worker.ts", import.meta.url),
    settings: null,
    maxWorkers: 1,
    ...options,
  });
  computes.push(compute);
  return compute;
}

async function submit(kind: string, spec: Record<string, unknown> = {}, runSeconds = 60): Promise<string> {
  const runId = newId();
  const job = { runId, workspaceId, kind, target: "local", spec, runSeconds, actor: serverActor };
  await transaction(database, (trx) => submitJob(trx, job));
  for (const compute of computes) compute.poke();
  return runId;
}

const read = (runId: string): Promise<Job> => getJob(database, { workspaceId, runId });

async function until(runId: string, isSo: (job: Job) => boolean): Promise<Job> {
  for (;;) {
    const job = await read(runId);
    if (isSo(job)) return job;
    await delay(20);
  }
}

const ended = (runId: string): Promise<Job> => until(runId, ({ endedAt }) => endedAt !== null);
const running = (runId: string): Promise<Job> => until(runId, ({ state }) => state === "RUNNING");

async function written(runId: string): Promise<string[]> {
  const { rows } = await sql<{ attempt: number; text: string }>`
    SELECT attempt, text FROM written WHERE run_id = ${runId} ORDER BY attempt`.execute(database);
  return rows.map(({ attempt, text }) => `${attempt} ${text}`);
}

async function began(runId: string): Promise<void> {
  while ((await written(runId)).length === 0) await delay(20);
}

test("jobs that were there before the server are done, and the workers go when there is nothing to do", async () => {
  const first = await submit("write");
  const second = await submit("write");
  expect(await queuePosition(database, await read(second))).toBe(2);
  const compute = start({ idleSeconds: 0.2 });
  expect(await ended(first)).toMatchObject({ state: "FINISHED", attempt: 1, reason: null });
  expect(await ended(second)).toMatchObject({ state: "FINISHED", attempt: 1 });
  expect(await queuePosition(database, await read(second))).toBeNull();
  expect(await written(second)).toEqual(["1 done"]);
  while (compute.pids().length > 0) await delay(20);
  const third = await submit("write");
  expect(await ended(third)).toMatchObject({ state: "FINISHED" });
});

test("as many jobs at a time as there are workers", async () => {
  start({ maxWorkers: 2 });
  const runs = [await submit("wait"), await submit("wait"), await submit("wait")] as const;
  const [one, two, three] = runs;
  await Promise.all([running(one), running(two)]);
  expect(await read(three)).toMatchObject({ state: "QUEUED" });
  await cancelJob(database, { workspaceId, runId: one, actor: serverActor }, listener);
  await running(three);
  for (const runId of [two, three]) await cancelJob(database, { workspaceId, runId, actor: serverActor }, listener);
  for (const runId of runs) expect(await ended(runId)).toMatchObject({ state: "KILLED" });
});

test("a cancelled job ends with what it has; one that waits never begins", async () => {
  const compute = start();
  const runs = await submit("wait");
  await began(runs);
  const waits = await submit("write");
  const actor = { ...serverActor, userName: "ada" };
  expect(await cancelJob(database, { workspaceId, runId: waits, actor }, listener)).toMatchObject({
    state: "KILLED",
    reason: "cancelled by ada before it began",
  });
  await cancelJob(database, { workspaceId, runId: runs, actor }, listener);
  compute.poke();
  expect(await ended(runs)).toMatchObject({ state: "KILLED", reason: "cancelled, with what it had" });
  expect(await written(runs)).toEqual(["1 began", "1 cancelled"]);
  expect(await ended(await submit("write"))).toMatchObject({ state: "FINISHED" });
  expect(await written(waits)).toEqual([]);
});

test("what takes too long is interrupted", async () => {
  start();
  const stubborn = await submit("stubborn", {}, 0.5);
  const { state, reason } = await ended(stubborn);
  expect(state).toBe("FAILED");
  expect(reason).toMatch(/^interrupted: it did not end within 1 s; resume with: slipway runs resume /);
});

test("a worker's death is made good once", async () => {
  start();
  const once = await submit("die", { deaths: 1 });
  const twice = await submit("die", { deaths: 2 });
  expect(await ended(once)).toMatchObject({ state: "FINISHED", attempt: 2 });
  const { state, reason, attempt } = await ended(twice);
  expect([state, attempt]).toEqual(["FAILED", 2]);
  expect(reason).toBe(`interrupted: the worker ended with exit code 3; resume with: slipway runs resume ${twice}`);
  await resumeJob(database, { workspaceId, runId: twice }, listener);
  expect(await ended(twice)).toMatchObject({ state: "FINISHED", attempt: 3 });
  await expect(resumeJob(database, { workspaceId, runId: twice }, listener)).rejects.toMatchObject({
    code: "SLW_JOB_STATE",
  });
});

test("a failure is not tried again, and says why", async () => {
  start();
  expect(await ended(await submit("throw"))).toMatchObject({ state: "FAILED", attempt: 1, reason: "no such thing" });
  expect(await ended(await submit("unheard of"))).toMatchObject({
    state: "FAILED",
    reason: 'no worker knows jobs of kind "unheard of"',
  });
});

test("a worker without memory says so, and is not tried again", async () => {
  start({ memoryLimit: 400 * 2 ** 20 });
  expect(await ended(await submit("leak"))).toMatchObject({
    state: "FAILED",
    attempt: 1,
    reason: "out of memory: limit 400 MB, 12 rows x 3 columns",
  });
  expect(await ended(await submit("write"))).toMatchObject({ state: "FINISHED" });
});

test("a worker is not taken for dead because the clock of the database was set", async () => {
  start();
  const runId = await submit("wait");
  await began(runId);
  // What a jump of two minutes looks like, until the next heartbeat.
  await sql`UPDATE workers SET heartbeat_at = heartbeat_at - interval '2 minutes'`.execute(database);
  const beat = async (): Promise<Date> => {
    const { rows } = await sql<{ at: Date }>`SELECT max(heartbeat_at) AS at FROM workers`.execute(database);
    return (rows[0] as { at: Date }).at;
  };
  const before = await beat();
  while ((await beat()) <= before) await delay(50);
  await cancelJob(database, { workspaceId, runId, actor: serverActor }, listener);
  expect(await ended(runId)).toMatchObject({ attempt: 1, reason: "cancelled, with what it had" });
});

test("a job outlasts the loss of all connections", async () => {
  start();
  const runId = await submit("wait");
  await began(runId);
  await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()`.execute(database);
  await cancelJob(database, { workspaceId, runId, actor: serverActor }, listener);
  expect(await ended(runId)).toMatchObject({ attempt: 1, reason: "cancelled, with what it had" });
  expect(await written(runId)).toEqual(["1 began", "1 cancelled"]);
  expect(await ended(await submit("write"))).toMatchObject({ state: "FINISHED" });
});

test("a late result is refused", async () => {
  start();
  const file = join(folder, "go");
  writeFileSync(file, "");
  const runId = await submit("late", { file });
  await began(runId);
  // As a reaper does that has not heard of the worker for long.
  await database.updateTable("jobs").set({ state: "QUEUED", target: "elsewhere" }).execute();
  writeFileSync(file, "now");
  await until(runId, ({ state }) => state === "QUEUED");
  // The worker is free again, and its result is not there.
  expect(await ended(await submit("write"))).toMatchObject({ state: "FINISHED" });
  expect(await written(runId)).toEqual(["1 began"]);
});

test("closing queues again what runs, and leaves no process", async () => {
  const compute = start();
  const runId = await submit("stubborn");
  await began(runId);
  const pids = compute.pids();
  await compute.close();
  expect(await read(runId)).toMatchObject({
    state: "QUEUED",
    reason: "queued again: the worker ended with its server",
  });
  for (const pid of pids) expect(processStart(pid)).toBeNull();
  start();
  expect((await until(runId, ({ attempt }) => attempt === 2)).state).toBe("RUNNING");
});
