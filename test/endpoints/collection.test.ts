/** From scored requests to Parquet in the artifact store and to datasets: real files, processes, PostgreSQL and DuckDB. */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId, silentLog } from "../../src/base/index.ts";
import { loadDatasets, readTable, type DatasetServices } from "../../src/data/index.ts";
import { createCollectedDataset, listCollectedFiles, startCollection } from "../../src/pipelines/index.ts";
import { createCollector, type CollectedRequest, type Collector } from "../../src/serving/collection/index.ts";
import { openTestRecords, type TestRecords } from "../../src/serving/records/test-records.ts";
import { createSecretBox } from "../../src/store/index.ts";

const src = join(import.meta.dirname, "../../src");
const actor = { userId: null, userName: "ada", requestId: null };
let records: TestRecords;
let services: DatasetServices & { log: typeof silentLog };
let workspaceId: string;
let temporaryFolder: string;

beforeAll(async () => {
  records = await openTestRecords();
  const { createTableProcesses } = await loadDatasets();
  temporaryFolder = join(records.endpointsFolder, "..", "tmp");
  const { database, artifacts } = records;
  services = {
    database,
    artifacts,
    processes: createTableProcesses({ temporaryFolder }),
    secrets: createSecretBox(Buffer.alloc(32, 1)),
    reach: { folders: [], origins: [] },
    log: silentLog,
  };
  workspaceId = (await database.selectFrom("workspaces").select("id").executeTakeFirstOrThrow()).id;
});
afterAll(() => records.close());

interface TestEndpoint {
  readonly id: string;
  readonly name: string;
  readonly workspace: string;
  readonly folder: string;
}

async function addEndpoint(name: string): Promise<TestEndpoint> {
  const { id, folder } = await records.addEndpoint(name);
  return { id, name, workspace: "default", folder: folder.collected };
}

function collectorOf({ folder }: TestEndpoint, writer = "w", count = (): void => {}): Collector {
  const settings = { dataCollection: { enabled: true, samplingRate: 1 } };
  return createCollector({ folder: { collected: folder }, writer, config: { deployments: [], settings }, count });
}

const column = { nullable: true, categories: null, range: null, example: null };
const schema = {
  columns: [
    { ...column, name: "age", type: "numeric" as const, integer: true },
    { ...column, name: "job", type: "string" as const, integer: false },
  ],
  labels: ["no", "yes"],
};

/** As it comes from Azure ML's wire: with the body that has the rows. */
function request(requestId: string, rows: unknown[], result: unknown[], at = Date.now()): CollectedRequest {
  const source = { body: Buffer.from(JSON.stringify({ data: rows }, null, 1)), rowsAt: "data" };
  return { at, requestId, deployment: "blue", model: "bank", version: 3, rows, source, answer: { result }, schema };
}

/** Rows of a Parquet file in the artifact store, by column. */
async function readParquet(sha256: string): Promise<Record<string, unknown[]>> {
  const path = await records.artifacts.localFile(sha256);
  const { table } = await readTable(path as string);
  return Object.fromEntries(
    table.columns.map((each) => [
      each.name,
      each.type === "string"
        ? Array.from(each.codes, (code) => (code < 0 ? null : each.categories[code]))
        : Array.from(each.values, (value) => (Number.isNaN(value) ? null : value)),
    ]),
  );
}

const filesOf = async ({ id }: TestEndpoint) =>
  (await listCollectedFiles(records.database, { endpointId: id }, { limit: 200, sort: "hour" })).items;

