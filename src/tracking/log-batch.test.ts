import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deleteRunTag, logBatch } from "./log-batch.ts";
import { getMetricHistories, getMetricHistory, sampleMetricHistories } from "./metric-history.ts";
import { getRun } from "./runs.ts";
import { openTestWorkspace, type TestWorkspace } from "./test-workspace.ts";
import type { Metric } from "./types.ts";

let workspace: TestWorkspace;
beforeAll(async () => (workspace = await openTestWorkspace()));
afterAll(() => workspace.close());

const metric = (key: string, value: number, step = 0, timestamp = 0): Metric => ({ key, value, step, timestamp });

async function log(runId: string, batch: Omit<Parameters<typeof logBatch>[1], "workspaceId" | "runId">): Promise<void> {
  await logBatch(workspace.database, { workspaceId: workspace.workspaceId, runId, ...batch });
}

async function history(runId: string, key: string): Promise<Metric[]> {
  const { database, workspaceId } = workspace;
  return (await getMetricHistory(database, { workspaceId, runId, key })).items as Metric[];
}

describe("metrics", () => {
  test("the latest is the one with the greatest step, then timestamp, then value; the same again is nothing new", async () => {
    const points = fc.array(
      fc.record({
        key: fc.constantFrom("a", "b"),
        value: fc.oneof(fc.constantFrom(0, 1, -1), fc.double({ noNaN: true })),
        step: fc.integer({ min: -3, max: 3 }),
        timestamp: fc.integer({ min: 0, max: 3 }),
      }),
      { minLength: 1, maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(points, fc.integer({ min: 0, max: 12 }), async (given, cut) => {
        const { id } = await workspace.run();
        await log(id, { metrics: given.slice(0, cut) });
        await log(id, { metrics: given.slice(cut) });
        await log(id, { metrics: given });
        const { metrics } = await getRun(workspace.database, { workspaceId: workspace.workspaceId, runId: id });
        for (const key of new Set(given.map((point) => point.key))) {
          const own = given
            .filter((point) => point.key === key)
            .sort((a, b) => a.step - b.step || a.timestamp - b.timestamp || a.value - b.value);
          expect(metrics.find((found) => found.key === key)).toEqual(equalZero(own.at(-1)));
          const different = new Set(own.map(({ value, step, timestamp }) => `${value + 0} ${step} ${timestamp}`));
          expect(await history(id, key)).toHaveLength(different.size);
        }
      }),
      { numRuns: 25 },
    );
  });

  test("NaN and infinite values are kept as they are, and so are extreme ones", async () => {
    const { id } = await workspace.run();
    const values = [NaN, Infinity, -Infinity, Number.MAX_VALUE, 5e-324, 0.1 + 0.2];
    await log(id, { metrics: values.map((value, step) => metric("x", value, step)) });
    await log(id, { metrics: [metric("x", NaN, 0)] });
    expect((await history(id, "x")).map(({ value }) => value)).toEqual(values);
  });

  test("what they are about is kept", async () => {
    const { id } = await workspace.run();
    const about = { ...metric("x", 1), modelId: "m", datasetName: "bank", datasetDigest: "d" };
    await log(id, { metrics: [about] });
    expect(await history(id, "x")).toEqual([about]);
  });

  test("of many writers at once none is lost", async () => {
    const { id } = await workspace.run();
    const writers = Array.from({ length: 60 }, (_, writer) =>
      log(id, { metrics: [metric("x", writer, writer), metric(`y${writer % 7}`, writer, writer)] }),
    );
    await Promise.all(writers);
    expect(await history(id, "x")).toHaveLength(60);
    const { metrics } = await getRun(workspace.database, { workspaceId: workspace.workspaceId, runId: id });
    expect(metrics.map(({ key, value }) => `${key} ${value}`)).toEqual([
      "x 59",
      "y0 56",
      "y1 57",
      "y2 58",
      "y3 59",
      "y4 53",
      "y5 54",
      "y6 55",
    ]);
  });

  test("the history comes in pages, by timestamp, step and value", async () => {
    const { database, workspaceId } = workspace;
    const { id: runId } = await workspace.run();
    const given = [metric("x", 2, 1, 5), metric("x", 1, 1, 5), metric("x", 9, 0, 5), metric("x", 0, 7, 1)];
    await log(runId, { metrics: given });
    const values: number[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await getMetricHistory(database, {
        workspaceId,
        runId,
        key: "x",
        limit: 1,
        ...(cursor && { cursor }),
      });
      values.push(...page.items.map(({ value }) => value));
      if (page.nextCursor === undefined) break;
      cursor = page.nextCursor;
    }
    expect(values).toEqual([0, 9, 1, 2]);
    expect(await history(runId, "nothing")).toEqual([]);
    await expect(history("nobody", "x")).rejects.toMatchObject({ code: "SLW_TRACKING_RUN" });
  });

  test("for a chart they are thinned out evenly, with both ends", async () => {
    const { database, workspaceId } = workspace;
    const [long, short] = [await workspace.run(), await workspace.run()];
    await log(long.id, { metrics: Array.from({ length: 1001 }, (_, step) => metric("x", step, step)) });
    await log(short.id, { metrics: [metric("x", 5, 1), metric("x", 6, 2)] });
    const ref = { workspaceId, runIds: [long.id, short.id], key: "x" };
    const sample = async (points: number, more = {}) =>
      (await sampleMetricHistories(database, { ...ref, points, ...more })).map(({ value }) => value);
    // As MLflow picks them: the first of each of five buckets, of the last its last.
    expect(await sample(5)).toEqual([0, 201, 401, 601, 1000, 5, 6]);
    expect(await sample(1)).toEqual([1000, 6]);
    expect(await sample(2)).toEqual([0, 1000, 5, 6]);
    expect(await sample(3, { startStep: 10, endStep: 20 })).toEqual([10, 14, 20]);
    for (const points of [7, 100, 999, 1000, 1001, 5000])
      expect((await sample(points)).length).toBe(Math.min(points, 1001) + 2);
    expect(await getMetricHistories(database, { ...ref, limit: 1002 })).toHaveLength(1002);
    expect(
      await sampleMetricHistories(database, { ...ref, workspaceId: await workspace.another(), points: 5 }),
    ).toEqual([]);
  });

  test.each<[Metric, string]>([
    [metric("", 1), "must not resolve to other names"],
    [metric("../x", 1), "must not resolve to other names"],
    [metric("a//b", 1), "must not resolve to other names"],
    [metric("a/", 1), "must not resolve to other names"],
    [metric("/a", 1), "must not resolve to other names"],
    [metric("a$", 1), "Names may only contain alphanumerics"],
    [metric("a".repeat(251), 1), "exceeds the maximum length of 250 characters"],
    [metric("a", 1, 0.5), "step"],
    [metric("a", 1, 2 ** 60), "step"],
    [metric("a", 1, 0, -1), "timestamp"],
  ])("%j is refused", async (given, message) => {
    const { id } = await workspace.run();
    await expect(log(id, { metrics: [given] })).rejects.toMatchObject({
      code: "SLW_TRACKING_INPUT",
      message: expect.stringContaining(message),
    });
  });
});

describe("params and tags", () => {
  test("a param never changes, and a batch that would change one leaves nothing", async () => {
    const { database, workspaceId } = workspace;
    const { id } = await workspace.run();
    await log(id, {
      params: [
        { key: "depth", value: "3" },
        { key: "train/lr", value: "" },
      ],
    });
    await log(id, {
      params: [
        { key: "depth", value: "3" },
        { key: "new", value: "1" },
      ],
    });
    const change = log(id, {
      params: [
        { key: "other", value: "1" },
        { key: "depth", value: "5" },
      ],
      metrics: [metric("x", 1)],
      tags: { a: "1" },
    });
    await expect(change).rejects.toMatchObject({
      code: "SLW_TRACKING_PARAM",
      message: `Changing param values is not allowed. Param with key='depth' was already logged with value='3' for run ID='${id}'. Attempted logging new value '5'.`,
    });
    const twice = log(id, {
      params: [
        { key: "z", value: "1" },
        { key: "z", value: "2" },
      ],
    });
    await expect(twice).rejects.toMatchObject({ code: "SLW_TRACKING_PARAM" });
    const run = await getRun(database, { workspaceId, runId: id });
    expect(run).toMatchObject({ params: { depth: "3", "train/lr": "", new: "1" }, metrics: [] });
    expect(run.tags["a"]).toBeUndefined();
  });

  test("two writers of one param: one wins, and the other is told", async () => {
    const { id } = await workspace.run();
    const results = await Promise.allSettled(["1", "2"].map((value) => log(id, { params: [{ key: "p", value }] })));
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  });

  test("tags change, and some are the run's columns", async () => {
    const { database, workspaceId } = workspace;
    const [parent, run] = [await workspace.run(), await workspace.run()];
    await log(run.id, { tags: { a: "1", "mlflow.runName": "new name", "mlflow.parentRunId": parent.id } });
    await log(run.id, { tags: { a: "2" } });
    expect(await getRun(database, { workspaceId, runId: run.id })).toMatchObject({
      name: "new name",
      parentId: parent.id,
      tags: { a: "2" },
    });
    await deleteRunTag(database, { workspaceId, runId: run.id, key: "a" });
    await expect(deleteRunTag(database, { workspaceId, runId: run.id, key: "a" })).rejects.toMatchObject({
      code: "SLW_TRACKING_TAG",
    });
    await expect(log(run.id, { tags: { a: "x".repeat(8001) } })).rejects.toMatchObject({ code: "SLW_TRACKING_INPUT" });
    await expect(log(run.id, { params: [{ key: "p", value: "a\0" }] })).rejects.toMatchObject({
      code: "SLW_TRACKING_INPUT",
    });
    await expect(log("nobody", { tags: { a: "1" } })).rejects.toMatchObject({ code: "SLW_TRACKING_RUN" });
  });
});

/** -0 is stored as it is, but is the same value as 0. */
function equalZero(point: Metric | undefined): unknown {
  return point?.value === 0 ? { ...point, value: expect.closeTo(0) } : point;
}
