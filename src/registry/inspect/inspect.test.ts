import { readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { SlipwayError } from "../../base/index.ts";
import { encodeModel, exportOnnx } from "../../model/index.ts";
import { modelWith, openTestRegistry, type TestRegistry } from "../test-registry.ts";
import type { ModelContents } from "../types.ts";
import { openFileView } from "./file-view.ts";
import { inspectFiles } from "./index.ts";
import { inspectMlmodel } from "./mlmodel.ts";
import { inspectOnnx } from "./onnx.ts";

let registry: TestRegistry;

beforeAll(async () => {
  registry = await openTestRegistry();
});

afterAll(() => registry.close());

async function inspect(bytes: Uint8Array, path = "model"): Promise<ModelContents> {
  return inspectFiles(registry.artifacts, [{ path, ...(await registry.artifacts.put(bytes)) }]);
}

/** Without a thread. */
function look(bytes: Uint8Array): ModelContents {
  const file = join(registry.folder, "model.onnx");
  writeFileSync(file, bytes);
  const view = openFileView(file);
  try {
    return inspectOnnx(view, "model.onnx");
  } finally {
    view.close();
  }
}

const refused = (code: string) => expect.objectContaining({ code });
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("our own file", () => {
  test("is known by its bytes, whatever it is called", async () => {
    expect(await inspect(encodeModel(modelWith()), "renamed.onnx")).toMatchObject({
      kind: "slipway",
      task: "classification",
    });
  });

  test.each([
    ["SLW_MODEL_ALTERED", (bytes: Uint8Array) => bytes.with(100, (bytes[100] as number) ^ 1)],
    ["SLW_MODEL_CUT", (bytes: Uint8Array) => bytes.subarray(0, -1)],
    ["SLW_MODEL_VERSION", (bytes: Uint8Array) => bytes.with(8, 99)],
    ["SLW_MODEL_FORMAT", () => utf8("not a model")],
  ])("that is broken is refused with %s, and no path of ours in the message", async (code, change) => {
    const changed = change(encodeModel(modelWith()));
    const error = await inspect(changed, "bank.slipway").catch((thrown: SlipwayError) => thrown);
    expect(error).toEqual(refused(code));
    expect(JSON.stringify([(error as SlipwayError).message, (error as SlipwayError).details])).not.toContain(
      registry.folder,
    );
  });

  test("is looked at in a copy where the store has no files of its own, and the copy is removed", async () => {
    const { artifacts } = registry;
    const files = [{ path: "m.slipway", ...(await artifacts.put(encodeModel(modelWith()))) }];
    const copies = () => readdirSync(tmpdir()).filter((name) => name.startsWith("slipway-model-"));
    const before = copies();
    const elsewhere = { ...artifacts, localFile: () => Promise.resolve(null), read: artifacts.read.bind(artifacts) };
    expect(await inspectFiles(elsewhere, files)).toMatchObject({ kind: "slipway" });
    expect(copies()).toEqual(before);
  });

  test("whose stored bytes were changed on the disk is refused", async () => {
    const stored = await registry.artifacts.put(encodeModel(modelWith({ metrics: { accuracy: 0.123 } })));
    const file = (await registry.artifacts.localFile(stored.sha256)) as string;
    const other = encodeModel(modelWith({ metrics: { accuracy: 0.321 } }));
    writeFileSync(file, other);
    const files = [{ path: "m.slipway", ...stored }];
    await expect(inspectFiles(registry.artifacts, files)).rejects.toEqual(refused("SLW_ARTIFACT_CORRUPT"));
  });
});

describe("ONNX", () => {
  test("shows versions, inputs and outputs of what our own exporter writes", async () => {
    expect(await inspect(exportOnnx(modelWith()), "bank.onnx")).toMatchObject({
      kind: "onnx",
      primaryPath: "bank.onnx",
      inputs: [
        { name: "age", type: "float64[?,1]" },
        { name: "job", type: "string[?,1]" },
      ],
      outputs: [{ name: "label" }, { name: "probabilities" }],
      particulars: { opsets: { "ai.onnx.ml": 5 } },
    });
  });

  const field = (number: number, ...bytes: number[]) => [(number << 3) | 2, bytes.length, ...bytes];
  const name = (number: number, text: string) => field(number, ...utf8(text));
  const value = (number: number, text: string) => field(number, ...name(1, text));
  const opset = field(8, 0x10, 17);
  const version = [0x08, 10];
  const graph = (...parts: number[][]) => field(7, ...parts.flat());
  const node = field(1);
  const whole = [version, opset, graph(node, value(11, "x"), value(12, "y"))];

  test.each([
    ["an empty file", []],
    ["no IR version", whole.slice(1)],
    ["no operator set", [version, whole[2] as number[]]],
    ["no graph", [version, opset]],
    ["two graphs", [...whole, whole[2] as number[]]],
    ["no node", [version, opset, graph(value(11, "x"), value(12, "y"))]],
    ["no input", [version, opset, graph(node, value(12, "y"))]],
    ["no input but a weight", [version, opset, graph(node, value(11, "x"), field(5, ...name(8, "x")), value(12, "y"))]],
    ["no output", [version, opset, graph(node, value(11, "x"))]],
    [
      "weights in another file",
      [version, opset, graph(node, value(11, "x"), value(12, "y"), field(5, ...name(8, "w"), 0x70, 1))],
    ],
    ["an input without a name", [version, opset, graph(node, field(11), value(12, "y"))]],
    ["a field longer than the file", [[...version, 0x3a, 0x7f, 1]]],
    ["a number that never ends", [[0x08, ...Array.from({ length: 11 }, () => 0xff)]]],
    ["a group, which no ONNX file has", [...whole, [0x0b]]],
    ["a name that is no UTF-8", [version, opset, graph(node, field(11, ...field(1, 0xff)), value(12, "y"))]],
    ["JSON", [[...utf8('{"a": 1}')]]],
  ])("is refused with %s", (_what, parts) => {
    expect(() => look(Uint8Array.from(parts.flat()))).toThrow(refused("SLW_REGISTRY_ONNX"));
  });

  test("is taken when it has all of that", () => {
    expect(look(Uint8Array.from(whole.flat()))).toMatchObject({
      inputs: [{ name: "x", type: "unknown" }],
      particulars: { irVersion: 10, opsets: { "ai.onnx": 17 } },
    });
  });

  test("of any bytes, or with any byte changed, is taken or refused, never more", () => {
    const survive = (bytes: Uint8Array): void => {
      try {
        look(bytes);
      } catch (error) {
        expect(error).toEqual(refused("SLW_REGISTRY_ONNX"));
      }
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), survive));
    const good = exportOnnx(modelWith());
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 }), (at, byte) =>
        survive(good.with(at, byte)),
      ),
    );
    fc.assert(fc.property(fc.nat(good.length - 1), (end) => survive(good.subarray(0, end))));
  });

  test("weights are passed by without being read", async () => {
    const file = join(registry.folder, "large");
    const weights = 3_000_000;
    const length: number[] = [];
    for (let rest = weights; rest > 0; rest = Math.floor(rest / 128))
      length.push((rest % 128) | (rest >= 128 ? 128 : 0));
    const inside = [...node, ...value(11, "x"), ...value(12, "y"), (5 << 3) | 2, ...length];
    let size = inside.length + weights;
    const graphLength: number[] = [];
    for (; size > 0; size = Math.floor(size / 128)) graphLength.push((size % 128) | (size >= 128 ? 128 : 0));
    // A TensorProto whose one field, raw_data, fills it.
    const rawLength: number[] = [];
    const raw = weights - 5;
    for (let rest = raw; rest > 0; rest = Math.floor(rest / 128))
      rawLength.push((rest % 128) | (rest >= 128 ? 128 : 0));
    expect(rawLength).toHaveLength(4);
    const head = [...version, ...opset, (7 << 3) | 2, ...graphLength, ...inside, (9 << 3) | 2, ...rawLength];
    writeFileSync(file, Buffer.concat([Buffer.from(head), Buffer.alloc(raw)]));
    const view = openFileView(file);
    let furthest = 0;
    const counted = { ...view, byte: (at: number) => ((furthest = Math.max(furthest, at)), view.byte(at)) };
    expect(inspectOnnx(counted, "m").inputs).toHaveLength(1);
    view.close();
    expect(furthest).toBeLessThan(head.length);
  });
});

