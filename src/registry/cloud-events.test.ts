import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { recordEvent, type StoredEvent } from "../store/index.ts";
import { isOfType, readCloudEvents, toCloudEvent } from "./cloud-events.ts";
import { createVersion } from "./index.ts";
import { bareVersion, openTestRegistry, type TestRegistry } from "./test-registry.ts";

let registry: TestRegistry;

beforeAll(async () => {
  registry = await openTestRegistry();
});

afterAll(() => registry.close());

function event(type: string, data: Record<string, unknown> = {}): StoredEvent {
  return {
    cursor: "7-8",
    seq: 8,
    at: new Date("2026-01-02T03:04:05.678Z"),
    workspaceId: "w",
    type,
    subject: "s",
    data,
  };
}

const translate = (type: string, data?: Record<string, unknown>) =>
  toCloudEvent(event(type, data), { source: "/here" });

describe("an event of ours", () => {
  test("is a CloudEvent 1.0 with all required attributes", () => {
    expect(translate("dataset.created", { a: 1 })).toEqual({
      specversion: "1.0",
      id: "7-8",
      source: "/here",
      type: "dev.slipway.dataset.created",
      subject: "s",
      time: "2026-01-02T03:04:05.678Z",
      datacontenttype: "application/json",
      data: { a: 1 },
    });
  });

  test("of a registered version is Azure's ModelRegistered", () => {
    const data = { model: "bank", version: 3, tags: { team: "risk" }, kind: "onnx", runId: null };
    expect(translate("model.version.created", data)).toMatchObject({
      type: "Microsoft.MachineLearningServices.ModelRegistered",
      data: {
        ModelName: "bank",
        ModelVersion: "3",
        ModelTags: { team: "risk" },
        ModelProperties: { kind: "onnx", runId: null },
      },
    });
  });

  test.each([
    ["FINISHED", "RunCompleted", undefined],
    ["FAILED", "RunStatusChanged", "Failed"],
    ["KILLED", "RunStatusChanged", "Canceled"],
    ["RUNNING", "RunStatusChanged", "Running"],
    ["QUEUED", "RunStatusChanged", "Queued"],
  ])("of a run that is %s now is Azure's %s", (status, type, shown) => {
    const { data, type: told } = translate("run.updated", { id: "r", experiment: 2, kind: "automl", status });
    expect(told).toBe(`Microsoft.MachineLearningServices.${type}`);
    expect(data).toMatchObject({ RunId: "r", ExperimentId: "2", RunType: "automl" });
    expect(data["RunStatus"]).toBe(shown);
  });

  test("of a run whose status stays is none of Azure's", () => {
    const data = { id: "r", status: "RUNNING", previousStatus: "RUNNING" };
    expect(translate("run.updated", data)).toMatchObject({ type: "dev.slipway.run.updated", data });
  });

  test("of a deployment and of drift are Azure's", () => {
    expect(
      translate("deployment.created", { endpoint: "bank", compute: "local", models: ["bank/1", "bank/2"] }),
    ).toMatchObject({
      type: "Microsoft.MachineLearningServices.ModelDeployed",
      data: { ServiceName: "bank", ServiceComputeType: "local", ModelIds: "bank/1,bank/2" },
    });
    expect(translate("drift.detected", { monitor: "m", coefficient: 0.4 })).toMatchObject({
      type: "Microsoft.MachineLearningServices.DatasetDriftDetected",
      data: { DataDriftName: "m", DriftCoefficient: 0.4 },
    });
  });

  test.each([
    [[], true],
    [["model.version.created"], true],
    [["model.*"], true],
    [["Microsoft.MachineLearningServices.ModelRegistered"], true],
    [["Microsoft.*"], true],
    [["model.version"], false],
    [["models.*"], false],
    [["run.*", "dataset.*"], false],
    [["dev.slipway.*"], false],
  ])("model.version.created is of the types %j: %j", (types, expected) => {
    expect(isOfType(event("model.version.created"), types)).toBe(expected);
  });
});

test("the feed goes on where it ended, with and without a filter, in one workspace", async () => {
  const { database, workspaceId, otherWorkspaceId } = registry;
  await createVersion(database, bareVersion(otherWorkspaceId, "elsewhere"));
  for (let i = 0; i < 3; i++) {
    await createVersion(database, bareVersion(workspaceId, "bank"));
    for (let j = 0; j < 400; j++)
      await recordEvent(database, { workspaceId, type: "run.created", subject: `run/${j}`, data: {} });
  }
  const read = (after: string | null, types: string[], limit: number) =>
    readCloudEvents(database, { workspaceId, after, types, limit });
  const seen: unknown[] = [];
  let after: string | null = null;
  for (let more = true; more;) {
    const page = await read(after, ["Microsoft.MachineLearningServices.ModelRegistered"], 2);
    seen.push(...page.items.map(({ subject, source }) => [subject, source]));
    ({ cursor: after, more } = page);
  }
  expect(seen).toEqual([1, 2, 3].map((version) => [`model/bank/${version}`, "/api/v1/workspaces/one"]));
  expect(await read(after, [], 10)).toEqual({ items: [], cursor: after, more: false });
  await createVersion(database, bareVersion(workspaceId, "bank"));
  expect(await read(after, [], 10)).toMatchObject({ items: [{ subject: "model/bank/4" }], more: false });
});
