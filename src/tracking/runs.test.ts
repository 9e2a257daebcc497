import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../base/index.ts";
import { compareRuns } from "./compare-runs.ts";
import { createExperiment, deleteExperiment, getExperiment } from "./experiments.ts";
import { deleteRun, purgeDeletedRuns, restoreRun } from "./delete-runs.ts";
import { logInputs, logOutputs } from "./inputs.ts";
import { deleteRunTag, logBatch } from "./log-batch.ts";
import { createRun, getRun, recordHeartbeat, updateRun } from "./runs.ts";
import { openTestWorkspace, type TestWorkspace } from "./test-workspace.ts";

let workspace: TestWorkspace;
beforeAll(async () => (workspace = await openTestWorkspace()));
afterAll(() => workspace.close());

describe("a run", () => {
  test("is made once by a request that comes twice, with its name, parent and source as tags", async () => {
    const { database, workspaceId, actor } = workspace;
    const parent = await workspace.run();
    expect(parent.name).toMatch(/^[a-z]+-[a-z]+-\d{1,3}$/);
    const given = {
      id: newId(),
      name: "child",
      parentId: parent.id,
      source: "train.py",
      commit: "abc",
      tags: { team: "risk" },
    };
    const run = await workspace.run({ ...given, kind: "trial" });
    expect(await workspace.run({ ...given, kind: "trial" })).toEqual(run);
    expect(run).toMatchObject({
      ...given,
      status: "RUNNING",
      kind: "trial",
      user: "tester",
      experiment: 0,
      endedAt: null,
      artifactUri: `mlflow-artifacts:/0/${run.id}/artifacts`,
    });
    expect(run.tags).toEqual({
      team: "risk",
      "mlflow.runName": "child",
      "mlflow.parentRunId": parent.id,
      "mlflow.source.name": "train.py",
      "mlflow.source.git.commit": "abc",
    });
    const events = await database.selectFrom("events").select("type").where("subject", "=", `run/${run.id}`).execute();
    expect(events).toEqual([{ type: "run.created" }]);
    const other = { workspaceId: await workspace.another(), runId: run.id };
    await expect(getRun(database, other)).rejects.toMatchObject({ code: "SLW_TRACKING_RUN", status: 404 });
    await expect(
      createRun(database, { workspaceId: other.workspaceId, experiment: 0, kind: "step", parentId: run.id, actor }),
    ).rejects.toMatchObject({ code: "SLW_TRACKING_RUN" });
    await expect(workspace.run({ name: "a", tags: { "mlflow.runName": "b" } })).rejects.toThrow(
      "Both 'run_name' argument and 'mlflow.runName' tag are specified",
    );
    expect(workspaceId).not.toBe(other.workspaceId);
  });

  test("as MLflow's clients make it, by tags; a parent that is nowhere stays a tag", async () => {
    const parent = await workspace.run();
    const run = await workspace.run({
      kind: "mlflow",
      tags: { "mlflow.parentRunId": parent.id, "mlflow.runName": "by tag", "mlflow.source.name": "x.py" },
    });
    expect(run).toMatchObject({ name: "by tag", parentId: parent.id, source: "x.py" });
    const stray = await workspace.run({ tags: { "mlflow.parentRunId": "nowhere" } });
    expect(stray).toMatchObject({ parentId: null, tags: { "mlflow.parentRunId": "nowhere" } });
  });

  test("goes from status to status: times, reason, heartbeat", async () => {
    const { database, workspaceId, actor } = workspace;
    const { id: runId } = await workspace.run({ status: "QUEUED" });
    const ref = { workspaceId, runId };
    const update = (change: object) => updateRun(database, { ...ref, ...change, actor });
    expect(await getRun(database, ref)).toMatchObject({ startedAt: null, heartbeatAt: null });
    const running = await update({ status: "RUNNING", statusReason: "2 of 5 trials" });
    expect(running).toMatchObject({ status: "RUNNING", statusReason: "2 of 5 trials", startedAt: expect.any(Date) });
    expect(await recordHeartbeat(database, ref)).toBe(true);
    expect((await getRun(database, ref)).heartbeatAt).toBeInstanceOf(Date);
    expect(await update({ status: "FAILED" })).toMatchObject({
      statusReason: null,
      endedAt: expect.any(Date),
      startedAt: running.startedAt,
    });
    expect(await recordHeartbeat(database, ref)).toBe(false);
    expect(await update({ status: "RUNNING", name: "again" })).toMatchObject({ endedAt: null, name: "again" });
    expect(await update({ status: "FINISHED", endedAt: new Date(5) })).toMatchObject({ endedAt: new Date(5) });
    expect((await getRun(database, ref)).tags["mlflow.runName"]).toBe("again");
    await expect(update({ endedAt: new Date(8.6e15) })).rejects.toMatchObject({ code: "SLW_TRACKING_INPUT" });
    await expect(update({ name: "a\0" })).rejects.toMatchObject({ code: "SLW_TRACKING_INPUT" });
  });

  test("inputs and outputs, each once", async () => {
    const { database, workspaceId } = workspace;
    const [one, two] = [await workspace.run(), await workspace.run()];
    const dataset = {
      name: "bank",
      digest: "d",
      sourceType: "local",
      source: "a.csv",
      schema: "{}",
      profile: null,
      tags: { "mlflow.data.context": "training" },
    };
    for (const { id } of [one, one, two])
      await logInputs(database, {
        workspaceId,
        runId: id,
        datasets: [dataset, dataset],
        models: [{ modelId: "m1", step: 0 }],
      });
    await logOutputs(database, { workspaceId, runId: one.id, models: [{ modelId: "m2", step: 7 }] });
    expect(await getRun(database, { workspaceId, runId: one.id })).toMatchObject({
      datasets: [dataset],
      modelInputs: [{ modelId: "m1", step: 0 }],
      modelOutputs: [{ modelId: "m2", step: 7 }],
    });
    expect(await database.selectFrom("logged_datasets").select("name").execute()).toEqual([{ name: "bank" }]);
    const long = { ...dataset, digest: "x".repeat(37) };
    await expect(logInputs(database, { workspaceId, runId: one.id, datasets: [long] })).rejects.toMatchObject({
      code: "SLW_TRACKING_INPUT",
    });
  });

  test("side by side with others", async () => {
    const { database, workspaceId } = workspace;
    const [a, b] = [await workspace.run({ name: "a" }), await workspace.run({ name: "b" })];
    await logBatch(database, {
      workspaceId,
      runId: a.id,
      metrics: [{ key: "x", value: NaN, step: 0, timestamp: 0 }],
      params: [{ key: "__proto__", value: "p" }],
    });
    await logBatch(database, {
      workspaceId,
      runId: b.id,
      metrics: [
        { key: "x", value: -Infinity, step: 0, timestamp: 0 },
        { key: "y", value: 1, step: 0, timestamp: 0 },
      ],
    });
    const compared = await compareRuns(database, { workspaceId, runIds: [b.id, a.id] });
    expect(compared.runs.map(({ name }) => name)).toEqual(["b", "a"]);
    expect(compared.metrics).toEqual({ x: [-Infinity, NaN], y: [1, null] });
    expect(Object.entries(compared.params)).toEqual([["__proto__", [null, "p"]]]);
    expect(compared.tags).toEqual({ "mlflow.runName": ["b", "a"] });
    await expect(compareRuns(database, { workspaceId, runIds: [a.id, "gone"] })).rejects.toMatchObject({
      code: "SLW_TRACKING_RUN",
    });
  });
});

