import pg from "pg";
import { sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newId, silentLog } from "../base/index.ts";
import { activityChannel, activityPayload, type Activity } from "./activity.ts";
import { openDatabase, type Database } from "./database.ts";
import { createEventStream, streamReconnected, type EventStream, type StreamItem } from "./event-stream.ts";
import { eventsEnd, recordEvent } from "./events.ts";
import { testDatabase } from "./postgres/testing.ts";

let database: Database;
let url: string;
let drop: () => Promise<void>;
let stream: EventStream;
let workspaceId: string;
let end: AbortController;

beforeAll(async () => {
  ({ url, drop } = await testDatabase());
  database = openDatabase({ url, applicationName: "test", log: silentLog });
});
afterAll(async () => {
  await database.destroy();
  await drop();
});
beforeEach(async () => {
  workspaceId = newId();
  await database.insertInto("workspaces").values({ id: workspaceId, name: workspaceId }).execute();
  end = new AbortController();
  stream = createEventStream({ url, database, log: silentLog });
});
afterEach(async () => {
  end.abort();
  await stream.close();
});

function record(type: string, to = workspaceId): Promise<void> {
  return database
    .transaction()
    .execute((trx) => recordEvent(trx, { workspaceId: to, type, subject: "thing/1", data: { n: 1 } }));
}

/** Reads until `count` items are there. */
async function take(items: AsyncIterator<StreamItem>, count: number): Promise<string[]> {
  const types: string[] = [];
  while (types.length < count) {
    const { value, done } = await items.next();
    if (done) break;
    types.push(value.type);
  }
  return types;
}

function follow(after: string | null = null, signal = end.signal): AsyncIterator<StreamItem> {
  return stream.subscribe(workspaceId, after, signal)[Symbol.asyncIterator]();
}

/** One that has begun to listen. */
async function following(): Promise<AsyncIterator<StreamItem>> {
  const items = follow(await eventsEnd(database));
  await record("begin");
  expect(await take(items, 1)).toEqual(["begin"]);
  return items;
}

describe("the event stream", () => {
  test("tells what is in the log, then what comes, each once and in order", async () => {
    const start = await eventsEnd(database);
    for (let n = 0; n < 1200; n++) await record(`old.${n}`);
    const items = follow(start);
    const old = await take(items, 1200);
    expect(old).toEqual(Array.from({ length: 1200 }, (_, n) => `old.${n}`));
    await Promise.all([record("new.1"), record("of another workspace", await another()), record("new.2")]);
    expect((await take(items, 2)).sort()).toEqual(["new.1", "new.2"]);
  });

  test("waits for a transaction that is older than one that committed before it", async () => {
    const items = await following();
    const slow = new pg.Client({ connectionString: url, options: "-c search_path=slipway" });
    await slow.connect();
    await slow.query("BEGIN");
    await slow.query("INSERT INTO events (workspace_id, type, subject, data) VALUES ($1, 'slow', 'thing/1', '{}')", [
      workspaceId,
    ]);
    await record("fast");
    const both = take(items, 2);
    // Nobody is notified of this commit: the reader has to look again by itself.
    await slow.query("COMMIT");
    await slow.end();
    expect(await both).toEqual(["slow", "fast"]);
  });

  test("a listener that does not read for long has missed nothing", async () => {
    const items = await following();
    const other = follow(await eventsEnd(database));
    await sql`
      INSERT INTO events (workspace_id, type, subject, data)
      SELECT ${workspaceId}, 'many.' || n, 'thing/1', '{}' FROM generate_series(1, 3000) AS n
    `.execute(database);
    await record("last");
    const expected = [...Array.from({ length: 3000 }, (_, n) => `many.${n + 1}`), "last"];
    expect(await take(other, 3001)).toEqual(expected);
    expect(await take(items, 3001)).toEqual(expected);
  });

  test("wake-ups come to those who listen, in this workspace", async () => {
    const items = await following();
    const next = take(items, 2);
    await notify({ workspaceId: await another(), type: "run.other", subject: "run/1" });
    await notify({ workspaceId, type: "run.metrics", subject: "run/1" });
    await notify({ workspaceId, type: "run.logs", subject: "run/1" });
    expect(await next).toEqual(["run.metrics", "run.logs"]);
  });

  test("goes on after its connection was broken, and says that wake-ups may be missing", async () => {
    const items = await following();
    const next = take(items, 2);
    await sql`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'slipway events' AND datname = current_database()`.execute(
      database,
    );
    await record("meanwhile");
    expect((await next).sort()).toEqual(["meanwhile", streamReconnected].sort());
    const later = take(items, 1);
    await notify({ workspaceId, type: "run.metrics", subject: "run/1" });
    expect(await later).toEqual(["run.metrics"]);
  });

  test("ends with its signal, and all with the stream", async () => {
    const one = await following();
    const stop = new AbortController();
    const two = follow(await eventsEnd(database), stop.signal);
    const waiting = two.next();
    stop.abort();
    expect(await waiting).toMatchObject({ done: true });
    const last = one.next();
    await stream.close();
    expect(await last).toMatchObject({ done: true });
  });
});

async function notify(activity: Activity): Promise<void> {
  await sql`SELECT pg_notify(${activityChannel}, ${activityPayload(activity)})`.execute(database);
}

async function another(): Promise<string> {
  const id = newId();
  await database.insertInto("workspaces").values({ id, name: id }).execute();
  return id;
}
