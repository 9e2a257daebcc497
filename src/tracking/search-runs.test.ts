import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createExperiment, deleteExperiment } from "./experiments.ts";
import { logInputs } from "./inputs.ts";
import { logBatch } from "./log-batch.ts";
import { updateRun } from "./runs.ts";
import { deleteRun } from "./delete-runs.ts";
import { searchRuns, type RunSearch } from "./search-runs.ts";
import { openTestWorkspace, type TestWorkspace } from "./test-workspace.ts";

let workspace: TestWorkspace;
beforeAll(async () => (workspace = await openTestWorkspace()));
afterAll(() => workspace.close());

/** Names of the runs found, in their order, over pages of `limit`. */
async function find(search: Partial<RunSearch>, limit = 50): Promise<string[]> {
  const { database, workspaceId } = workspace;
  const names: string[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await searchRuns(database, { workspaceId, limit, ...search, ...(cursor !== undefined && { cursor }) });
    names.push(...page.items.map(({ name }) => name));
    if (page.nextCursor === undefined) return names;
    cursor = page.nextCursor;
  }
}

async function addExperiment(name: string): Promise<number> {
  const { database, workspaceId, actor } = workspace;
  return (await createExperiment(database, { workspaceId, name, actor })).number;
}

interface Given {
  readonly metrics?: Readonly<Record<string, number>>;
  readonly params?: Readonly<Record<string, string>>;
  readonly tags?: Readonly<Record<string, string>>;
  /** Milliseconds since 1970. */
  readonly start?: number;
}

async function addRun(
  experiment: number,
  name: string,
  { metrics = {}, params = {}, tags = {}, start = 0 }: Given,
): Promise<string> {
  const { database, workspaceId } = workspace;
  const { id } = await workspace.run({ experiment, name, startedAt: new Date(start) });
  await logBatch(database, {
    workspaceId,
    runId: id,
    metrics: Object.entries(metrics).map(([key, value]) => ({ key, value, timestamp: 1, step: 0 })),
    params: Object.entries(params).map(([key, value]) => ({ key, value })),
    tags,
  });
  return id;
}

