/** Models that MLflow's own client saved, scored by their Python process as scikit-learn scores them. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { openBackend, type Backend } from "../../src/serving/backends/index.ts";
import { clientPackages, missingClient } from "../mlflow/python-client.ts";

const missing = missingClient();
const folder = mkdtempSync(join(tmpdir(), "slipway-mlflow-"));
const rows = [20, 30, 50, 60].map((age, i) => ({ age, visits: [0, 1, 3, 4][i] as number }));
const before = { SLIPWAY_PYTHON: process.env["SLIPWAY_PYTHON"], PYTHONPATH: process.env["PYTHONPATH"] };
let expected: { classes: unknown; probabilities: number[][]; values: number[] };
let opened: Backend | undefined;

beforeAll(() => {
  if (missing !== null) return;
  process.env["SLIPWAY_PYTHON"] = "python3";
  process.env["PYTHONPATH"] = clientPackages;
  const script = join(import.meta.dirname, "mlflow_models.py");
  const env = { PATH: process.env["PATH"], PYTHONPATH: clientPackages, HOME: folder, MLFLOW_DISABLE_TELEMETRY: "true" };
  const lines = execFileSync("python3", [script, folder], { env, cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const [classes, probabilities, values] = lines
    .toString()
    .trim()
    .split("\n")
    .slice(-3)
    .map((line) => JSON.parse(line) as never);
  expected = { classes: classes as unknown, probabilities: probabilities ?? [], values: values ?? [] };
}, 280_000);
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});
afterAll(() => {
  for (const [name, value] of Object.entries(before)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
  rmSync(folder, { recursive: true });
});

async function open(name: string): Promise<Backend> {
  const temporaryFolder = join(folder, `run-${name}`);
  mkdirSync(temporaryFolder, { recursive: true });
  const model = { name, version: 1, kind: "mlflow", path: name, sha256: null } as const;
  opened = await openBackend({ model, path: join(folder, name), temporaryFolder });
  return opened;
}

describe.skipIf(missing !== null)(`an MLflow model${missing === null ? "" : ` (${missing})`}`, () => {
  test("of scikit-learn answers classes and probabilities", async () => {
    const backend = await open("classifier");
    expect(backend.schema).toMatchObject({
      algorithm: "LogisticRegression",
      task: "classification",
      labels: ["no", "yes"],
      probabilities: true,
    });
    expect(backend.schema.columns.map(({ name, type, example }) => [name, type, example])).toEqual([
      ["age", "numeric", 20],
      ["visits", "numeric", 0],
    ]);
    const asked = { rows, method: "predict", explain: false } as const;
    expect((await backend.score(asked)).result).toEqual(expected.classes);
    expect((await backend.score({ ...asked, method: "predict_proba" })).result).toEqual(expected.probabilities);
    await expect(backend.score({ ...asked, rows: [{ age: "20", visits: 1 }] })).rejects.toThrow(
      expect.objectContaining({ code: "SLW_SCORE_VALUE" }),
    );
  });

  test("without a signature takes rows as lists", async () => {
    const backend = await open("regressor");
    const lists = rows.map(({ age, visits }) => [age, visits]);
    const { result } = await backend.score({ rows: lists, method: "predict", explain: false });
    expect(result).toEqual(expected.values);
  });

  test("of Python code may print, takes params, and its errors are refusals", async () => {
    const backend = await open("doubled");
    const one = { rows: [{ age: 21 }], method: "predict", explain: false } as const;
    expect((await backend.score(one)).result).toEqual([42]);
    expect((await backend.score({ ...one, params: { plus: 1 } })).result).toEqual([43]);
    await expect(backend.score({ ...one, rows: [{ age: 2000 }] })).rejects.toThrow("nobody is that old");
    expect((await backend.score(one)).result).toEqual([42]);
  });

  test("comes back when its process is killed", async () => {
    const backend = await open("classifier");
    const [pid] = backend.pids ?? [];
    process.kill(pid as number, "SIGKILL");
    const asked = { rows, method: "predict", explain: false } as const;
    await expect
      .poll(() =>
        Promise.resolve(backend.score(asked)).then(
          ({ result }) => result,
          () => null,
        ),
      )
      .toEqual(expected.classes);
    expect(backend.pids).not.toEqual([pid]);
  });

  test("that cannot be loaded says why", async () => {
    await expect(open("absent")).rejects.toThrow(/did not become ready/);
  });
});

test("without Python the way out is said", async () => {
  const path = process.env["PATH"];
  const python = process.env["SLIPWAY_PYTHON"];
  delete process.env["SLIPWAY_PYTHON"];
  process.env["PATH"] = folder;
  mkdirSync(join(folder, "bare"), { recursive: true });
  const { writeFileSync } = await import("node:fs");
  writeFileSync(join(folder, "bare", "requirements.txt"), "mlflow\n");
  try {
    await expect(open("bare")).rejects.toThrow("there is no python3 on the PATH");
  } finally {
    process.env["PATH"] = path;
    if (python !== undefined) process.env["SLIPWAY_PYTHON"] = python;
  }
});