describe("a dataset", () => {
  const make = async (
    endpoint: TestEndpoint,
    dataset: string,
    asked: { labelled?: boolean; from?: Date; to?: Date } = {},
  ) => {
    const input = { id: newId(), workspaceId, endpoint, dataset, labelled: false, ...asked };
    const { version } = await createCollectedDataset(services, input, actor);
    return { version, columns: await readParquet(version.sha256) };
  };

  test("has what was scored a moment ago, with answers, labels, and where all of it comes from", async () => {
    const endpoint = await addEndpoint("moment");
    const collector = collectorOf(endpoint);
    const at = Date.now();
    collector.collect(
      request(
        "r1",
        [
          { age: 30, job: "maid" },
          { age: null, job: "clerk" },
        ],
        ["no", "yes"],
        at,
      ),
    );
    collector.collect(request("r2", [[31, "maid"]], [[0.25, 0.75]], at + 1));
    const { version, columns } = await make(endpoint, "moment");
    expect(columns).toEqual({
      $Timestamp: [at, at, at + 1],
      $RequestId: ["r1", "r1", "r2"],
      $Row: [0, 1, 0],
      $ServiceName: ["moment", "moment", "moment"],
      $ModelName: ["bank", "bank", "bank"],
      $ModelVersion: [3, 3, 3],
      $Prediction_Result: ["no", "yes", "yes"],
      $Probability_no: [null, null, 0.25],
      $Probability_yes: [null, null, 0.75],
      age: [30, null, 31],
      job: ["maid", "clerk", "maid"],
      $Label: [null, null, null],
    });
    expect(version).toMatchObject({
      rows: 3,
      source: { kind: "collected", endpoint: "moment", from: null, labelled: false },
    });

    await collector.label([
      { requestId: "r1", row: 1, label: "no" },
      { requestId: "unknown", row: 0, label: "yes" },
    ]);
    await collector.label([
      { requestId: "r1", row: 1, label: "yes" },
      { requestId: "r2", row: 0, label: "no" },
    ]);
    collector.collect(request("r3", [[50, "maid"]], ["no"], at + 2));
    const again = await make(endpoint, "moment");
    expect(again.version.version).toBe(2);
    expect(again.columns).toMatchObject({ $RequestId: ["r1", "r1", "r2", "r3"], $Label: [null, "yes", "no", null] });
    const labelled = await make(endpoint, "labelled", { labelled: true });
    expect(labelled.columns).toEqual({ age: [null, 31], job: ["clerk", "maid"], label: ["yes", "no"] });
    const timed = await make(endpoint, "timed", { from: new Date(at + 1), to: new Date(at + 2) });
    expect(timed.columns).toMatchObject({ $RequestId: ["r2"] });
    expect((await make(endpoint, "timed", { from: new Date(at + 1), to: new Date(at + 2) })).version.version).toBe(1);
    await collector.close();
  });

  test("of nothing is refused", async () => {
    const endpoint = await addEndpoint("nothing");
    await expect(make(endpoint, "nothing")).rejects.toMatchObject({ code: "SLW_ENDPOINT_NOT_COLLECTED" });
    const collector = collectorOf(endpoint);
    collector.collect(request("r1", [[1, "a"]], ["no"]));
    await collector.close();
    await expect(make(endpoint, "nothing", { labelled: true })).rejects.toMatchObject({
      code: "SLW_ENDPOINT_NOT_COLLECTED",
    });
    await expect(make(endpoint, "nothing", { to: new Date(0) })).rejects.toMatchObject({
      code: "SLW_ENDPOINT_NOT_COLLECTED",
    });
  });

  test("has models of different columns side by side", async () => {
    const endpoint = await addEndpoint("versions");
    const collector = collectorOf(endpoint);
    collector.collect(request("r1", [[1, "a"]], ["no"]));
    const other = { columns: [{ ...column, name: "age", type: "numeric" as const, integer: false }], labels: [] };
    collector.collect({
      ...request("r2", [{ age: 1.5 }], [0.5], Date.now() + 1),
      deployment: "green",
      version: 4,
      schema: other,
    });
    const { columns } = await make(endpoint, "versions");
    expect(columns).toMatchObject({
      $ModelVersion: [3, 4],
      age: [1, 1.5],
      job: ["a", null],
      $Prediction_Result: ["no", "0.5"],
    });
    await collector.close();
  });
});

test("ended files go into the store by themselves, at Azure ML's path, and from the disk", async () => {
  const endpoint = await addEndpoint("stored");
  const collector = collectorOf(endpoint);
  const at = Date.parse("2026-03-01T09:30:00Z");
  collector.collect(request("r1", [[1, "a"]], ["no"], at));
  await collector.close();
  const collection = startCollection({ ...services, endpointsFolder: records.endpointsFolder });
  await expect.poll(() => readdirSync(endpoint.folder)).toEqual([]);
  await collection.close();
  expect(await filesOf(endpoint)).toMatchObject([
    {
      path: "/modeldata/default/stored/bank/3/inputs/2026/03/01/09-w-000001-0.parquet",
      deployment: "blue",
      designation: "inputs",
      hour: new Date("2026-03-01T09:00:00Z"),
      rows: 1,
    },
  ]);
});

