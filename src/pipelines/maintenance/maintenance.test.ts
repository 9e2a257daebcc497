/** Maintenance on a real database and a real folder: what nobody needs goes, what anybody needs stays. */
import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId, silentLog } from "../../base/index.ts";
import {
  openArtifactStore,
  openDatabase,
  readEvents,
  recordEvent,
  refusePurgedCursor,
  serverActor,
  type ArtifactStore,
  type Database,
} from "../../store/index.ts";
import { testDatabase } from "../../store/testing.ts";
import {
  createExperiment,
  createLoggedModel,
  createRun,
  deleteExperiment,
  deleteLoggedModel,
  deleteRun,
  putRunArtifact,
} from "../../tracking/index.ts";
import { artifactColumns, isReferenced } from "./referenced.ts";
import { maintainAlone, startMaintenance } from "./start-maintenance.ts";

/** Columns that look as if they referred to an artifact, and do not, each with the reason. */
const others: Readonly<Record<string, string>> = {
  "model_versions.primary_sha256": "one of the version's files, which are covered",
  "environment_versions.sha256": "of a specification",
  "pipeline_versions.sha256": "of a definition",
  "tokens.hash": "of a token",
  "sessions.hash": "of the secret of a session's cookie",
  "webhooks.secret": "encrypted",
  "datastores.credentials": "encrypted",
  "endpoint_keys.sealed": "encrypted",
  "endpoint_keys.sha256": "of a key",
  "endpoints.token_key": "encrypted",
  "dataset_versions.options_hash": "of options",
  "logged_datasets.digest": "a client's own word",
  "metrics.dataset_digest": "a client's own word",
  "latest_metrics.dataset_digest": "a client's own word",
};

let folder: string;
let database: Database;
let artifacts: ArtifactStore;
let drop: () => Promise<void>;
let workspaceId: string;
const never = new AbortController().signal;

beforeAll(async () => {
  const made = await testDatabase();
  drop = made.drop;
  database = openDatabase({ url: made.url, applicationName: "test", log: silentLog });
  folder = mkdtempSync(join(tmpdir(), "slipway-maintenance-"));
  artifacts = await openArtifactStore(folder);
  workspaceId = newId();
  await database.insertInto("workspaces").values({ id: workspaceId, name: "test" }).execute();
});

afterAll(async () => {
  await database.destroy();
  await drop();
  rmSync(folder, { recursive: true, force: true });
});

/** Stores bytes of its own and makes them look two days old. */
async function putOld(): Promise<{ sha256: string; size: number }> {
  const stored = await artifacts.put(randomBytes(20));
  const past = new Date(Date.now() - 2 * 86_400_000);
  utimesSync((await artifacts.localFile(stored.sha256)) as string, past, past);
  return stored;
}

const services = () => ({ database, artifacts, log: silentLog });
const isThere = async (sha256: string): Promise<boolean> => (await artifacts.size(sha256)) !== null;
const daysAgo = (days: number): Date => new Date(Date.now() - days * 86_400_000);

test("every column of the database that may name an artifact is covered, or excused with a reason", async () => {
  const { rows } = await sql<{ name: string }>`
    SELECT table_name || '.' || column_name AS name FROM information_schema.columns
    WHERE table_schema = 'slipway' AND (data_type = 'bytea' OR column_name ~ 'sha|hash|digest|blob|artifact_id')
    ORDER BY name`.execute(database);
  const covered = artifactColumns.map((pair) => pair.join("."));
  expect(covered.length).toBeGreaterThan(5);
  expect([...covered, ...Object.keys(others)].toSorted()).toEqual(rows.map(({ name }) => name).toSorted());
});

test("a row of each covered table keeps its bytes, and without it they go", async () => {
  // Into a temporary table of the same name and columns: it needs no rows that the real one would refer to.
  for (const [table, column] of artifactColumns) {
    const { sha256 } = await putOld();
    expect({ table, found: await isReferenced(database, sha256) }).toEqual({ table, found: false });
    const undone = new Error("undone");
    const seen = database.transaction().execute(async (trx) => {
      await sql`CREATE TEMP TABLE filled (LIKE ${sql.table(table)}) ON COMMIT DROP`.execute(trx);
      await sql`ALTER TABLE filled RENAME TO ${sql.raw(table)}`.execute(trx);
      await sql`SET LOCAL search_path = pg_temp, slipway`.execute(trx);
      for (const { name } of await columnsOf(table)) {
        await sql`ALTER TABLE ${sql.table(table)} ALTER COLUMN ${sql.ref(name)} DROP NOT NULL`.execute(trx);
      }
      await sql`INSERT INTO ${sql.table(table)} (${sql.ref(column)}) VALUES (${sha256})`.execute(trx);
      expect({ table, found: await isReferenced(trx, sha256) }).toEqual({ table, found: true });
      throw undone;
    });
    await expect(seen).rejects.toBe(undone);
  }
});

