import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../base/index.ts";
import type { Model } from "../model/index.ts";
import { compareVersions, registerUploads } from "./index.ts";
import { actor, addUpload, modelWith, openTestRegistry, putModel, type TestRegistry } from "./test-registry.ts";

let registry: TestRegistry;

beforeAll(async () => {
  registry = await openTestRegistry();
});

afterAll(() => registry.close());

test("two versions side by side: metrics, parameters, schema, size, data", async () => {
  const { database, artifacts, workspaceId } = registry;
  const first = modelWith();
  const [member] = first.members as [Model["members"][number]];
  const changes: Partial<Model> = {
    metrics: { accuracy: 0.95, log_loss: 0.3, AUC_weighted: 0.99 },
    inputs: [
      { name: "age", type: "numeric", integer: true, nullable: true, range: [18, 90], example: 41 },
      { name: "job", type: "string", integer: false, nullable: true, range: null, example: "student" },
      { name: "since", type: "datetime", integer: false, nullable: true, range: null, example: "2020-02-29" },
    ],
    transforms: [
      { op: "Numeric", column: "age" },
      { op: "Category", column: "job", categories: ["student", "retired", "unknown"] },
    ],
    members: [
      { ...member, weight: 0.5 },
      { ...member, weight: 0.5 },
    ],
    name: "VotingEnsemble",
    provenance: {
      ...first.provenance,
      trials: [{ number: 0, name: "GradientBoosting", params: { learningRate: 0.2 } }],
    },
  };
  for (const [version, model] of [[1, { metrics: { accuracy: 0.9, log_loss: 0.2 } }] as const, [2, changes] as const]) {
    const uploads = [await addUpload(registry, await putModel(artifacts, model))];
    const dataset = { name: "bank", version };
    await registerUploads(registry, {
      id: newId(),
      workspaceId,
      model: "m",
      createModel: true,
      uploads,
      dataset,
      actor,
    });
  }
  const ref = { workspaceId, model: "m" };
  const comparison = await compareVersions(database, { a: { ...ref, version: 1 }, b: { ...ref, version: 2 } });
  expect(comparison.metrics).toEqual([
    { name: "AUC_weighted", a: null, b: 0.99, difference: null, better: null },
    { name: "accuracy", a: 0.9, b: 0.95, difference: expect.closeTo(0.05) as number, better: "b" },
    { name: "log_loss", a: 0.2, b: 0.3, difference: expect.closeTo(0.1) as number, better: "a" },
  ]);
  expect(comparison.schema).toEqual([
    { name: "age", change: "nullable", a: false, b: true },
    { name: "job", change: "categories", a: ["admin."], b: ["retired", "unknown"] },
    { name: "since", change: "added", a: null, b: "datetime" },
  ]);
  expect(comparison.parameters).toEqual([
    { name: "algorithm", a: "GradientBoosting", b: "VotingEnsemble" },
    { name: "GradientBoosting: weight", a: 1, b: 0.5 },
    { name: "GradientBoosting: learningRate", a: 0.1, b: 0.2 },
    { name: "GradientBoosting 2: weight", a: null, b: 0.5 },
    { name: "GradientBoosting 2: learningRate", a: null, b: 0.2 },
  ]);
  expect(comparison.size.b).toBeGreaterThan(comparison.size.a);
  expect(comparison.dataset).toEqual({
    name: "dataset",
    a: { name: "bank", version: 1 },
    b: { name: "bank", version: 2 },
  });
  const back = await compareVersions(database, { a: { ...ref, version: 2 }, b: { ...ref, version: 1 } });
  expect(back.schema).toContainEqual({ name: "since", change: "removed", a: "datetime", b: null });
});
