import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SlipwayError } from "../base/index.ts";
import { decodeModel, encodeModel, readModel, score, writeModel } from "./index.ts";
import { readRecords } from "./records.ts";
import { sha256 } from "./sha256.ts";
import { testModel } from "./test-model.ts";
import type { Model, Recipe } from "./types.ts";

const bytes = encodeModel(testModel);
const rows = [
  { age: 57, balance: 10.5, job: "student", since: "2020-02-29" },
  { age: 20, balance: null, job: "pilot", since: null },
];

// oxlint-disable-next-line typescript/no-explicit-any -- headers are taken apart freely here
type Json = Record<string, any>;

/** The file with a header changed by `change`, and a checksum that fits. */
function withHeader(change: (header: Json) => void): Uint8Array {
  const length = new DataView(bytes.buffer).getUint32(12, true);
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(24, 24 + length))) as Json;
  change(header);
  return assemble(JSON.stringify(header), bytes.subarray(24 + length, bytes.length - 32));
}

function assemble(header: string | Uint8Array, tensors: Uint8Array): Uint8Array {
  const encoded = typeof header === "string" ? new TextEncoder().encode(header) : header;
  const headerLength = Math.ceil(encoded.length / 8) * 8;
  const file = new Uint8Array(24 + headerLength + tensors.length + 32);
  file.set(bytes.subarray(0, 12));
  const view = new DataView(file.buffer);
  view.setUint32(12, headerLength, true);
  view.setBigUint64(16, BigInt(file.length), true);
  file.fill(0x20, 24, 24 + headerLength);
  file.set(encoded, 24);
  file.set(tensors, 24 + headerLength);
  return sealed(file);
}

/** Writes the checksum that fits. */
function sealed(file: Uint8Array): Uint8Array {
  file.set(createHash("sha256").update(file.subarray(0, -32)).digest(), file.length - 32);
  return file;
}

function patched(at: number, ...values: number[]): Uint8Array {
  const copy = bytes.slice();
  copy.set(values, at);
  return copy;
}

const withCode = (code: string) => expect.objectContaining({ code });

describe("a model file", () => {
  test("gives back the model, and the same answers", () => {
    const back = decodeModel(bytes);
    expect(back).toEqual(testModel);
    const { table } = readRecords(testModel, rows);
    expect(score(back, table)).toEqual(score(testModel, table));
  });

  test("equal models have equal bytes, whatever the order of their keys and what hangs on them", () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
      return Object.fromEntries(
        Object.entries(value)
          .toReversed()
          .map(([key, item]) => [key, reversed(item)]),
      );
    };
    const decorated = { ...(reversed(testModel) as Model), sha256: "00" };
    expect(encodeModel(decorated)).toEqual(bytes);
    expect(encodeModel(decodeModel(bytes))).toEqual(bytes);
  });

  test("the bytes of version 2 stay as they are", () => {
    expect(createHash("sha256").update(bytes).digest("hex")).toMatchInlineSnapshot(
      `"67fc1b386cea1bc8d18e37ce3da2c526509dbf5d7b6d05d9e17c96cba9dbddc2"`,
    );
  });

  test("a file of version 1, with the bytes that it had, is a vote without label weights", () => {
    const file = withHeader((header) => {
      delete header.combination;
      delete header.labelWeights;
    });
    file.set([1], 8);
    expect(createHash("sha256").update(sealed(file)).digest("hex")).toBe(
      "bbdc26fc0e27332c3372d0cdc39596d65526ee5183a22d72ac00e9a67597da1c",
    );
    expect(decodeModel(file)).toEqual(testModel);
    const withNewKeys = bytes.slice();
    withNewKeys.set([1], 8);
    expect(() => decodeModel(sealed(withNewKeys))).toThrow(withCode("SLW_MODEL_INVALID"));
  });

  test.each<[string, Partial<Model>]>([
    ["a stack of two classes", { combination: { kind: "stack", intercepts: [-0.5] } }],
    ["label weights", { labelWeights: [0.25, 0.75] }],
  ])("%s comes back", (_, change) => {
    const [first, second] = testModel.members as [Model["members"][number], Model["members"][number]];
    const isStack = change.combination !== undefined;
    const members = isStack
      ? [
          { ...first, weight: 1.5 },
          { ...second, weight: -0.25 },
        ]
      : testModel.members;
    const model = { ...testModel, ...change, members };
    expect(decodeModel(encodeModel(model))).toEqual(model);
  });

  test("a metric that could not be computed comes back as NaN", () => {
    const model = { ...testModel, metrics: { spearman: NaN } };
    expect(decodeModel(encodeModel(model)).metrics).toEqual({ spearman: NaN });
  });

  test("bytes at any offset of a buffer are read", () => {
    const shifted = new Uint8Array(bytes.length + 3);
    shifted.set(bytes, 3);
    expect(decodeModel(shifted.subarray(3))).toEqual(testModel);
  });

  test("tensors on shared memory are written", () => {
    const shared = new Float64Array(new SharedArrayBuffer(8)).fill(-0.5);
    const [member, ...others] = testModel.members as [Model["members"][number], Model["members"][number]];
    const model = {
      ...testModel,
      members: [{ ...member, learner: { ...member.learner, base: shared } as never }, ...others],
    };
    expect(encodeModel(model)).toEqual(bytes);
  });

  test("text that is not ASCII survives", () => {
    const model = { ...testModel, target: "größe 📈 \ud800 \u0000", labels: ["нет", "да"] };
    expect(decodeModel(encodeModel(model))).toEqual(model);
  });
});

