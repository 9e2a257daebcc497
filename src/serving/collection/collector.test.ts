/** What is collected of requests, and what it costs them. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createCollector, readLabels, type CollectedRequest, type Collector, type CollectorConfig } from "./index.ts";
import type { BodyLine, CollectedHeader, RowsLine } from "./spool-format.ts";

let collected: string;
beforeEach(() => {
  collected = mkdtempSync(join(tmpdir(), "slipway-collected-"));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(collected, { recursive: true, force: true });
});

const schema = {
  columns: [
    {
      name: "age",
      type: "numeric" as const,
      integer: true,
      nullable: false,
      categories: null,
      range: null,
      example: 1,
    },
  ],
  labels: ["no", "yes"],
};

function config(dataCollection = { enabled: true, samplingRate: 1 }): CollectorConfig {
  const model = { name: "bank", version: 3, kind: "slipway", path: "", sha256: null } as const;
  const deployments = [
    { name: "blue", model, traffic: 10, mirror: 0 },
    { name: "green", model: { ...model, version: 4 }, traffic: 90, mirror: 0 },
  ];
  return { deployments, settings: { dataCollection } };
}

interface Opened {
  readonly collector: Collector;
  readonly counts: { kept: number; dropped: number };
}

function open(options: { settings?: CollectorConfig; fileBytes?: number; folderBytes?: number } = {}): Opened {
  const counts = { kept: 0, dropped: 0 };
  const { settings = config(), ...sizes } = options;
  const count = (_deployment: string, kept: number, dropped: number): void => {
    counts.kept += kept;
    counts.dropped += dropped;
  };
  return {
    counts,
    collector: createCollector({ folder: { collected }, writer: "w", config: settings, count, ...sizes }),
  };
}

function request(number: number, rows = 2, at = Date.now()): CollectedRequest {
  const sent = Array.from({ length: rows }, (_, row) => ({ age: number * 1000 + row }));
  const answer = { result: sent.map(() => "yes") };
  const of = { deployment: "blue", model: "bank", version: 3, schema };
  return { at, requestId: `r${number}`, ...of, rows: sent, source: null, answer };
}

/** As of a wire whose body has the rows. */
function withBody(of: CollectedRequest, indent = 0): CollectedRequest {
  const body = Buffer.from(JSON.stringify({ Inputs: { data: of.rows } }, null, indent));
  return { ...of, source: { body, rowsAt: "Inputs.data" } };
}

function readFiles(): { header: CollectedHeader; lines: RowsLine[] }[] {
  return readdirSync(collected).map((name) => {
    const [header, ...lines] = readFileSync(join(collected, name), "utf8")
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as unknown);
    return {
      header: header as CollectedHeader,
      lines: lines.filter((line) => !("end" in (line as object))) as RowsLine[],
    };
  });
}

const rowsIn = (): number =>
  readFiles().reduce((sum, { lines }) => sum + lines.reduce((all, { rows }) => all + (rows?.length ?? 0), 0), 0);