describe("filters", () => {
  let experiment: number;
  beforeAll(async () => {
    experiment = await addExperiment("filters");
    const { database, workspaceId, actor } = workspace;
    const a = await addRun(experiment, "a", { metrics: { key1: 121 }, params: { p: "A" }, start: 0 });
    const b = await addRun(experiment, "b", {
      metrics: { key1: 123 },
      params: { p: "A" },
      tags: { tag1: "C" },
      start: 1,
    });
    const c = await addRun(experiment, "c", {
      metrics: { key1: NaN, "a b": 1 },
      params: { p: "50%_x" },
      tags: { tag1: "D" },
      start: 2,
    });
    await updateRun(database, { workspaceId, runId: b, status: "FINISHED", endedAt: new Date(5), actor });
    const dataset = { name: "bank", digest: "d1", sourceType: "local", source: "x", schema: null, profile: null };
    await logInputs(database, {
      workspaceId,
      runId: a,
      datasets: [{ ...dataset, tags: { "mlflow.data.context": "train" } }],
    });
    await logInputs(database, {
      workspaceId,
      runId: c,
      datasets: [{ ...dataset, name: "bike", digest: "d2", tags: {} }],
    });
  });

  test.each<[string, string]>([
    ["", "abc"],
    ["attributes.status = 'RUNNING'", "ac"],
    ["status != 'RUNNING'", "b"],
    ["metrics.key1 = 123", "b"],
    ["metrics.key1 != 123", "ac"],
    ["metrics.key1 >= 121", "ab"],
    ["metrics.key1 > 121", "b"],
    ["metrics.key1 < 123", "a"],
    ["metrics.`a b` = 1", "c"],
    ["metrics.nothing = 1", ""],
    ["params.p = 'A'", "ab"],
    ["params.p != 'A'", "c"],
    ["params.p LIKE '50\\%%'", ""],
    ["params.p LIKE '50%'", "c"],
    ["params.p LIKE 'a'", ""],
    ["params.p ILIKE 'a'", "ab"],
    ["params.p LIKE 'A\\'", ""],
    ["tags.tag1 = 'D'", "c"],
    ["tags.tag1 != 'D'", "b"],
    ["tags.tag1 IS NULL", "a"],
    ["tags.tag1 IS NOT NULL", "bc"],
    ["params.p IS NOT NULL AND params.q IS NULL", "abc"],
    ["params.p = 'A' AND status = 'RUNNING'", "a"],
    ["datasets.name = 'bank'", "a"],
    ["datasets.name IN ('bank', 'bike')", "ac"],
    ["datasets.digest = 'd2' AND dataset.name = 'bank'", ""],
    ["datasets.context = 'train'", "a"],
    ["attribute.start_time > 0", "bc"],
    ["created = 2", "c"],
    ["end_time = 5", "b"],
    ["run_name LIKE 'b%'", "b"],
    ["attributes.`Run name` = 'a'", "a"],
    ["user_id = 'tester'", "abc"],
    ["artifact_uri LIKE 'mlflow-artifacts:/%/artifacts'", "abc"],
    ["run_id IN ('nobody')", ""],
    ["run_id NOT IN ('nobody')", "abc"],
  ])("%s", async (filter, names) => {
    expect((await find({ experiments: [experiment], filter })).sort().join("")).toBe(names);
  });

  test.each<[string, string]>([
    ["acc >= 0.94", "Invalid attribute key 'acc' specified"],
    ["attribute.experiment_id != 1", "Invalid attribute key"],
    ["m.acc >= 0.94", "Invalid entity type 'm'"],
    ["dataset.profile = 'x'", "Invalid dataset key"],
    ["metrics.acc IS NULL", "IS NULL / IS NOT NULL is only supported for tags and params"],
    ["metric.model = 'LR'", "Expected numeric value type for metric. Found 'LR'"],
    ["metrics.acc != metrics.acc", "Expected numeric value type for metric"],
    ["params.acc = 5", "Expected a quoted string value for parameter"],
    ["tags.acc = 5", "Expected a quoted string value for tag"],
    ["attribute.status = 1", "Expected a quoted string value for attributes"],
    ["params.acc = `LR`", "value is either not quoted or unidentified quote types"],
    ["status IN ('RUNNING')", "Only ['run_id'] attributes support comparison with a list"],
    ["metrics.abc ~ 1", "Invalid comparator '~'"],
    ["params.abc > 'x'", "Invalid comparator '>'"],
    ["tags.abc <= 'x'", "Invalid comparator '<='"],
    ["status > 'x'", "Invalid comparator '>'"],
    ["start_time LIKE 1234", "Invalid comparator 'LIKE'"],
    ["datasets.name > 'x'", "Invalid comparator '>'"],
  ])("%s is refused", async (filter, message) => {
    await expect(find({ filter })).rejects.toMatchObject({
      code: "SLW_TRACKING_FILTER",
      message: expect.stringContaining(message),
    });
  });
});