describe("an MLflow model folder", () => {
  const mlmodel = `artifact_path: model
flavors:
  python_function:
    env: {conda: conda.yaml}
    loader_module: mlflow.sklearn
    model_path: model.pkl
  sklearn:
    pickled_model: model.pkl
    sklearn_version: 1.7.2
mlflow_version: 3.17.2
model_uuid: 0a1b
utc_time_created: '2026-01-02 03:04:05.678901'
signature:
  inputs: '[{"type": "double", "name": "age", "required": true}, {"type": "string", "name": "job", "required": false}]'
  outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}]'
  params: null
`;

  test("shows flavors and signature; a pickle in it stays bytes", async () => {
    const files = await Promise.all(
      Object.entries({ MLmodel: utf8(mlmodel), "model.pkl": utf8("cos\nsystem\n(S'false'\ntR.") }).map(
        async ([path, bytes]) => ({ path, ...(await registry.artifacts.put(bytes)) }),
      ),
    );
    expect(await inspectFiles(registry.artifacts, files)).toMatchObject({
      kind: "mlflow",
      primaryPath: "MLmodel",
      algorithm: "python_function, sklearn",
      inputs: [
        { name: "age", type: "double", nullable: false },
        { name: "job", type: "string", nullable: true },
      ],
      outputs: [{ name: "column 1", type: "int64[?]" }],
      particulars: { mlflowVersion: "3.17.2", flavors: { sklearn: { pickled_model: "model.pkl" } } },
    });
  });

  test.each([
    ["no YAML", "a: [1"],
    ["no mapping", "- 1"],
    ["no flavor", "artifact_path: model"],
    ["an empty flavor list", "flavors: {}"],
    ["a signature that is no JSON", "flavors: {a: {}}\nsignature: {inputs: 'x'}"],
    ["a tag of a language", "flavors: {a: !!python/object/apply:os.system ['false']}"],
    [
      "aliases that grow without end",
      `flavors: {a: &a0 [x]}\n${Array.from({ length: 12 }, (_, i) => `b${i}: &a${i + 1} [*a${i}, *a${i}]`).join("\n")}`,
    ],
  ])("with %s is refused", (_what, text) => {
    expect(() => inspectMlmodel(utf8(text), "MLmodel")).toThrow(refused("SLW_REGISTRY_MLMODEL"));
  });

  test("that is no UTF-8 is refused", () => {
    const bytes = Uint8Array.of(...utf8("flavors: {a: {}} # "), 0xff);
    expect(() => inspectMlmodel(bytes, "MLmodel")).toThrow(refused("SLW_REGISTRY_MLMODEL"));
  });

  test("of several files needs MLmodel", async () => {
    const stored = await registry.artifacts.put(utf8("x"));
    const files = ["a", "b"].map((path) => ({ path, ...stored }));
    await expect(inspectFiles(registry.artifacts, files)).rejects.toEqual(refused("SLW_REGISTRY_FILES"));
    await expect(inspectFiles(registry.artifacts, [])).rejects.toEqual(refused("SLW_REGISTRY_FILES"));
  });
});
