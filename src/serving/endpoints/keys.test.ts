import { createPublicKey, hash, verify } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId } from "../../base/index.ts";
import { join } from "node:path";
import { createEndpoint, createToken, readKeys, regenerateKey, type EndpointKeeper } from "./index.ts";
import { actor, openTestEndpoints, type TestEndpoints } from "./test-endpoints.ts";

let there: TestEndpoints;
let keeper: EndpointKeeper;
beforeAll(async () => {
  there = await openTestEndpoints();
  keeper = await there.startKeeper();
  await there.register("bank");
});
afterAll(() => there.close());

const services = () => ({ database: there.database, secrets: there.secrets, endpoints: keeper });
const ref = (endpoint: string) => ({ workspaceId: there.workspaceId, endpoint, actor });
const authOf = (id: string) => there.processes.running.get(join(there.folder, id))?.auth;

test("keys are long and different, kept encrypted, read with an entry in the audit log; processes have hashes", async () => {
  const { id } = await createEndpoint(services(), { ...ref("keys"), id: newId(), model: "bank" });
  const [primary, secondary] = (await readKeys(there.database, there.secrets, ref("keys"))).map(({ key }) => key);
  expect(primary).toMatch(/^[A-Za-z0-9]{32}$/);
  expect(secondary).not.toBe(primary);
  expect(authOf(id)).toEqual({
    mode: "key",
    keys: [
      { name: "primary", sha256: hash("sha256", primary ?? ""), expiresAt: null },
      { name: "secondary", sha256: hash("sha256", secondary ?? ""), expiresAt: null },
    ],
  });
  const rows = await there.database.selectFrom("endpoint_keys").selectAll().execute();
  expect(JSON.stringify(rows.map((row) => row.sealed.toString("latin1")))).not.toContain(primary);
  const audit = there.database
    .selectFrom("audit")
    .select(["action", "user_name"])
    .where("action", "=", "getEndpointKeys");
  expect(await audit.execute()).toEqual([{ action: "getEndpointKeys", user_name: "ada" }]);
});

test("one key is made anew, once for a request that is sent twice, while the other goes on", async () => {
  const given = { primaryKey: "p".repeat(20), secondaryKey: "s".repeat(20) };
  const { id } = await createEndpoint(services(), { ...ref("again"), ...given, id: newId(), model: "bank" });
  const request = { ...ref("again"), name: "primary", requestId: newId() } as const;
  const expiresAt = new Date(Date.now() + 60_000);
  const [first, second] = await regenerateKey(services(), { ...request, expiresAt });
  expect(second?.key).toBe(given.secondaryKey);
  expect(first?.key).not.toBe(given.primaryKey);
  expect((await regenerateKey(services(), { ...request, expiresAt }))[0]?.key).toBe(first?.key);
  expect(authOf(id)).toMatchObject({
    keys: [
      { sha256: hash("sha256", first?.key ?? ""), expiresAt: expiresAt.getTime() },
      { sha256: hash("sha256", given.secondaryKey) },
    ],
  });
  const past = { ...request, requestId: newId(), expiresAt: new Date(0) };
  await expect(regenerateKey(services(), past)).rejects.toMatchObject({ code: "SLW_ENDPOINT_SETTINGS" });
});

test("a token is for its endpoint and user, and verified by the key that the processes have", async () => {
  const made = await createEndpoint(services(), { ...ref("token"), id: newId(), model: "bank", authMode: "token" });
  const { token, expiresAt, refreshAfter } = await createToken(there.database, there.secrets, ref("token"));
  const [head = "", claims = "", signature = ""] = token.split(".");
  const auth = authOf(made.id);
  if (auth?.mode !== "token") throw new Error("no token auth");
  const bytes = Buffer.from(signature, "base64url");
  expect(verify(null, Buffer.from(`${head}.${claims}`), createPublicKey(auth.publicKey), bytes)).toBe(true);
  expect(JSON.parse(Buffer.from(head, "base64url").toString())).toEqual({ alg: "EdDSA", typ: "JWT" });
  expect(JSON.parse(Buffer.from(claims, "base64url").toString())).toMatchObject({
    aud: auth.audience,
    sub: "ada",
    exp: expiresAt.getTime() / 1000,
  });
  expect(auth.audience).toBe(made.id);
  expect(expiresAt.getTime() - refreshAfter.getTime()).toBeGreaterThan(3.9 * 3_600_000);
  await expect(readKeys(there.database, there.secrets, ref("token"))).rejects.toMatchObject({
    code: "SLW_ENDPOINT_STATE",
  });
  await expect(createToken(there.database, there.secrets, ref("keys"))).rejects.toMatchObject({
    code: "SLW_ENDPOINT_STATE",
  });
});