function decodeOrNull(file: Uint8Array): Model | null {
  try {
    return decodeModel(file);
  } catch (error) {
    if (error instanceof SlipwayError) return null;
    throw error;
  }
}

/** Numbers in the answer; or why there is none: the input of a model may have been renamed. */
function scoreOrCode(model: Model): number | string {
  try {
    return score(model, readRecords(testModel, rows).table).length;
  } catch (error) {
    if (error instanceof SlipwayError) return error.code;
    throw error;
  }
}

const recipe: Recipe = {
  data: { rows: 10, columns: ["age", "job", "since", "y"], sha256: "0123456789abcdef".repeat(4) },
  validationData: null,
  options: { task: "classification", featurization: { mode: "auto", dropColumns: ["id"] } },
  members: [
    { trial: 0, algorithm: "GradientBoosting", params: { maxLeaves: 7 }, rounds: 2, seed: 42, trainedOn: "all" },
    { trial: 1, algorithm: "LogisticRegression", params: { C: 0.5 }, rounds: 1, seed: 42, trainedOn: 0 },
  ],
};
const withOptions = (options: Json): Json => ({ ...recipe, options });
const withData = (data: Json): Json => ({ ...recipe, data: { ...recipe.data, ...data } });
const withMember = (member: Json): Json => ({ ...recipe, members: [{ ...recipe.members[0], ...member }] });

describe("a background", () => {
  const background = [
    [20, 40],
    [null, 80.5],
    ["admin.", null],
    [0, 1.5e12],
  ];

  test("comes back, in format version 3; a model without one is written as version 2", () => {
    const file = encodeModel({ ...testModel, background });
    expect([file[8], bytes[8]]).toEqual([3, 2]);
    expect(decodeModel(file)).toEqual({ ...testModel, background });
  });

  test.each<[string, unknown]>([
    ["none in version 3", undefined],
    ["no list", "x"],
    ["too few columns", background.slice(1)],
    ["lists of different lengths", [...background.slice(1), [1]]],
    ["empty lists", background.map(() => [])],
    ["too many values", background.map(() => new Array(257).fill(null))],
    ["text in a column of numbers", [["x", "x"], ...background.slice(1)]],
    ["a number in a column of text", [background[0], background[1], [1, 1], background[3]]],
  ])("refused: %s", (_, value) => {
    const file = withHeader((header) => {
      header.background = value;
    });
    file.set([3], 8);
    expect(() => decodeModel(sealed(file))).toThrow(withCode("SLW_MODEL_INVALID"));
  });

  test("in a file of version 2 is a key that is not known", () => {
    const file = withHeader((header) => {
      header.background = background;
    });
    expect(() => decodeModel(file)).toThrow(withCode("SLW_MODEL_INVALID"));
  });
});

test("the recipe of a model comes back as it was", () => {
  const model: Model = { ...testModel, provenance: { ...testModel.provenance, recipe } };
  expect(decodeModel(encodeModel(model))).toEqual(model);
});

