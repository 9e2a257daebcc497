/**
 * AutoML runs whose worker, server or both are killed or stopped in their middle (RELIABILITY: rows 4 to 6). A few times
 * each by default; FAULTS=20 in `npm run faults`.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/index.ts";
import { findRunArtifacts, searchRuns } from "../../src/tracking/index.ts";
import { openTestWorkspace, type TestWorkspace } from "../../src/pipelines/jobs/test-workspace.ts";

const times = Number(process.env["FAULTS"] ?? 1);
const trials = 7;
const options = { target: "label", maxTrials: trials, threads: 1, explain: false, validation: "holdout:0.2" };

let workspace: TestWorkspace;
let folder: string;
/** The model file of a run that nobody disturbed. */
let undisturbed: string;
const servers: ChildProcess[] = [];

beforeAll(async () => {
  workspace = await openTestWorkspace();
  folder = mkdtempSync(join(tmpdir(), "slipway-faults-"));
  const file = join(folder, "table.csv");
  writeFileSync(file, makeTable(3_000));
  await workspace.addDataset("table", file);
  const server = await startServer();
  const runId = await create();
  undisturbed = (await verify(runId)).model;
  server.kill("SIGKILL");
});

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.kill("SIGCONT");
    server.kill("SIGKILL");
  }
});

afterAll(async () => {
  await workspace?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Numbers, of which two and their product tell the label. */
function makeTable(rows: number): string {
  const random = createRandom(7);
  const lines = ["a,b,c,d,e,label"];
  for (let row = 0; row < rows; row++) {
    const values = Array.from({ length: 5 }, () => Number(random.next().toFixed(4)));
    const [a = 0, b = 0] = values;
    lines.push(`${values.join(",")},${a + b * a + 0.3 * random.next() > 0.8 ? "yes" : "no"}`);
  }
  return lines.join("\n");
}

async function startServer(): Promise<ChildProcess> {
  const script = new URL("./server-process.ts", import.meta.url).pathname;
  const level = process.env["FAULTS_LOG"] ?? "silent";
  const args = [script, workspace.url, workspace.artifacts.location, level];
  const server = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  servers.push(server);
  await once(server.stdout, "data");
  return server;
}

const create = (): Promise<string> => workspace.create({ data: { dataset: "table" }, options });

interface Progress {
  readonly type: string;
  readonly trial?: number;
  readonly resumed?: boolean;
  readonly model?: { readonly trial: number };
}

async function progress(runId: string): Promise<Progress[]> {
  const events = await workspace.database
    .selectFrom("events")
    .select("data")
    .where("type", "=", "run.progress")
    .where("subject", "=", `run/${runId}`)
    .orderBy("seq")
    .execute();
  return events.map(({ data }) => data["event"] as Progress);
}

const settledOf = (all: readonly Progress[]): number[] =>
  all
    .filter(({ type, resumed }) => /^trial(Finished|Failed|GivenUp)$/.test(type) && resumed !== true)
    .map((event) => event.model?.trial ?? event.trial ?? -1);

/** Waits until so many trials are settled. */
async function settled(runId: string, count: number): Promise<number[]> {
  for (;;) {
    const found = settledOf(await progress(runId));
    if (found.length >= count) return found;
    await delay(10);
  }
}

/** Pid of the last worker that began: of those before, the end may not be known yet. */
async function workerPid(): Promise<number> {
  const alive = workspace.database.selectFrom("workers").select("pid").where("ended_at", "is", null);
  return (await alive.orderBy("started_at", "desc").executeTakeFirstOrThrow()).pid as number;
}

/** Stops a server and its worker in the middle of a run; of a run that was faster, another one. */
async function freeze(server: ChildProcess): Promise<{ runId: string; before: number[]; pid: number }> {
  for (;;) {
    const runId = await create();
    const before = await settled(runId, 1);
    const pid = await workerPid();
    server.kill("SIGSTOP");
    process.kill(pid, "SIGSTOP");
    const job = workspace.database.selectFrom("jobs").select("state").where("run_id", "=", runId);
    if ((await job.executeTakeFirstOrThrow()).state === "RUNNING") return { runId, before, pid };
    process.kill(pid, "SIGCONT");
    server.kill("SIGCONT");
  }
}

async function gone(pid: number): Promise<void> {
  for (;;) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await delay(20);
  }
}

/** Waits for the end, and finds everything there, once. @param before trials that were settled before the fault */
async function verify(runId: string, before: readonly number[] = []): Promise<{ model: string; attempt: number }> {
  const { run, job } = await workspace.until(runId, ({ endedAt }) => endedAt !== null);
  expect(run).toMatchObject({ status: "FINISHED", statusReason: null });
  const children = await searchRuns(workspace.database, { workspaceId: workspace.id, parentId: runId, limit: 200 });
  const numbers = children.items.map(({ name }) => Number(name.split(" ", 1)[0])).toSorted((a, b) => a - b);
  expect(numbers).toEqual(Array.from({ length: trials }, (_, i) => i));
  const told = await progress(runId);
  const again = told.filter(({ type, trial }) => type === "trialStarted" && before.includes(trial ?? -1));
  expect(again).toHaveLength(before.length);
  expect(told.at(-1)?.type).toBe("finished");
  const files = await findRunArtifacts(workspace.database, { workspaceId: workspace.id, runId, folder: "" });
  expect(files.filter(({ path }) => path.startsWith("trials"))).toEqual([]);
  const model = files.find(({ path }) => path === "model.slipway") as { sha256: string };
  await buffer(await workspace.artifacts.read(model.sha256));
  return { model: model.sha256, attempt: job.attempt };
}

describe.each(Array.from({ length: times }, (_, i) => 1 + (i % 5)))("after %i trials", (count) => {
  test("kill -9 of the worker", async () => {
    await startServer();
    const runId = await create();
    const before = await settled(runId, count);
    const pid = await workerPid();
    process.kill(pid, "SIGKILL");
    expect(await verify(runId, before)).toEqual({ model: undisturbed, attempt: 2 });
  });

  test("kill -9 of the server", async () => {
    const server = await startServer();
    const runId = await create();
    const before = await settled(runId, count);
    const pid = await workerPid();
    server.kill("SIGKILL");
    await gone(pid);
    await startServer();
    expect(await verify(runId, before)).toEqual({ model: undisturbed, attempt: 2 });
  });

  test("kill -9 of both", async () => {
    const server = await startServer();
    const runId = await create();
    const before = await settled(runId, count);
    const pid = await workerPid();
    process.kill(pid, "SIGKILL");
    server.kill("SIGKILL");
    await gone(pid);
    await startServer();
    expect(await verify(runId, before)).toEqual({ model: undisturbed, attempt: 2 });
  });
});

test("a stopped worker is replaced", async () => {
  await startServer();
  const runId = await create();
  const before = await settled(runId, 2);
  const pid = await workerPid();
  process.kill(pid, "SIGSTOP");
  expect(await verify(runId, before)).toEqual({ model: undisturbed, attempt: 2 });
  await gone(pid);
});

test("of a machine that froze and came back every result is refused", async () => {
  const frozen = await startServer();
  const { runId, before, pid } = await freeze(frozen);
  // To another server it is another machine, whose processes it cannot kill.
  await workspace.database.updateTable("workers").set({ host: "elsewhere" }).execute();
  await startServer();
  await workspace.until(runId, ({ attempt }) => attempt === 2);
  process.kill(pid, "SIGCONT");
  frozen.kill("SIGCONT");
  await gone(pid);
  expect(await verify(runId, before)).toEqual({ model: undisturbed, attempt: 2 });
});
