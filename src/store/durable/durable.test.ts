/** The durable queue with executors that are processes of their own, and die. */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, expect, test } from "vitest";
import { silentLog } from "../../base/index.ts";
import { testDatabase, type TestDatabase } from "../postgres/testing.ts";
import { openDurableClient, type DurableClient } from "./index.ts";

let database: TestDatabase;
let client: DurableClient;
const started: ChildProcess[] = [];

beforeAll(async () => {
  database = await testDatabase();
  // Its launch makes the tables.
  (await startExecutor("none")).child.kill("SIGKILL");
  client = await openDurableClient({ url: database.url, log: silentLog, connections: 2 });
});

afterAll(async () => {
  for (const child of started) child.kill("SIGKILL");
  await client?.close();
  await database?.drop();
});

interface TestExecutor {
  readonly child: ChildProcess;
  /** The next line that it prints. */
  next(): Promise<string>;
}

async function startExecutor(id: string): Promise<TestExecutor> {
  const script = new URL("./test-executor.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [script, database.url, id], { stdio: ["ignore", "pipe", "inherit"] });
  started.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => (await lines.next()).value as string;
  expect(await next()).toBe("ready");
  return { child, next };
}

const greeting = (id: string) => ({ id, workflow: "greet", queue: "test", input: { id } });
const endless = (id: string) => ({ ...greeting(id), workflow: "hang" });

test("what was enqueued before there was an executor is executed, once for an id", { timeout: 30_000 }, async () => {
  await client.enqueue(greeting("one"));
  await client.enqueue(greeting("one"));
  await client.enqueue(greeting("two"));
  const { child, next } = await startExecutor("first");
  expect(await next()).toBe('{"id":"one"}');
  expect(await next()).toBe('{"id":"two"}');
  child.kill("SIGKILL");
});

test("what is cancelled before it began never begins", { timeout: 30_000 }, async () => {
  await client.enqueue(greeting("cancelled"));
  await client.cancel(["cancelled"]);
  await client.enqueue(greeting("after"));
  const { child, next } = await startExecutor("second");
  expect(await next()).toBe('{"id":"after"}');
  child.kill("SIGKILL");
});

test("another executor takes over what a dead one left", { timeout: 30_000 }, async () => {
  const dead = await startExecutor("third");
  await client.enqueue(endless("left"));
  expect(await dead.next()).toBe('{"id":"left"}');
  dead.child.kill("SIGKILL");
  await once(dead.child, "exit");
  const other = await startExecutor("fourth");
  expect(await client.recover("third")).toEqual(["left"]);
  expect(await other.next()).toBe('{"id":"left"}');
  expect(await client.recover("third")).toEqual([]);
});