describe("a broken file is refused", () => {
  test.each<[string, Uint8Array, string]>([
    ["empty", new Uint8Array(0), "SLW_MODEL_CUT"],
    ["a CSV", new TextEncoder().encode("age,job\n57,student\n".repeat(10)), "SLW_MODEL_FORMAT"],
    ["a pickle", Uint8Array.of(0x80, 4, 0x95), "SLW_MODEL_FORMAT"],
    ["one byte of the magic wrong", patched(7, 0x5a), "SLW_MODEL_FORMAT"],
    ["the magic alone", bytes.slice(0, 8), "SLW_MODEL_CUT"],
    ["cut in the header", bytes.slice(0, 200), "SLW_MODEL_CUT"],
    ["the last byte missing", bytes.slice(0, -1), "SLW_MODEL_CUT"],
    ["a byte too many", Uint8Array.from([...bytes, 0]), "SLW_MODEL_ALTERED"],
    ["a newer version", patched(8, 4), "SLW_MODEL_VERSION"],
    ["a far newer version", patched(8, 255, 255, 255, 255), "SLW_MODEL_VERSION"],
    ["version 0", patched(8, 0), "SLW_MODEL_FORMAT"],
    ["another checksum", patched(bytes.length - 1, (bytes.at(-1) as number) ^ 1), "SLW_MODEL_ALTERED"],
    ["a changed threshold", patched(bytes.length - 40, 1), "SLW_MODEL_ALTERED"],
    ["a huge file length", patched(16, 255, 255, 255, 255, 255, 255, 255, 255), "SLW_MODEL_CUT"],
    ["a huge header length", sealed(patched(12, 0xf8, 255, 255, 255)), "SLW_MODEL_INVALID"],
    ["a header length off the grid", sealed(patched(12, 17, 0, 0, 0)), "SLW_MODEL_INVALID"],
    ["a header that is not JSON", assemble("{task:}", new Uint8Array(0)), "SLW_MODEL_INVALID"],
    ["a header that is not UTF-8", assemble(Uint8Array.of(0x22, 0xff, 0x22), new Uint8Array(0)), "SLW_MODEL_INVALID"],
    ["a header nested a million deep", assemble("[".repeat(1e6), new Uint8Array(0)), "SLW_MODEL_INVALID"],
    [
      "a valid header nested a million deep",
      assemble("[".repeat(1e6) + "]".repeat(1e6), new Uint8Array(0)),
      "SLW_MODEL_INVALID",
    ],
    [
      "bytes that no tensor uses",
      assemble(headerText(), Uint8Array.from([...tensorSection(), ...new Uint8Array(8)])),
      "SLW_MODEL_INVALID",
    ],
  ])("%s", (_, file, code) => {
    expect(() => decodeModel(file)).toThrow(withCode(code));
  });

  function headerText(): string {
    return new TextDecoder().decode(bytes.subarray(24, 24 + new DataView(bytes.buffer).getUint32(12, true)));
  }
  function tensorSection(): Uint8Array {
    return bytes.subarray(24 + new DataView(bytes.buffer).getUint32(12, true), -32);
  }

  const trees = (header: Json): Json => header.members[0].learner.trees;
  test.each<[string, (header: Json) => void]>([
    ["an unknown key", (h) => (h.extra = 1)],
    ["a missing key", (h) => delete h.task],
    ["__proto__ in the header", (h) => own(h, "__proto__", { task: "regression" })],
    ["__proto__ in the metrics", (h) => own(h.metrics, "__proto__", 1)],
    ["__proto__ in the parameters", (h) => own(h.provenance.trials[0].params, "__proto__", {})],
    [
      "parameters nested too deep",
      (h) => (h.provenance.trials[0].params.x = JSON.parse("[".repeat(50) + "]".repeat(50))),
    ],
    ["an unknown task", (h) => (h.task = "clustering")],
    ["one label", (h) => (h.labels = ["yes"])],
    ["a label twice", (h) => (h.labels = ["yes", "yes"])],
    ["three labels for a sigmoid", (h) => h.labels.push("maybe")],
    ["labels for regression", (h) => (h.task = "regression")],
    ["an input twice", (h) => h.inputs.push(h.inputs[0])],
    ["an input of unknown type", (h) => (h.inputs[0].type = "text")],
    ["a range the wrong way round", (h) => (h.inputs[0].range = [2, 1])],
    ["a range of three", (h) => (h.inputs[0].range = [1, 2, 3])],
    ["a transform of no input", (h) => (h.transforms[0].column = "toString")],
    ["a transform of the wrong type", (h) => (h.transforms[0].column = "since")],
    ["an unknown transform", (h) => (h.transforms[0].op = "Eval")],
    ["an unknown date part", (h) => (h.transforms[3].part = "constructor")],
    ["a category twice", (h) => (h.transforms[2].categories = ["a", "a"])],
    ["weights that do not sum to 1", (h) => (h.members[0].weight = 0.5)],
    ["a negative weight", (h) => ((h.members[0].weight = 1.25), (h.members[1].weight = -0.25))],
    ["no members", (h) => (h.members = [])],
    ["an unknown combination", (h) => (h.combination.kind = "mean")],
    ["a vote with intercepts", (h) => (h.combination.intercepts = [0])],
    ["a stack without intercepts", (h) => (h.combination = { kind: "stack" })],
    ["a stack with an intercept too many", (h) => (h.combination = { kind: "stack", intercepts: [0, 0] })],
    ["a stack of nobody", (h) => ((h.combination = { kind: "stack", intercepts: [0] }), (h.members = []))],
    ["a label weight too few", (h) => (h.labelWeights = [1])],
    ["a label weight of 0", (h) => (h.labelWeights = [1, 0])],
    ["a label weight that is text", (h) => (h.labelWeights = [1, "1"])],
    ["label weights left out", (h) => delete h.labelWeights],
    ["an unknown learner", (h) => (h.members[0].learner.kind = "pickle")],
    ["outputs that do not fit the labels", (h) => (h.members[0].learner.outputs = 2)],
    ["a leaf width that fits nothing", (h) => (h.members[0].learner.leafWidth = 5)],
    ["exp for classification", (h) => (h.members[0].learner.link = "exp")],
    ["a linear width that does not fit", (h) => (h.members[1].learner.width = 8)],
    ["a huge linear width", (h) => (h.members[1].learner.width = 2 ** 52)],
    ["an encoding beyond the features", (h) => (h.members[1].learner.encodings[0].feature = 4)],
    ["a negative feature", (h) => (h.members[1].learner.encodings[0].feature = -1)],
    ["an encoding beyond the width", (h) => (h.members[1].learner.encodings[0].position = 7)],
    ["a one-hot range beyond the width", (h) => (h.members[1].learner.encodings[2].cardinality = 4)],
    ["a missing indicator beyond the width", (h) => (h.members[1].learner.encodings[1].missing = 7)],
    ["a scale of 0", (h) => (h.members[1].learner.encodings[0].scale = 0)],
    ["a mean that is text", (h) => (h.members[1].learner.encodings[0].mean = "0")],
    ["a tensor of another type", (h) => (trees(h).roots.dtype = "float64")],
    ["a tensor of no type", (h) => (trees(h).roots.dtype = "constructor")],
    ["a tensor beyond the section", (h) => (trees(h).leafValues.length = 1e6)],
    ["a tensor of a huge length", (h) => (trees(h).leafValues.length = 2 ** 53 - 1)],
    ["a tensor of a fractional length", (h) => (trees(h).leafValues.length = 0.5)],
    ["a tensor of negative length", (h) => (trees(h).leafValues.length = -1)],
    ["a tensor off the grid", (h) => (trees(h).roots.offset += 4)],
    ["two tensors on one place", (h) => (trees(h).feature.offset = trees(h).left.offset)],
    ["a tensor in the place of itself", (h) => (trees(h).roots = [0])],
    ["a seed that is text", (h) => (h.provenance.seed = "42")],
    ["a recipe that is null", (h) => (h.provenance.recipe = null)],
    ["a recipe without members", (h) => (h.provenance.recipe = { ...recipe, members: undefined })],
    ["__proto__ in the recipe's options", (h) => own((h.provenance.recipe = withOptions({})).options, "__proto__", {})],
    ["a hash that is none", (h) => (h.provenance.recipe = withData({ sha256: "abc" }))],
    ["rows that are text", (h) => (h.provenance.recipe = withData({ rows: "10" }))],
    ["a fold that is none", (h) => (h.provenance.recipe = withMember({ trainedOn: -1 }))],
    ["a parameter that is a list", (h) => (h.provenance.recipe = withMember({ params: { maxLeaves: [7] } }))],
  ])("%s: SLW_MODEL_INVALID", (_, change) => {
    expect(() => decodeModel(withHeader(change))).toThrow(withCode("SLW_MODEL_INVALID"));
  });

  function own(object: Json, key: string, value: unknown): void {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true });
  }

  test.each<[string, string, number, number]>([
    ["a child that is its parent", "left", 0, 0],
    ["a child before its parent", "left", 2, 1],
    ["a child in the next tree", "left", 2, 4],
    ["a child beyond the nodes", "left", 5, 7],
    ["a leaf beyond the leaf values", "left", 1, 5],
    ["a negative leaf", "left", 1, -1],
    ["a feature beyond the transforms", "feature", 2, 4],
    ["unknown flags", "flags", 2, 4],
    ["a threshold that is NaN", "threshold", 2, NaN],
    ["a bit set that starts beyond the bit sets", "threshold", 0, 2],
    ["a bit set that starts at half a word", "threshold", 0, 0.5],
    ["a bit set that ends beyond the bit sets", "bitsets", 0, 2],
    ["the first root not at 0", "roots", 0, 1],
    ["roots in falling order", "roots", 1, 0],
    ["a root beyond the nodes", "roots", 1, 8],
    ["a leaf that is infinite", "leafValues", 0, Infinity],
    ["a base that is NaN", "base", 0, NaN],
    ["a weight that is NaN", "weights", 0, NaN],
    ["an intercept that is infinite", "intercepts", 0, -Infinity],
  ])("%s: SLW_MODEL_INVALID", (_, tensor, index, value) => {
    const copy = structuredClone(testModel) as Json;
    const holders = [copy.members[0].learner.trees, copy.members[0].learner, copy.members[1].learner];
    holders.find((holder) => tensor in holder)[tensor][index] = value;
    expect(() => decodeModel(encodeModel(copy as Model))).toThrow(withCode("SLW_MODEL_INVALID"));
  });

  test("no flipped byte and no cut gets past the checksum", () => {
    const change = fc.record({ at: fc.nat(bytes.length - 1), mask: fc.integer({ min: 1, max: 255 }) });
    fc.assert(
      fc.property(change, fc.nat(bytes.length - 1), ({ at, mask }, length) => {
        expect(() => decodeModel(patched(at, bytes[at] ^ mask))).toThrow(SlipwayError);
        expect(() => decodeModel(bytes.subarray(0, length))).toThrow(SlipwayError);
      }),
      { numRuns: 500 },
    );
  });

  test("altered content under a checksum that fits is refused, or scores in bounds", () => {
    const change = fc.record({ at: fc.integer({ min: 8, max: bytes.length - 33 }), value: fc.nat(255) });
    let refused = 0;
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const copy = bytes.slice();
        for (const { at, value } of changes) copy[at] = value;
        const model = decodeOrNull(sealed(copy));
        if (model === null) refused++;
        expect([4, "SLW_SCORE_COLUMN_MISSING", "refused"]).toContain(model === null ? "refused" : scoreOrCode(model));
      }),
      { numRuns: 3000, seed: 7 },
    );
    expect(refused).toBeGreaterThan(500);
  });
});

