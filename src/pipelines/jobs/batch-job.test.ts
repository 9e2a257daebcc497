/** Batch scoring on real worker processes: from a dataset version to another with predictions. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../base/index.ts";
import { decodeModel, exportOnnx } from "../../model/index.ts";
import { restrictVersion } from "../../registry/index.ts";
import { serverActor } from "../../store/index.ts";
import { findRunArtifacts, tailRunLog } from "../../tracking/index.ts";
import type { BatchScoring } from "./batch-runs.ts";
import { blocksFolder } from "./batch-spec.ts";
import { cancelRun, resumeRun } from "./automl-runs.ts";
import { addModel, outputOf, registerModel, scoreBatch, untilBatch } from "./test-batch.ts";
import { openTestWorkspace, penguins, type TestWorkspace } from "./test-workspace.ts";

const root = new URL("../../../", import.meta.url).pathname;
const bank = join(root, "../shared/data/bankmarketing.csv");
const hasBank = existsSync(bank);

let workspace: TestWorkspace;
let folder: string;
/** Of the model "penguins". */
let penguinsModel: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "slipway-batch-test-"));
  penguinsModel = join(folder, "penguins.slipway");
  workspace = await openTestWorkspace();
  await addModel(workspace, "penguins", { data: penguins, target: "species", file: penguinsModel });
  workspace.start();
});

