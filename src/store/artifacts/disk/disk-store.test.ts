/** What only a disk does: modes, a full disk, a failing disk. */
import { execFileSync, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { siblingModule } from "../../../base/index.ts";
import { openArtifactStore, type ArtifactStore } from "../index.ts";

const temporary = mkdtempSync(join(tmpdir(), "slipway-disk-"));
afterAll(() => rmSync(temporary, { recursive: true, force: true }));
const keepAll = { olderThan: new Date(0), isReferenced: async () => true };
const absent = "0".repeat(64);

let root: string;
let store: ArtifactStore;
beforeEach(async () => {
  root = join(mkdtempSync(join(temporary, "store-")), "artifacts");
  store = await openArtifactStore(root);
});

const uploads = (): string[] => readdirSync(join(root, "uploads"));

test("folders are 0700 and files 0600, whatever the umask", async () => {
  const umask = process.umask(0);
  try {
    root = join(mkdtempSync(join(temporary, "store-")), "a", "b");
    store = await openArtifactStore(root);
    await store.put(randomBytes(10));
    const source = new Readable({ read() {} });
    source.push("under way");
    const stored = store.put(source);
    await expect.poll(() => uploads().length).toBe(1);
    const modes = readdirSync(root, { recursive: true, encoding: "utf8" }).map((name) => {
      const found = statSync(join(root, name));
      return [found.isDirectory(), found.mode & 0o777];
    });
    expect(modes).toHaveLength(5);
    for (const [isFolder, mode] of modes) expect(mode).toBe(isFolder ? 0o700 : 0o600);
    source.push(null);
    await stored;
  } finally {
    process.umask(umask);
  }
});

test("a file to read in place", async () => {
  const { sha256 } = await store.put(Buffer.from("x,y\n1,2\n"));
  expect(await store.localFile(sha256)).toBe(join(root, "sha256", sha256.slice(0, 2), sha256));
  expect(await store.localFile(absent)).toBe(null);
});

test("what is no artifact is not listed", async () => {
  const { sha256 } = await store.put(randomBytes(10));
  mkdirSync(join(root, "sha256", "zz"));
  const shard = join(root, "sha256", sha256.slice(0, 2));
  writeFileSync(join(shard, "note.txt"), "by hand");
  writeFileSync(join(shard, absent), "in the wrong folder");
  mkdirSync(join(shard, sha256.slice(0, 2) + "0".repeat(62)));
  const listed: string[] = [];
  for await (const artifact of store.list()) listed.push(artifact.sha256);
  expect(listed).toEqual([sha256]);
});

test("uploads of other machines go by their age, those of this one with their process", async () => {
  const upload = (name: string, age: number): string => {
    const path = join(root, "uploads", name);
    writeFileSync(path, "half");
    const time = Date.now() / 1_000 - age;
    utimesSync(path, time, time);
    return name;
  };
  const id = "f".repeat(32);
  const own = (await uploadNameOf(store)).slice(0, 12);
  const { pid } = spawnSync("true");
  upload(`${own}-${pid}-${id}`, 0);
  const living = upload(`${own}-1-${id}`, 0);
  const foreign = upload(`${"0".repeat(12)}-${pid}-${id}`, 0);
  upload(`${"0".repeat(12)}-1-${id}`, 7_200);
  upload("by hand", 7_200);
  const report = await store.sweep({ ...keepAll, olderThan: new Date(Date.now() - 3_600_000) });
  expect(report.uploads).toBe(3);
  expect(uploads()).toEqual([foreign, living].toSorted());
});

/** The name of an upload under way. */
async function uploadNameOf(store: ArtifactStore): Promise<string> {
  const source = new Readable({ read() {} });
  const stored = store.put(source);
  await expect.poll(() => uploads().length).toBe(1);
  const [name = ""] = uploads();
  source.push(null);
  await stored;
  return name;
}

test("what a sweep had in hand when it was killed comes back", async () => {
  const bytes = randomBytes(100);
  const { sha256 } = await store.put(bytes);
  const path = (await store.localFile(sha256)) ?? "";
  renameSync(path, join(root, "uploads", `aside-${sha256}`));
  expect(await store.size(sha256)).toBe(null);
  expect(await store.sweep(keepAll)).toEqual({ uploads: 0, artifacts: 0, bytes: 0 });
  expect((await buffer(await store.read(sha256))).equals(bytes)).toBe(true);
  expect(uploads()).toEqual([]);
});

describe("a full disk", () => {
  const place = join(temporary, "full");
  mkdirSync(place);
  const mounted = spawnSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", place]).status === 0;
  afterAll(() => void (mounted && execFileSync("umount", [place])));

  test.skipIf(!mounted)(
    "(only where a tmpfs may be mounted) refuses, says why, and works again once there is room",
    async () => {
      const full = await openArtifactStore(join(place, "artifacts"));
      const left = (): string[] => readdirSync(join(place, "artifacts", "uploads"));
      const chunks = function* (): Generator<Buffer> {
        for (let i = 0; i < 16; i++) yield randomBytes(2 ** 20);
      };
      const refused = { code: "SLW_ARTIFACT_NO_SPACE", status: 507 };
      const message = /^Disk full: need \d+ bytes, have \d+ bytes at /;
      for (const size of [undefined, 16 * 2 ** 20]) {
        const failure = full.put(Readable.from(chunks()), size === undefined ? {} : { size });
        await expect(failure).rejects.toMatchObject({ ...refused, message: expect.stringMatching(message) as string });
        expect(left()).toEqual([]);
      }
      await expect(full.put(randomBytes(16 * 2 ** 20))).rejects.toMatchObject({
        ...refused,
        details: { need: 2 ** 24 },
      });
      const kept = await full.put(randomBytes(6 * 2 ** 20));
      await expect(full.put(Readable.from([randomBytes(3 * 2 ** 20)]))).rejects.toMatchObject(refused);
      await full.delete(kept.sha256);
      const again = randomBytes(6 * 2 ** 20);
      const { sha256 } = await full.put(Readable.from([again]));
      expect((await buffer(await full.read(sha256))).equals(again)).toBe(true);
      expect(left()).toEqual([]);
    },
  );
});

describe("a failing disk", () => {
  const library = join(temporary, "fail-calls.so");
  const compiled = compile(library);

  test.skipIf(!compiled).each([1, 2, 3, 4, 5, 7, 11, 13])(
    "(only on Linux with cc) that reports EIO on every %d. write, flush or rename: what is acknowledged is there, the rest left nothing",
    (every) => {
      const program = siblingModule(import.meta.url, "test-failing-disk-process").pathname;
      const child = spawnSync(process.execPath, [program, root], {
        env: { ...process.env, LD_PRELOAD: library, FAIL_BELOW: root, FAIL_EVERY: String(every) },
        encoding: "utf8",
        timeout: 50_000,
      });
      expect(child.stderr).toBe("");
      const outcome = JSON.parse(child.stdout) as { stored: number; codes: Record<string, number>; lost: number };
      expect(outcome.lost).toBe(0);
      expect(Object.keys(outcome.codes)).toEqual(["SLW_ARTIFACT_UNAVAILABLE"]);
      // Seven calls a put: five writes or fewer, three flushes, a rename.
      if (every === 1) expect(outcome.stored).toBe(0);
      if (every > 8) expect(outcome.stored).toBeGreaterThan(0);
      expect(uploads()).toEqual([]);
    },
  );

  test.skipIf(process.getuid?.() === 0)("(not as root, who may write everywhere) that may not be written", async () => {
    chmodSync(join(root, "uploads"), 0o500);
    await expect(store.put(randomBytes(10))).rejects.toMatchObject({ code: "SLW_ARTIFACT_UNAVAILABLE", status: 503 });
    await expect(store.check()).rejects.toMatchObject({ code: "SLW_ARTIFACT_UNAVAILABLE" });
    chmodSync(join(root, "uploads"), 0o700);
    await store.check();
  });

  test("whose folder goes away, and comes back", async () => {
    const { sha256 } = await store.put(randomBytes(10));
    renameSync(root, `${root}-away`);
    const refused = { code: "SLW_ARTIFACT_UNAVAILABLE", status: 503 };
    await expect(store.put(randomBytes(10))).rejects.toMatchObject(refused);
    await expect(store.check()).rejects.toMatchObject(refused);
    await expect(store.sweep(keepAll)).rejects.toMatchObject(refused);
    renameSync(`${root}-away`, root);
    expect(await store.size(sha256)).toBe(10);
    await store.check();
  });

  test("that has a file where the folder should be", async () => {
    const path = join(dirname(root), "file");
    writeFileSync(path, "");
    await expect(openArtifactStore(path)).rejects.toMatchObject({ code: "SLW_ARTIFACT_UNAVAILABLE" });
  });
});

/** A library that makes every n-th call on files below a folder fail, preloaded into the process under test. */
function compile(library: string): boolean {
  if (process.platform !== "linux") return false;
  const source = join(import.meta.dirname, "test-fail-calls.c");
  return spawnSync("cc", ["-shared", "-fPIC", "-O1", "-o", library, source, "-ldl"]).status === 0;
}