test("sha256 is Node's", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (message) => {
      expect(Buffer.from(sha256(message))).toEqual(createHash("sha256").update(message).digest());
    }),
  );
});

describe("files", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "slipway-model-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("written and read, with the hash of the file, for its owner alone", async () => {
    const path = join(folder, "bank 'ü*.slipway");
    await writeFile(path, "older content", { mode: 0o644 });
    const { sha256: hash } = await writeModel(path, testModel);
    expect(await readModel(path)).toEqual({ ...testModel, sha256: hash });
    expect(hash).toBe(
      createHash("sha256")
        .update(await readFile(path))
        .digest("hex"),
    );
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(["bank 'ü*.slipway"]);
  });

  test("a model that cannot be read back is not written, and the older file stays", async () => {
    const path = join(folder, "bank.slipway");
    await writeModel(path, testModel);
    await expect(writeModel(path, { ...testModel, labels: ["yes"] })).rejects.toThrow(withCode("SLW_MODEL_INVALID"));
    expect(await readModel(path)).toMatchObject(testModel);
    expect(await readdir(folder)).toEqual(["bank.slipway"]);
  });

  test.each(["is-a-folder", "no/such/folder/model.slipway"])(
    "nothing is left where %s cannot be written",
    async (name) => {
      await mkdir(join(folder, "is-a-folder", "inside"), { recursive: true });
      await expect(writeModel(join(folder, name), testModel)).rejects.toThrow(withCode("SLW_MODEL_UNWRITABLE"));
      expect(await readdir(folder)).toEqual(["is-a-folder"]);
    },
  );

  test("what is no file is refused by its path, a named pipe without waiting for a writer", async () => {
    execFileSync("mkfifo", [join(folder, "pipe")]);
    for (const name of ["absent", ".", "pipe"]) {
      const path = join(folder, name);
      await expect(readModel(path)).rejects.toThrow(withCode("SLW_MODEL_UNREADABLE"));
    }
  });

  test("a broken file is named by its path", async () => {
    const path = join(folder, "cut.slipway");
    await writeFile(path, bytes.subarray(0, 100));
    await expect(readModel(path)).rejects.toThrow(`${path}: The model file is cut`);
  });
});
