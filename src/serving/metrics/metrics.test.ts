/** From requests to what the API tells of them, with real files and a real PostgreSQL. */
import { fork } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createLog, silentLog, siblingModule } from "../../base/index.ts";
import type { RequestRecord } from "../logs/index.ts";
import { openTestRecords, type TestRecords } from "../records/test-records.ts";
import { createRecorder } from "./index.ts";
import { readEndpointMetrics } from "./read-metrics.ts";
import type { MetricsLine } from "./series.ts";
import { removeOldMetrics, storeMetrics } from "./store-metrics.ts";

let records: TestRecords;
beforeAll(async () => {
  records = await openTestRecords();
});
afterAll(() => records.close());

const minute = 60_000;
const start = Math.floor(Date.now() / minute) * minute - 10 * minute;

function request(changes: Partial<RequestRecord> = {}): RequestRecord {
  return {
    at: start,
    requestId: "r1",
    clientRequestId: null,
    traceId: null,
    deployment: "blue",
    model: "bank@3",
    wire: "azure",
    status: 200,
    code: null,
    rows: 2,
    milliseconds: 1,
    mirrored: false,
    key: "primary",
    ...changes,
  };
}

const config = (appInsights = false) => ({ name: "bank", settings: { appInsights } });
const services = () => ({ database: records.database, log: silentLog });
const lastHour = (endpointId: string) => ({
  endpointId,
  from: start - 50 * minute,
  to: start + 10 * minute,
  stepSeconds: 60,
});

