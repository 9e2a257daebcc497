/** URLs of users: none of them reaches an address that is not public. */
import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer, text } from "node:stream/consumers";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { siblingModule } from "../../base/index.ts";
import { isPublicAddress } from "./address.ts";
import { assertOutboundUrl, fetchOutbound, type OutboundOptions } from "./index.ts";
import type { Lookup } from "./resolve.ts";

const servers: Server[] = [];
afterAll(() => servers.forEach((server) => server.close().closeAllConnections()));

/** @returns the origin of a server on 127.0.0.1 */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  servers.push(server);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const options: OutboundOptions = { allow: [], maxBytes: 1_000, timeout: 10_000 };

const names: Record<string, readonly string[]> = {
  localhost: ["127.0.0.1"],
  "localhost.": ["127.0.0.1", "::1"],
  "metadata.google.internal": ["169.254.169.254"],
  "private.example": ["10.0.0.5"],
  "mixed.example": ["93.184.215.14", "127.0.0.1"],
  "mixed6.example": ["2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::1"],
  "mapped.example": ["::ffff:127.0.0.1"],
  "nat64.example": ["64:ff9b::7f00:1"],
  "zone.example": ["fe80::1%lo"],
  "nonsense.example": ["127.0.0.1 "],
};
const lookup: Lookup = async (host) =>
  (names[host] ?? []).map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));

/** `P` is the port of the listener that must not be reached. */
const hostile = String.raw`
http://127.0.0.1:P/          https://127.0.0.1:P/        https://127.1:P/            https://127.0.1:P/
https://2130706433:P/        https://0x7f000001:P/       https://0X7F.0.0.1:P/       https://0177.0.0.1:P/
https://017700000001:P/      https://0x7f.1:P/           https://127.0.0.1.:P/       https://127.000.000.001:P/
https://0:P/                 https://0.0.0.0:P/          https://127.255.255.254:P/  https://127.0.0.1:P#@example.com/
https://example.com@127.0.0.1:P/   https://user:secret@example.com/   https://127.0.0.1:P\@example.com/
https://%31%32%37.0.0.1:P/   https://①②⑦.⓪.⓪.①:P/       https://127。0。0。1:P/      https:127.0.0.1:P
https:///127.0.0.1:P/        https:\\127.0.0.1:P/        //127.0.0.1:P/              HTTP://LOCALHOST:P/
https://[::1]:P/             https://[::]:P/             https://[0:0:0:0:0:0:0:1]:P/
https://[::ffff:127.0.0.1]:P/   https://[::ffff:7f00:1]:P/   https://[::127.0.0.1]:P/   https://[::ffff:0:127.0.0.1]:P/
https://[64:ff9b::7f00:1]:P/    https://[64:ff9b:1::7f00:1]:P/   https://[2002:7f00:1::]:P/   https://[2001:0:7f00:1::]:P/
https://[fe80::1]:P/         https://[fc00::1]/          https://[fd00:ec2::254]/latest/meta-data/
https://[fec0::1]/           https://[ff02::1]/          https://[2001:db8::1]/      https://[100::1]/
https://169.254.169.254/latest/meta-data/   https://0xa9fea9fe/   https://2852039166/   https://0251.0376.0251.0376/
https://[::ffff:169.254.169.254]/   https://168.63.129.16/   https://100.100.100.200/   https://192.0.0.192/
https://10.0.0.1/            https://172.16.0.1/         https://172.31.255.255/     https://192.168.1.1/
https://100.64.0.1/          https://198.18.0.1/         https://192.88.99.1/        https://203.0.113.1/
https://224.0.0.1/           https://240.0.0.1/          https://255.255.255.255/
https://localhost:P/         https://localhost.:P/       https://LocalHost:P/        https://metadata.google.internal/
https://private.example/     https://mixed.example:P/    https://mixed6.example:P/   https://mapped.example:P/
https://nat64.example:P/     https://zone.example:P/     https://nonsense.example:P/ https://absent.example:P/
file:///etc/passwd           file://127.0.0.1/etc/passwd gopher://127.0.0.1:P/_GET   ftp://127.0.0.1:P/
dict://127.0.0.1:P/          ldap://127.0.0.1:P/         ws://127.0.0.1:P/           data:text/plain,hi
javascript:0                 blob:http://127.0.0.1:P/x   jar:http://127.0.0.1:P!/x   unix:/var/run/docker.sock
http://unix:/var/run/docker.sock   about:blank   https://   http://127.0.0.1:P@/
`
  .trim()
  .split(/\s+/);

