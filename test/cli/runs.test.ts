/** slipway runs … against a server, as a user types it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ensureAdmin } from "../../src/access/index.ts";
import { startApi, type ApiServer, type Services } from "../../src/api/index.ts";
import { silentLog } from "../../src/base/index.ts";
import { createClient, type Client, type Run } from "../../src/contract/index.ts";
import { createEventStream, openDatabase, type Database, type EventStream } from "../../src/store/index.ts";
import { testDatabase } from "../../src/store/testing.ts";
import { finished, runCli, startCli, type Finished } from "./run-cli.ts";

let database: Database;
let events: EventStream;
let api: ApiServer;
let drop: () => Promise<void>;
let client: Client;
let env: Record<string, string>;
const streams = { open: 0 };

beforeAll(async () => {
  const made = await testDatabase();
  drop = made.drop;
  database = openDatabase({ url: made.url, applicationName: "test", log: silentLog });
  const token = (await ensureAdmin(database)) as string;
  events = countStreams(createEventStream({ url: made.url, database, log: silentLog }));
  api = await startApi({ host: "127.0.0.1", port: 0, services: { database, events, log: silentLog } as Services });
  client = createClient({ url: api.url, token });
  env = { SLIPWAY_URL: api.url, SLIPWAY_TOKEN: token };
});

afterAll(async () => {
  await events.close();
  await api.close();
  await database.destroy();
  await drop();
});

function countStreams(stream: EventStream): EventStream {
  return {
    ...stream,
    async *subscribe(...given) {
      streams.open++;
      try {
        yield* stream.subscribe(...given);
      } finally {
        streams.open--;
      }
    },
  };
}

const cli = (...args: string[]): Promise<Finished> => runCli(["runs", ...args], { env });

/** With the exit code 0. */
async function output(...args: string[]): Promise<string> {
  const { stdout, stderr, code } = await cli(...args);
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
  return stdout;
}

async function addRun(name: string, AUC: number, depth: string): Promise<string> {
  const { id } = await client.createRun({ body: { experiment: "trees", name, params: { depth, seed: "42" } } });
  await client.logRunBatch({ run: id, body: { metrics: [{ key: "AUC", value: AUC, step: 3 }] } });
  return id;
}

describe("slipway runs", () => {
  test("list, show and compare", async () => {
    const [one, two] = [await addRun("first one", 0.9, "3"), await addRun("second", 0.95, "5")];
    await client.createRun({ body: { experiment: "trees", name: "a trial", kind: "trial", parentId: one } });
    const list = (await output("list", "--experiment", "trees", "--sort=-metrics.AUC", "--metrics", "AUC"))
      .trimEnd()
      .split("\n");
    expect(list.map((line) => line.split(/ {2,}/).slice(0, 5))).toEqual([
      ["ID", "NAME", "KIND", "STATUS", "AUC"],
      [two, "second", "command", "RUNNING", "0.95000"],
      [one, "first one", "command", "RUNNING", "0.90000"],
    ]);
    expect(await output("list", "--parent", "first one")).toContain("a trial");
    expect(await output("list", "--filter", "metrics.AUC > 0.99")).toBe("There are no such runs.\n");
    const show = await output("show", "first one");
    for (const text of ["first one  RUNNING", one, "AUC  0.90000  (step 3)", "depth  3"]) expect(show).toContain(text);
    expect(JSON.parse(await output("show", two, "--json"))).toMatchObject({
      id: two,
      params: { depth: "5" },
      artifacts: [],
    });
    const compared = await output("compare", `first one,${two}`);
    expect(compared.split("\n").map((line) => line.trim().split(/ {2,}/))).toEqual([
      ["first one", "second"],
      ["status", "RUNNING", "RUNNING"],
      ["AUC", "0.90000", "0.95000"],
      ["depth", "3", "5"],
      [""],
    ]);
  });

  test("watch ends with the run, and its exit code says how", async () => {
    for (const [status, code] of [
      ["FINISHED", 0],
      ["FAILED", 1],
    ] as const) {
      const { id } = await client.createRun({ body: { experiment: "watched" } });
      const child = startCli(["runs", "watch", id, "--json"], { env });
      const done = finished(child);
      await watched();
      await client.updateRun({ run: id, body: { status, statusReason: "so it goes" } });
      const { stdout, code: exitCode } = await done;
      expect(JSON.parse(stdout) as Run).toMatchObject({ id, status, statusReason: "so it goes" });
      expect(exitCode).toBe(code);
    }
  });

  test("logs, to the last line and on to the end", async () => {
    const { id } = await client.createRun({ body: { experiment: "logged" } });
    await client.appendRunLog({ run: id, body: { text: "one\n\u001b[31mtwo\n" } });
    expect(await output("logs", id, "--lines", "1")).toBe("\ufffd[31mtwo\n");
    const following = cli("logs", id, "--follow");
    await watched();
    await client.appendRunLog({ run: id, body: { text: "three\n" } });
    await client.updateRun({ run: id, body: { status: "FINISHED" } });
    expect((await following).stdout).toBe("one\n\ufffd[31mtwo\nthree\n");
  });

  test("delete and restore", async () => {
    const { id } = await client.createRun({ body: { experiment: "gone", name: "to delete" } });
    expect(await output("delete", "to delete")).toContain(`slipway runs restore ${id}`);
    expect(await output("list", "--deleted")).toContain("to delete");
    expect(await output("restore", "to delete")).toBe("to delete is restored.\n");
  });

  test("a name that several runs have, or none, is refused", async () => {
    const ids = [await addRun("same", 1, "1"), await addRun("same", 1, "1")];
    const { stderr, code } = await cli("show", "same");
    expect(code).toBe(2);
    expect(stderr).toContain("error[SLW_CLI_OPERAND]: 2 runs are called");
    for (const id of ids) expect(stderr).toContain(id);
    expect((await cli("show", "it's nobody")).stderr).toContain(
      'error[SLW_TRACKING_RUN]: There is no run "it\'s nobody".',
    );
    expect((await cli("list", "--kind", "cat")).stderr).toContain("error[SLW_CLI_VALUE]");
  });
});

/** Until the server has a stream open: that of the one command that runs. */
async function watched(): Promise<void> {
  while (streams.open === 0) await client.getStatus();
}