describe("what a process counts", () => {
  test("is told by minute, deployment, outcome and mirroring, and in sum", async () => {
    const { id, folder } = await records.addEndpoint("told");
    const recorder = createRecorder({ folder, writer: "w1", config: config() });
    for (let i = 1; i <= 100; i++) recorder.record(request({ milliseconds: i }));
    for (let i = 0; i < 10; i++)
      recorder.record(request({ at: start + minute, deployment: "green", key: "secondary" }));
    recorder.record(request({ at: start + minute, deployment: "green", mirrored: true, rows: 7, key: null }));
    recorder.record(request({ status: 400, code: "SLW_SCORE_VALUE", rows: 0 }));
    recorder.record(request({ deployment: null, model: null, wire: null, status: 401, code: "SLW_HTTP_UNAUTHORIZED" }));
    recorder.countCollected("blue", 40, 3);
    await recorder.close();
    await storeMetrics(services(), id, folder.metrics);

    const { total, points, deployments, collected } = await readEndpointMetrics(records.database, lastHour(id));
    const errors = { SLW_SCORE_VALUE: 1, SLW_HTTP_UNAUTHORIZED: 1 };
    expect(total).toMatchObject({ requests: 112, rows: 222, errors });
    expect(total.requestsPerSecond).toBeCloseTo(112 / 3600, 9);
    expect(total.mean).toBeCloseTo((5050 + 12) / 112, 1);
    expect(points.filter(({ requests }) => requests > 0).map(({ at, requests }) => [at - start, requests])).toEqual([
      [0, 102],
      [minute, 10],
    ]);
    expect(points.length).toBe(60);
    expect(points[0]).toMatchObject({ requests: 0, p50: null, p95: null, p99: null, mean: null, errors: {} });
    expect(
      deployments.map(({ name, mirrored, total: { requests, rows } }) => [name, mirrored, requests, rows]),
    ).toEqual([
      ["blue", false, 101, 200],
      ["green", false, 10, 20],
      ["green", true, 1, 7],
    ]);
    const blue = deployments[0]!.total;
    for (const [told, exact] of [
      [blue.p50!, 50],
      [blue.p95!, 95],
      [blue.p99!, 99],
    ] as const) {
      expect(Math.abs(told / exact - 1)).toBeLessThan(0.05);
    }
    // What was collected is counted at the time of counting, which is now.
    expect(collected).toEqual({ rows: 0, dropped: 0 });
    const now = await readEndpointMetrics(records.database, { ...lastHour(id), to: Date.now() + minute });
    expect(now.collected).toEqual({ rows: 40, dropped: 3 });
    const row = await records.database
      .selectFrom("endpoints")
      .select("last_request_at")
      .where("id", "=", id)
      .executeTakeFirstOrThrow();
    expect(row.last_request_at?.getTime()).toBe(start);
    expect(readdirSync(folder.metrics)).toEqual([]);
  });

  test("is added up where several processes count, and where lines come later", async () => {
    const { id, folder } = await records.addEndpoint("added");
    const recorders = ["a", "b"].map((writer) => createRecorder({ folder, writer, config: config() }));
    for (let round = 1; round <= 3; round++) {
      for (const recorder of recorders) {
        for (let i = 0; i < round; i++) recorder.record(request({ milliseconds: 10 ** round }));
        await recorder.flush();
      }
      await storeMetrics(services(), id, folder.metrics);
      await storeMetrics(services(), id, folder.metrics);
      const { total } = await readEndpointMetrics(records.database, lastHour(id));
      expect(total.requests).toBe(round * (round + 1));
    }
    const { total } = await readEndpointMetrics(records.database, lastHour(id));
    expect(Math.abs(total.p50! / 100 - 1)).toBeLessThan(0.05);
    expect(Math.abs(total.p99! / 1000 - 1)).toBeLessThan(0.05);
    await Promise.all(recorders.map((recorder) => recorder.close()));
  });

  test("keeps keys' and endpoints' last use, and never sets it back", async () => {
    const { id, folder } = await records.addEndpoint("used");
    const keys = (["primary", "secondary"] as const).map((name) => ({
      endpoint_id: id,
      name,
      sealed: Buffer.from("s"),
      sha256: "0",
      request_id: name,
    }));
    await records.database.insertInto("endpoint_keys").values(keys).execute();
    for (const [writer, at] of [
      ["w1", start + 2000],
      ["w2", start + 1000],
    ] as const) {
      const recorder = createRecorder({ folder, writer, config: config() });
      recorder.record(request({ at }));
      await recorder.close();
      await storeMetrics(services(), id, folder.metrics);
    }
    const used = await records.database
      .selectFrom("endpoint_keys")
      .select(["name", "last_used_at"])
      .where("endpoint_id", "=", id)
      .orderBy("name")
      .execute();
    expect(used.map(({ name, last_used_at }) => [name, last_used_at?.getTime() ?? null])).toEqual([
      ["primary", start + 2000],
      ["secondary", null],
    ]);
  });

  test("is in Prometheus' text, whether it was written already or not", async () => {
    const { folder } = await records.addEndpoint("scraped");
    const recorder = createRecorder({ folder, writer: "w1", config: { ...config(), name: 'b"a\\nk' } });
    recorder.record(request({ milliseconds: 3 }));
    await recorder.flush();
    recorder.record(request({ milliseconds: 3 }));
    recorder.record(request({ status: 503, code: "SLW_ENDPOINT_OVERLOADED", milliseconds: 0.01 }));
    recorder.countCollected("blue", 5, 1);
    const lines = recorder.snapshot().split("\n");
    const labels = 'endpoint="b\\"a\\\\nk",replica="w1",deployment="blue"';
    const ok = `${labels},outcome="ok",mirrored="false"`;
    expect(lines).toContain(`http_server_request_duration_seconds_bucket{${ok},le="0.0016"} 0`);
    expect(lines).toContain(`http_server_request_duration_seconds_bucket{${ok},le="0.0032"} 2`);
    expect(lines).toContain(`http_server_request_duration_seconds_bucket{${ok},le="+Inf"} 2`);
    expect(lines).toContain(`http_server_request_duration_seconds_count{${ok}} 2`);
    expect(lines).toContain(`slipway_predictions_total{${labels},mirrored="false"} 4`);
    expect(lines).toContain(`slipway_collected_rows_total{${labels},mirrored="false"} 5`);
    expect(lines).toContain(`slipway_collection_dropped_rows_total{${labels},mirrored="false"} 1`);
    expect(lines.filter((line) => line.includes("OVERLOADED") && line.includes("+Inf"))).toHaveLength(1);
    expect(lines.at(-1)).toBe("");
    await recorder.close();
  });

  test("is counted and not written where there is no folder", async () => {
    const recorder = createRecorder({ folder: null, writer: "w1", config: config(true) });
    recorder.record(request());
    await recorder.close();
    expect(recorder.snapshot()).toContain(
      'slipway_predictions_total{endpoint="bank",replica="w1",deployment="blue",mirrored="false"} 2',
    );
  });
});

