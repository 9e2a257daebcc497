import { afterAll, beforeAll, expect, test } from "vitest";
import { ensureWorkspace } from "./test-workspace.ts";
import { openDatabase, type Database } from "./database.ts";
import { eventsEnd, isEventCursor, readEvents, recordEvent, type EventCursor } from "./events.ts";
import { silentLog } from "../base/index.ts";
import { testDatabase, type TestDatabase } from "./postgres/testing.ts";

let made: TestDatabase;
let database: Database;
let workspaceId: string;

beforeAll(async () => {
  made = await testDatabase();
  database = openDatabase({ url: made.url, applicationName: "test", log: silentLog, connections: 30 });
  workspaceId = await ensureWorkspace(database);
});

afterAll(async () => {
  await database.destroy();
  await made.drop();
});

const event = (n: number) => ({ workspaceId, type: "test.created", subject: `test/${n}`, data: { n } });

test("a reader that follows sees every event once, though transactions end in another order than they began", async () => {
  const writers = 20;
  const each = 10;
  let after: EventCursor | null = await eventsEnd(database);
  const seen: number[] = [];
  let writing = true;
  const follow = async (): Promise<void> => {
    for (;;) {
      const last = !writing;
      const events = await readEvents(database, { workspaceId, after, limit: 7 });
      seen.push(...events.map(({ data }) => data["n"] as number));
      after = events.at(-1)?.cursor ?? after;
      if (last && events.length === 0) return;
    }
  };
  const write = async (writer: number): Promise<void> => {
    for (let i = 0; i < each; i++) {
      await database.transaction().execute(async (trx) => {
        await recordEvent(trx, event(writer * each + i));
        // Transactions overlap: each waits for a number of others.
        if (writer % 3 === 0) await database.selectFrom("workspaces").selectAll().execute();
      });
    }
  };
  const reading = follow();
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
  writing = false;
  await reading;
  expect(seen.toSorted((a, b) => a - b)).toEqual(Array.from({ length: writers * each }, (_, n) => n));
});

test("what a running transaction may still precede is not read yet", async () => {
  const after = await eventsEnd(database);
  const open = await database.startTransaction().execute();
  await recordEvent(open, event(1));
  await recordEvent(database, event(2));
  expect(await readEvents(database, { workspaceId, after, limit: 10 })).toEqual([]);
  await open.commit().execute();
  const events = await readEvents(database, { workspaceId, after, limit: 10 });
  expect(events.map(({ data }) => data["n"])).toEqual([1, 2]);
});

test("events of other workspaces are not read", async () => {
  const events = await readEvents(database, { workspaceId: "another", after: null, limit: 10 });
  expect(events).toEqual([]);
});

test.each([
  ["12-3", true],
  ["12", false],
  ["12-3; DROP TABLE events", false],
  ["", false],
  ["-1-2", false],
])("%j as a cursor", (text, valid) => {
  expect(isEventCursor(text)).toBe(valid);
});
