/** The folders keep to layers.json, and a checker that saw nothing, or would see nothing, fails. */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  budgetViolations,
  importCycles,
  layerViolations,
  readSources,
  studioFiles,
  type Layers,
} from "./layers/rules.ts";
import { readSourceFile, type SourceFile } from "./layers/source-file.ts";

const root = join(import.meta.dirname, "..");
const src = join(root, "src");
const layers = JSON.parse(readFileSync(join(root, "layers.json"), "utf8")) as Layers;

/** Functions that may be longer than 50 lines, each with its reason. */
const excused: Record<string, string> = {
  "src/automl/pool.ts#createPool": "a closure over the workers; the functions inside are short",
  "src/automl/trees/flatten.ts#createTreesBuilder":
    "a closure over growing typed arrays; the functions inside are short",
  "src/automl/trees/grow.ts#createGrower": "a closure over the tree's typed arrays; the functions inside are short",
  "src/data/csv/dictionary.ts#createDictionary": "a closure over its hash table; the functions inside are short",
  "src/data/csv/record-reader.ts#createRecordReader": "a closure over the reader's state",
  "src/data/csv/record-reader.ts#read": "the hot loop over bytes, alone in its function",
};

describe("the sources", () => {
  const files = readSources(src);

  test("are seen by the checker", () => {
    expect(files.length).toBeGreaterThan(10);
    expect(files.flatMap((file) => file.references).length).toBeGreaterThan(10);
    expect(files.flatMap((file) => file.functions).length).toBeGreaterThan(10);
  });

  test("import only through doors, and only as layers.json allows", () => {
    expect(layerViolations(src, files, layers)).toEqual([]);
  });

  test("of the studio import each other only as src/studio/layers.json allows", () => {
    const studio = join(src, "studio");
    const table = JSON.parse(readFileSync(join(studio, "layers.json"), "utf8")) as Layers;
    const found = studioFiles(studio, files);
    expect(found.length).toBeGreaterThan(10);
    expect(layerViolations(studio, found, table)).toEqual([]);
  });

  test("have no import cycles", () => {
    expect(importCycles(src, files)).toEqual([]);
  });

  test("stay within their budgets", () => {
    const others = ["test", "bench"].flatMap((folder) => readSources(join(root, folder)));
    expect(budgetViolations(root, [...files, ...others], excused)).toEqual([]);
  });

  test("need every excuse that they have", () => {
    const needed = budgetViolations(root, files, {}).join("\n");
    const needless = Object.keys(excused).filter(
      (key) => !new RegExp(key.replace("#", ":\\d+: ") + " has").test(needed),
    );
    expect(needless).toEqual([]);
  });

  test("are layered without cycles", () => {
    const settled = new Set<string>();
    const names = Object.keys(layers);
    for (const _round of names)
      for (const name of names) if (layers[name]?.every((other) => settled.has(other))) settled.add(name);
    expect(names.filter((name) => !settled.has(name))).toEqual([]);
  });
});

describe("a planted violation", () => {
  let copy = "";
  let clean: SourceFile[] = [];
  beforeAll(() => {
    copy = join(mkdtempSync(join(tmpdir(), "slipway-layers-")), "src");
    cpSync(src, copy, { recursive: true });
    writeFileSync(join(copy, "base", "planted.test.ts"), "export const test = 1;\n");
    writeFileSync(join(copy, "model", "planted-other.ts"), "export const other = 1;\n");
    clean = readSources(copy);
  });
  afterAll(() => rmSync(join(copy, ".."), { recursive: true, force: true }));

  /** What the checkers find in the copy once `code` is planted in base/planted.ts, beyond what is there already. */
  function found(code: string): string[] {
    const planted = join(copy, "base", "planted.ts");
    writeFileSync(planted, code);
    const files = [...clean, readSourceFile(planted)];
    const all = [
      ...layerViolations(copy, files, layers),
      ...importCycles(copy, files),
      ...budgetViolations(copy, files, excused),
    ];
    rmSync(planted);
    return all.filter((violation) => violation.includes("planted.ts"));
  }

  test.each([
    ["static import", 'import { a } from "../model/index.ts";', "does not let base import model"],
    ["type import", 'import type { Model } from "../model/index.ts";', "does not let base import model"],
    ["re-export", 'export * from "../model/index.ts";', "does not let base import model"],
    ["named re-export", 'export { a } from "../model/index.ts";', "does not let base import model"],
    ["dynamic import", 'const a = await import("../model/index.ts");', "does not let base import model"],
    ["type in place", 'type A = import("../model/index.ts").Model;', "does not let base import model"],
    ["worker by URL", 'new URL("../model/planted-other.ts", import.meta.url);', "does not let base import model"],
    [
      "worker by siblingModule",
      'siblingModule(import.meta.url, "../model/planted-other");',
      "does not let base import model",
    ],
    ["test", 'import "./planted.test.ts";', "nothing imports a test"],
    ["absent file", 'import "./absent.ts";', "no such file"],
    ["file outside src", 'import "../../outside.ts";', "no such file"],
    ["import without .ts", 'import "./errors";', "end in .ts"],
    ["a page of the studio", 'import type { a } from "../studio/app/index.ts";', "does not let base import studio"],
    ["import of itself", 'import "./planted.ts";', "base/planted.ts -> base/planted.ts"],
    ["long function", `function long() {\n${"//\n".repeat(50)}}`, "long has 52 lines"],
    ["long file", "//\n".repeat(601), "601 lines"],
  ])("is caught: %s", (_name, code, expected) => {
    expect(found(code).join("\n")).toContain(expected);
  });

  test("is caught: a way around the door", () => {
    const planted = join(copy, "model", "planted-door.ts");
    writeFileSync(planted, 'import { createRandom } from "../base/random.ts";');
    const violations = layerViolations(copy, readSources(copy), layers);
    rmSync(planted);
    expect(violations.join("\n")).toContain("base has one door: base/index.ts");
  });

  test("is caught: what is for tests, imported by what is not", () => {
    const [planted, tested] = ["planted-user.ts", "planted-user.test.ts"].map((name) => join(copy, "access", name));
    for (const path of [planted, tested]) writeFileSync(path as string, 'import "../store/testing.ts";');
    const violations = layerViolations(copy, readSources(copy), layers).filter((text) => text.includes("planted-user"));
    for (const path of [planted, tested]) rmSync(path as string);
    expect(violations).toEqual(["access/planted-user.ts:1: ../store/testing.ts: only tests import testing.ts"]);
  });

  test("is caught: a cycle of two files", () => {
    writeFileSync(join(copy, "base", "planted.ts"), 'import "./planted-b.ts";');
    writeFileSync(join(copy, "base", "planted-b.ts"), 'export * from "./planted.ts";');
    expect(importCycles(copy, readSources(copy)).join("\n")).toMatch(/planted(-b)?\.ts -> base\/planted/);
    for (const name of ["planted.ts", "planted-b.ts"]) rmSync(join(copy, "base", name));
  });

  test("is not seen in clean code", () => {
    expect(found('import { readFileSync } from "node:fs";\nimport { SlipwayError } from "./errors/index.ts";')).toEqual(
      [],
    );
  });

  test("cannot hide in a file that does not parse", () => {
    writeFileSync(join(copy, "base", "planted.ts"), "import {");
    expect(() => readSources(copy)).toThrow("planted.ts");
    rmSync(join(copy, "base", "planted.ts"));
  });
});
