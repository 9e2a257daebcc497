import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openArtifactStore, type ArtifactStore } from "../../store/index.ts";
import { openTestWorkspace, type TestWorkspace } from "../test-workspace.ts";
import {
  createProxiedUpload,
  deleteProxiedFiles,
  findProxiedFiles,
  getProxiedFile,
  getProxiedUpload,
  joinUploadParts,
  listProxiedFiles,
  putProxiedFile,
  putUploadPart,
  removeProxiedUpload,
} from "./index.ts";

let workspace: TestWorkspace;
let folder = "";
let artifacts: ArtifactStore;
beforeAll(async () => {
  workspace = await openTestWorkspace();
  folder = await mkdtemp(join(tmpdir(), "slipway-proxy-"));
  artifacts = await openArtifactStore(folder);
});
afterAll(async () => {
  await workspace.close();
  await rm(folder, { recursive: true });
});

async function put(path: string, content: string, workspaceId = workspace.workspaceId): Promise<void> {
  await putProxiedFile(workspace.database, { workspaceId, path, ...(await artifacts.put(Buffer.from(content))) });
}

describe("proxied files", () => {
  test("are listed a folder at a time, found at any depth, replaced and deleted", async () => {
    const { database, workspaceId } = workspace;
    for (const path of ["b.txt", "a/1", "a/b/2", "a/b/3", "ab/4", "a%/5", "a_/6"]) await put(path, path);
    const list = (name: string) => listProxiedFiles(database, { workspaceId, folder: name });
    expect(await list("")).toEqual([
      { path: "a", isFolder: true, size: null },
      { path: "a%", isFolder: true, size: null },
      { path: "a_", isFolder: true, size: null },
      { path: "ab", isFolder: true, size: null },
      { path: "b.txt", isFolder: false, size: 5 },
    ]);
    expect(await list("a")).toEqual([
      { path: "a/1", isFolder: false, size: 3 },
      { path: "a/b", isFolder: true, size: null },
    ]);
    expect(await list("nothing")).toEqual([]);
    const paths = async (name: string) =>
      (await findProxiedFiles(database, { workspaceId, folder: name })).map(({ path }) => path);
    expect(await paths("a")).toEqual(["a/1", "a/b/2", "a/b/3"]);
    expect(await paths("")).toHaveLength(7);

    await put("a/1", "other");
    const { sha256, size } = await getProxiedFile(database, { workspaceId, path: "a/1" });
    expect([size, await text(await artifacts.read(sha256))]).toEqual([5, "other"]);

    await deleteProxiedFiles(database, { workspaceId, path: "a" });
    expect(await paths("")).toEqual(["a%/5", "a_/6", "ab/4", "b.txt"]);
    await deleteProxiedFiles(database, { workspaceId, path: "b.txt" });
    const missing = { code: "SLW_TRACKING_ARTIFACT" };
    await expect(getProxiedFile(database, { workspaceId, path: "b.txt" })).rejects.toMatchObject(missing);
    await expect(deleteProxiedFiles(database, { workspaceId, path: "b.txt" })).rejects.toMatchObject(missing);
  });

  test("of another workspace are not there", async () => {
    const { database } = workspace;
    const other = await workspace.another();
    await put("secret", "x", other);
    await put("secret/below", "x", other);
    const ref = { workspaceId: workspace.workspaceId, path: "secret" };
    await expect(getProxiedFile(database, ref)).rejects.toMatchObject({ code: "SLW_TRACKING_ARTIFACT" });
    await expect(deleteProxiedFiles(database, ref)).rejects.toMatchObject({ code: "SLW_TRACKING_ARTIFACT" });
    expect(await listProxiedFiles(database, { workspaceId: ref.workspaceId, folder: "secret" })).toEqual([]);
    expect(await findProxiedFiles(database, { workspaceId: other, folder: "" })).toHaveLength(2);
  });
});

describe("an upload in parts", () => {
  async function upload(parts: readonly string[]) {
    const { database, workspaceId } = workspace;
    const { id: uploadId } = await createProxiedUpload(database, { workspaceId, path: "big", parts: parts.length });
    const ref = { workspaceId, uploadId };
    const announced: { number: number; sha256: string }[] = [];
    for (const [i, part] of parts.entries()) {
      const stored = await artifacts.put(Buffer.from(part));
      await putUploadPart(database, { ...ref, number: i + 1, ...stored });
      announced.push({ number: i + 1, sha256: stored.sha256 });
    }
    return { ref, announced };
  }
  const { signal } = new AbortController();

  test("is put together in the order of the parts", async () => {
    const { database } = workspace;
    const { ref, announced } = await upload(["one ", "two ", "three"]);
    const { sha256, size } = await joinUploadParts(database, artifacts, { ...ref, announced, signal });
    expect([size, await text(await artifacts.read(sha256))]).toEqual([13, "one two three"]);
    await removeProxiedUpload(database, ref);
    await expect(getProxiedUpload(database, ref)).rejects.toMatchObject({ code: "SLW_TRACKING_UPLOAD" });
    await removeProxiedUpload(database, ref);
  });

  test("with a part that is missing, another or too many is refused", async () => {
    const { database } = workspace;
    const { ref, announced } = await upload(["one", "two"]);
    const [first, second] = announced as [(typeof announced)[0], (typeof announced)[0]];
    for (const wrong of [[], [first], [first, first], [second, first], [first, { ...second, sha256: first.sha256 }]]) {
      const joined = joinUploadParts(database, artifacts, { ...ref, announced: wrong, signal });
      await expect(joined).rejects.toMatchObject({ code: "SLW_TRACKING_UPLOAD" });
    }
    const part = await artifacts.put(Buffer.from("x"));
    for (const number of [0, 3, -1]) {
      await expect(putUploadPart(database, { ...ref, number, ...part })).rejects.toMatchObject({
        code: "SLW_TRACKING_UPLOAD",
      });
    }
  });

  test("of another workspace is not there", async () => {
    const { database } = workspace;
    const { ref, announced } = await upload(["one"]);
    const strange = { ...ref, workspaceId: await workspace.another() };
    const missing = { code: "SLW_TRACKING_UPLOAD" };
    await expect(getProxiedUpload(database, strange)).rejects.toMatchObject(missing);
    await expect(joinUploadParts(database, artifacts, { ...strange, announced, signal })).rejects.toMatchObject(
      missing,
    );
    await removeProxiedUpload(database, strange);
    expect((await getProxiedUpload(database, ref)).parts).toBe(1);
  });
});
