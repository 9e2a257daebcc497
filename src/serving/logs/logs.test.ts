/** Request logs from the process to the reader, with real files, a real PostgreSQL and a real artifact store. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, readdirSync, readFileSync, statSync, truncateSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { siblingModule } from "../../base/index.ts";
import type { EndpointFolder } from "../config/index.ts";
import { openTestRecords, type TestRecords } from "../records/test-records.ts";
import { followEndpointLogs } from "./follow-logs.ts";
import { createRequestLog, type RequestRecord } from "./index.ts";
import type { LogEntry } from "./log-entry.ts";
import { readEndpointLogs, type LogQuery } from "./read-logs.ts";
import { removeOldSegments, storeSegments } from "./segments.ts";

let records: TestRecords;
beforeAll(async () => {
  records = await openTestRecords();
});
afterAll(() => records.close());

const now = Date.now();

function request(number: number, changes: Partial<RequestRecord> = {}): RequestRecord {
  return {
    at: now + number,
    requestId: `r${number}`,
    clientRequestId: null,
    traceId: null,
    deployment: "blue",
    model: "bank@3",
    wire: "azure",
    status: 200,
    code: null,
    rows: 2,
    milliseconds: 1.23456,
    mirrored: false,
    key: "primary",
    ...changes,
  };
}

function read(endpoint: { id: string; folder: EndpointFolder }, query: Partial<LogQuery> = {}): Promise<LogEntry[]> {
  return readEndpointLogs(records, { endpointId: endpoint.id, folder: endpoint.folder.path, tail: 10_000, ...query });
}

const ids = (entries: readonly LogEntry[]): (string | null)[] => entries.map(({ requestId }) => requestId);
const numbers = (from: number, to: number): string[] => Array.from({ length: to - from }, (_, i) => `r${from + i}`);

describe("a request", () => {
  test("is one line with all that is known of it", async () => {
    const endpoint = await records.addEndpoint("line");
    const log = createRequestLog({ folder: endpoint.folder.logs, writer: "w" });
    const trace = "0af7651916cd43dd8448eb211c80319c";
    log.write(request(1, { clientRequestId: 'a"b\\c', traceId: trace }));
    log.write(request(2, { status: 400, code: "SLW_SCORE_VALUE", deployment: null, model: null, wire: null, rows: 1 }));
    log.write(request(3, { status: 503, code: "SLW_ENDPOINT_OVERLOADED", mirrored: true }));
    await log.close();
    const [ok, refused, failed] = await read(endpoint);
    expect(ok).toEqual({
      at: now + 1,
      kind: "request",
      level: "info",
      message: '200 azure 2 rows 1.235 ms blue bank@3 request r1 client request a"b\\c',
      requestId: "r1",
      traceId: trace,
      deployment: "blue",
      model: "bank@3",
      status: 200,
      code: null,
      wire: "azure",
      rows: 2,
      milliseconds: 1.235,
      mirrored: false,
    });
    expect(refused).toMatchObject({
      level: "warn",
      message: "400 SLW_SCORE_VALUE 1 row 1.235 ms request r2",
      model: null,
    });
    expect(failed).toMatchObject({ level: "error", mirrored: true, code: "SLW_ENDPOINT_OVERLOADED" });
  });

  test("is found wherever it is: on disk, ended, in the store, and between what processes print", async () => {
    const endpoint = await records.addEndpoint("anywhere");
    const { folder } = endpoint;
    const logs = ["a", "b"].map((writer) => createRequestLog({ folder: folder.logs, writer, fileBytes: 20_000 }));
    for (let number = 0; number < 1000; number++) {
      logs[number % 2]!.write(request(number));
      if (number % 40 === 0) await Promise.all(logs.map((log) => log.flush()));
      if (number === 500) await storeSegments(records, endpoint.id, folder.logs);
    }
    await Promise.all(logs.map((log) => log.flush()));
    const printed = { time: new Date(now + 500.5).toISOString(), level: "warn", msg: "replica ended", pid: 7 };
    writeFileSync(
      `${folder.processLog}.1`,
      `${JSON.stringify({ ...printed, time: new Date(now - 5).toISOString() })}\n`,
    );
    writeFileSync(folder.processLog, `${JSON.stringify(printed)}\nTypeError: at the end\n    at line 3\n`);

    const segments = await records.database
      .selectFrom("endpoint_log_segments")
      .selectAll()
      .where("endpoint_id", "=", endpoint.id)
      .execute();
    expect(segments.length).toBeGreaterThan(2);
    const all = await read(endpoint);
    expect(ids(all.filter(({ kind }) => kind === "request"))).toEqual(numbers(0, 1000));
    expect(all.map(({ at }) => at)).toEqual(all.map(({ at }) => at).toSorted((a, b) => a - b));
    expect(all[0]).toMatchObject({ kind: "process", level: "warn", message: 'replica ended {"pid":7}', at: now - 5 });
    const stack = all.filter(({ kind, level }) => kind === "process" && level === "error");
    expect(stack.map(({ message }) => message)).toEqual(["TypeError: at the end", "    at line 3"]);

    expect(ids(await read(endpoint, { tail: 3, to: now + 900 }))).toEqual(numbers(897, 900));
    expect(ids(await read(endpoint, { from: now + 100, to: now + 103 }))).toEqual(numbers(100, 103));
    expect(ids(await read(endpoint, { requestId: "r17" }))).toEqual(["r17"]);
    expect(await read(endpoint, { from: now + 3_600_000 })).toEqual([]);
    expect((await read(endpoint, { level: "warn" })).every(({ kind }) => kind === "process")).toBe(true);
    await Promise.all(logs.map((log) => log.close()));
    await storeSegments(records, endpoint.id, folder.logs);
    expect(readdirSync(folder.logs)).toEqual([]);
    expect(ids((await read(endpoint)).filter(({ kind }) => kind === "request"))).toEqual(numbers(0, 1000));
  });
});

describe("files", () => {
  test("take no more room than the folder may: the oldest go, and it is told", async () => {
    const endpoint = await records.addEndpoint("room");
    const options = { folder: endpoint.folder.logs, writer: "w", fileBytes: 10_000, folderBytes: 50_000 };
    const log = createRequestLog(options);
    for (let number = 0; number < 1000; number++) {
      log.write(request(number));
      if (number % 20 === 0) await log.flush();
    }
    await log.close();
    const size = readdirSync(options.folder).reduce((sum, name) => sum + statSync(join(options.folder, name)).size, 0);
    expect(size).toBeLessThan(options.folderBytes + 2 * options.fileBytes);
    const found = await read(endpoint);
    expect(ids(found)).toContain("r999");
    expect(ids(found)).not.toContain("r0");
    expect(found.find(({ message }) => message.includes("bytes of the oldest lines"))).toMatchObject({ level: "warn" });
  });

  test("that cannot be written: lines are dropped, counted, and told once there is room", async () => {
    const endpoint = await records.addEndpoint("nowhere");
    const { logs } = endpoint.folder;
    // A file of the name is there: the log cannot make its own.
    writeFileSync(join(logs, "w-000001.ndjson"), "");
    const log = createRequestLog({ folder: logs, writer: "w" });
    const long = request(0, { clientRequestId: "x".repeat(1_000_000) });
    for (let i = 0; i < 10; i++) {
      log.write(long);
      await log.flush();
    }
    expect(log.dropped()).toBeGreaterThan(4);
    expect(log.dropped()).toBeLessThan(10);
    const dropped = log.dropped();
    unlinkSync(join(logs, "w-000001.ndjson"));
    await log.flush();
    log.write(request(1));
    await log.close();
    const found = await read(endpoint);
    expect(found.filter(({ kind }) => kind === "request")).toHaveLength(10 - dropped + 1);
    expect(found.find(({ kind }) => kind === "process")?.message).toBe(
      `Not in this log: ${dropped} lines: the disk did not take them.`,
    );
  });

  test("of a process that was killed are stored with all that was written, once, however often the storing one is", async () => {
    const endpoint = await records.addEndpoint("killed");
    const { logs } = endpoint.folder;
    const log = createRequestLog({ folder: logs, writer: "w", fileBytes: 3000 });
    const program = fileURLToPath(siblingModule(import.meta.url, "../records/test-ingestion-process"));
    const args = [records.url, records.artifactsFolder, records.endpointsFolder];
    let number = 0;
    for (let round = 0; round < 3; round++) {
      const child = fork(program, args, { stdio: "ignore" });
      await once(child, "message");
      for (const end = number + 60 + round * 40; number < end; number++) {
        log.write(request(number));
        if (number % 10 === 0) await log.flush();
      }
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    await log.flush();
    // As if its process were dead: then what is not ended is stored too.
    for (const name of readdirSync(logs)) {
      const path = join(logs, name);
      writeFileSync(path, readFileSync(path, "utf8").replace(/"processStart":"[^"]*"/, '"processStart":"another"'));
    }
    await storeSegments(records, endpoint.id, logs);
    expect(readdirSync(logs)).toEqual([]);
    expect(ids(await read(endpoint))).toEqual(numbers(0, number));
    const { lines } = await records.database
      .selectFrom("endpoint_log_segments")
      .select(({ fn }) => fn.sum<number>("lines").as("lines"))
      .where("endpoint_id", "=", endpoint.id)
      .executeTakeFirstOrThrow();
    expect(Number(lines)).toBe(number);
  });

  test("in the store are forgotten after 30 days", async () => {
    const endpoint = await records.addEndpoint("forgotten");
    const log = createRequestLog({ folder: endpoint.folder.logs, writer: "w" });
    log.write(request(-31 * 86_400_000));
    await log.close();
    await storeSegments(records, endpoint.id, endpoint.folder.logs);
    expect(await read(endpoint)).toHaveLength(1);
    await removeOldSegments(records.database);
    expect(await read(endpoint)).toEqual([]);
  });
});

test("a follower sees what is written after it came, across files that end, go and are cut off", async () => {
  const endpoint = await records.addEndpoint("followed");
  const { folder } = endpoint;
  const log = createRequestLog({ folder: folder.logs, writer: "w", fileBytes: 5000 });
  log.write(request(-1));
  await log.flush();
  writeFileSync(folder.processLog, '{"level":"info","msg":"before"}\n');
  const ended = new AbortController();
  const entries = (await followEndpointLogs(folder.path, ended.signal))[Symbol.asyncIterator]();
  const seen: string[] = [];
  const see = async (count: number): Promise<void> => {
    while (seen.length < count) {
      const { value } = (await entries.next()) as { value: LogEntry };
      seen.push(value.requestId ?? value.message);
    }
  };
  for (let number = 0; number < 100; number++) {
    log.write(request(number));
    if (number % 10 === 0) await log.flush();
  }
  await log.flush();
  await see(100);
  await storeSegments(records, endpoint.id, folder.logs);
  for (let number = 100; number < 110; number++) log.write(request(number));
  await log.flush();
  await see(110);
  appendFileSync(folder.processLog, '{"level":"info","msg":"printed"}\n');
  await see(111);
  truncateSync(folder.processLog, 0);
  appendFileSync(folder.processLog, '{"level":"info","msg":"cut"}\n');
  await see(112);
  expect(seen).toEqual([...numbers(0, 110), "printed", "cut"]);
  ended.abort();
  expect((await entries.next()).done).toBe(true);
  await log.close();
});
