import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { newId, silentLog, SlipwayError } from "../../base/index.ts";
import { openDatabase, recordEvent, serverActor, transaction, type Database } from "../../store/index.ts";
import { testDatabase, type TestDatabase } from "../../store/testing.ts";
import { fireNewPaths, fireNewVersions, type PathState } from "./fire-data.ts";
import { openTestWorkspace, penguins } from "../jobs/test-workspace.ts";
import { fireEvents } from "./fire-events.ts";
import { fireDueTimes } from "./fire-times.ts";
import {
  backfillSchedule,
  createSchedule,
  deleteSchedule,
  getSchedule,
  listSchedules,
  listScheduleSlots,
  runScheduleNow,
  updateSchedule,
  type NewSchedule,
} from "./schedules.ts";
import { publishPipeline } from "../published/index.ts";
import { checkSchedulable } from "./submit-scheduled.ts";
import { startSchedules, type Schedules } from "./start-schedules.ts";
import { anyPipeline, firedRuns, prepareSchedules, writeDown } from "./test-schedules.ts";
import type { Schedule, SubmitRun, Trigger } from "./types.ts";

let store: TestDatabase;
let database: Database;
let workspaceId: string;
const running: Schedules[] = [];

beforeAll(async () => {
  store = await testDatabase();
  database = openDatabase({ url: store.url, applicationName: "test", log: silentLog });
  workspaceId = await prepareSchedules(database);
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((each) => each.close()));
  await database.deleteFrom("schedules").execute();
});

afterAll(async () => {
  await database.destroy();
  await store.drop();
});

function create(trigger: Trigger, more: Partial<NewSchedule> = {}): Promise<Schedule> {
  const input = { workspaceId, id: newId(), name: `s-${newId()}`, pipeline: "retrain", trigger, actor: serverActor };
  return createSchedule(database, { ...input, ...more }, anyPipeline);
}

function start(submit: SubmitRun = writeDown, readPath = (): Promise<PathState> => Promise.resolve({})): void {
  const takeFile = (_schedule: unknown, file: string): Promise<string> => Promise.resolve(file);
  running.push(
    startSchedules({ database, url: store.url, submit, readPath, takeFile, onFired: () => {}, log: silentLog }),
  );
}

const hourly: Trigger = { kind: "cron", expression: "0 * * * *" };
const soon = (milliseconds: number): Trigger => ({
  kind: "recurrence",
  frequency: "Minute",
  startTime: new Date(Date.now() + milliseconds).toISOString(),
});
const slotsOf = async ({ name }: Schedule) =>
  (await listScheduleSlots(database, { workspaceId, schedule: name }, { limit: 200 })).items;
const ref = ({ name }: Schedule) => ({ workspaceId, schedule: name });

/** As if it had been made long before. */
async function makeOld({ id }: Schedule, nextAt: string): Promise<void> {
  const changes = { next_at: new Date(nextAt), created_at: new Date("2026-01-01T00:00:00Z") };
  await database.updateTable("schedules").set(changes).where("id", "=", id).execute();
}

async function fireAll(at: string): Promise<void> {
  while ((await fireDueTimes(database, writeDown, { except: [], at: new Date(at) })) !== null);
}

test("a table by its path in a datastore, which every firing would be refused for, is refused when it is made", async () => {
  const pipeline = "by-path";
  await publishPipeline(database, {
    workspaceId,
    id: newId(),
    definition: {
      name: pipeline,
      parameters: { path: { type: "data_path", default: "landing:first.csv" } },
      steps: {
        check: { type: "data_check", data: "${{ parameters.path }}", checks: [{ check: "row_count", min: 1 }] },
      },
    },
    actor: serverActor,
  });
  const check = (parameters: Record<string, unknown>, later: string | null = null) =>
    checkSchedulable(database, { workspaceId, pipeline, parameters, later });
  await expect(check({})).rejects.toMatchObject({ code: "SLW_PIPELINE_PARAMETER", details: { parameter: "path" } });
  await expect(check({ path: "landing:x.csv" })).rejects.toMatchObject({ code: "SLW_PIPELINE_PARAMETER" });
  const known = { version: null, pipelineId: expect.any(String) as string };
  // What the firing gives, or a dataset: neither is refused then.
  expect(await check({}, "path")).toEqual(known);
  expect(await check({ path: "${event.data.path}" })).toEqual(known);
  expect(await check({ path: "bank" })).toEqual(known);
});