describe("requests", () => {
  test("are in a file for each deployment, with the model and its columns, in order", async () => {
    const { collector, counts } = open();
    collector.collect(request(1));
    collector.collect({ ...request(2, 700), deployment: "green", version: 4 });
    collector.collect(request(3));
    await collector.close();
    const files = readFiles();
    expect(files.map(({ header: { deployment, version, designation } }) => [deployment, version, designation])).toEqual(
      [
        ["blue", 3, "inputs"],
        ["green", 4, "inputs"],
      ],
    );
    expect(files[0]?.header).toMatchObject({
      model: "bank",
      columns: [{ name: "age", type: "numeric", integer: true }],
      labels: ["no", "yes"],
    });
    expect(files[0]?.lines.map(({ id, row, rows, result }) => [id, row, rows, result])).toEqual([
      ["r1", 0, [[1000], [1001]], ["yes", "yes"]],
      ["r3", 0, [[3000], [3001]], ["yes", "yes"]],
    ]);
    expect(files[1]?.lines.map(({ row }) => row)).toEqual([0, 250, 500]);
    expect(files[1]?.lines.flatMap(({ rows }) => rows)).toHaveLength(700);
    expect(counts).toEqual({ kept: 704, dropped: 0 });
  });

  test("whose body has the rows are kept as they came, on one line each, whatever their size", async () => {
    const { collector, counts } = open();
    const large = withBody(request(2, 10_000), 2);
    for (const each of [withBody(request(1), 1), large, withBody(request(3))]) collector.collect(each);
    // What becomes of the bytes after it is no matter.
    large.source?.body.fill(0);
    await collector.close();
    const [file] = readFiles();
    expect(file?.header).toMatchObject({ format: 2, deployment: "blue" });
    const lines = file?.lines as unknown as BodyLine[];
    expect(lines.map(({ id, rowsAt, result }) => [id, rowsAt, result.length])).toEqual([
      ["r1", "Inputs.data", 2],
      ["r2", "Inputs.data", 10_000],
      ["r3", "Inputs.data", 2],
    ]);
    expect(lines.map(({ body }) => body)).toEqual(
      [1, 2, 3].map((number) => ({ Inputs: { data: request(number, number === 2 ? 10_000 : 2).rows } })),
    );
    expect(counts).toEqual({ kept: 10_004, dropped: 0 });
  });

  test("with bodies are dropped and counted where the disk takes nothing; beyond 8 MiB they become rows", async () => {
    rmSync(collected, { recursive: true });
    const { collector, counts } = open();
    for (let number = 0; number < 100; number++) {
      collector.collect(withBody(request(number, 20_000)));
      if (number % 10 === 0) await collector.flush();
    }
    expect(counts.dropped).toBeGreaterThan(0);
    expect(counts.kept + counts.dropped).toBe(2_000_000);
    mkdirSync(collected);
    await collector.flush();
    const kept = rowsIn();
    const huge = request(100, 3);
    collector.collect({ ...huge, source: { body: Buffer.alloc(8 * 1024 * 1024 + 1, " "), rowsAt: "data" } });
    await collector.close();
    expect(kept).toBe(0);
    expect(readFiles()[0]?.lines.at(-1)).toMatchObject({ id: "r100", row: 0, rows: [[100_000], [100_001], [100_002]] });
  });

  test("are collected by the sampling rate, and only while it is switched on", async () => {
    const { collector, counts } = open({ settings: config({ enabled: false, samplingRate: 1 }) });
    collector.collect(request(1));
    await collector.flush();
    expect(readdirSync(collected)).toEqual([]);
    collector.configure(config({ enabled: true, samplingRate: 0.25 }));
    for (let number = 0; number < 4000; number++) collector.collect(request(number));
    await collector.close();
    // Five standard deviations: one run in a million is further away.
    expect(Math.abs(counts.kept / 2 - 1000)).toBeLessThan(5 * Math.sqrt(4000 * 0.25 * 0.75));
    expect(rowsIn()).toBe(counts.kept);
  });

  test("beyond what may wait are dropped and counted; all others are in the file", async () => {
    const { collector, counts } = open();
    for (let number = 0; number < 30; number++) collector.collect(request(number, 1000));
    await collector.close();
    expect(counts).toEqual({ kept: 20_000, dropped: 10_000 });
    expect(rowsIn()).toBe(20_000);
  });

  test("are dropped and counted where the folder has no more room, and where the disk takes nothing", async () => {
    const { collector, counts } = open({ folderBytes: 10 });
    writeFileSync(join(collected, "other-000001.ndjson"), "more than ten bytes");
    await collector.flush();
    collector.collect(request(1));
    await collector.close();
    expect(counts).toEqual({ kept: 0, dropped: 2 });
    rmSync(collected, { recursive: true });
    const nowhere = open();
    for (let number = 0; number < 400; number++) {
      const answer = { result: Array.from({ length: 500 }, () => "a long label".repeat(10)) };
      nowhere.collector.collect({ ...request(number, 500), answer });
      if (number % 30 === 0) await nowhere.collector.flush();
    }
    await nowhere.collector.flush();
    expect(nowhere.counts.dropped).toBeGreaterThan(0);
    expect(nowhere.counts.kept + nowhere.counts.dropped).toBe(200_000);
    await expect(nowhere.collector.label([{ requestId: "a", row: 0, label: 1 }])).rejects.toThrow("no room");
  });

  test("begin another file each hour, and when it is full", async () => {
    vi.useFakeTimers({ now: Date.parse("2026-03-01T10:59:59.900Z"), toFake: ["Date"] });
    const { collector } = open({ fileBytes: 3000 });
    for (let number = 0; number < 100; number++) {
      collector.collect(request(number));
      if (number % 5 === 0) await collector.flush();
    }
    await collector.flush();
    const before = readFiles();
    expect(before.length).toBeGreaterThan(2);
    vi.setSystemTime(Date.parse("2026-03-01T11:00:00.100Z"));
    collector.collect(request(100));
    await collector.flush();
    const hours = readFiles().map(({ header }) => new Date(header.hour).toISOString());
    expect(hours).toEqual([...before.map(() => "2026-03-01T10:00:00.000Z"), "2026-03-01T11:00:00.000Z"]);
    const ended = readdirSync(collected).filter((name) =>
      readFileSync(join(collected, name), "utf8").endsWith('{"end":true}\n'),
    );
    expect(ended).toHaveLength(before.length);
    expect(rowsIn()).toBe(202);
    await collector.close();
  });
});

