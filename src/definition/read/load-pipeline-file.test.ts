import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { loadPipelineFile, type LoadedPipeline } from "./load-pipeline-file.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-pipeline-file-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const steps = { a: { type: "approval", message: "?" } };
function file(name: string, text: string): string {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
}

test("YAML and JSON come with their text", async () => {
  const yaml = "name: a\nsteps:\n  a: {type: approval, message: '?'}\n";
  expect(await loadPipelineFile(file("a.yaml", yaml))).toEqual({
    definition: { name: "a", steps },
    problems: [],
    text: yaml,
  });
  const text = JSON.stringify({ name: "a", steps });
  expect(await loadPipelineFile(file("a.JSON", text))).toMatchObject({ definition: { name: "a", steps }, text });
  expect((await loadPipelineFile(file("b.yml", "name: a\nsteps: {a: 3}"))).problems[0]).toMatchObject({
    line: 2,
    path: "steps.a",
  });
});

/** In a process of its own, as the command line does: the test runner has its own way with modules. */
async function loadModule(path: string): Promise<LoadedPipeline | string> {
  const module = JSON.stringify(join(import.meta.dirname, "load-pipeline-file.ts"));
  const script = `const { loadPipelineFile } = await import(${module});
    console.log(JSON.stringify(await loadPipelineFile(${JSON.stringify(path)}).catch((error) => error.code + ": " + error.message)));`;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    cwd: folder,
  });
  return JSON.parse(stdout) as LoadedPipeline | string;
}

describe("a module", () => {
  test.each([
    [
      "TypeScript, by default",
      "a.ts",
      'import { definePipeline } from "slipway/pipeline";\nconst name: string = "a";\nexport default definePipeline({ name, steps: { a: { type: "approval", message: "?" } } });',
    ],
    ["JavaScript, by name", "a.mjs", `export const pipeline = ${JSON.stringify({ name: "a", steps })};`],
  ])("is run: %s", async (_name, path, text) => {
    expect(await loadModule(file(path, text))).toEqual({ definition: { name: "a", steps }, problems: [], text: null });
  });

  test("is checked as a text is, without lines", async () => {
    const found = await loadModule(
      file("wrong.mjs", 'export default { name: "a", steps: { a: { type: "approvl" } } };'),
    );
    expect(found).toMatchObject({
      definition: null,
      problems: [{ line: null, column: null, path: "steps.a.type", fix: 'Did you mean "approval"?' }],
    });
  });

  test.each([
    ["nothing.mjs", "export const a = 1;", /exports no pipeline/],
    ["throws.mjs", 'throw new Error("not today");', /does not run: not today/],
    ["syntax.ts", "export default {", /does not run/],
  ])("is refused: %s", async (path, text, message) => {
    expect(await loadModule(file(path, text))).toMatch(message);
  });
});

test("a file that is none is refused", async () => {
  await expect(loadPipelineFile(join(folder, "absent.yaml"))).rejects.toThrow("absent.yaml is not there");
  await expect(loadPipelineFile(file("a.txt", "name: a"))).rejects.toThrow("ends in .txt");
  await expect(loadPipelineFile(folder)).rejects.toThrow("ends in nothing");
  writeFileSync(join(folder, "bytes.yaml"), Buffer.from([0x6e, 0xff, 0xfe]));
  await expect(loadPipelineFile(join(folder, "bytes.yaml"))).rejects.toThrow("is no text in UTF-8");
});
