/** What both kinds of store promise, on a real disk and a real S3 server. */
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createRandom, siblingModule } from "../../base/index.ts";
import { openArtifactStore, type ArtifactStore, type ListedArtifact, type SweepOptions } from "./index.ts";
import { openBucket } from "./s3/bucket.ts";
import { missingS3, testS3 } from "./test-s3.ts";

interface Place {
  readonly location: string;
  readonly env: NodeJS.ProcessEnv;
  /** Past the store, as a failing disk does. */
  overwrite(sha256: string, bytes: Uint8Array): Promise<unknown>;
  remove(): Promise<void>;
}

const diskPlace = (): Promise<Place> => {
  const location = mkdtempSync(join(tmpdir(), "slipway-artifacts-"));
  return Promise.resolve({
    location,
    env: process.env,
    overwrite: (sha256, bytes) => writeFile(join(location, "sha256", sha256.slice(0, 2), sha256), bytes),
    remove: () => Promise.resolve(rmSync(location, { recursive: true })),
  });
};

const s3Place = async (): Promise<Place> => {
  const { env, bucket, prefix, stop } = await testS3();
  const { client } = await openBucket(bucket, prefix, env);
  return {
    location: `s3://${bucket}/${prefix}`,
    env: { ...process.env, ...env },
    overwrite: (sha256, bytes) => {
      const Key = `${prefix}/sha256/${sha256.slice(0, 2)}/${sha256}`;
      return client.send(new PutObjectCommand({ Bucket: bucket, Key, Body: bytes }));
    },
    remove: stop,
  };
};

const sha256Of = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const absent = "0".repeat(64);
const day = 24 * 3_600_000;
const unreferenced: SweepOptions = { olderThan: new Date(Date.now() - day), isReferenced: async () => false };
/** Bytes of a part on S3: larger uploads take another way there. */
const part = 8 * 2 ** 20;
/** Ten in `npm run faults`. */
const killPoints = Number(process.env["FAULTS"] ?? 5);

describe("artifacts on disk", () => {
  sharedSuite(diskPlace);
});

const missing = missingS3();
describe.skipIf(missing !== null)(`artifacts on S3${missing === null ? "" : ` (${missing})`}`, () => {
  sharedSuite(s3Place);
});

