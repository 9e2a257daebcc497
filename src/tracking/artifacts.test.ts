import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  checkArtifactPath,
  deleteRunArtifact,
  findRunArtifacts,
  getRunArtifact,
  listRunArtifacts,
  putRunArtifact,
} from "./artifacts.ts";
import { appendRunLog, readRunLog, tailRunLog } from "./logs.ts";
import { openTestWorkspace, type TestWorkspace } from "./test-workspace.ts";

let workspace: TestWorkspace;
beforeAll(async () => (workspace = await openTestWorkspace()));
afterAll(() => workspace.close());

describe("the path of an artifact", () => {
  test.each(["a", "model/MLmodel", "a b/ä.txt", "x/", "..a/b..", "100%"])("%s is fine", (path) => {
    expect(checkArtifactPath(path)).toBe(path.replace(/\/$/, ""));
  });

  test.each([
    "",
    "/",
    "/etc/passwd",
    "..",
    "../x",
    "a/../b",
    "a/./b",
    "a//b",
    "a\\..\\b",
    "\\\\server\\x",
    "C:/x",
    "c:x",
    "%2e%2e/x",
    "a/%252e%252e/b",
    "%c0%ae",
    "a/..;/b",
    "..;a/x",
    "a\0b",
    "a\nb",
    "a\ud800",
    "x".repeat(251),
    "x/".repeat(600),
  ])("%j is refused", (path) => {
    expect(() => checkArtifactPath(path)).toThrow(expect.objectContaining({ code: "SLW_TRACKING_ARTIFACT_PATH" }));
  });

  test("whatever passes leads nowhere else, decoded or not", () => {
    const pieces = fc.array(fc.constantFrom("a", ".", "..", "/", "\\", "%2e", "%2f", "%", "2e", ";", ":", "C"), {
      maxLength: 8,
    });
    fc.assert(
      fc.property(pieces, (parts) => {
        const path = parts.join("");
        let passed: string;
        try {
          passed = checkArtifactPath(path);
        } catch {
          return;
        }
        const readings = [passed, decoded(passed), decoded(decoded(passed))];
        for (const reading of readings) {
          const url = new URL(`http://host/root/${reading}`);
          expect(url.pathname.startsWith("/root/")).toBe(true);
          expect(reading.split(/[/\\]/)).not.toContain("..");
        }
      }),
      { numRuns: 2000 },
    );
  });
});

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

describe("artifacts", () => {
  test("are put, listed by folder, replaced, deleted", async () => {
    const { database, workspaceId } = workspace;
    const { id: runId } = await workspace.run();
    const ref = { workspaceId, runId };
    const put = (path: string, size = 1) => putRunArtifact(database, { ...ref, path, sha256: "a".repeat(64), size });
    for (const path of ["model/MLmodel", "model/data/x.bin", "model-2/x", "log.txt", "a b/%.txt"]) await put(path);
    await put("log.txt", 7);
    const list = async (folder: string) =>
      (await listRunArtifacts(database, { ...ref, folder })).map(
        ({ path, isFolder, size }) => `${path}${isFolder ? "/" : ` ${size}`}`,
      );
    expect(await list("")).toEqual(["a b/", "log.txt 7", "model/", "model-2/"]);
    expect(await list("model")).toEqual(["model/MLmodel 1", "model/data/"]);
    expect(await list("nothing")).toEqual([]);
    expect((await findRunArtifacts(database, { ...ref, folder: "model" })).map(({ path }) => path)).toEqual([
      "model/MLmodel",
      "model/data/x.bin",
    ]);
    expect(await getRunArtifact(database, { ...ref, path: "log.txt" })).toMatchObject({ size: 7 });
    await expect(getRunArtifact(database, { ...ref, path: "model" })).rejects.toMatchObject({
      code: "SLW_TRACKING_ARTIFACT",
    });
    await expect(put("log.txt/x")).rejects.toMatchObject({
      code: "SLW_TRACKING_ARTIFACT_PATH",
      message: expect.stringContaining('"log.txt" is a file'),
    });
    await expect(put("model")).rejects.toMatchObject({
      code: "SLW_TRACKING_ARTIFACT_PATH",
      message: expect.stringContaining('"model" is a folder'),
    });
    await deleteRunArtifact(database, { ...ref, path: "model" });
    expect(await list("")).toEqual(["a b/", "log.txt 7", "model-2/"]);
    await expect(deleteRunArtifact(database, { ...ref, path: "model" })).rejects.toMatchObject({
      code: "SLW_TRACKING_ARTIFACT",
    });
    const stranger = { workspaceId: await workspace.another(), runId };
    await expect(listRunArtifacts(database, { ...stranger, folder: "" })).rejects.toMatchObject({
      code: "SLW_TRACKING_RUN",
    });
    await expect(getRunArtifact(database, { ...stranger, path: "log.txt" })).rejects.toMatchObject({
      code: "SLW_TRACKING_RUN",
    });
  });
});

describe("a log", () => {
  test("grows without gaps however many write, and has its end", async () => {
    const { database, workspaceId } = workspace;
    const { id: runId } = await workspace.run();
    const ref = { workspaceId, runId };
    expect(await tailRunLog(database, { ...ref, lines: 5 })).toEqual({ text: "", after: 0 });
    await Promise.all(Array.from({ length: 30 }, (_, n) => appendRunLog(database, { ...ref, text: `line ${n}\n` })));
    const chunks = await readRunLog(database, { ...ref, after: 0, limit: 100 });
    expect(chunks.map(({ seq }) => seq)).toEqual(Array.from({ length: 30 }, (_, n) => n + 1));
    expect(await readRunLog(database, { ...ref, after: 28, limit: 1 })).toEqual([chunks[28]]);
    for (let n = 0; n < 120; n++) await appendRunLog(database, { ...ref, text: `a${n}\nb${n}` + (n % 2 ? "\n" : "") });
    await appendRunLog(database, { ...ref, text: "la\0st" });
    const all = (await readRunLog(database, { ...ref, after: 0, limit: 1000 })).map(({ text }) => text).join("");
    for (const lines of [0, 1, 2, 77, 150, 10_000]) {
      const { text, after } = await tailRunLog(database, { ...ref, lines });
      expect(text).toBe(
        all
          .split("\n")
          .slice(lines === 0 ? Infinity : -lines)
          .join("\n"),
      );
      expect(after).toBe(151);
    }
    expect(all.endsWith("\nla\ufffdst")).toBe(true);
    await expect(appendRunLog(database, { ...ref, text: "x".repeat(1_048_577) })).rejects.toMatchObject({
      code: "SLW_TRACKING_INPUT",
    });
    await expect(appendRunLog(database, { workspaceId, runId: "nobody", text: "x" })).rejects.toMatchObject({
      code: "SLW_TRACKING_RUN",
    });
  });
});
