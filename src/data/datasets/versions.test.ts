import { readdirSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../base/index.ts";
import { createVersion, type CreatedVersion, type NewVersion } from "./create-version.ts";
import { createDataset, getDataset, listDatasets, updateDataset } from "./datasets.ts";
import { deriveVersion } from "./derive-version.ts";
import { compareVersions, downloadVersion, previewRows, sampleRows } from "./read-version.ts";
import { obtainFile } from "./sources.ts";
import { createTestServices, type TestServices } from "./test-services.ts";
import { getProfile, getVersion, getVersionById, getVersionDetails, listVersions, updateVersion } from "./versions.ts";

let services: TestServices;
beforeAll(async () => {
  services = await createTestServices();
});
afterAll(() => services.close());

async function add(
  dataset: string,
  content: string | Uint8Array,
  more: Partial<NewVersion> = {},
): Promise<CreatedVersion> {
  const { workspaceId, actor } = services;
  const obtained = await obtainFile(services, workspaceId, { upload: await services.upload(content) });
  const given = { id: newId(), workspaceId, dataset, createDataset: true, ...obtained, ...more };
  return createVersion(services, given, actor);
}

const ref = (dataset: string, version: number | "latest" = "latest") => ({
  workspaceId: services.workspaceId,
  dataset,
  version,
});

const csv = "id,name,amount\n1,Ann,1.50\n2,?,2\n3,Bob,\n";

describe("a version", () => {
  test("is numbered, read and described", async () => {
    const { version, created } = await add("first", csv, { description: "d", tags: { a: "b" } });
    expect(created).toBe(true);
    expect(version).toMatchObject({
      dataset: "first",
      version: 1,
      description: "d",
      tags: { a: "b" },
      size: csv.length,
      format: "csv",
      rows: 3,
      columns: 3,
      createdBy: "ada",
      source: { kind: "upload", fileName: "table.csv" },
      dialect: { delimiter: ",", encoding: "utf-8", header: true },
      reported: { count: 0, rows: [] },
      inputs: [],
      outputs: [],
    });
    expect(version.schema.map(({ name, type, nulls }) => [name, type, nulls])).toEqual([
      ["id", "numeric", 0],
      ["name", "string", 1],
      ["amount", "numeric", 1],
    ]);
    expect(await getVersionById(services.database, services.workspaceId, version.id)).toEqual(version);
    expect((await getProfile(services.database, ref("first"))).rows).toBe(3);
    expect(await getDataset(services.database, ref("first"))).toMatchObject({
      description: "d",
      latest: { version: 1, rows: 3, columns: 3, size: csv.length },
    });
  });

  test("is the same for the same bytes read in the same way, whatever the order of the options", async () => {
    const options = { types: { id: "string", amount: "string" }, header: true } as const;
    const one = await add("same", csv, { options });
    const again = await add("same", csv, { options: { header: true, types: { amount: "string", id: "string" } } });
    expect(again).toEqual({ version: one.version, created: false });
    const otherwise = await add("same", csv, { options: { types: { id: "string" } } });
    expect([otherwise.created, otherwise.version.version]).toEqual([true, 2]);
    const elsewhere = await add("same-bytes", csv, { options });
    expect([elsewhere.created, elsewhere.version.version]).toEqual([true, 1]);
  });

  test("is one where two requests store the same bytes at once", async () => {
    const made = await Promise.all([add("race", csv), add("race", csv), add("race", csv)]);
    expect(made.map(({ version }) => version.version)).toEqual([1, 1, 1]);
    expect(made.filter(({ created }) => created)).toHaveLength(1);
  });

  test("takes the next number, without gaps, where many are made at once", async () => {
    const made = await Promise.all(Array.from({ length: 6 }, (_, i) => add("many", `x,y\n${i},a\n${i},b\n`)));
    expect(made.map(({ version }) => version.version).sort()).toEqual([1, 2, 3, 4, 5, 6]);
    const { items, nextCursor } = await listVersions(services.database, ref("many"), { limit: 4 });
    expect(items.map(({ version }) => version)).toEqual([6, 5, 4, 3]);
    const rest = await listVersions(services.database, ref("many"), { limit: 4, cursor: nextCursor });
    expect(rest.items.map(({ version }) => version)).toEqual([2, 1]);
    expect(rest.nextCursor).toBeUndefined();
  });

  test("is made once by a request that is sent twice", async () => {
    const id = newId();
    const one = await add("twice", csv, { id });
    const two = await add("twice", "changed,meanwhile\n1,2\n", { id });
    expect(two).toEqual({ version: one.version, created: false });
  });

  test.each<[string, string | Uint8Array, string, number | undefined]>([
    ["a ragged row", "a,b\n1,2\n3\n", "SLW_DATA_RAGGED_ROW", 3],
    ["a broken quote", 'a,b\n1,2\n"3,4\n', "SLW_DATA_QUOTE", 3],
    ["JSON", '{"a": 1}', "SLW_DATA_FORMAT", undefined],
    ["nothing", "", "SLW_DATA_EMPTY", undefined],
    ["a header alone", "a,b\n", "SLW_DATA_NO_ROWS", 2],
    ["a NUL", "a,b\n1,2\n3,\u0000\n", "SLW_DATA_NUL_BYTE", undefined],
    ["a cut Parquet file", Buffer.from("PAR1PAR1"), "SLW_DATA_PARQUET", undefined],
  ])("is not made of %s; the message names the file and not its place", async (_name, content, code, line) => {
    const failure = await add("broken", content).then(
      () => null,
      (error: Error & { code: string; details: { line?: number } }) => error,
    );
    expect(failure).toMatchObject({ code, ...(line !== undefined && { details: { line } }) });
    expect(failure!.message).toContain("table.csv");
    expect(JSON.stringify([failure!.message, failure!.details])).not.toContain("artifacts");
    await expect(getDataset(services.database, ref("broken"))).rejects.toMatchObject({ code: "SLW_DATASET_UNKNOWN" });
  });

  test("is refused for a dataset that is not there or is archived", async () => {
    await expect(add("absent", csv, { createDataset: false })).rejects.toMatchObject({ code: "SLW_DATASET_UNKNOWN" });
    await add("old", csv);
    await updateDataset(services.database, { ...ref("old"), changes: { archived: true } }, services.actor);
    await expect(add("old", `${csv}4,Eve,1\n`)).rejects.toMatchObject({ code: "SLW_DATASET_ARCHIVED" });
    expect(await getVersion(services.database, ref("old"))).toMatchObject({ version: 1 });
  });

  test("is another workspace's business only there", async () => {
    const { version } = await add("private", csv);
    const other = newId();
    await services.database.insertInto("workspaces").values({ id: other, name: "other" }).execute();
    const foreign = { ...ref("private"), workspaceId: other };
    await expect(getDataset(services.database, foreign)).rejects.toMatchObject({ code: "SLW_DATASET_UNKNOWN" });
    await expect(getVersion(services.database, foreign)).rejects.toMatchObject({ code: "SLW_DATASET_UNKNOWN" });
    await expect(getVersionById(services.database, other, version.id)).rejects.toMatchObject({
      code: "SLW_DATASET_VERSION",
    });
    expect((await listDatasets(services.database, other, {}, { limit: 10 })).items).toEqual([]);
    const upload = await services.upload(csv);
    await expect(obtainFile(services, other, { upload })).rejects.toMatchObject({ code: "SLW_UPLOAD_UNKNOWN" });
  });

  test("tells of itself: one event and one audit entry", async () => {
    await add("told", csv);
    await add("told", csv);
    const events = await services.database
      .selectFrom("events")
      .select(["type", "subject"])
      .where("subject", "like", "dataset/told%")
      .execute();
    expect(events).toEqual([
      { type: "dataset.created", subject: "dataset/told" },
      { type: "dataset.version.created", subject: "dataset/told/1" },
    ]);
    const audit = await services.database
      .selectFrom("audit")
      .select(["action", "user_name"])
      .where("subject", "like", "dataset/told%")
      .execute();
    expect(audit.map(({ action }) => action)).toEqual(["createDataset", "createDatasetVersion"]);
  });

  test("changes its description and tags, and nothing else", async () => {
    const { version } = await add("described", csv, { tags: { a: "1", b: "2" } });
    const changes = { description: "new", tags: { a: null, c: "3" } };
    const changed = await updateVersion(services.database, { ...ref("described"), changes }, services.actor);
    expect(changed).toEqual({ ...version, description: "new", tags: { b: "2", c: "3" }, updatedAt: expect.any(Date) });
  });
});

describe("datasets", () => {
  test("have one name each; a request that is sent again finds its own", async () => {
    const { workspaceId, actor, database } = services;
    const id = newId();
    const one = await createDataset(database, { id, workspaceId, name: "unique" }, actor);
    expect(await createDataset(database, { id, workspaceId, name: "unique" }, actor)).toEqual(one);
    await expect(createDataset(database, { workspaceId, name: "unique" }, actor)).rejects.toMatchObject({
      code: "SLW_DATASET_EXISTS",
    });
  });

  test("are found by part of the name, tags and archive", async () => {
    const { workspaceId, actor, database } = services;
    for (const [name, team] of [
      ["list_a", "x"],
      ["listXb", "x"],
      ["list_c", "y"],
    ] as const) {
      await createDataset(database, { workspaceId, name, tags: { team } }, actor);
    }
    await updateDataset(database, { workspaceId, dataset: "list_c", changes: { archived: true } }, actor);
    const names = async (filter: Parameters<typeof listDatasets>[2]) =>
      (await listDatasets(database, workspaceId, filter, { limit: 50 })).items.map(({ name }) => name).sort();
    expect(await names({ name: "LIST_" })).toEqual(["list_a"]);
    expect(await names({ name: "list", tags: { team: "x" } })).toEqual(["listXb", "list_a"]);
    expect(await names({ name: "list", archived: true })).toEqual(["list_c"]);
  });
});

describe("rows", () => {
  const rows = 3000;
  const long = `id,word\n${Array.from({ length: rows }, (_, row) => `${row},w${row % 7}`).join("\n")}\n`;
  beforeAll(async () => {
    await add("long", long);
  });

  test.each([
    [0, 2],
    [998, 2],
    [999, 2],
    [1500, 3],
    [2999, 10],
    [3000, 10],
    [9999, 1],
  ])("from %i, %i of them, are those of the file", async (offset, limit) => {
    const found = await previewRows(services, { ...ref("long"), offset, limit, columns: null });
    const expected = Array.from({ length: Math.max(0, Math.min(limit, rows - offset)) }, (_, i) => [
      offset + i,
      `w${(offset + i) % 7}`,
    ]);
    expect(found).toEqual({
      columns: [
        { name: "id", type: "numeric" },
        { name: "word", type: "string" },
      ],
      rows: expected,
      totalRows: rows,
    });
  });

  test("come in the columns asked for, from the beginning and from the file", async () => {
    for (const offset of [0, 2000]) {
      const request = { ...ref("long"), offset, limit: 1 };
      expect((await previewRows(services, { ...request, columns: ["word"] })).rows).toEqual([[`w${offset % 7}`]]);
      const refused = previewRows(services, { ...request, columns: ["words"] });
      await expect(refused).rejects.toMatchObject({ code: "SLW_DATA_COLUMN_MISSING" });
    }
  });

  test("of a sample are different ones, in order, the same for the same seed", async () => {
    const sample = async (seed: number) =>
      (await sampleRows(services, { ...ref("long"), rows: 50, seed, columns: ["id"] })).rows.map(
        ([id]) => id as number,
      );
    const [one, again, other] = [await sample(1), await sample(1), await sample(2)];
    expect(one).toEqual(again);
    expect(one).not.toEqual(other);
    expect(new Set(one).size).toBe(50);
    expect(one).toEqual([...one].sort((a, b) => a - b));
  });

  test("download as the bytes that came, and as Parquet that reads the same", async () => {
    const same = await downloadVersion(services, ref("long"));
    expect(same.fileName).toBe("long-1.csv");
    expect(await text(same.stream)).toBe(long);
    const parquet = await downloadVersion(services, { ...ref("long"), format: "parquet" });
    const chunks: Buffer[] = [];
    for await (const chunk of parquet.stream) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    expect(bytes).toHaveLength(parquet.size);
    await add("long-parquet", bytes);
    const { version } = await add("long-parquet", bytes);
    expect(version).toMatchObject({ format: "parquet", rows });
    const before = await previewRows(services, { ...ref("long"), offset: 0, limit: 100, columns: null });
    expect(await previewRows(services, { ...ref("long-parquet"), offset: 0, limit: 100, columns: null })).toEqual(
      before,
    );
  });
});

describe("derive", () => {
  const source = "code;amount;at;label\n007;1,5;2024-01-01;1.0\nA1;2;2024-02-01;yes\n;3,25;;1.0\n";
  const ids = () => ({ first: newId(), rest: newId() });

  test.each(["csv", "parquet"] as const)(
    "keeps types and values, and knows where it comes from: %s",
    async (format) => {
      const { version } = await add("source", source);
      expect(version.schema.map(({ type }) => type)).toEqual(["string", "numeric", "datetime", "string"]);
      const steps = [{ step: "take", count: 1 }] as const;
      const request = { ...ref("source"), steps, name: `taken-${format}`, format, ids: ids() };
      const { first, rest } = await deriveVersion(services, request, services.actor);
      expect(rest).toBeNull();
      // Alone, 007 and 1.0 would be numbers.
      expect(first.version.schema.map(({ type }) => type)).toEqual(["string", "numeric", "datetime", "string"]);
      expect(first.version).toMatchObject({
        format,
        rows: 1,
        source: { kind: "derived", dataset: "source", version: version.version, steps, part: "all" },
        inputs: [{ dataset: "source", version: version.version }],
      });
      const found = await previewRows(services, { ...ref(`taken-${format}`), offset: 0, limit: 9, columns: null });
      expect(found.rows).toEqual([["007", 1.5, "2024-01-01T00:00:00.000Z", "1.0"]]);
      const { outputs } = await getVersionDetails(services.database, ref("source"));
      expect(outputs).toContainEqual({ dataset: `taken-${format}`, version: 1 });
      const again = await deriveVersion(services, { ...request, ids: ids() }, services.actor);
      expect(again.first.created).toBe(false);
    },
  );

  test("splits into two datasets with all rows between them", async () => {
    await add("whole", `id\n${Array.from({ length: 500 }, (_, i) => i).join("\n")}\n`);
    const steps = [{ step: "random_split", percentage: 0.7, seed: 3 }] as const;
    const request = { ...ref("whole"), steps, name: "train", restName: "test", ids: ids() };
    const { first, rest } = await deriveVersion(services, request, services.actor);
    expect(first.version.rows + rest!.version.rows).toBe(500);
    expect(rest!.version.source).toMatchObject({ part: "rest" });
    const comparison = await compareVersions(services, { ...ref("train"), baseline: 1, target: "latest" });
    expect(comparison.columns[0]).toMatchObject({ kolmogorovSmirnov: 0 });
  });

  test.each([
    [[{ step: "random_split", percentage: 0.5 }], { name: "a" }],
    [[{ step: "random_split", percentage: 0.5 }], { name: "a", restName: "a" }],
    [[{ step: "take", count: 1 }], { name: "a", restName: "b" }],
  ] as const)("refuses names that do not fit the steps: %j %j", async (steps, names) => {
    const refused = deriveVersion(services, { ...ref("whole"), steps, ...names, ids: ids() }, services.actor);
    await expect(refused).rejects.toMatchObject({ code: "SLW_DATASET_STEP" });
  });

  test("leaves no file behind", () => {
    expect(readdirSync(join(services.folder, "..", "tmp"))).toEqual([]);
  });
});