describe("storing", () => {
  test("skips a line that a disk has spoiled, says so, and goes on", async () => {
    const { id, folder } = await records.addEndpoint("spoiled");
    const recorder = createRecorder({ folder, writer: "w1", config: config() });
    recorder.record(request());
    await recorder.flush();
    appendFileSync(join(folder.metrics, "w1.ndjson"), "\0\0\0\n");
    recorder.record(request());
    await recorder.close();
    let told = "";
    await storeMetrics(
      { ...services(), log: createLog({ level: "info", write: (line) => (told += line) }) },
      id,
      folder.metrics,
    );
    expect((await readEndpointMetrics(records.database, lastHour(id))).total.requests).toBe(2);
    expect(told).toContain('"lines":1');
  });

  test("waits for the rest of a line of a process that lives, and removes the file of one that is dead", async () => {
    const { id, folder } = await records.addEndpoint("torn");
    const path = join(folder.metrics, "w1.ndjson");
    const recorder = createRecorder({ folder, writer: "w1", config: config() });
    recorder.record(request());
    await recorder.flush();
    const [header, line] = readFileSync(path, "utf8").split("\n") as [string, string];
    appendFileSync(path, line.slice(0, 30));
    await storeMetrics(services(), id, folder.metrics);
    expect(readdirSync(folder.metrics)).toEqual(["w1.ndjson"]);
    appendFileSync(path, `${line.slice(30)}\n`);
    await storeMetrics(services(), id, folder.metrics);
    expect((await readEndpointMetrics(records.database, lastHour(id))).total.requests).toBe(2);
    const dead = header.replace(/"processStart":"[^"]*"/, '"processStart":"another"');
    writeFileSync(join(folder.metrics, "w2.ndjson"), `${dead}\n${line}\n${line.slice(0, 40)}`);
    await storeMetrics(services(), id, folder.metrics);
    expect((await readEndpointMetrics(records.database, lastHour(id))).total.requests).toBe(3);
    expect(readdirSync(folder.metrics)).toEqual(["w1.ndjson"]);
    await recorder.close();
  });

  test("counts each request once although the storing process is killed again and again", async () => {
    const { id, folder } = await records.addEndpoint("killed");
    const recorders = ["w1", "w2"].map((writer) => createRecorder({ folder, writer, config: config() }));
    const program = fileURLToPath(siblingModule(import.meta.url, "../records/test-ingestion-process"));
    const args = [records.url, records.artifactsFolder, records.endpointsFolder];
    let requests = 0;
    for (let round = 0; round < 6; round++) {
      const child = fork(program, args, { stdio: "ignore" });
      await once(child, "message");
      // Counted while the other process stores; which of its statements the end hits, differs from round to round.
      for (let flushes = 0; flushes < 3 + (round % 5) * 3; flushes++) {
        for (const [index, recorder] of recorders.entries()) {
          recorder.record(
            request({
              at: start + (requests % 3) * minute,
              deployment: requests % 2 ? "blue" : "green",
              milliseconds: 5,
            }),
          );
          requests++;
          if (index === 0 || flushes % 2 === 0) await recorder.flush();
        }
      }
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    await Promise.all(recorders.map((recorder) => recorder.close()));
    await storeMetrics(services(), id, folder.metrics);
    const { total, deployments } = await readEndpointMetrics(records.database, lastHour(id));
    expect([total.requests, total.rows]).toEqual([requests, 2 * requests]);
    expect(deployments.map((each) => each.total.requests).reduce((a, b) => a + b)).toBe(requests);
    expect(readdirSync(folder.metrics)).toEqual([]);
    const { count } = await records.database
      .selectFrom("endpoint_metrics")
      .select(({ fn }) => fn.sum<number>("requests").as("count"))
      .where("endpoint_id", "=", id)
      .executeTakeFirstOrThrow();
    expect(Number(count)).toBe(requests);
  });

  test("lines have numbers without gaps", async () => {
    const { folder } = await records.addEndpoint("numbered");
    const recorder = createRecorder({ folder, writer: "w1", config: config() });
    for (let i = 0; i < 3; i++) {
      recorder.record(request());
      await recorder.flush();
    }
    await recorder.flush();
    const lines = readFileSync(join(folder.metrics, "w1.ndjson"), "utf8").trim().split("\n").slice(1);
    expect(lines.map((line) => (JSON.parse(line) as MetricsLine).seq)).toEqual([1, 2, 3]);
    await recorder.close();
  });

  test("forgets what is older than 90 days", async () => {
    const { id, folder } = await records.addEndpoint("old");
    const recorder = createRecorder({ folder, writer: "w1", config: config() });
    const at = Date.now() - 91 * 24 * 60 * minute;
    recorder.record(request({ at }));
    recorder.record(request());
    await recorder.close();
    await storeMetrics(services(), id, folder.metrics);
    const all = { endpointId: id, from: at - minute, to: Date.now(), stepSeconds: 86_400 };
    expect((await readEndpointMetrics(records.database, all)).total.requests).toBe(2);
    await removeOldMetrics(records.database);
    expect((await readEndpointMetrics(records.database, all)).total.requests).toBe(1);
  });
});
