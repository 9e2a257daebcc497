import { createHash } from "node:crypto";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { sql } from "kysely";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { newId } from "../../base/index.ts";
import { createTestServices, type TestServices } from "./test-services.ts";
import { expireUploads, getUpload, receiveUpload, type NewUpload } from "./uploads.ts";

let services: TestServices;
beforeAll(async () => {
  services = await createTestServices();
});
afterAll(() => services.close());

const content = "a,b\n1,2\n";
const sha256 = createHash("sha256").update(content).digest("hex");
const given = (more: Partial<NewUpload> = {}): NewUpload => ({
  id: newId(),
  workspaceId: services.workspaceId,
  fileName: "a.csv",
  createdBy: "ada",
  ...more,
});
const bytes = (...chunks: string[]): Readable => Readable.from(chunks.map((chunk) => Buffer.from(chunk)));
const stateOf = (id: string) => getUpload(services.database, services.workspaceId, id);

describe("an upload", () => {
  test("is stored whole, as announced", async () => {
    const input = given({ size: content.length, sha256 });
    const upload = await receiveUpload(services, input, bytes("a,b\n", "1,2\n"));
    expect(upload).toMatchObject({ state: "stored", sha256, received: content.length, fileName: "a.csv", error: null });
    expect(await text(await services.artifacts.read(sha256))).toBe(content);
    expect(await stateOf(input.id)).toEqual(upload);
  });

  test("says how much has come while it is received", async () => {
    const source = new PassThrough();
    const input = given({ size: content.length });
    const stored = receiveUpload(services, input, source);
    source.write(content.slice(0, 5));
    await vi.waitFor(
      async () => expect(await stateOf(input.id)).toMatchObject({ state: "receiving", received: 5, expectedSize: 8 }),
      20_000,
    );
    source.end(content.slice(5));
    expect(await stored).toMatchObject({ state: "stored", received: 8 });
  });

  test.each<[string, Partial<NewUpload>]>([
    ["fewer bytes than announced", { size: content.length + 1 }],
    ["more bytes than announced", { size: content.length - 1 }],
    ["other bytes than announced", { sha256: "0".repeat(64) }],
  ])("is refused with %s, and may be sent again under its id", async (_name, announced) => {
    const input = given(announced);
    await expect(receiveUpload(services, input, bytes(content))).rejects.toMatchObject({
      code: "SLW_ARTIFACT_MISMATCH",
    });
    expect(await stateOf(input.id)).toMatchObject({
      state: "failed",
      sha256: null,
      error: expect.stringContaining("announced"),
    });
    const again = await receiveUpload(services, given({ id: input.id }), bytes(content));
    expect(again).toMatchObject({ state: "stored", error: null });
  });

  test("that breaks off is failed", async () => {
    const source = new PassThrough();
    const input = given();
    const stored = receiveUpload(services, input, source);
    source.write("a,b\n");
    source.destroy(new Error("gone"));
    await expect(stored).rejects.toMatchObject({ code: "SLW_ARTIFACT_ABORTED" });
    expect(await stateOf(input.id)).toMatchObject({ state: "failed" });
  });

  test("that its client gives up is failed", async () => {
    const source = new PassThrough();
    const input = given();
    const client = new AbortController();
    const stored = receiveUpload(services, input, source, client.signal);
    source.write("a,b\n");
    client.abort();
    await expect(stored).rejects.toMatchObject({ code: "SLW_ARTIFACT_ABORTED" });
    expect(await stateOf(input.id)).toMatchObject({ state: "failed" });
  });

  test("that is sent twice is one where the bytes are the same, and refused where they are not", async () => {
    const input = given();
    const one = await receiveUpload(services, input, bytes(content));
    expect(await receiveUpload(services, input, bytes(content))).toMatchObject({
      id: one.id,
      sha256,
      createdAt: one.createdAt,
    });
    const other = receiveUpload(services, input, bytes("x,y\n3,4\n"));
    await expect(other).rejects.toMatchObject({ code: "SLW_UPLOAD_EXISTS" });
    expect(await stateOf(input.id)).toMatchObject({ state: "stored", sha256 });
  });

  test("cannot take an id that is somebody else's", async () => {
    const input = given();
    await receiveUpload(services, input, bytes(content));
    for (const foreign of [{ createdBy: "bob" }, { workspaceId: await otherWorkspace() }]) {
      const taken = receiveUpload(services, { ...input, ...foreign }, bytes(content));
      await expect(taken).rejects.toMatchObject({ code: "SLW_UPLOAD_EXISTS" });
    }
    const hidden = getUpload(services.database, await otherWorkspace(), input.id);
    await expect(hidden).rejects.toMatchObject({ code: "SLW_UPLOAD_UNKNOWN" });
  });
});

describe("an upload of a server that is gone", () => {
  test("counts as failed, is ended, and may be sent again", async () => {
    const { id, workspaceId } = given();
    await services.database
      .insertInto("uploads")
      .values({
        id,
        workspace_id: workspaceId,
        state: "receiving",
        file_name: "a.csv",
        expected_size: null,
        created_by: "ada",
        updated_at: sql`now() - interval '3 minutes'`,
      })
      .execute();
    expect(await stateOf(id)).toMatchObject({ state: "failed", error: "The server that received it has ended." });
    await expireUploads(services.database);
    const row = await services.database.selectFrom("uploads").select("state").where("id", "=", id).executeTakeFirst();
    expect(row).toEqual({ state: "failed" });
    expect(await receiveUpload(services, given({ id }), bytes(content))).toMatchObject({ state: "stored" });
  });

  test("is forgotten a day later", async () => {
    const { id } = await receiveUpload(services, given(), bytes(content));
    await services.database
      .updateTable("uploads")
      .set({ updated_at: sql`now() - interval '25 hours'` })
      .where("id", "=", id)
      .execute();
    await expireUploads(services.database);
    await expect(stateOf(id)).rejects.toMatchObject({ code: "SLW_UPLOAD_UNKNOWN" });
  });
});

async function otherWorkspace(): Promise<string> {
  const id = newId();
  await services.database.insertInto("workspaces").values({ id, name: id }).execute();
  return id;
}