describe("a schedule", () => {
  test("shows its next five times; paused, it has none coming; its name is unique", async () => {
    const made = await create(hourly, { name: "nightly", parameters: { metric: "accuracy" } });
    expect(made.nextTimes).toHaveLength(5);
    expect(made.nextAt).toEqual(made.nextTimes[0]);
    await expect(create(hourly, { name: "nightly" })).rejects.toMatchObject({ code: "SLW_SCHEDULE_NAME_TAKEN" });
    const paused = await updateSchedule(
      database,
      ref(made),
      { changes: { paused: true }, actor: serverActor },
      anyPipeline,
    );
    expect(paused).toMatchObject({ paused: true, nextAt: null, parameters: { metric: "accuracy" } });
    const resumed = await updateSchedule(
      database,
      ref(made),
      { changes: { paused: false, trigger: { kind: "cron", expression: "30 4 * * *" } }, actor: serverActor },
      anyPipeline,
    );
    expect(resumed.nextAt?.toISOString()).toMatch(/T04:30:00/);
    const { items } = await listSchedules(database, { workspaceId, pipeline: "retrain" }, { limit: 10, sort: "-next" });
    expect(items.map(({ name }) => name)).toEqual(["nightly"]);
    await deleteSchedule(database, ref(made), serverActor);
    await expect(getSchedule(database, ref(made))).rejects.toMatchObject({ code: "SLW_SCHEDULE_UNKNOWN" });
  });

  test("sent twice is there once", async () => {
    const id = newId();
    const [first, second] = [await create(hourly, { id, name: "twice" }), await create(hourly, { id, name: "twice" })];
    expect(second.id).toBe(first.id);
  });

  test("fires in time, once, with two servers at it", async () => {
    start();
    start();
    const made = await create(soon(700), { parameters: { metric: "accuracy" } });
    await expect.poll(() => slotsOf(made), { interval: 50 }).toHaveLength(1);
    const [slot] = await slotsOf(made);
    expect(slot).toMatchObject({ outcome: "FIRED", dueAt: made.nextAt });
    expect(await firedRuns(database, made.id)).toEqual([
      { run_id: slot?.runId, schedule_id: made.id, parameters: { metric: "accuracy" } },
    ]);
  });

  test.each([
    ["skip" as const, ["FIRED", "SKIPPED", "SKIPPED", "SKIPPED"]],
    ["latest" as const, ["FIRED", "SKIPPED", "SKIPPED", "SKIPPED"]],
    ["all" as const, ["FIRED", "FIRED", "FIRED", "FIRED"]],
  ])("makes good what was missed by its policy: %s", async (missed, outcomes) => {
    const made = await create(hourly, { missed });
    await makeOld(made, "2026-06-01T09:00:00Z");
    await fireAll("2026-06-01T12:00:05Z");
    const slots = await slotsOf(made);
    expect(slots.map(({ outcome }) => outcome)).toEqual(outcomes);
    expect(slots.map(({ slot }) => slot.slice(11, 16))).toEqual(["12:00", "11:00", "10:00", "09:00"]);
    expect((await getSchedule(database, ref(made))).nextAt?.toISOString()).toBe("2026-06-01T13:00:00.000Z");
  });

  test("fires each slot once, wherever the clock goes", async () => {
    const made = await create({ kind: "cron", expression: "30 * * * *", timeZone: "Europe/Berlin" }, { missed: "all" });
    await makeOld(made, "2026-10-24T23:30:00Z");
    const clock = ["2026-10-24T23:30:01Z", "2026-10-25T01:30:01Z", "2026-10-25T00:30:05Z", "2026-10-25T01:30:30Z"];
    for (const at of clock) await fireAll(at);
    // An hour forward, and to the next leap day.
    await fireAll("2026-10-25T03:31:00Z");
    const runs = await firedRuns(database, made.id);
    expect(new Set(runs.map(({ run_id: id }) => id)).size).toBe(runs.length);
    expect((await slotsOf(made)).map(({ slot }) => slot.slice(11, 16)).toSorted()).toEqual([
      "00:30",
      "01:30",
      "02:30",
      "03:30",
      "23:30",
    ]);
    await updateSchedule(database, ref(made), { changes: { missed: "latest" }, actor: serverActor }, anyPipeline);
    await fireAll("2028-02-29T00:31:00Z");
    const all = await firedRuns(database, made.id);
    expect(new Set(all.map(({ run_id: id }) => id)).size).toBe(all.length);
  });

  test("whose pipeline refuses says why, and goes on", async () => {
    const refusing: SubmitRun = (trx, run) =>
      run.parameters["metric"] === "wrong"
        ? Promise.reject(new SlipwayError("SLW_PIPELINE_DISABLED", 'Version 1 of "retrain" is disabled.'))
        : writeDown(trx, run);
    const broken = await create(soon(300), { parameters: { metric: "wrong" } });
    const good = await create(soon(300));
    start(refusing);
    await expect.poll(() => slotsOf(good)).toHaveLength(1);
    await expect.poll(() => slotsOf(broken)).toHaveLength(1);
    expect((await slotsOf(broken))[0]).toMatchObject({ outcome: "FAILED", runId: null });
    expect(await getSchedule(database, ref(broken))).toMatchObject({
      problem: expect.stringContaining("is disabled") as string,
    });
  });

  test("that cannot be fired at all is tried again, and stops no other", async () => {
    const poisoned = await create(soon(200));
    const good = await create(soon(400));
    let tries = 0;
    start((trx, run) => {
      if (run.scheduleId !== poisoned.id) return writeDown(trx, run);
      tries++;
      return Promise.reject(new Error("a poisoned row"));
    });
    await expect.poll(() => slotsOf(good)).toHaveLength(1);
    expect(await slotsOf(poisoned)).toEqual([]);
    expect(tries).toBeGreaterThan(0);
  });

  test("runs by hand, and a request that comes twice starts it once", async () => {
    const made = await create(hourly);
    const id = newId();
    const first = await runScheduleNow(database, ref(made), { id, actor: serverActor, submit: writeDown });
    const second = await runScheduleNow(database, ref(made), { id, actor: serverActor, submit: writeDown });
    expect(second).toEqual(first);
    expect(await firedRuns(database, made.id)).toHaveLength(1);
  });

  test("is backfilled where it has not fired", async () => {
    const made = await create(hourly, { missed: "skip" });
    await makeOld(made, "2026-06-01T09:00:00Z");
    await fireAll("2026-06-01T12:00:05Z");
    const span = { from: new Date("2026-06-01T08:30:00Z"), to: new Date("2026-06-01T12:30:00Z"), submit: writeDown };
    const filled = await backfillSchedule(database, ref(made), span);
    expect(filled.map(({ slot }) => slot.slice(11, 16))).toEqual(["09:00", "10:00", "11:00"]);
    expect(await backfillSchedule(database, ref(made), span)).toEqual([]);
    expect(await firedRuns(database, made.id)).toHaveLength(4);
    const long = { ...span, from: new Date("2026-01-01T00:00:00Z") };
    await expect(backfillSchedule(database, ref(made), long)).rejects.toMatchObject({ code: "SLW_SCHEDULE_TRIGGER" });
  });
});

