/** with_timestamp_columns, time_recent and partition_by: Azure ML's meaning, on tables and on real versions. */
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../base/index.ts";
import { plainTable } from "../test-files.ts";
import { createVersion } from "./create-version.ts";
import { deriveVersion } from "./derive-version.ts";
import { parseIsoDuration } from "./iso-time.ts";
import { nameAll, partitionVersion } from "./partition-version.ts";
import { obtainFile } from "./sources.ts";
import { applySteps, atMoment, timestampsAfter, type Step } from "./steps.ts";
import { createTestServices, type TestServices } from "./test-services.ts";
import { tableOf } from "./test-tables.ts";
import type { VersionOptions } from "./types.ts";
import { getVersionDetails } from "./versions.ts";

const at = (text: string): Date => new Date(`${text}Z`);
const table = tableOf({
  id: [1, 2, 3, 4],
  at: [at("2024-01-01T00:00"), at("2024-01-08T00:00"), at("2024-01-08T12:00"), null],
  month: [at("2024-01-01T00:00"), at("2024-01-01T00:00"), at("2024-01-01T00:00"), null],
  word: ["a", "b", "a", "c"],
});
const ids = (steps: Step[], timestamp?: string): unknown =>
  plainTable(applySteps(table, steps, timestamp === undefined ? undefined : { timestamp })[0]!)["id"];

describe("durations", () => {
  test("of ISO 8601 are milliseconds", () => {
    const number = fc.integer({ min: 0, max: 999_999 });
    fc.assert(
      fc.property(fc.array(number, { minLength: 5, maxLength: 5 }), ([w = 0, d = 0, h = 0, m = 0, s = 0]) => {
        const expected = ((((w * 7 + d) * 24 + h) * 60 + m) * 60 + s) * 1000;
        expect(parseIsoDuration(`P${w}W${d}DT${h}H${m}M${s}S`)).toBe(expected);
      }),
    );
    expect(parseIsoDuration("PT36H")).toBe(36 * 3_600_000);
    expect(parseIsoDuration("P2W")).toBe(14 * 86_400_000);
  });

  test.each(["", "P", "PT", "7D", "P1Y", "P1M", "P-1D", "P1.5D", "P1DT", "P1D ", "p1d"])("%j is none", (text) => {
    expect(parseIsoDuration(text)).toBeNaN();
  });
});

describe("steps on time", () => {
  const end = "2024-01-08T12:00:00Z";
  test.each<[string, Step[], string | undefined, number[]]>([
    ["time_recent", [{ step: "time_recent", timeDelta: "PT12H", end, column: "at" }], undefined, [2, 3]],
    [
      "time_recent without its bounds",
      [{ step: "time_recent", timeDelta: "P7DT12H", end, column: "at", includeBoundary: false }],
      undefined,
      [2],
    ],
    ["the version's column", [{ step: "time_after", start: "2024-01-08" }], "at", [2, 3]],
    [
      "the column that a step says, rather than the version's",
      [
        { step: "with_timestamp_columns", timestamp: "at", partitionTimestamp: "month" },
        { step: "time_before", end: "2024-01-02" },
      ],
      "month",
      [1],
    ],
    [
      "the column that it names, rather than either",
      [{ step: "time_after", start: "2024-01-02", column: "at" }],
      "month",
      [2, 3],
    ],
  ])("look at %s", (_name, steps, timestamp, expected) => {
    expect(ids(steps, timestamp)).toEqual(expected);
  });

  test.each<[string, Step[]]>([
    ["without any column", [{ step: "time_after", start: "2024-01-02" }]],
    ["on a column of texts", [{ step: "with_timestamp_columns", timestamp: "word" }]],
    [
      "on a partition timestamp of texts",
      [{ step: "with_timestamp_columns", timestamp: "at", partitionTimestamp: "word" }],
    ],
    ["with a duration of months", [{ step: "time_recent", column: "at", timeDelta: "P1M", end }]],
  ])("are refused %s", (_name, steps) => {
    expect(() => applySteps(table, steps)).toThrow(expect.objectContaining({ code: "SLW_DATASET_STEP" }));
  });

  test("mean the same later: the moment is kept", () => {
    const now = new Date("2024-05-05T05:05:05.005Z");
    const steps: Step[] = [
      { step: "take", count: 1 },
      { step: "time_recent", timeDelta: "P1D" },
    ];
    expect(atMoment(steps, now)).toEqual([steps[0], { ...steps[1], end: now.toISOString() }]);
    const said: Step[] = [{ step: "time_recent", timeDelta: "P1D", end }];
    expect(atMoment(said, now)).toEqual(said);
  });

  test("leave the timestamp columns that are still there", () => {
    const before = { timestamp: "at", partitionTimestamp: "month" };
    const without = (...names: string[]) => ({
      ...table,
      columns: table.columns.filter(({ name }) => !names.includes(name)),
    });
    expect(timestampsAfter([], before, table)).toEqual(before);
    expect(timestampsAfter([], before, without("month"))).toEqual({ timestamp: "at" });
    expect(timestampsAfter([], before, without("at"))).toBeUndefined();
    expect(timestampsAfter([{ step: "with_timestamp_columns", timestamp: "month" }], before, table)).toEqual({
      timestamp: "month",
    });
  });
});

