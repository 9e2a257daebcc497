import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { SlipwayError } from "../../base/index.ts";
import { withConnection } from "./address.ts";
import { claimOwnership, isThisProcess, ownerOf, type Owner, type Ownership } from "./ownership.ts";
import { testDatabase, type TestDatabase } from "./testing.ts";

let database: TestDatabase;
let owned: Ownership[] = [];

beforeEach(async () => {
  database = await testDatabase({ empty: true });
});

afterEach(async () => {
  for (const ownership of owned) await ownership.release();
  owned = [];
  await database.drop();
});

async function claim(
  address: string | undefined,
  onLost: (error: SlipwayError) => void = () => {},
): Promise<Ownership> {
  const ownership = await claimOwnership(database.url, { ...(address === undefined ? {} : { address }), onLost });
  owned.push(ownership);
  return ownership;
}

/** Ends the connection that holds the lock, as a crash of PostgreSQL does. */
async function breakOff(): Promise<void> {
  await withConnection(database.url, (client) =>
    client.query(
      "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'slipway %'",
    ),
  );
}

const owner = (): Promise<unknown> => withConnection(database.url, ownerOf);

test("nobody owns a new database", async () => {
  expect(await owner()).toBeNull();
});

test("an owner says who and where it is, and gives the database free", async () => {
  const first = await claim(undefined);
  expect(await owner()).toMatchObject({ pid: process.pid, address: null });
  await first.announce("http://127.0.0.1:8080");
  expect(await owner()).toMatchObject({ pid: process.pid, address: "http://127.0.0.1:8080" });
  await first.release();
  expect(await owner()).toBeNull();
});

test.each([
  ["http://127.0.0.1:8080", "http://127.0.0.1:8080"],
  ["http://[2001:db8::3333:4444:5555]:65535", "http://[2001:db8::3333:4444:5555]:65535"],
  [`http://${"long.".repeat(20)}example:8080`, "http://long.long.long.long.long.long"],
])("a second one is refused, and told of the first at %s", async (address, told) => {
  await claim(address);
  const error: unknown = await claim("http://127.0.0.1:2").catch((error: unknown) => error);
  expect(error).toMatchObject({
    code: "SLW_STORE_OWNED",
    message: expect.stringContaining(`process ${process.pid} on `) as string,
    details: { pid: process.pid, address: expect.stringContaining(told) as string },
  });
  expect(isThisProcess((error as SlipwayError).details as unknown as Owner)).toBe(true);
});

test("of many at once one becomes the owner", async () => {
  const outcomes = await Promise.allSettled(
    Array.from({ length: 8 }, (_, index) => claim(`http://127.0.0.1:${index}`)),
  );
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("an owner whose connection breaks has the database again", async () => {
  const onLost = vi.fn<() => void>();
  await claim("http://127.0.0.1:1", onLost);
  await breakOff();
  await vi.waitFor(async () => expect(await owner()).toMatchObject({ address: "http://127.0.0.1:1" }), 30_000);
  expect(onLost).not.toHaveBeenCalled();
});

test("an owner learns that another has taken the database meanwhile", async () => {
  const lost = Promise.withResolvers<SlipwayError>();
  await claim("http://127.0.0.1:1", lost.resolve);
  await withConnection(database.url, async (client) => {
    // The other one waits for the lock itself, and so has it in the very moment that it is free.
    const taken = client.query("SELECT pg_advisory_lock($1, $2)", [0x534c4950, 1]);
    await vi.waitUntil(async () => (await waiting()) === 1, 30_000);
    await breakOff();
    await taken;
    expect(await lost.promise).toMatchObject({ code: "SLW_STORE_OWNED" });
  });
});

/** How many connections wait for a lock. */
async function waiting(): Promise<number> {
  const { rows } = await withConnection(database.url, (client) =>
    client.query<{ count: number }>(
      `SELECT count(*)::int FROM pg_locks WHERE NOT granted AND locktype = 'advisory'
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    ),
  );
  return rows[0]?.count ?? 0;
}
