import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import { afterEach, describe, expect, test, vi } from "vitest";
import { SlipwayError } from "../../base/index.ts";
import { createTokenCheck } from "./check-token.ts";

const { privateKey, publicKey } = generateKeyPairSync("ed25519");
const pem = publicKey.export({ type: "spki", format: "pem" }) as string;
const other = generateKeyPairSync("ed25519").privateKey;

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

function tokenOf(claims: object, header: object = { alg: "EdDSA", typ: "JWT" }, key: KeyObject = privateKey): string {
  const signed = `${encoded(header)}.${encoded(claims)}`;
  return `${signed}.${sign(null, Buffer.from(signed), key).toString("base64url")}`;
}

const check = createTokenCheck({ mode: "token", publicKey: pem, audience: "endpoint-1" });
const good = { aud: "endpoint-1", sub: "ana", exp: inSeconds(60) };
const [header, claims, signature] = tokenOf(good).split(".") as [string, string, string];

afterEach(() => vi.useRealTimers());

describe("a token", () => {
  test("of the endpoint's key lets in, as often as it is sent", () => {
    const authorization = `Bearer ${tokenOf(good)}`;
    for (let i = 0; i < 3; i++) expect(check(authorization)).toEqual({ key: null });
    expect(check(`bearer ${tokenOf({ ...good, aud: ["other", "endpoint-1"] })}`)).toEqual({ key: null });
  });

  test.each<[string, string | undefined, string]>([
    ["none", undefined, "The request carries no token."],
    ["a text", "Bearer abc", "The request carries a wrong token."],
    ["no scheme", tokenOf(good), "The request carries a wrong token."],
    ["another algorithm", `Bearer ${tokenOf(good, { alg: "none" })}`, "The request carries a wrong token."],
    ["no signature", `Bearer ${header}.${claims}.`, "The token is not signed by this endpoint's server."],
    ["four parts", `Bearer ${header}.${claims}.${signature}.`, "The request carries a wrong token."],
    ["other claims", `Bearer ${header}.${encoded({ ...good, sub: "eve" })}.${signature}`, "The token is not signed"],
    ["another key", `Bearer ${tokenOf(good, undefined, other)}`, "The token is not signed by this endpoint's server."],
    ["another audience", `Bearer ${tokenOf({ ...good, aud: "x" })}`, "The token is for another endpoint."],
    ["no audience", `Bearer ${tokenOf({ exp: good.exp })}`, "The token is for another endpoint."],
    ["no expiry", `Bearer ${tokenOf({ ...good, exp: undefined })}`, "The token has no expiry."],
    ["an expiry as text", `Bearer ${tokenOf({ ...good, exp: "9999999999" })}`, "The token has no expiry."],
    ["expired", `Bearer ${tokenOf({ ...good, exp: inSeconds(-1) })}`, "The token expired on 20"],
    ["not valid yet", `Bearer ${tokenOf({ ...good, nbf: inSeconds(60) })}`, "The token is not valid yet."],
  ])("is refused: %s", (_name, authorization, message) => {
    const refusal = check(authorization);
    expect(refusal).toBeInstanceOf(SlipwayError);
    expect(refusal).toMatchObject({ code: "SLW_HTTP_UNAUTHORIZED", message: expect.stringContaining(message) });
  });

  test("that was right before is refused once it has expired", () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const expiresAt = Date.now() + 50;
    const authorization = `Bearer ${tokenOf({ ...good, exp: expiresAt / 1000 })}`;
    vi.setSystemTime(expiresAt - 1);
    expect(check(authorization)).toEqual({ key: null });
    vi.setSystemTime(expiresAt);
    expect(check(authorization)).toMatchObject({ message: expect.stringContaining("The token expired on 20") });
  });

  test("more of them than are remembered", () => {
    for (let i = 0; i < 300; i++) expect(check(`Bearer ${tokenOf({ ...good, jti: i })}`)).toEqual({ key: null });
    expect(check(`Bearer ${tokenOf(good)}`)).toEqual({ key: null });
  });
});