test("labels are in the file when it is said so, whatever is sampled", async () => {
  const { collector } = open({ settings: config({ enabled: false, samplingRate: 0 }) });
  await collector.label([{ requestId: "r1", row: 0, label: "yes" }]);
  const [file] = readFiles();
  expect(file?.header).toMatchObject({ designation: "labels", deployment: "green", model: "bank", version: 4 });
  expect(file?.lines).toMatchObject([{ labels: [{ requestId: "r1", row: 0, label: "yes" }] }]);
  await collector.close();
});

describe("the body of labels", () => {
  test("is a list; a row that is left out is 0", () => {
    const body = {
      labels: [
        { requestId: "a-1", label: "yes" },
        { requestId: "b", row: 2, label: 0.5 },
        { requestId: "c", label: false },
      ],
    };
    expect(readLabels(body)).toEqual([
      { requestId: "a-1", row: 0, label: "yes" },
      { requestId: "b", row: 2, label: 0.5 },
      { requestId: "c", row: 0, label: false },
    ]);
  });

  test.each([
    ["null", null, "The body"],
    ["a list", [], "The body"],
    ["another key", { labels: [], more: 1 }, "The body"],
    ["a number", { labels: [1] }, "labels[0]"],
    ["a key that is none", { labels: [{ requestId: "a", label: 1, x: 1 }] }, 'got "x"'],
    ["no request", { labels: [{ label: 1 }] }, "labels[0].requestId"],
    ["an id that is none", { labels: [{ requestId: "a b", label: 1 }] }, "labels[0].requestId"],
    ["half a row", { labels: [{ requestId: "a", row: 0.5, label: 1 }] }, "labels[0].row"],
    ["a row below 0", { labels: [{ requestId: "a", row: -1, label: 1 }] }, "labels[0].row"],
    ["no label", { labels: [{ requestId: "a" }] }, "labels[0].label"],
    ["null as label", { labels: [{ requestId: "a", label: null }] }, "labels[0].label"],
    ["an endless text", { labels: [{ requestId: "a", label: "x".repeat(1001) }] }, "labels[0].label"],
  ])("is refused: %s", (_name, body, message) => {
    expect(() => readLabels(body)).toThrow(message);
  });
});