async function columnsOf(table: string): Promise<{ name: string }[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT column_name AS name FROM information_schema.columns
    WHERE table_schema = 'slipway' AND table_name = ${table} AND is_nullable = 'NO'`.execute(database);
  return rows;
}

test("old bytes that nothing refers to go, young ones and those of a run stay, and it is in the audit log", async () => {
  const run = await createRun(database, { workspaceId, experiment: 0, kind: "command", actor: serverActor });
  const kept = await putOld();
  await putRunArtifact(database, { workspaceId, runId: run.id, path: "model.bin", ...kept });
  const young = await artifacts.put(randomBytes(20));
  const old = await putOld();
  await maintainAlone(services(), never);
  expect([await isThere(kept.sha256), await isThere(young.sha256), await isThere(old.sha256)]).toEqual([
    true,
    true,
    false,
  ]);
  const told = await database.selectFrom("audit").select("details").where("action", "=", "sweepArtifacts").execute();
  expect(told.at(-1)?.details).toMatchObject({ artifacts: expect.any(Number) as number });
  expect(readdirSync(join(folder, "uploads"))).toEqual([]);
});

test("uploads of which nothing was made are forgotten after a day, others' bytes a day after that", async () => {
  const { sha256, size } = await putOld();
  const upload = { id: newId(), workspace_id: workspaceId, file_name: "a.csv", created_by: "test" };
  const stored = { ...upload, state: "stored", sha256, received: size } as const;
  await database
    .insertInto("uploads")
    .values({ ...stored, updated_at: daysAgo(1.1) })
    .execute();
  await database
    .insertInto("uploads")
    .values({ ...stored, id: newId(), state: "failed", sha256: null })
    .execute();
  await database
    .insertInto("proxied_uploads")
    .values({ id: newId(), workspace_id: workspaceId, path: "a", parts: 1, created_at: daysAgo(1.1) })
    .execute();
  await maintainAlone(services(), never);
  expect(await isThere(sha256)).toBe(true);
  expect(await database.selectFrom("uploads").select("state").execute()).toEqual([{ state: "failed" }]);
  expect(await database.selectFrom("proxied_uploads").select("id").execute()).toEqual([]);
  await maintainAlone(services(), never);
  expect(await isThere(sha256)).toBe(false);
});

test("what was deleted more than 30 days ago goes with its files, what was deleted lately stays", async () => {
  const actor = serverActor;
  const experiment = await createExperiment(database, { workspaceId, name: "gone", actor });
  const inIt = await createLoggedModel(database, { workspaceId, experiment: experiment.number, actor });
  const single = await createLoggedModel(database, { workspaceId, experiment: 0, actor });
  const staying = await createLoggedModel(database, { workspaceId, experiment: 0, actor });
  for (const { artifactUri } of [inIt, single, staying]) {
    const path = `${artifactUri.replace("mlflow-artifacts:/", "")}/MLmodel`;
    await database
      .insertInto("proxied_files")
      .values({ workspace_id: workspaceId, path, ...(await putOld()) })
      .execute();
  }
  const old = await createRun(database, { workspaceId, experiment: 0, kind: "command", actor });
  const recent = await createRun(database, { workspaceId, experiment: 0, kind: "command", actor });
  for (const { id: runId } of [old, recent]) await deleteRun(database, { workspaceId, runId, actor });
  for (const { id: modelId } of [single, staying]) await deleteLoggedModel(database, { workspaceId, modelId, actor });
  await deleteExperiment(database, { workspaceId, number: experiment.number, actor });
  const past = { deleted_at: daysAgo(31) };
  await database.updateTable("runs").set(past).where("id", "=", old.id).execute();
  await database.updateTable("logged_models").set(past).where("id", "=", single.id).execute();
  await database.updateTable("experiments").set(past).where("id", "=", experiment.id).execute();

  await maintainAlone(services(), never);
  const ids = async (table: "runs" | "logged_models" | "experiments"): Promise<string[]> =>
    (await database.selectFrom(table).select("id").where("workspace_id", "=", workspaceId).execute()).map(
      ({ id }) => id,
    );
  expect(await ids("runs")).toContain(recent.id);
  expect(await ids("runs")).not.toContain(old.id);
  expect(await ids("logged_models")).toEqual([staying.id]);
  expect(await ids("experiments")).not.toContain(experiment.id);
  const files = await database.selectFrom("proxied_files").select("path").execute();
  expect(files.map(({ path }) => path)).toEqual([expect.stringContaining(staying.id)]);
});

test("of two servers one does it, and a server that closes leaves it", async () => {
  const { sha256 } = await putOld();
  await database.connection().execute(async (connection) => {
    await sql`SELECT pg_advisory_lock(${sql.lit(0x534c4950)}, 2)`.execute(connection);
    await maintainAlone(services(), never);
    expect(await isThere(sha256)).toBe(true);
    await sql`SELECT pg_advisory_unlock(${sql.lit(0x534c4950)}, 2)`.execute(connection);
  });
  await maintainAlone(services(), AbortSignal.abort());
  expect(await isThere(sha256)).toBe(true);
  // What a process that is no more was uploading: its id is larger than any.
  const host = createHash("sha256").update(hostname()).digest("hex").slice(0, 12);
  const half = `${host}-4999999-${newId()}`;
  writeFileSync(join(folder, "uploads", half), "half");
  const maintenance = startMaintenance({ ...services(), firstAfter: 0 });
  await expect.poll(() => readdirSync(join(folder, "uploads"))).not.toContain(half);
  await expect.poll(() => isThere(sha256)).toBe(false);
  await maintenance.close();
});

describe("events older than 90 days", () => {
  /** One event each of so many days ago, the oldest first. @returns the workspace and the events' cursors */
  async function workspaceWith(days: readonly number[]): Promise<{ id: string; cursors: string[] }> {
    const id = newId();
    await database
      .insertInto("workspaces")
      .values({ id, name: `events-${id}` })
      .execute();
    for (const [index, ago] of days.entries()) {
      const subject = `dataset/${index}`;
      await recordEvent(database, { workspaceId: id, type: "dataset.created", subject, data: {} });
      await database
        .updateTable("events")
        .set({ at: daysAgo(ago) })
        .where("workspace_id", "=", id)
        .where("subject", "=", subject)
        .execute();
    }
    const events = await readEvents(database, { workspaceId: id, after: null, limit: 100 });
    expect(events).toHaveLength(days.length);
    return { id, cursors: events.map(({ cursor }) => cursor) };
  }
  const typesIn = async (id: string): Promise<string[]> =>
    (await readEvents(database, { workspaceId: id, after: null, limit: 100 })).map(({ type }) => type);
  const addWebhook = (workspace: string, cursor: string, state: "active" | "disabled") =>
    database
      .insertInto("webhooks")
      .values({
        id: newId(),
        workspace_id: workspace,
        name: state,
        description: "",
        url: "https://example.com",
        types: [],
        secret: Buffer.from("x"),
        state,
        disabled_reason: null,
        created_by: "test",
        cursor,
        failing_since: null,
        lease: null,
        leased_until: null,
      })
      .execute();

  test("go but for the last, which says so to cursors that stand before it", async () => {
    const { id, cursors } = await workspaceWith([100, 95, 91, 89, 1]);
    await maintainAlone(services(), never);
    expect(await typesIn(id)).toEqual(["events.purged", "dataset.created", "dataset.created"]);
    for (const cursor of cursors.slice(0, 2)) {
      await expect(refusePurgedCursor(database, id, cursor)).rejects.toMatchObject({
        code: "SLW_EVENT_CURSOR",
        status: 410,
      });
    }
    for (const cursor of cursors.slice(2)) await refusePurgedCursor(database, id, cursor);
    await maintainAlone(services(), never);
    expect(await typesIn(id)).toEqual(["events.purged", "dataset.created", "dataset.created"]);
    const told = await database.selectFrom("audit").select("details").where("action", "=", "purgeEvents").execute();
    expect(told.map(({ details }) => details)).toEqual([{ events: 2 }]);
  });

  test("stay where an active webhook has them before it, and not for a disabled one", async () => {
    const { id, cursors } = await workspaceWith([100, 99, 98, 97]);
    await addWebhook(id, cursors[1] as string, "active");
    await addWebhook(id, cursors[0] as string, "disabled");
    await maintainAlone(services(), never);
    expect(await typesIn(id)).toEqual(["events.purged", "dataset.created", "dataset.created"]);
    await refusePurgedCursor(database, id, cursors[1] as string);
    await database.deleteFrom("webhooks").where("workspace_id", "=", id).execute();
    await maintainAlone(services(), never);
    expect(await typesIn(id)).toEqual(["events.purged"]);
  });

  test("are those of no other workspace, and young ones are not", async () => {
    const young = await workspaceWith([89, 1]);
    await maintainAlone(services(), never);
    expect(await typesIn(young.id)).toEqual(["dataset.created", "dataset.created"]);
    await refusePurgedCursor(database, young.id, "0-0");
  });
});