describe("every collected row", () => {
  const storing = ({ id, name, folder }: TestEndpoint): ChildProcess =>
    fork(
      join(src, "pipelines/collection/test-storing-process.ts"),
      [records.url, records.artifactsFolder, temporaryFolder, id, name, folder],
      { stdio: "ignore" },
    );
  const collecting = ({ folder }: TestEndpoint, writer: string): ChildProcess =>
    fork(join(src, "serving/collection/test-collecting-process.ts"), [folder, writer], { stdio: "ignore" });

  async function kill(child: ChildProcess): Promise<void> {
    child.kill("SIGKILL");
    await once(child, "exit");
  }

  test("that is in a file is stored exactly once, whoever is killed and whenever", async () => {
    const endpoint = await addEndpoint("killed");
    const told = new Map<string, number>();
    for (let round = 0; round < 3; round++) {
      const writer = `w${round}`;
      const replica = collecting(endpoint, writer);
      replica.on("message", (requests: number) => told.set(writer, requests));
      const store = storing(endpoint);
      await once(store, "message");
      const stored = async (): Promise<number> => (await filesOf(endpoint)).length;
      const before = await stored();
      // Once something is stored the process is in the middle of the next.
      await expect.poll(stored, { interval: 20 + 30 * round }).toBeGreaterThan(before);
      await Promise.all([kill(store), kill(replica)]);
    }
    const inFiles = readdirSync(endpoint.folder).flatMap((name) => {
      const lines = readFileSync(join(endpoint.folder, name), "utf8").split("\n").slice(1, -1);
      return lines.filter((line) => !line.includes('"end"')).map((line) => (JSON.parse(line) as { id: string }).id);
    });
    // What is left is stored by a server that begins now.
    const collection = startCollection({ ...services, endpointsFolder: records.endpointsFolder });
    await expect.poll(() => readdirSync(endpoint.folder)).toEqual([]);
    await collection.close();
    const files = await filesOf(endpoint);
    const all = await Promise.all(files.map(({ sha256 }) => readParquet(sha256)));
    const keys = all.flatMap((file) => file["$RequestId"]!.map((id, i) => `${String(id)} ${String(file["$Row"]![i])}`));
    const known = new Set(keys);
    expect(known.size).toBe(keys.length);
    expect(files.reduce((sum, { rows }) => sum + rows, 0)).toBe(keys.length);
    for (const [writer, requests] of told) {
      const missing = Array.from({ length: 2 * requests }, (_, i) => `${writer}-${i >> 1} ${i % 2}`).filter(
        (key) => !known.has(key),
      );
      expect({ writer, missing }).toEqual({ writer, missing: [] });
    }
    expect(inFiles.length).toBeGreaterThan(0);
    expect(inFiles.filter((id) => !known.has(`${id} 0`))).toEqual([]);
    // Numbers are as they were sent.
    const values = all.flatMap((file) => file["number"]!);
    expect(values).toEqual(
      keys.map((key) => /-(\d+) (\d)$/.exec(key)!).map(([, sent, row]) => 2 * Number(sent) + Number(row)),
    );
  });

  test("is stored, waits, or was dropped: the counts add up", async () => {
    const endpoint = await addEndpoint("counted");
    const counts = { kept: 0, dropped: 0 };
    const settings = { dataCollection: { enabled: true, samplingRate: 1 } };
    const count = (_deployment: string, kept: number, dropped: number): void => {
      counts.kept += kept;
      counts.dropped += dropped;
    };
    const collector = createCollector({
      folder: { collected: endpoint.folder },
      writer: "w",
      config: { deployments: [], settings },
      count,
    });
    let sent = 0;
    for (let number = 0; number < 60; number++) {
      const rows = 1 + ((number * 733) % 900);
      collector.collect(
        request(
          `r${number}`,
          Array.from({ length: rows }, () => [number, "a"]),
          Array(rows).fill("no"),
        ),
      );
      sent += rows;
      if (number === 30) await collector.flush();
    }
    const { version } = await createCollectedDataset(
      services,
      { id: newId(), workspaceId, endpoint, dataset: "counted", labelled: false },
      actor,
    );
    await collector.close();
    const stored = (await filesOf(endpoint)).reduce((sum, { rows }) => sum + rows, 0);
    expect(counts.kept + counts.dropped).toBe(sent);
    expect(stored).toBe(counts.kept);
    expect(version.rows).toBe(counts.kept);
  });
});
