import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId, silentLog } from "../base/index.ts";
import { openDatabase, serverActor, type Database } from "../store/index.ts";
import { testDatabase, type TestDatabase } from "../store/testing.ts";
import { createExperiment, createRun, deleteExperiment, deleteRun } from "../tracking/index.ts";
import { readOverview } from "./overview.ts";
import { searchWorkspace } from "./search-workspace.ts";

let made: TestDatabase;
let database: Database;
let workspaceId: string;

beforeAll(async () => {
  made = await testDatabase();
  database = openDatabase({ url: made.url, applicationName: "test", log: silentLog });
});
afterAll(async () => {
  await database.destroy();
  await made.drop();
});

async function newWorkspace(): Promise<string> {
  const id = newId();
  await database
    .insertInto("workspaces")
    .values({ id, name: `workspace-${id}` })
    .execute();
  return id;
}

interface GivenRun {
  readonly status?: "QUEUED" | "RUNNING" | "FINISHED" | "FAILED";
  /** Hours ago. */
  readonly started?: number;
  readonly ended?: number;
  readonly parentId?: string;
  readonly experiment?: number;
}

async function addRun(name: string, given: GivenRun = {}): Promise<string> {
  const { status = "RUNNING", started, ended, experiment = 0, ...rest } = given;
  const actor = { ...serverActor, userName: "ann" };
  const { id } = await createRun(database, { workspaceId, experiment, name, kind: "command", actor, ...rest });
  const ago = (hours: number | undefined) =>
    hours === undefined ? sql`NULL` : sql`now() - ${hours} * interval '1 hour'`;
  await sql`UPDATE runs SET status = ${status}, started_at = ${ago(started)}, ended_at = ${ago(ended)} WHERE id = ${id}
  `.execute(database);
  return id;
}

const names = (runs: readonly { readonly name: string }[]): string[] => runs.map(({ name }) => name);

/** Pipeline, with a version, a run of it that waits for a decision, and schedules. */
async function addPipeline(name: string): Promise<string> {
  const [pipeline, version, run] = [newId(), newId(), await addRun(`run of ${name}`, { started: 1 })];
  await sql`
    INSERT INTO pipelines (id, workspace_id, name, default_version, user_name)
      VALUES (${pipeline}, ${workspaceId}, ${name}, 1, 'ann')`.execute(database);
  await sql`
    INSERT INTO pipeline_versions (id, workspace_id, pipeline_id, version, status, definition, sha256, user_name)
      VALUES (${version}, ${workspaceId}, ${pipeline}, 1, 'ACTIVE', '{}', '', 'ann')`.execute(database);
  await sql`
    INSERT INTO pipeline_runs (run_id, workspace_id, pipeline_version_id, definition, parameters, reuse,
        continue_on_step_failure, user_name, deadline_at)
      VALUES (${run}, ${workspaceId}, ${version}, '{}', '{}', true, false, 'ann', now() + interval '1 day')
  `.execute(database);
  await sql`
    INSERT INTO pipeline_steps (pipeline_run_id, workspace_id, name, step, position, state, reason, started_at)
      VALUES (${run}, ${workspaceId}, 'ask', 'ask', 1, 'APPROVAL', 'Is it good?', '2026-01-02T03:04:05Z'),
        (${run}, ${workspaceId}, 'later', 'later', 2, 'WAITING', NULL, NULL)`.execute(database);
  for (const [schedule, kind, next, paused] of [
    ["second", "cron", "2 days", null],
    ["first", "recurrence", "1 day", null],
    ["look", "data", "1 minute", null],
    ["paused", "cron", "1 minute", new Date()],
  ] as const) {
    await sql`
      INSERT INTO schedules (id, workspace_id, name, pipeline_id, kind, trigger, missed, user_name, paused_at, next_at)
        VALUES (${newId()}, ${workspaceId}, ${schedule}, ${pipeline}, ${kind}, '{}', 'skip', 'ann', ${paused},
          now() + ${next}::interval)`.execute(database);
  }
  return run;
}

let port = 1;

async function addEndpoint(name: string, desired: string): Promise<void> {
  await sql`
    INSERT INTO endpoints (id, workspace_id, name, description, tags, compute_type, auth_mode, settings, host, port, home,
        created_by, desired, last_request_at)
      VALUES (${newId()}, ${workspaceId}, ${name}, '', '{}', 'quick', 'key', '{}', 'h', ${port++}, 'h', 'ann', ${desired},
        '2026-01-02T03:04:05Z')`.execute(database);
}