describe("orders", () => {
  let experiment: number;
  beforeAll(async () => {
    experiment = await addExperiment("orders");
    const values = { nan: NaN, inf: Infinity, minf: -Infinity, m1000: -1000, zero: 0, p1000: 1000 };
    for (const [name, x] of Object.entries(values))
      await addRun(experiment, name, { metrics: { x }, params: { p: name } });
    await addRun(experiment, "none", { params: { other: "1" } });
  });

  test.each<[readonly string[], string]>([
    [["metrics.x asc"], "minf m1000 zero p1000 inf nan none"],
    [["metrics.x desc"], "inf p1000 zero m1000 minf nan none"],
    [["params.p"], "inf m1000 minf nan p1000 zero none"],
    [["params.p DESC"], "zero p1000 nan minf m1000 inf none"],
    [["params.other", "metrics.x DESC"], "none inf p1000 zero m1000 minf nan"],
    [["status", "metrics.x asc"], "minf m1000 zero p1000 inf nan none"],
    [["end_time", "params.p DESC"], "zero p1000 nan minf m1000 inf none"],
    [["run_name desc"], "zero p1000 none nan minf m1000 inf"],
  ])("%s, in one page and in pages of each size", async (orderBy, names) => {
    for (const limit of [50, 1, 2, 3, 6]) {
      expect((await find({ experiments: [experiment], orderBy }, limit)).join(" "), `pages of ${limit}`).toBe(names);
    }
  });

  test("the newest start comes first, then the smaller id", async () => {
    const other = await addExperiment("starts");
    const names = ["old", "new", "one", "two"];
    for (const [index, name] of names.entries()) await addRun(other, name, { start: [1, 9, 5, 5][index] as number });
    expect(await find({ experiments: [other] }, 2)).toEqual(["new", "one", "two", "old"]);
    expect(await find({ experiments: [other], orderBy: ["start_time ASC"] }, 1)).toEqual(["old", "one", "two", "new"]);
  });

  test("a field twice is refused, and so is the cursor of another order", async () => {
    await expect(find({ orderBy: ["metrics.x", "metric.x desc"] })).rejects.toThrow(
      "`order_by` contains duplicate fields",
    );
    const { database, workspaceId } = workspace;
    const { nextCursor = "" } = await searchRuns(database, { workspaceId, limit: 1, orderBy: ["metrics.x"] });
    expect(nextCursor).not.toBe("");
    for (const cursor of [nextCursor, "x", Buffer.from("[1]").toString("base64url")]) {
      await expect(find({ orderBy: ["params.x"], cursor })).rejects.toMatchObject({ code: "SLW_API_CURSOR" });
    }
  });
});

describe("scopes", () => {
  test("kind, status, parent, lifecycle, total, and only the wanted data", async () => {
    const { database, workspaceId, actor, run } = workspace;
    const experiment = await addExperiment("scopes");
    const parent = await run({ experiment, name: "parent", kind: "automl", status: "QUEUED" });
    const child = await run({
      experiment,
      name: "child",
      kind: "trial",
      parentId: parent.id,
      tags: { a: "1", b: "2" },
    });
    const gone = await run({ experiment, name: "gone" });
    await deleteRun(database, { workspaceId, runId: gone.id, actor });
    const found = (search: Partial<RunSearch>): Promise<string[]> => find({ experiments: [experiment], ...search });
    expect(await found({ kinds: ["trial"] })).toEqual(["child"]);
    expect(await found({ statuses: ["QUEUED", "SCHEDULED"] })).toEqual(["parent"]);
    expect(await found({ parentId: parent.id })).toEqual(["child"]);
    expect(await found({ parentId: null })).toEqual(["parent"]);
    expect(await found({ lifecycle: "deleted" })).toEqual(["gone"]);
    expect((await found({ lifecycle: "all" })).sort()).toEqual(["child", "gone", "parent"]);
    expect(await found({ experiments: [] })).toEqual([]);
    const page = await searchRuns(database, {
      workspaceId,
      experiments: [experiment],
      limit: 1,
      withTotal: true,
      tags: ["b"],
      params: [],
    });
    expect(page.total).toBe(2);
    expect(page.items[0]).toMatchObject({ id: child.id, tags: { b: "2" }, params: {} });
  });

  test("runs of deleted experiments and of other workspaces are not found", async () => {
    const { database, workspaceId, actor } = workspace;
    const experiment = await addExperiment("to delete");
    await addRun(experiment, "hidden", {});
    await deleteExperiment(database, { workspaceId, number: experiment, actor });
    expect(await find({ filter: "run_name = 'hidden'" })).toEqual([]);
    expect(await find({ filter: "run_name = 'hidden'", lifecycle: "all", experiments: [experiment] })).toEqual([
      "hidden",
    ]);
    const other = await workspace.another();
    expect((await searchRuns(database, { workspaceId: other, limit: 10, lifecycle: "all" })).items).toEqual([]);
  });
});
