import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { createSecretBox } from "./secret-box.ts";
import { loadSecretKey } from "./secret-key.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-secrets-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("the secret box", () => {
  const box = createSecretBox(Buffer.alloc(32, 7));

  test("opens what it sealed, and seals the same text differently each time", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string(), (text, context) => {
        const sealed = box.seal(text, context);
        expect(box.open(sealed, context)).toBe(text);
        expect(box.seal(text, context).equals(sealed)).toBe(false);
      }),
    );
  });

  test("refuses another key, another context and any changed byte", () => {
    const sealed = box.seal("password", "datastore/1");
    const refused = expect.objectContaining({ code: "SLW_SECRET_UNREADABLE" });
    expect(() => createSecretBox(Buffer.alloc(32, 8)).open(sealed, "datastore/1")).toThrow(refused);
    expect(() => box.open(sealed, "datastore/2")).toThrow(refused);
    expect(() => box.open(Buffer.alloc(0), "datastore/1")).toThrow(refused);
    for (let i = 0; i < sealed.length; i++) {
      const changed = Buffer.from(sealed);
      changed[i]! ^= 1;
      expect(() => box.open(changed, "datastore/1"), `byte ${i}`).toThrow(refused);
      expect(() => box.open(sealed.subarray(0, i), "datastore/1"), `cut at ${i}`).toThrow(refused);
    }
  });
});

describe("the key", () => {
  test("is made once, for the owner only, also by ten servers at once", async () => {
    const keys = await Promise.all(Array.from({ length: 10 }, () => loadSecretKey(folder, {})));
    expect(new Set(keys.map((key) => key.toString("hex"))).size).toBe(1);
    expect(keys[0]).toHaveLength(32);
    expect(readdirSync(folder)).toEqual(["secret.key"]);
    expect(statSync(join(folder, "secret.key")).mode & 0o777).toBe(0o600);
  });

  test.each([
    ["hexadecimal", "ab".repeat(32)],
    ["base64", Buffer.alloc(32, 0xab).toString("base64")],
    ["base64url", Buffer.alloc(32, 0xab).toString("base64url")],
  ])("comes from the environment as %s", async (_form, text) => {
    expect(await loadSecretKey(folder, { SLIPWAY_SECRET_KEY: text })).toEqual(Buffer.alloc(32, 0xab));
  });

  test.each(["secret", "ab".repeat(31), "zz".repeat(32), Buffer.alloc(31).toString("base64")])(
    "refuses %j from the environment",
    async (text) => {
      await expect(loadSecretKey(folder, { SLIPWAY_SECRET_KEY: text })).rejects.toMatchObject({
        code: "SLW_SECRET_KEY",
      });
    },
  );

  test("refuses a file that others can read, and one that holds no key", async () => {
    const other = mkdtempSync(join(folder, "other-"));
    const file = join(other, "secret.key");
    writeFileSync(file, "ab".repeat(32), { mode: 0o600 });
    chmodSync(file, 0o640);
    await expect(loadSecretKey(other, {})).rejects.toMatchObject({ message: expect.stringContaining("chmod 600") });
    chmodSync(file, 0o600);
    writeFileSync(file, "nothing");
    await expect(loadSecretKey(other, {})).rejects.toMatchObject({ code: "SLW_SECRET_KEY" });
  });
});
