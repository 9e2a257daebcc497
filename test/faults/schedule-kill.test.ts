/**
 * Processes that fire schedules, killed within half a second of a slot (RELIABILITY: row 13). A few times by default;
 * FAULTS=50 in `npm run faults`.
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { appendFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { createRandom, newId, silentLog } from "../../src/base/index.ts";
import { createSchedule, listScheduleSlots } from "../../src/pipelines/schedules/index.ts";
import { anyPipeline, firedRuns, prepareSchedules } from "../../src/pipelines/schedules/test-schedules.ts";
import { openDatabase, serverActor, type Database } from "../../src/store/index.ts";
import { testDatabase, type TestDatabase } from "../../src/store/testing.ts";

const times = Number(process.env["FAULTS"] ?? 4);
const entry = fileURLToPath(new URL("../../src/pipelines/schedules/test-schedules-process.ts", import.meta.url));

let store: TestDatabase;
let database: Database;
let workspaceId: string;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  store = await testDatabase();
  database = openDatabase({ url: store.url, applicationName: "test", log: silentLog });
  workspaceId = await prepareSchedules(database);
});

afterEach(() => {
  for (const child of children) child.kill("SIGKILL");
});

afterAll(async () => {
  await database.destroy();
  await store.drop();
});

async function startServer(): Promise<ChildProcess> {
  const child = fork(entry, [store.url], { stdio: "ignore" });
  children.add(child);
  await once(child, "message");
  return child;
}

async function kill(child: ChildProcess): Promise<void> {
  child.kill("SIGKILL");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  children.delete(child);
}

test("each slot fires once, though its server is killed in that second", async () => {
  const random = createRandom(20261121);
  const seconds: number[] = [];
  let lost = 0;
  let doubled = 0;
  const other = await startServer();
  for (let time = 0; time < times; time++) {
    const victim = await startServer();
    // Alone in every second time: the slot is then made good by the next server.
    if (time % 2 === 1) other.kill("SIGSTOP");
    const startTime = new Date(Date.now() + 800);
    const trigger = { kind: "recurrence", frequency: "Minute", startTime: startTime.toISOString() } as const;
    const id = newId();
    const input = {
      workspaceId,
      id,
      name: `s-${id}`,
      pipeline: "retrain",
      trigger,
      missed: "all",
      actor: serverActor,
    } as const;
    await createSchedule(database, input, anyPipeline);
    await delay(Math.max(0, startTime.getTime() - 500 + random.next() * 1000 - Date.now()));
    await kill(victim);
    other.kill("SIGCONT");
    const began = performance.now();
    await expect
      .poll(
        async () => (await listScheduleSlots(database, { workspaceId, schedule: id }, { limit: 10 })).items.length,
        { interval: 20 },
      )
      .toBeGreaterThan(0);
    seconds.push((performance.now() - began) / 1000);
    const runs = await firedRuns(database, id);
    lost += runs.length === 0 ? 1 : 0;
    doubled += runs.length > 1 ? 1 : 0;
    await database.deleteFrom("schedules").where("id", "=", id).execute();
  }
  const report = process.env["FAULTS_REPORT"];
  const line = { fault: "kill -9 in the second of a slot", times, lost, half: doubled, orphans: 0, seconds, limit: 15 };
  if (report !== undefined) appendFileSync(report, `${JSON.stringify(line)}\n`);
  expect({ lost, doubled }).toEqual({ lost: 0, doubled: 0 });
}, 600_000);