function sharedSuite(open: () => Promise<Place>): void {
  let place: Place;
  let store: ArtifactStore;
  beforeAll(async () => {
    place = await open();
    store = await openArtifactStore(place.location, place.env);
  });
  afterAll(async () => {
    // A server that is not the test's own outlives it.
    await store.sweep({ ...unreferenced, olderThan: new Date(Date.now() + day) });
    await place.remove();
  });

  const list = async (): Promise<ListedArtifact[]> => {
    const listed: ListedArtifact[] = [];
    for await (const artifact of store.list()) listed.push(artifact);
    return listed;
  };
  const hashes = async (): Promise<string[]> => (await list()).map(({ sha256 }) => sha256);
  const expectNothingLeft = async (): Promise<void> =>
    expect(await store.sweep({ ...unreferenced, olderThan: new Date(0) })).toEqual({
      uploads: 0,
      artifacts: 0,
      bytes: 0,
    });

  test.each([
    ["no byte", 0],
    ["one byte", 1],
    ["a part less one byte", part - 1],
    ["exactly a part", part],
    ["a part and a byte", part + 1],
    ["exactly two parts", 2 * part],
    ["two parts and more", 2 * part + 12_345],
  ])("%s: stored, listed, read, removed", async (_name, size) => {
    const bytes = randomBytes(size);
    const sha256 = sha256Of(bytes);
    expect(await store.size(sha256)).toBe(null);
    expect(await store.put(streamOf(bytes), { expected: sha256, size })).toEqual({ sha256, size });
    expect(await store.put(bytes)).toEqual({ sha256, size });
    expect(await store.size(sha256)).toBe(size);
    expect((await buffer(await store.read(sha256))).equals(bytes)).toBe(true);
    expect((await hashes()).filter((name) => name === sha256)).toHaveLength(1);
    await store.delete(sha256);
    await store.delete(sha256);
    expect(await store.size(sha256)).toBe(null);
    await expect(store.read(sha256)).rejects.toMatchObject({ code: "SLW_ARTIFACT_NOT_FOUND" });
    await expectNothingLeft();
  });

  test("the same bytes at once, twelve times, are one artifact", async () => {
    const bytes = randomBytes(200_000);
    const stored = await Promise.all(Array.from({ length: 12 }, () => store.put(streamOf(bytes))));
    expect(new Set(stored.map(({ sha256 }) => sha256))).toEqual(new Set([sha256Of(bytes)]));
    expect((await hashes()).filter((name) => name === sha256Of(bytes))).toHaveLength(1);
    await expectNothingLeft();
  });

  test("the list is in order and says when", async () => {
    const before = Date.now();
    await Promise.all(Array.from({ length: 20 }, () => store.put(randomBytes(10))));
    const listed = await list();
    const names = listed.map(({ sha256 }) => sha256);
    expect(names).toEqual(names.toSorted());
    const young = listed.filter(({ size, storedAt }) => size === 10 && storedAt.getTime() >= before - 2_000);
    expect(young).toHaveLength(20);
  });

  describe("a part", () => {
    const bytes = randomBytes(100_000);
    const sha256 = sha256Of(bytes);
    beforeAll(async () => void (await store.put(bytes)));

    test.each([
      [{}, 0, 100_000],
      [{ start: 99_999 }, 99_999, 100_000],
      [{ end: 1 }, 0, 1],
      [{ start: 10, end: 70_000 }, 10, 70_000],
      [{ start: 5, end: 5 }, 5, 5],
      [{ start: 100_000 }, 100_000, 100_000],
      [{ start: 0, end: 100_000 }, 0, 100_000],
    ])("%j", async (range, start, end) => {
      expect((await buffer(await store.read(sha256, range))).equals(bytes.subarray(start, end))).toBe(true);
    });

    test.each([
      { start: -1 },
      { start: 2, end: 1 },
      { end: 100_001 },
      { start: 0.5 },
      { start: 100_001 },
      { end: NaN },
    ])("%j is refused", async (range) => {
      await expect(store.read(sha256, range)).rejects.toMatchObject({ code: "SLW_ARTIFACT_RANGE", status: 416 });
    });
  });

  describe("a damaged artifact", () => {
    const bytes = randomBytes(300_000);
    const sha256 = sha256Of(bytes);
    const flipped = Buffer.from(bytes);
    flipped[299_999] = (bytes.at(-1) ?? 0) ^ 1;

    test.each([
      ["cut", bytes.subarray(0, 299_999)],
      ["empty", new Uint8Array(0)],
      ["longer", Buffer.concat([bytes, Buffer.from("x")])],
      ["with another last bit", flipped],
    ])("%s: is found while it is read, and mended by the same bytes", async (_name, damaged) => {
      await store.put(bytes);
      await place.overwrite(sha256, damaged);
      const got: Buffer[] = [];
      const read = async (): Promise<void> => {
        for await (const chunk of await store.read(sha256)) got.push(chunk as Buffer);
      };
      await expect(read()).rejects.toMatchObject({ code: "SLW_ARTIFACT_CORRUPT", status: 500 });
      expect(Buffer.concat(got).length).toBeLessThan(bytes.length);
      await store.put(bytes);
      expect((await buffer(await store.read(sha256))).equals(bytes)).toBe(true);
    });
  });

  test("an empty artifact has an empty part", async () => {
    const { sha256 } = await store.put(new Uint8Array(0));
    expect(await buffer(await store.read(sha256, { start: 0, end: 0 }))).toHaveLength(0);
  });

  test.each([
    ["other bytes than announced", { expected: absent }, "SLW_ARTIFACT_MISMATCH"],
    ["fewer bytes than announced", { size: 3 * part }, "SLW_ARTIFACT_MISMATCH"],
    ["more bytes than announced", { size: 100 }, "SLW_ARTIFACT_MISMATCH"],
    ["too many bytes", { maxBytes: part }, "SLW_ARTIFACT_TOO_LARGE"],
    ["too many bytes announced", { maxBytes: part, size: 2 * part + 1 }, "SLW_ARTIFACT_TOO_LARGE"],
    ["a hash that is none", { expected: "../../etc/passwd" }, "SLW_ARTIFACT_ID"],
  ] as const)("%s: refused, and nothing is left", async (_name, options, code) => {
    const bytes = randomBytes(2 * part + 1);
    await expect(store.put(streamOf(bytes), options)).rejects.toMatchObject({ code });
    expect(await store.size(sha256Of(bytes))).toBe(null);
    await expectNothingLeft();
  });

  test("names that are no sha256 reach nothing", async () => {
    const hostile = [
      "",
      "..",
      "../../../etc/passwd",
      "A".repeat(64),
      `${"a".repeat(63)}/`,
      "%2e%2e",
      `${absent}\0`,
      `${absent}\n`,
    ];
    for (const name of hostile) {
      const refused = { code: "SLW_ARTIFACT_ID", status: 400 };
      await expect(store.read(name)).rejects.toMatchObject(refused);
      await expect(store.size(name)).rejects.toMatchObject(refused);
      await expect(store.delete(name)).rejects.toMatchObject(refused);
      await expect(store.localFile(name)).rejects.toMatchObject(refused);
    }
  });

  test.each([
    ["before the first byte", 0],
    ["in the first part", 1_000],
    ["in the second part", part + 1_000],
  ])("a sender that breaks off %s leaves nothing", async (_name, size) => {
    const before = await hashes();
    const source = new PassThrough();
    const stored = store.put(source);
    if (size > 0) source.write(randomBytes(size), () => source.destroy(new Error("aborted")));
    else source.destroy(new Error("aborted"));
    await expect(stored).rejects.toMatchObject({ code: "SLW_ARTIFACT_ABORTED", status: 499 });
    expect(await hashes()).toEqual(before);
    await expectNothingLeft();
  });

  test.each([
    ["in the first part", 1_000],
    ["in the second part", part + 1_000],
  ])("an upload that stalls %s is cancelled", async (_name, size) => {
    const before = await hashes();
    const controller = new AbortController();
    const source = new PassThrough();
    const stored = store.put(source, { signal: controller.signal });
    source.write(randomBytes(size), () => controller.abort());
    await expect(stored).rejects.toMatchObject({ code: "SLW_ARTIFACT_ABORTED" });
    expect(await hashes()).toEqual(before);
    await expectNothingLeft();
  });

  test("a stream that is refused is left alive: an HTTP request has to be answered", async () => {
    const source = new PassThrough();
    source.write(randomBytes(1_000));
    await expect(store.put(source, { maxBytes: 10 })).rejects.toMatchObject({ code: "SLW_ARTIFACT_TOO_LARGE" });
    expect(source.destroyed).toBe(false);
    // Nobody else listens for its errors, and the process goes on.
    await new Promise((closed) => source.destroy(new Error("the client has gone")).once("close", closed));
  });

  test("an upload that is cancelled before it begins stores nothing", async () => {
    const bytes = randomBytes(10);
    await expect(store.put(bytes, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: "SLW_ARTIFACT_ABORTED",
    });
    expect(await store.size(sha256Of(bytes))).toBe(null);
  });

  test("a reader that stops early ends the read", async () => {
    const { sha256 } = await store.put(randomBytes(2 * part));
    const stream = await store.read(sha256);
    await once(stream, "readable");
    stream.destroy();
    await once(stream, "close");
    expect(stream.readableEnded).toBe(false);
    await store.delete(sha256);
  });

  test("a sweep removes what is old and unreferenced, and nothing else", async () => {
    const kept = await store.put(randomBytes(100));
    const removed = await store.put(randomBytes(50));
    const asked: string[] = [];
    const isReferenced = async (sha256: string): Promise<boolean> => {
      asked.push(sha256);
      return sha256 !== removed.sha256;
    };
    const past = new Date(Date.now() - day);
    expect(await store.sweep({ olderThan: past, isReferenced })).toEqual({ uploads: 0, artifacts: 0, bytes: 0 });
    expect(asked).toEqual([]);
    const future = new Date(Date.now() + day);
    expect(await store.sweep({ olderThan: future, isReferenced })).toEqual({ uploads: 0, artifacts: 1, bytes: 50 });
    expect(await store.size(removed.sha256)).toBe(null);
    expect(await store.size(kept.sha256)).toBe(100);
  });

  test("a sweep does not touch an upload that is under way, however old", async () => {
    const source = new PassThrough();
    const stored = store.put(source);
    await new Promise((done) => source.write(randomBytes(part + 1), done));
    const report = await store.sweep({ olderThan: new Date(Date.now() + day), isReferenced: async () => true });
    expect(report.uploads).toBe(0);
    source.end("the end");
    expect((await stored).size).toBe(part + 8);
  });

  test("bytes that are put again after a sweep found them old and unreferenced stay", async () => {
    const bytes = randomBytes(1_000);
    const { sha256 } = await store.put(bytes);
    const first = (await list()).find((listed) => listed.sha256 === sha256)?.storedAt ?? new Date();
    // S3 tells whole seconds: what is put from the next but one on is younger.
    const olderThan = new Date(Math.floor(first.getTime() / 1_000) * 1_000 + 1_000);
    await wait(olderThan.getTime() + 1_000 - Date.now());
    const asked: string[] = [];
    const isReferenced = async (asksFor: string): Promise<boolean> => {
      if (asksFor !== sha256) return true;
      asked.push(sha256);
      await store.put(bytes);
      return false;
    };
    expect((await store.sweep({ olderThan, isReferenced })).artifacts).toBe(0);
    expect(asked).toEqual([sha256]);
    expect((await buffer(await store.read(sha256))).equals(bytes)).toBe(true);
    await expectNothingLeft();
  });

  test("its check passes and leaves nothing", async () => {
    const before = await hashes();
    expect(await store.check()).toMatchObject({ location: place.location });
    expect(await hashes()).toEqual(before);
  });

  test("killed in the middle of an upload, at random points and after the answer", async () => {
    const random = createRandom(25);
    const bytes = randomBytes(2 * part + 1_000_000);
    const points = Array.from({ length: killPoints }, () => random.integer(bytes.length));
    const before = await hashes();
    for (const point of points) await uploadAndKill(place, bytes.subarray(0, point));
    expect(await hashes()).toEqual(before);
    expect(await store.removeHalfUploads()).toBeGreaterThan(0);
    await expectNothingLeft();
    expect((await store.sweep(unreferenced)).uploads).toBe(0);

    const stored = await uploadAndKill(place, bytes, true);
    expect(stored).toEqual({ sha256: sha256Of(bytes), size: bytes.length });
    await store.sweep(unreferenced);
    expect((await buffer(await store.read(sha256Of(bytes)))).equals(bytes)).toBe(true);
    expect(await hashes()).toEqual([...before, sha256Of(bytes)].toSorted());
  });
}

/** In chunks, as a socket gives them. */
function streamOf(bytes: Uint8Array): Readable {
  const chunks = Array.from({ length: Math.ceil(bytes.length / 65_536) }, (_, index) =>
    bytes.subarray(index * 65_536, (index + 1) * 65_536),
  );
  return Readable.from(chunks);
}

/** Kills an uploading process once it has all of `bytes` and waits for more; or once it has answered. */
async function uploadAndKill(place: Place, bytes: Uint8Array, ended = false): Promise<unknown> {
  const program = siblingModule(import.meta.url, "test-upload-process").pathname;
  const child = spawn(process.execPath, [program, place.location], {
    env: place.env,
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  await lines.next();
  await new Promise((done) => child.stdin.write(bytes, done));
  let answer: unknown = null;
  if (ended) {
    child.stdin.end();
    answer = JSON.parse((await lines.next()).value as string);
  }
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
  return answer;
}