afterAll(async () => {
  await workspace?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What `slipway predict` writes. */
function predict(model: string, rows: string): string {
  const out = join(folder, "predictions.csv");
  execFileSync(process.execPath, [join(root, "bin", "slipway.js"), "predict", model, rows, "--out", out, "--quiet"]);
  return readFileSync(out, "utf8");
}

const predictions = { model: "penguins", data: { dataset: "penguins" }, keepInputs: false } as const;

describe("penguins", () => {
  test("are scored as slipway predict scores them", async () => {
    const runId = await scoreBatch(workspace, { ...predictions, output: "proba", method: "predict_proba" });
    const found = await untilBatch(workspace, runId);
    expect(found.run).toMatchObject({ status: "FINISHED", statusReason: null, kind: "batch" });
    const { version, content } = await outputOf(workspace, found);
    expect(content).toBe(predict(penguinsModel, penguins));
    expect(version).toMatchObject({
      dataset: "proba",
      version: 1,
      rows: 344,
      runId,
      inputs: [{ dataset: "penguins", version: 1 }],
      source: { kind: "scored", dataset: "penguins", version: 1, model: "penguins", modelVersion: 1 },
    });
    expect(found.run.params).toMatchObject({ model: "penguins@1", data: "penguins@1", method: "predict_proba" });
    const metrics = Object.fromEntries(found.run.metrics.map(({ key, value }) => [key, value]));
    expect(metrics["rows"]).toBe(344);
    expect(metrics["rows_per_second"]).toBeGreaterThan(0);
    // What waited for the output is gone.
    const key = { workspaceId: workspace.id, runId, folder: blocksFolder };
    expect(await findRunArtifacts(workspace.database, key)).toEqual([]);
  });

  test.each(["csv", "parquet"] as const)("keep their columns, nulls among them, in %s", async (format) => {
    const output = `kept-${format}`;
    const runId = await scoreBatch(workspace, { ...predictions, output, keepInputs: true, format });
    const found = await untilBatch(workspace, runId);
    expect(found.run).toMatchObject({ status: "FINISHED", statusReason: null });
    const { version } = await outputOf(workspace, found);
    expect(version.schema.map(({ name, type, nulls }) => [name, type, nulls])).toEqual([
      ["species", "string", 0],
      ["island", "string", 0],
      ["bill_length_mm", "numeric", 2],
      ["bill_depth_mm", "numeric", 2],
      ["flipper_length_mm", "numeric", 2],
      ["body_mass_g", "numeric", 2],
      ["sex", "string", 10],
      ["prediction", "string", 0],
    ]);
    expect(version.dialect.format).toBe(format);
    // And can be scored again.
    const again = { ...predictions, data: { dataset: output }, output: `again-${format}`, format: "csv" as const };
    const second = await untilBatch(workspace, await scoreBatch(workspace, again));
    const lines = predict(penguinsModel, penguins).trimEnd().split("\n");
    const { content } = await outputOf(workspace, second);
    expect(content.trimEnd().split("\n")).toEqual(lines.map((line) => line.split(",")[0]));
  });
});

test("a request that comes three times at once makes one run", async () => {
  const id = newId();
  const before = await workspace.database.selectFrom("jobs").select("run_id").execute();
  const again = { ...predictions, output: "once", id };
  await Promise.all([scoreBatch(workspace, again), scoreBatch(workspace, again), scoreBatch(workspace, again)]);
  expect(await workspace.database.selectFrom("jobs").select("run_id").execute()).toHaveLength(before.length + 1);
  const found = await untilBatch(workspace, id);
  expect(found.output).toEqual({ dataset: "once", version: 1 });
});

test("an ONNX model scores as the model that it was exported from", async () => {
  const [header = "", ...lines] = readFileSync(penguins, "utf8").trimEnd().split("\n");
  const complete = join(folder, "complete.csv");
  writeFileSync(complete, [header, ...lines.filter((line) => !/,(NA|\.|)(,|$)/.test(line))].join("\n"));
  await workspace.addDataset("complete", complete);
  const graph = exportOnnx(decodeModel(readFileSync(penguinsModel)));
  await registerModel(workspace, "graph", graph, "model.onnx");
  const asked = { model: "graph", data: { dataset: "complete" }, output: "by-graph", keepInputs: false };
  const found = await untilBatch(workspace, await scoreBatch(workspace, { ...asked, method: "predict_proba" }));
  expect(found.run).toMatchObject({ status: "FINISHED", statusReason: null });
  const rowsOf = (csv: string): string[][] =>
    csv
      .trimEnd()
      .split("\n")
      .map((line) => line.split(","));
  const [names, ...answers] = rowsOf((await outputOf(workspace, found)).content);
  const [, ...expected] = rowsOf(predict(penguinsModel, complete));
  expect(names).toEqual(["prediction", "probability_0", "probability_1", "probability_2"]);
  expect(answers.map(([answer]) => answer)).toEqual(expected.map(([answer]) => answer));
  answers.forEach((row, i) => expect(Number(row[1])).toBeCloseTo(Number(expected[i]?.[1]), 5));
});

describe("is refused before anything is stored", () => {
  beforeAll(async () => {
    const content = readFileSync(penguins, "utf8");
    const add = async (name: string, changed: string): Promise<void> => {
      const path = join(folder, `${name}.csv`);
      writeFileSync(path, changed);
      await workspace.addDataset(name, path);
    };
    await add("misspelled", content.replace("bill_depth_mm", "bill_depth"));
    await add("predicted", content.replaceAll("\n", ",1\n").replace(",1\n", ",prediction\n"));
  });

  test.each([
    ["SLW_BATCH_MODEL", { model: undefined }],
    ["SLW_BATCH_MODEL", { endpoint: "penguins" }],
    ["SLW_ENDPOINT_UNKNOWN", { model: undefined, endpoint: "nothing" }],
    ["SLW_REGISTRY_MODEL", { model: "pengwins" }],
    ["SLW_DATASET_UNKNOWN", { data: { dataset: "pengwins" } }],
    ["SLW_DATASET_VERSION", { data: { dataset: "penguins", version: 7 } }],
    ["SLW_BATCH_COLUMNS", { data: { dataset: "misspelled" } }],
    ["SLW_BATCH_COLUMNS", { data: { dataset: "predicted" }, keepInputs: true }],
  ])("%s: %o", async (code, changes) => {
    const before = await workspace.database.selectFrom("runs").select("id").execute();
    const asked = scoreBatch(workspace, { ...predictions, output: "refused", ...changes });
    await expect(asked).rejects.toMatchObject({ code });
    expect(await workspace.database.selectFrom("runs").select("id").execute()).toHaveLength(before.length);
  });
});

/** Penguins many times over, each row with a date and a text that has line ends and quotes. */
function writeMany(copies: number): string {
  const [header = "", ...lines] = readFileSync(penguins, "utf8").trimEnd().split("\n");
  const rows = Array.from({ length: copies }, (_, copy) =>
    lines.map((line, i) => {
      const day = new Date(Date.UTC(2020, 0, 1 + ((copy * 7 + i) % 2000))).toISOString().slice(0, 10);
      return `${line},${i % 10 === 3 ? "" : day},"a ""note"", ${copy}\nand ${i}"`;
    }),
  );
  const path = join(folder, `many-${copies}.csv`);
  writeFileSync(path, `${header},seen,note\n${rows.flat().join("\n")}\n`);
  return path;
}

describe("many penguins, in several blocks", () => {
  const copies = 200;
  let content: string;
  let undisturbed: BatchScoring;

  beforeAll(async () => {
    await workspace.addDataset("many", writeMany(copies));
    const asked = { model: "penguins@1", data: { dataset: "many" }, output: "undisturbed" };
    undisturbed = await untilBatch(workspace, await scoreBatch(workspace, asked));
    ({ content } = await outputOf(workspace, undisturbed));
  });

  test("keep their types, dates among them", async () => {
    const { version } = await outputOf(workspace, undisturbed);
    expect(version.schema.find(({ name }) => name === "seen")?.type).toBe("datetime");
    const key = { workspaceId: workspace.id, runId: undisturbed.run.id, lines: 9 };
    const { text } = await tailRunLog(workspace.database, key);
    expect(text).toMatch(/^[2-9] blocks of rows/);
  });

  test("come out in their order with what they had", () => {
    const once = predict(penguinsModel, penguins).trimEnd().split("\n").slice(1);
    const records = content.split(/\n(?=[A-Z])/).slice(1);
    expect(records).toHaveLength(344 * copies);
    for (const row of [0, 343, 344, 20_000, 344 * copies - 1]) {
      const [copy, i] = [Math.floor(row / 344), row % 344];
      expect(records[row]?.trimEnd()).toContain(`"a ""note"", ${copy}\nand ${i}",${once[i]?.split(",")[0]}`);
    }
  });

  test("one thread and two give the same bytes", async () => {
    for (const threads of [1, 2]) {
      const output = `threads-${threads}`;
      const runId = await scoreBatch(workspace, { model: "penguins", data: { dataset: "many" }, output, threads });
      expect((await outputOf(workspace, await untilBatch(workspace, runId))).content).toBe(content);
    }
  });

  test("go on after their worker is killed, with the same bytes", async () => {
    const asked = { model: "penguins", data: { dataset: "many" }, output: "killed", threads: 1 };
    const runId = await scoreBatch(workspace, asked);
    const { job } = await untilBatch(workspace, runId, (_, { run }) => run.metrics.some(({ key }) => key === "rows"));
    const { pid } = await workspace.database
      .selectFrom("workers")
      .select("pid")
      .where("id", "=", job.workerId as string)
      .executeTakeFirstOrThrow();
    process.kill(pid as number, "SIGKILL");
    const found = await untilBatch(workspace, runId);
    expect(found.run.status).toBe("FINISHED");
    expect(found.job.attempt).toBe(2);
    expect((await outputOf(workspace, found)).content).toBe(content);
    const { text } = await tailRunLog(workspace.database, { workspaceId: workspace.id, runId, lines: 9 });
    expect(text).toMatch(/, [1-9] of them scored by an earlier attempt/);
  });

  test("end when they are cancelled, and go on when they are resumed", async () => {
    const asked = { model: "penguins", data: { dataset: "many" }, output: "cancelled", threads: 1 };
    const runId = await scoreBatch(workspace, asked);
    const key = { workspaceId: workspace.id, runId, actor: serverActor };
    await untilBatch(workspace, runId, (_, { run }) => run.metrics.some(({ key: name }) => name === "rows"));
    await cancelRun(workspace.database, key);
    const cancelled = await untilBatch(workspace, runId);
    expect(cancelled.run).toMatchObject({ status: "KILLED", statusReason: expect.stringContaining("cancelled") });
    await resumeRun(workspace.database, key);
    const found = await untilBatch(workspace, runId);
    expect((await outputOf(workspace, found)).content).toBe(content);
  });
});

test.skipIf(!hasBank)(
  "bank, all 32,950 rows, is scored as slipway predict scores it (needs ../shared/data)",
  async () => {
    const model = join(folder, "bank.slipway");
    await addModel(workspace, "bank", { data: bank, target: "y", file: model });
    await workspace.addDataset("bank", bank);
    const expected = predict(model, bank);
    for (const threads of [1, 2]) {
      const asked = { model: "bank", data: { dataset: "bank" }, keepInputs: false, method: "predict_proba" as const };
      const runId = await scoreBatch(workspace, { ...asked, output: `bank-${threads}`, threads });
      const { version, content } = await outputOf(workspace, await untilBatch(workspace, runId));
      expect(version.rows).toBe(32_950);
      expect(content === expected).toBe(true);
    }
  },
  240_000,
);

test("a revoked model scores nothing", async () => {
  const ref = { workspaceId: workspace.id, model: "penguins", version: 1, actor: serverActor };
  await restrictVersion(workspace.database, { ...ref, state: "revoked", reason: "it is wrong" });
  await expect(scoreBatch(workspace, { ...predictions, output: "revoked" })).rejects.toMatchObject({
    code: "SLW_REGISTRY_RESTRICTED",
  });
});