describe("a listener on 127.0.0.1", () => {
  const hits: string[] = [];
  let port = "";
  let redirecting = "";
  beforeAll(async () => {
    const record: RequestListener = (request, response) => {
      hits.push(request.url ?? "");
      response.end("secret");
    };
    port = new URL(await serve(record)).port;
    redirecting = await serve((request, response) => {
      const location = decodeURIComponent((request.url ?? "").slice(1));
      response.writeHead(302, { location }).end();
    });
  });
  afterEach(() => {
    if (hits.length > 0) throw new Error(`the listener was reached: ${hits.splice(0).join(" ")}`);
  });

  // Before any connection: these come of the URL and its addresses alone.
  const refused = { code: expect.stringMatching(/^SLW_OUTBOUND_(URL|ADDRESS|RESOLVE|REDIRECT)$/) as string };

  test("is tried by at least sixty URLs", () => expect(new Set(hostile).size).toBeGreaterThan(60));

  test.each(hostile)("is not reached by %s", async (url) => {
    await expect(fetchOutbound(url.replaceAll("P", port), { ...options, lookup })).rejects.toMatchObject(refused);
  });

  // What a header can hold; "//" and the like are relative to where the redirect comes from.
  test.each(hostile.filter((url) => /^[\x21-\x7e]+$/.test(url)))("is not reached by a redirect to %s", async (url) => {
    const from = `${redirecting}/${encodeURIComponent(url.replaceAll("P", port))}`;
    await expect(fetchOutbound(from, { ...options, allow: [redirecting], lookup })).rejects.toMatchObject(refused);
  });

  test.each(["", "/etc/passwd", "\0", " \t\n", "x".repeat(10_000), "https://a b/", `https://${"a".repeat(9_000)}/`])(
    "is not reached by what is no URL: %j",
    async (url) => {
      await expect(fetchOutbound(url, options)).rejects.toMatchObject({ code: "SLW_OUTBOUND_URL", status: 400 });
    },
  );

  test("is not reached by control characters within a URL", async () => {
    const url = `ht\ntps://127.0\t.0.1:${port}/`;
    await expect(fetchOutbound(url, options)).rejects.toMatchObject({ code: "SLW_OUTBOUND_ADDRESS", status: 403 });
  });

  test("is not reached by the name that the system itself resolves to it", async () => {
    const url = `https://localhost:${port}/`;
    await expect(fetchOutbound(url, options)).rejects.toMatchObject({ code: "SLW_OUTBOUND_ADDRESS" });
  });

  test("is not reached by an allowed origin of another port, scheme or name", async () => {
    const allow = [
      `http://127.0.0.1:1${port.slice(1)}0`,
      `https://127.0.0.1:${port}`,
      "http://127.0.0.1",
      `http://localhost:${port}`,
      "null",
      "",
    ];
    await expect(fetchOutbound(`http://127.0.0.1:${port}/`, { ...options, allow })).rejects.toMatchObject(refused);
    await expect(fetchOutbound("data:,x", { ...options, allow })).rejects.toMatchObject(refused);
  });
});

describe("addresses", () => {
  test.each([
    "8.8.8.8",
    "1.1.1.1",
    "93.184.215.14",
    "172.32.0.1",
    "100.128.0.1",
    "2606:4700::1111",
    "2a00:1450:4001::1",
  ])("%s is public", (address) => expect(isPublicAddress(address)).toBe(true));
  test.each([
    "",
    "8.8.8",
    "08.8.8.8",
    "134744072",
    "0x8.8.8.8",
    "8.8.8.8.",
    "[2606:4700::1111]",
    "example.com",
    "::ffff:8.8.8.8",
    "2606:4700::1111%1",
  ])("%j is not, or is no address", (address) => expect(isPublicAddress(address)).toBe(false));

  test("of the private networks none is public, however the URL writes it", () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const first = fc.constantFrom(
      [10],
      [127],
      [0],
      [192, 168],
      [169, 254],
      [172, 16],
      [172, 31],
      [100, 64],
      [100, 127],
      [198, 19],
    );
    const bases = fc.tuple(...Array.from({ length: 4 }, () => fc.constantFrom(8, 10, 16)));
    fc.assert(
      fc.property(first, octet, octet, octet, bases, (start, b, c, d, radixes) => {
        const octets = [...start, b, c, d].slice(0, 4);
        const written = octets.map((value, index) => {
          const radix = radixes[index] ?? 10;
          return (radix === 8 ? "0" : radix === 16 ? "0x" : "") + value.toString(radix);
        });
        const whole = octets.reduce((sum, value) => sum * 256 + value, 0);
        for (const host of [written.join("."), `${written.join(".")}.`, String(whole), `[::ffff:${octets.join(".")}]`])
          expect(() => assertOutboundUrl(`https://${host}/`, [])).toThrow("not public");
      }),
    );
  });
});

