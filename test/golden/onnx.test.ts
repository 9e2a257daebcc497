/**
 * Exported ONNX models: the bytes of one are pinned, and made models are run under onnxruntime beside our own scoring
 * (onnx.py says how to prepare that).
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { exportOnnx, predictions, readRecords, score, type Label, type Model } from "../../src/model/index.ts";
import { madeModel, madeRows, shapes, type Row } from "../../src/model/export/test-models.ts";
import { boosting, testModel } from "../../src/model/test-model.ts";

const python = join(import.meta.dirname, ".venv", "bin", "python");
/** Is the environment there, and is onnxruntime in it? */
const prepared = existsSync(python) && spawnSync(python, ["-c", "import onnxruntime, numpy"]).status === 0;

const folder = mkdtempSync(join(tmpdir(), "slipway-onnx-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the pinned export", () => {
  const path = join(import.meta.dirname, "onnx.onnx");

  test("has the same bytes as ever", () => {
    // Where a change is meant: write exportOnnx(testModel) there, then run the tests below under onnxruntime.
    expect(Buffer.from(exportOnnx(testModel)).equals(readFileSync(path))).toBe(true);
  });
});

type Outputs = Readonly<Record<string, readonly (Label | readonly number[])[]>>;

function runOnnx(model: Model, { table }: ReturnType<typeof readRecords>): Outputs {
  const path = join(folder, "model.onnx");
  writeFileSync(path, exportOnnx(model));
  const columns = table.columns.map((column) => ({
    name: column.name,
    type: column.type,
    values:
      column.type === "string"
        ? Array.from(column.codes, (code) => column.categories[code] ?? nullOf(model, column.name))
        : Array.from(column.values, (value) => (Number.isNaN(value) ? null : value)),
  }));
  const { status, stdout, stderr } = spawnSync(python, [join(import.meta.dirname, "onnx.py")], {
    input: JSON.stringify({ model: path, columns }),
    encoding: "utf8",
    maxBuffer: 2 ** 30,
  });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Outputs;
}

/** A null of text is the empty text, or any text that is no category where the empty one is. */
function nullOf({ transforms }: Model, column: string): string {
  const isCategory = transforms.some((each) => {
    return "categories" in each && each.column === column && each.categories.includes("");
  });
  return isCategory ? "no category" : "";
}

/** Tighter than anyone needs; the order of additions differs. */
const tolerance = 1e-12;

function checkEqual(model: Model, rows: readonly Row[], answer = "label"): void {
  const records = readRecords(model, rows);
  const ours = score(model, records.table);
  const outputs = runOnnx(model, records);
  const theirs = (outputs["probabilities"] ?? outputs["variable"] ?? []).flat();
  expect(theirs).toHaveLength(ours.length);
  const near = (value: number, i: number): boolean =>
    Math.abs(value - Number(theirs[i])) < tolerance * Math.max(1, Math.abs(value));
  expect([...ours.keys()].filter((i) => !near(ours[i] as number, i))).toEqual([]);
  if (model.task === "regression") return;
  // Of nearly equal probabilities the last bits decide, and those may differ.
  const width = model.labels.length;
  const clear = rows.map((_, row) => {
    const weighted = ours.subarray(row * width, (row + 1) * width).map((p, k) => p * (model.labelWeights?.[k] ?? 1));
    const [first = 0, second = 0] = [...weighted].toSorted((a, b) => b - a);
    return first - second > tolerance;
  });
  const kept = (labels: readonly unknown[]): readonly unknown[] => labels.filter((_, row) => clear[row]);
  expect(clear.filter(Boolean).length).toBeGreaterThan(rows.length * 0.9);
  expect(kept(outputs[answer] ?? [])).toEqual(kept(predictions(model, ours)));
}

describe.skipIf(!prepared)(
  "under onnxruntime (skipped where test/golden/.venv has none: see test/golden/onnx.py)",
  () => {
    describe.each(Object.entries(shapes))("%s", (_name, shape) => {
      // The made models have a column called label.
      test.each([1, 2, 3, 4])("seed %i", (seed) => {
        const rows = madeRows(shape.labels.length > 10 ? 250 : 5_000, seed);
        checkEqual(madeModel(shape, seed), rows, "predicted_label");
      });
    });

    test("one row", () => checkEqual(madeModel(shapes["regression, a vote"]!, 5), madeRows(1, 5)));

    test.each([
      ["the small model", testModel],
      ["no trees at all", { ...testModel, members: [{ name: "m", weight: 1, learner: noTrees() }] }],
      ["a forest of no trees", { ...testModel, members: [{ name: "m", weight: 1, learner: noTrees(2) }] }],
      ["no weights at all", { ...testModel, members: [{ name: "m", weight: 1, learner: noWeights }] }],
      ["no known number among the categories", { ...testModel, transforms: unknownCategories }],
    ])("%s", (_name, model) => {
      const rows = [18, 40, 40.5, 90].map((age, i) => ({ age, balance: i ? 100 : null, job: "student", since: null }));
      checkEqual(model as Model, rows);
    });
  },
);

function noTrees(leafWidth = 1): typeof boosting {
  const none = { roots: new Int32Array(0), feature: new Int32Array(0), left: new Int32Array(0) };
  const trees = { ...boosting.trees, ...none, leafValues: new Float64Array(0) };
  if (leafWidth === 1) return { ...boosting, trees };
  return { ...boosting, outputs: 2, leafWidth, base: Float64Array.of(0.25, 0.75), link: "identity", trees };
}

const noWeights = {
  kind: "linear",
  outputs: 1,
  link: "sigmoid",
  width: 0,
  encodings: [],
  weights: new Float64Array(0),
  intercepts: Float64Array.of(0.5),
} as const;

const unknownCategories = testModel.transforms.map((transform, i) =>
  i === 1
    ? { op: "Category", column: "balance", categories: ["1.0"] }
    : i === 2
      ? { ...transform, categories: [] }
      : transform,
);