test("names of partitions are names of datasets, each once", () => {
  expect(
    nameAll("s", [
      ["EU west", 1],
      ["EU-west", 1],
      [null, 2.5],
      ["", -1],
      ["é", 0],
    ]),
  ).toEqual(["s-EU-west-1", "s-EU-west-1-2", "s-null-2.5", "s-empty-1", "s-empty-0"]);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.string({ maxLength: 200 }), fc.double({ noNaN: true })), { maxLength: 30 }),
      (all) => {
        const names = nameAll("base", all);
        expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(all.length);
        for (const name of names) expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/);
      },
    ),
  );
});

describe("versions", () => {
  let services: TestServices;
  beforeAll(async () => {
    services = await createTestServices();
  });
  afterAll(() => services.close());

  const csv = "day,region,amount\n2024-01-01,EU,1\n2024-01-02,US,2\n2024-01-03,EU,3\n2024-01-04,,4\n";
  async function add(dataset: string, options: VersionOptions) {
    const { workspaceId, actor } = services;
    const obtained = await obtainFile(services, workspaceId, { upload: await services.upload(csv) });
    return createVersion(
      services,
      { id: newId(), workspaceId, dataset, createDataset: true, ...obtained, options },
      actor,
    );
  }
  const derive = (dataset: string, name: string, steps: Step[]) =>
    deriveVersion(
      services,
      {
        workspaceId: services.workspaceId,
        dataset,
        version: "latest",
        steps,
        name,
        ids: { first: newId(), rest: newId() },
      },
      services.actor,
    );

  test("keep their timestamp column through derivations, until it is dropped", async () => {
    await add("sales", { timestamps: { timestamp: "day" } });
    const { first } = await derive("sales", "late", [{ step: "time_after", start: "2024-01-03" }]);
    expect(first.version).toMatchObject({ rows: 2, options: { timestamps: { timestamp: "day" } } });
    const again = await derive("late", "latest-day", [{ step: "time_recent", timeDelta: "PT1H", end: "2024-01-04" }]);
    expect(again.first.version.rows).toBe(1);
    const dropped = await derive("sales", "timeless", [{ step: "drop_columns", columns: ["day"] }]);
    expect(dropped.first.version.options).not.toHaveProperty("timestamps");
    await expect(derive("timeless", "x", [{ step: "time_after", start: "2024-01-03" }])).rejects.toMatchObject({
      code: "SLW_DATASET_STEP",
    });
  });

  test("record the moment that time_recent looked back from", async () => {
    await add("recent", { timestamps: { timestamp: "day" } });
    const { first } = await derive("recent", "recent-all", [{ step: "time_recent", timeDelta: "P999999D" }]);
    const { source } = first.version;
    expect(source).toMatchObject({ steps: [{ end: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) }] });
  });

  test("are refused a timestamp column that is absent or holds no dates", async () => {
    await expect(add("bad", { timestamps: { timestamp: "region" } })).rejects.toMatchObject({
      code: "SLW_DATASET_TIMESTAMP",
    });
    await expect(add("bad", { timestamps: { timestamp: "day", partitionTimestamp: "month" } })).rejects.toMatchObject({
      code: "SLW_DATA_COLUMN_MISSING",
    });
  });

  test("are parted into datasets by the values of columns, once for a request", async () => {
    const { version } = await add("parted", { timestamps: { timestamp: "day" } });
    const { workspaceId, actor } = services;
    const request = {
      workspaceId,
      dataset: "parted",
      version: "latest" as const,
      columns: ["region"],
      name: "by",
      id: newId(),
    };
    const partitions = await partitionVersion(services, request, actor);
    expect(
      partitions.map(({ keys, version: made, created }) => [made.dataset, keys, made.rows, made.tags, created]),
    ).toEqual([
      ["by-EU", { region: "EU" }, 2, { region: "EU" }, true],
      ["by-US", { region: "US" }, 1, { region: "US" }, true],
      ["by-null", { region: null }, 1, { region: "" }, true],
    ]);
    for (const { version: made } of partitions) {
      expect(made).toMatchObject({
        columns: 3,
        options: { timestamps: { timestamp: "day" } },
        inputs: [{ dataset: "parted", version: version.version }],
      });
      // The lineage says it in steps that give the same bytes.
      const { source, sha256 } = await getVersionDetails(services.database, {
        workspaceId,
        dataset: made.dataset,
        version: "latest",
      });
      const { first } = await derive(
        "parted",
        `again-${made.dataset}`,
        source.kind === "derived" ? [...source.steps] : [],
      );
      expect(first.version.sha256).toBe(sha256);
    }
    const repeated = await partitionVersion(services, request, actor);
    expect(repeated.map(({ created }) => created)).toEqual([false, false, false]);
  });

  test("are not parted into more than a hundred, nor by a column that is not there", async () => {
    const { workspaceId, actor } = services;
    const rows = Array.from({ length: 101 }, (_, row) => `${row},x`).join("\n");
    const obtained = await obtainFile(services, workspaceId, { upload: await services.upload(`id,word\n${rows}\n`) });
    await createVersion(
      services,
      { id: newId(), workspaceId, dataset: "ids", createDataset: true, ...obtained },
      actor,
    );
    const by = (column: string) =>
      partitionVersion(
        services,
        { workspaceId, dataset: "ids", version: "latest", columns: [column], name: "p", id: newId() },
        actor,
      );
    await expect(by("id")).rejects.toMatchObject({ code: "SLW_DATASET_PARTITIONS" });
    await expect(by("nothing")).rejects.toMatchObject({ code: "SLW_DATA_COLUMN_MISSING" });
    expect((await by("word")).map(({ version }) => version.dataset)).toEqual(["p-x"]);
  });
});