describe("an allowed origin", () => {
  const seen: { method: string; url: string; headers: IncomingMessage["headers"]; body: string }[] = [];
  let origin = "";
  let other = "";
  const answers: Record<string, RequestListener> = {
    "/hello": (_request, response) => response.end("hello"),
    "/loop": (_request, response) => response.writeHead(302, { location: "/loop" }).end(),
    "/nowhere": (_request, response) => response.writeHead(301).end(),
    "/broken": (_request, response) => response.writeHead(301, { location: "https://[" }).end(),
    "/large": (_request, response) => response.end("x".repeat(1_001)),
    "/endless": (_request, response) => {
      const more = (): void => void (response.destroyed || response.write("x".repeat(100), more));
      more();
    },
    "/stalled": (_request, response) => response.write("x"),
    "/silent": () => {},
    "/reset": (request) => request.socket.destroy(),
    "/short": (_request, response) => {
      response.writeHead(200, { "content-length": 100 });
      response.write("x", () => response.destroy());
    },
    "/packed": (_request, response) => response.writeHead(200, { "content-encoding": "gzip" }).end("no gzip"),
  };
  const listener: RequestListener = async (request, response) => {
    const { method = "", url = "", headers } = request;
    seen.push({ method, url, headers, body: await text(request) });
    const hops = /^\/hops\/(\d)(?:\/(\d+))?$/.exec(url);
    const left = Number(hops?.[1]);
    if (hops === null)
      return void (answers[url] ?? ((_, response) => response.writeHead(404).end()))(request, response);
    const status = Number(hops[2] ?? 302);
    if (left === 0) response.end("arrived");
    else response.writeHead(status, { location: `/hops/${left - 1}` }).end("ignored");
  };
  beforeAll(async () => {
    origin = await serve((request, response) => void listener(request, response));
    other = await serve((request, response) => void listener(request, response));
  });
  afterEach(() => void (seen.length = 0));
  const get = (path: string, more: Partial<OutboundOptions> = {}) =>
    fetchOutbound(origin + path, { ...options, allow: [origin, other], ...more });

  test("is fetched", async () => {
    const { status, url, body, headers } = await get("/hello", { headers: { accept: "text/csv" } });
    expect({ status, url, body: await text(body) }).toEqual({ status: 200, url: `${origin}/hello`, body: "hello" });
    expect(headers["content-length"]).toBe("5");
    expect(seen[0]?.headers).toMatchObject({
      accept: "text/csv",
      "accept-encoding": "identity",
      host: new URL(origin).host,
    });
  });

  test("is fetched by its name, which is resolved once", async () => {
    const asked: string[] = [];
    const own: Lookup = async (host) => {
      asked.push(host);
      return [{ address: "127.0.0.1", family: 4 }];
    };
    const named = `http://store.internal:${new URL(origin).port}`;
    const { body } = await fetchOutbound(`${named}/hello`, { ...options, allow: [named], lookup: own });
    expect(await text(body)).toBe("hello");
    expect(asked).toEqual(["store.internal"]);
    expect(seen[0]?.headers.host).toBe(new URL(named).host);
  });

  test("gets a body, and its answer's status is told", async () => {
    const { status } = await get("/absent", { method: "POST", body: "päyload", headers: { "x-signature": "s" } });
    expect(status).toBe(404);
    expect(seen).toMatchObject([
      { method: "POST", body: "päyload", headers: { "x-signature": "s", "content-length": "8" } },
    ]);
  });

  test.each([1, 2, 3])("may redirect %d times", async (hops) => {
    const { url, body } = await get(`/hops/${hops}`);
    expect([url, await text(body)]).toEqual([`${origin}/hops/0`, "arrived"]);
  });

  test("asks nobody else where redirects are not to be followed", async () => {
    const before = seen.length;
    const refused = get("/hops/1", { followRedirects: false });
    await expect(refused).rejects.toMatchObject({ code: "SLW_OUTBOUND_REDIRECT", status: 502 });
    expect(seen).toHaveLength(before + 1);
    expect((await get("/absent", { followRedirects: false })).status).toBe(404);
  });

  test.each(["/hops/4", "/loop", "/nowhere", "/broken"])("may not redirect like %s", async (path) => {
    await expect(get(path)).rejects.toMatchObject({ code: "SLW_OUTBOUND_REDIRECT", status: 502 });
    expect(seen.length).toBeLessThanOrEqual(4);
  });

  test.each([
    [301, "POST", "GET", ""],
    [302, "POST", "GET", ""],
    [303, "POST", "GET", ""],
    [303, "PUT", "GET", ""],
    [301, "PUT", "PUT", "body"],
    [307, "POST", "POST", "body"],
    [308, "POST", "POST", "body"],
  ] as const)("%d makes of %s a %s", async (status, method, becomes, body) => {
    await get(`/hops/1/${status}`, { method, body: "body", headers: { "x-signature": "s" } });
    expect(seen[1]).toMatchObject({ method: becomes, body, headers: { "x-signature": "s" } });
  });

  test("that redirects to another does not pass our headers on", async () => {
    const secret = { authorization: "Bearer canary", "x-signature": "canary" };
    const from = await serve((_request, response) => response.writeHead(307, { location: `${other}/hello` }).end());
    await fetchOutbound(`${from}/`, { ...options, allow: [from, other], headers: secret });
    expect(seen).toHaveLength(1);
    expect(JSON.stringify(seen)).not.toContain("canary");
  });

  test.each(["/large", "/endless"])("may not send more bytes than asked for: %s", async (path) => {
    const { body } = await get(path);
    await expect(buffer(body)).rejects.toMatchObject({ code: "SLW_OUTBOUND_TOO_LARGE", status: 502 });
  });

  test("is taken at its word about nothing but bytes: packed content is passed as it is", async () => {
    expect(await text((await get("/packed")).body)).toBe("no gzip");
  });

  test("must answer in time", async () => {
    await expect(get("/silent", { timeout: 100 })).rejects.toMatchObject({ code: "SLW_OUTBOUND_TIMEOUT", status: 504 });
    const { body } = await get("/stalled", { timeout: 2_000 });
    await expect(buffer(body)).rejects.toMatchObject({ code: "SLW_OUTBOUND_TIMEOUT" });
    const never: Lookup = () => new Promise(() => {});
    const slow = fetchOutbound("https://slow.example/", { ...options, timeout: 100, lookup: never });
    await expect(slow).rejects.toMatchObject({ code: "SLW_OUTBOUND_TIMEOUT" });
  });

  test("whose answer nobody reads does not end the process", async () => {
    const { body } = await get("/stalled", { timeout: 2_000 });
    await new Promise((closed) => body.once("close", closed));
    expect(body.errored).toMatchObject({ code: "SLW_OUTBOUND_TIMEOUT" });
  });

  test.each(["/reset", "/short"])("that breaks off: %s", async (path) => {
    const read = async (): Promise<unknown> => buffer((await get(`${path}`)).body);
    await expect(read()).rejects.toMatchObject({ code: "SLW_OUTBOUND_FAILED", status: 502 });
  });

  test("that does not listen, and a URL's secrets in no message", async () => {
    const allow = ["http://127.0.0.1:1"];
    const failure: unknown = await fetchOutbound("http://127.0.0.1:1/hook?key=canary", { ...options, allow }).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({
      code: "SLW_OUTBOUND_FAILED",
      message: expect.stringContaining("ECONNREFUSED") as string,
    });
    const { message, details } = failure as Error & { details: unknown };
    expect(JSON.stringify([message, details])).not.toContain("canary");
  });

  test("is left when the caller cancels", async () => {
    const controller = new AbortController();
    const answer = get("/silent", { signal: controller.signal });
    answer.catch(() => {});
    await expect.poll(() => seen.length).toBe(1);
    controller.abort();
    await expect(answer).rejects.toMatchObject({ code: "SLW_OUTBOUND_FAILED" });
  });
});