describe("new data", () => {
  test("as a version of a dataset starts it, with its name", async () => {
    const workspace = await openTestWorkspace();
    try {
      await prepareSchedules(workspace.database);
      await workspace.database
        .insertInto("pipelines")
        .values({
          id: workspace.id,
          workspace_id: workspace.id,
          name: "p",
          description: "",
          default_version: 1,
          user_name: "t",
        })
        .execute();
      const trigger = { kind: "data", dataset: "later", parameter: "data" } as const;
      const input = {
        workspaceId: workspace.id,
        id: newId(),
        name: "on-data",
        pipeline: "p",
        trigger,
        actor: serverActor,
      };
      const made = await createSchedule(workspace.database, input, anyPipeline);
      await fireNewVersions(workspace.database, writeDown);
      expect(await firedRuns(workspace.database, made.id)).toEqual([]);
      await workspace.addDataset("later", penguins);
      await fireNewVersions(workspace.database, writeDown);
      await fireNewVersions(workspace.database, writeDown);
      const runs = await firedRuns(workspace.database, made.id);
      expect(runs.map(({ parameters }) => parameters)).toEqual([{ data: "later@1" }]);
    } finally {
      await workspace.close();
    }
  });

  test("at a path of a datastore starts it; what was there at first does not", async () => {
    const made = await create({ kind: "data", datastore: "landing", path: "in/", parameter: "data" });
    let files: PathState = { "in/old.csv": "1" };
    const takeFile = (_schedule: unknown, file: string): Promise<string> => Promise.resolve(file);
    const look = async (minutes: number): Promise<void> => {
      const at = new Date(Date.now() + minutes * 60_000);
      await fireNewPaths(database, writeDown, { readPath: () => Promise.resolve(files), takeFile, at });
    };
    await look(0);
    await look(6);
    expect(await slotsOf(made)).toEqual([]);
    files = { ...files, "in/new.csv": "1" };
    // Its turn has not come.
    await look(7);
    expect(await slotsOf(made)).toEqual([]);
    await look(12);
    files = { ...files, "in/new.csv": "2" };
    await look(18);
    await look(24);
    const runs = await firedRuns(database, made.id);
    expect(runs.map(({ parameters }) => parameters)).toEqual([
      { data: "landing:in/new.csv" },
      { data: "landing:in/new.csv" },
    ]);
    await fireNewPaths(database, writeDown, {
      readPath: () => Promise.reject(new Error("no such folder")),
      takeFile,
      at: new Date(Date.now() + 30 * 60_000),
    });
    expect((await getSchedule(database, ref(made))).problem).toContain("no such folder");
  });
});

describe("an event", () => {
  const tell = (type: string, subject: string, data: Record<string, unknown>): Promise<void> =>
    transaction(database, (trx) => recordEvent(trx, { workspaceId, type, subject, data }));

  test("starts it with what the event says; others do not", async () => {
    const azure = "Microsoft.MachineLearningServices.ModelRegistered";
    await tell("model.version.created", "model/bank/1", { model: "bank", version: 1 });
    const made = await create(
      { kind: "event", type: azure, subject: "model/bank", data: { model: "bank" } },
      { parameters: { model: "${event.data.model}@${event.data.version}", number: "${event.data.version}" } },
    );
    await tell("model.version.created", "model/bank/2", { model: "bank", version: 2 });
    await tell("model.version.created", "model/bankers/2", { model: "bankers", version: 2 });
    await tell("run.updated", "model/bank/2", { model: "bank" });
    await fireEvents(database, writeDown);
    await fireEvents(database, writeDown);
    expect((await firedRuns(database, made.id)).map(({ parameters }) => parameters)).toEqual([
      { model: "bank@2", number: 2 },
    ]);
  });
});
