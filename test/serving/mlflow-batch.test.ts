/** A dataset scored by a model that MLflow's own client saved, in its Python process behind a worker. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../src/base/index.ts";
import { outputOf, scoreBatch, untilBatch } from "../../src/pipelines/jobs/test-batch.ts";
import { openTestWorkspace, type TestWorkspace } from "../../src/pipelines/jobs/test-workspace.ts";
import { createVersion, inspectFiles } from "../../src/registry/index.ts";
import { serverActor } from "../../src/store/index.ts";
import { clientPackages, missingClient } from "../mlflow/python-client.ts";

const missing = missingClient();
const folder = mkdtempSync(join(tmpdir(), "slipway-mlflow-"));
const before = { SLIPWAY_PYTHON: process.env["SLIPWAY_PYTHON"], PYTHONPATH: process.env["PYTHONPATH"] };
let workspace: TestWorkspace | undefined;
/** Of the first four rows. */
let probabilities: number[][];

beforeAll(async () => {
  if (missing !== null) return;
  process.env["SLIPWAY_PYTHON"] = "python3";
  process.env["PYTHONPATH"] = clientPackages;
  const script = join(import.meta.dirname, "mlflow_models.py");
  const env = { PATH: process.env["PATH"], PYTHONPATH: clientPackages, HOME: folder, MLFLOW_DISABLE_TELEMETRY: "true" };
  const printed = execFileSync("python3", [script, folder], { env, cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  probabilities = JSON.parse(printed.toString().trim().split("\n").at(-2) as string) as number[][];
  workspace = await openTestWorkspace();
  await register(workspace, "classifier");
  workspace.start();
}, 280_000);

afterAll(async () => {
  await workspace?.close();
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  rmSync(folder, { recursive: true });
});

async function register({ database, artifacts, id }: TestWorkspace, model: string): Promise<void> {
  const entries = readdirSync(join(folder, model), { recursive: true, withFileTypes: true });
  const files = [];
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const stored = await artifacts.put(readFileSync(path));
    files.push({ path: path.slice(join(folder, model).length + 1), ...stored });
  }
  await createVersion(database, {
    id: newId(),
    workspaceId: id,
    model,
    createModel: true,
    contents: await inspectFiles(artifacts, files),
    files,
    source: { uri: "upload:test", runId: null, artifactPath: null, loggedModelId: null, runLink: null },
    actor: serverActor,
  });
}

test.skipIf(missing !== null)(
  `an MLflow model scores a dataset of 25,000 rows in their order${missing === null ? "" : ` (${missing})`}`,
  async () => {
    const there = workspace as TestWorkspace;
    const ages = [
      [20, 0],
      [30, 1],
      [50, 3],
      [60, 4],
    ];
    const path = join(folder, "people.csv");
    const lines = Array.from({ length: 25_000 }, (_, i) => `${i},${ages[i % 4]?.join(",")}`);
    writeFileSync(path, `id,age,visits\n${lines.join("\n")}\n`);
    await there.addDataset("people", path);
    const asked = {
      model: "classifier",
      data: { dataset: "people" },
      output: "scored",
      method: "predict_proba" as const,
    };
    const found = await untilBatch(there, await scoreBatch(there, asked));
    expect(found.run).toMatchObject({ status: "FINISHED", statusReason: null });
    const [header, ...rows] = (await outputOf(there, found)).content.trimEnd().split("\n");
    expect(header).toMatch(/^id,age,visits,prediction,probability_/);
    expect(rows).toHaveLength(25_000);
    for (const row of [0, 1, 2, 3, 9_999, 10_000, 24_999]) {
      const [id, , , prediction, no] = (rows[row] as string).split(",");
      expect(id).toBe(String(row));
      expect(prediction).toBe(row % 4 < 2 ? "no" : "yes");
      expect(Number(no)).toBeCloseTo(probabilities[row % 4]?.[0] as number, 9);
    }
  },
  120_000,
);