describe("a public address", () => {
  const folder = mkdtempSync(join(tmpdir(), "slipway-outbound-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const possible =
    spawnSync("unshare", ["-n", "ip", "link", "set", "lo", "up"]).status === 0 &&
    spawnSync("openssl", ["version"]).status === 0;

  test.skipIf(!possible)("(only where a network namespace may be made) is pinned, whatever its name says later", () => {
    const [key, certificate] = [join(folder, "key.pem"), join(folder, "certificate.pem")];
    const made = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
    const subject = ["-subj", "/CN=rebind.example", "-addext", "subjectAltName=DNS:rebind.example"];
    execFileSync("openssl", [...made, ...subject, "-keyout", key, "-out", certificate], { stdio: "ignore" });
    const program = siblingModule(import.meta.url, "test-namespace-process").pathname;
    const child = spawnSync("unshare", ["-n", process.execPath, program, key, certificate], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: certificate },
      encoding: "utf8",
      timeout: 30_000,
    });
    expect(child.stderr).toBe("");
    expect(JSON.parse(child.stdout)).toEqual({
      first: "public",
      lookups: 1,
      rebound: "SLW_OUTBOUND_ADDRESS",
      reboundByRedirect: "SLW_OUTBOUND_ADDRESS",
      redirectedToPrivate: "SLW_OUTBOUND_ADDRESS",
      otherName: "SLW_OUTBOUND_FAILED",
      publicHits: ["/first", "/to-itself", "/to-private"],
      privateHits: [],
    });
  });
});