describe("deletion", () => {
  test("takes the children along, and restoration brings back those", async () => {
    const { database, workspaceId, actor } = workspace;
    const parent = await workspace.run();
    const [child, goneBefore] = [
      await workspace.run({ parentId: parent.id }),
      await workspace.run({ parentId: parent.id }),
    ];
    const grandchild = await workspace.run({ parentId: child.id });
    await deleteRun(database, { workspaceId, runId: goneBefore.id, actor });
    await deleteRun(database, { workspaceId, runId: parent.id, actor });
    await deleteRun(database, { workspaceId, runId: parent.id, actor });
    const family = [parent, child, goneBefore, grandchild];
    const lifecycles = () =>
      Promise.all(family.map(async ({ id }) => (await getRun(database, { workspaceId, runId: id })).lifecycle));
    expect(await lifecycles()).toEqual(["deleted", "deleted", "deleted", "deleted"]);
    for (const attempt of [
      () => logBatch(database, { workspaceId, runId: child.id, tags: { a: "1" } }),
      () => updateRun(database, { workspaceId, runId: child.id, status: "FINISHED", actor }),
      () => deleteRunTag(database, { workspaceId, runId: child.id, key: "a" }),
    ])
      await expect(attempt()).rejects.toMatchObject({
        code: "SLW_TRACKING_RUN_DELETED",
        message: `The run ${child.id} must be in the 'active' state. Current state is deleted.`,
      });
    await restoreRun(database, { workspaceId, runId: parent.id, actor });
    expect(await lifecycles()).toEqual(["active", "active", "deleted", "active"]);
  });

  test("a purge removes what was deleted before, and nothing else; its experiment's number is not given again", async () => {
    const { database, actor } = workspace;
    const workspaceId = await workspace.another();
    const experiment = await createExperiment(database, { workspaceId, name: "old", actor });
    const run = (parentId?: string) =>
      createRun(database, {
        workspaceId,
        experiment: experiment.number,
        kind: "command",
        actor,
        ...(parentId && { parentId }),
      });
    const parent = await run();
    const child = await run(parent.id);
    await logBatch(database, {
      workspaceId,
      runId: child.id,
      metrics: [{ key: "m", value: 1, step: 0, timestamp: 0 }],
      params: [{ key: "p", value: "1" }],
    });
    const kept = await createRun(database, { workspaceId, experiment: 0, kind: "command", actor });
    await deleteExperiment(database, { workspaceId, number: experiment.number, actor });
    const early = new Date(Date.now() - 60_000);
    expect(await purgeDeletedRuns(database, { workspaceId, before: early, actor })).toBe(0);
    const late = new Date(Date.now() + 60_000);
    expect(await purgeDeletedRuns(database, { workspaceId, before: late, actor })).toBe(2);
    expect(await purgeDeletedRuns(database, { workspaceId, before: late, actor })).toBe(0);
    await expect(getRun(database, { workspaceId, runId: child.id })).rejects.toMatchObject({
      code: "SLW_TRACKING_RUN",
    });
    await expect(getExperiment(database, { workspaceId, number: experiment.number })).rejects.toMatchObject({
      code: "SLW_TRACKING_EXPERIMENT",
    });
    expect(await database.selectFrom("metrics").selectAll().where("run_id", "=", child.id).execute()).toEqual([]);
    expect((await getRun(database, { workspaceId, runId: kept.id })).lifecycle).toBe("active");
    expect((await createExperiment(database, { workspaceId, name: "new", actor })).number).toBe(experiment.number + 1);
  });
});
