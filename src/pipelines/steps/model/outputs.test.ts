/** What AutoML runs and batch scorings give as steps: of real ones, computed by a worker. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../../base/index.ts";
import { getRunArtifact } from "../../../tracking/index.ts";
import { outputOf, scoreBatch, untilBatch } from "../../jobs/test-batch.ts";
import { openTestWorkspace, type TestWorkspace } from "../../jobs/test-workspace.ts";
import { runStep } from "../test-steps.ts";
import { automlRequest, outputsOfAutoML, outputsOfBatch, runRegister } from "./index.ts";

let workspace: TestWorkspace;
beforeAll(async () => {
  workspace = await openTestWorkspace();
  workspace.start();
});
afterAll(() => workspace.close());

test("an AutoML run gives its model, which is registered and scores a dataset", async () => {
  const { database, id: workspaceId } = workspace;
  const options = { target: "species", max_trials: "1", threads: "1", validation: "holdout:0.2", explain: "false" };
  const step = { type: "automl", data: "penguins", options: { ...options, metric: "accuracy" } } as const;
  const runId = await workspace.create(automlRequest(step, {}));
  const { run } = await workspace.until(runId, ({ endedAt }) => endedAt !== null);
  expect(run.status).toBe("FINISHED");
  const outputs = await outputsOfAutoML(database, { workspaceId, runId });
  const { sha256 } = await getRunArtifact(database, { workspaceId, runId, path: "model.slipway" });
  expect(outputs).toEqual({
    model: { type: "model", runId, path: "model.slipway", sha256 },
    metric: { type: "value", value: "accuracy" },
    value: { type: "value", value: expect.closeTo(0.95, 1) as number },
    best_model: { type: "value", value: run.tags["slipway.best"] },
    run: { type: "value", value: runId },
  });

  const register = { type: "register", model: "", name: "penguins" } as const;
  const values = { model: outputs["model"] as (typeof outputs)[string] };
  await runStep(workspace, runRegister, { step: register, values });
  const batch = await scoreBatch(workspace, { model: "penguins@1", data: { dataset: "penguins" }, output: "scored" });
  const { version } = await outputOf(workspace, await untilBatch(workspace, batch));
  expect(await outputsOfBatch(database, { workspaceId, runId: batch })).toEqual({
    data: { type: "dataset", dataset: "scored", version: version.version },
    rows: { type: "value", value: 344 },
  });
});

test("a run that is none, or has not finished, gives nothing", async () => {
  const { database, id: workspaceId } = workspace;
  await expect(outputsOfAutoML(database, { workspaceId, runId: newId() })).rejects.toMatchObject({
    code: "SLW_TRACKING_RUN",
  });
  const runId = await workspace.create();
  await expect(outputsOfBatch(database, { workspaceId, runId })).rejects.toMatchObject({ code: "SLW_JOB_STATE" });
});