describe("the overview of a workspace", () => {
  beforeAll(async () => {
    workspaceId = await newWorkspace();
    const parent = await addRun("parent", { started: 2 });
    await addRun("child", { started: 1, parentId: parent });
    await addRun("queued", { status: "QUEUED" });
    await addRun("failed", { status: "FAILED", started: 30, ended: 23 });
    await addRun("failed child", { status: "FAILED", started: 1, ended: 0.5, parentId: parent });
    await addRun("failed long ago", { status: "FAILED", started: 30, ended: 25 });
    await addRun("finished", { status: "FINISHED", started: 5, ended: 4 });
    await deleteRun(database, { workspaceId, runId: await addRun("deleted"), actor: serverActor });
    const { number } = await createExperiment(database, { workspaceId, name: "gone", actor: serverActor });
    await addRun("of a deleted experiment", { experiment: number });
    await deleteExperiment(database, { workspaceId, number, actor: serverActor });
  });

  test("has the runs that are active, that failed, and all of the last day, without their parts", async () => {
    const { active, failed, recent } = await readOverview(database, workspaceId);
    expect(names(active)).toEqual(["queued", "parent"]);
    expect(names(failed)).toEqual(["failed"]);
    expect(names(recent)).toEqual(["queued", "parent", "finished", "failed"]);
    expect(failed[0]).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{32}$/),
      name: "failed",
      kind: "command",
      status: "FAILED",
      statusReason: null,
      user: "ann",
      createdAt: expect.stringMatching(/Z$/),
      startedAt: expect.stringMatching(/Z$/),
      endedAt: expect.stringMatching(/Z$/),
    });
  });

  test("has what waits for somebody, what comes next, and the endpoints", async () => {
    const run = await addPipeline("retrain");
    await addEndpoint("live", "started");
    await addEndpoint("gone", "deleted");
    const { approvals, nextFirings, endpoints } = await readOverview(database, workspaceId);
    const since = "2026-01-02T03:04:05.000Z";
    expect(approvals).toEqual([{ run, runName: "run of retrain", step: "ask", reason: "Is it good?", since }]);
    expect(nextFirings.map(({ name, pipeline }) => [name, pipeline])).toEqual([
      ["first", "retrain"],
      ["second", "retrain"],
    ]);
    expect(endpoints).toEqual([{ name: "live", state: "Transitioning", lastRequestAt: since }]);
  });

  test("has nothing of another workspace, and an end", async () => {
    const nothing = { active: [], approvals: [], failed: [], recent: [], endpoints: [], nextFirings: [] };
    workspaceId = await newWorkspace();
    expect(await readOverview(database, workspaceId)).toEqual(nothing);
    await sql`
      INSERT INTO runs (id, workspace_id, experiment_id, name, kind, user_name, status, started_at, ended_at)
      SELECT md5(n::text), ${workspaceId}, id, 'n', 'command', 'ann', CASE WHEN n % 2 = 0 THEN 'FAILED' ELSE 'RUNNING' END,
        now(), CASE WHEN n % 2 = 0 THEN now() END
      FROM experiments, generate_series(1, 500) AS n WHERE workspace_id = ${workspaceId}`.execute(database);
    const { active, failed, recent } = await readOverview(database, workspaceId);
    expect([active.length, failed.length, recent.length]).toEqual([20, 20, 200]);
  });
});

describe("a search", () => {
  beforeAll(async () => {
    workspaceId = await newWorkspace();
    await addPipeline("Bank retrain");
    await addEndpoint("old-bank", "started");
    await addEndpoint("bank", "started");
    await addEndpoint("bank-gone", "deleted");
    await createExperiment(database, { workspaceId, name: "100% of bank_a", actor: serverActor });
  });
  const find = (text: string) => searchWorkspace(database, workspaceId, text);

  test("finds by a part of the name, whatever its case; what begins with it comes first", async () => {
    expect(await find("BANK")).toEqual({
      datasets: [],
      models: [],
      endpoints: [
        { name: "bank", state: "Transitioning" },
        { name: "old-bank", state: "Transitioning" },
      ],
      pipelines: [{ name: "Bank retrain" }],
      runs: [expect.objectContaining({ name: "run of Bank retrain", kind: "command", status: "RUNNING" })],
      experiments: [{ number: 1, name: "100% of bank_a" }],
    });
  });

  test.each([
    ["100%", 1],
    ["1%a", 0],
    ["bank_a", 1],
    ["bank-a", 0],
    ["\\", 0],
    ["'", 0],
    ["x".repeat(200), 0],
  ])("takes %j as it is", async (text, count) => {
    expect((await find(text)).experiments).toHaveLength(count);
  });

  test("finds a run by the beginning of its id, a part of another too, and by its name those that are none", async () => {
    const parent = await addRun("forest");
    const child = await addRun("forest trial", { parentId: parent });
    for (const id of [parent, child]) {
      for (const text of [id, id.toUpperCase(), id.slice(0, 28)])
        expect((await find(text)).runs.map((run) => run.id)).toContain(id);
      expect((await searchWorkspace(database, await newWorkspace(), id)).runs).toEqual([]);
    }
    expect(names((await find("forest")).runs)).toEqual(["forest"]);
  });

  test("gives eight of each at most, the newest runs first", async () => {
    for (let i = 0; i < 10; i++) await addRun(`many ${i}`, { started: 10 - i });
    expect(names((await find("many")).runs)).toEqual([9, 8, 7, 6, 5, 4, 3, 2].map((i) => `many ${i}`));
  });
});
