/** What a browser is given as the studio, and what it is not. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import type { FastifyInstance, LightMyRequestResponse } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createHttpApp, refuse, toSlipwayError } from "../../http/index.ts";
import { addStudio } from "./index.ts";

const script = 'console.log("studio");\n';
const theme = "document.title = 1";
const shellStyle = "main{color:red}";
const jobsStyle = "td{color:blue}";
const page = `<!doctype html>
<html><head><title>Slipway</title><script>${theme}</script>
<script type="module" crossorigin src="/assets/index-1.js"></script>
<link rel="stylesheet" crossorigin href="/assets/shell-1.css">
  </head><body><div id="frame"></div><div id="root"></div><noscript>No</noscript>
  </body></html>
`;
const jobs = { path: "/w/$workspace/jobs", scripts: ["assets/jobs-page-1.js"], styles: ["assets/jobs-page-1.css"] };
const other = (path: string) => ({ path, scripts: [`assets/${path.split("/").at(-1)}.js`], styles: [] });
const pages = [jobs, other("/w/$workspace/jobs/$run"), other("/w/$workspace/jobs/new"), other("/w/$workspace")];
/** In the place of the studio's own: draws what it was given, or does what its address says. */
const draw = `export async function drawPage(address, viewer, ask) {
  if (address.endsWith("/broken")) throw new Error("no window");
  if (address.endsWith("/slow")) await new Promise((done) => setTimeout(done, 10_000).unref());
  if (address.endsWith("/half")) return { html: null, answers: [[["whoAmI", {}], "</script><!--"]] };
  const answer = await ask("/api/v1/me");
  return { html: "<p>" + address + " " + viewer.timeZone + "</p>", answers: [[["whoAmI", {}], await answer.json()]] };
}
`;
/** Of whoever sends this cookie. */
const cookie = "somebody";
const answered = { user: "</script><!--" };
let folder: string;
let app: FastifyInstance;
let unbuilt: FastifyInstance;
const drawErrors: unknown[] = [];
/** Resolved when the API may answer. */
let held = Promise.resolve();

async function serve(from: string): Promise<FastifyInstance> {
  const made = createHttpApp({ bodyBytes: 1000, headersMilliseconds: 1000, requestMilliseconds: 1000 });
  made.setErrorHandler((error, request, reply) => refuse(request, reply, toSlipwayError(error)));
  addStudio(made, {
    folder: from,
    openAsk: ({ cookie: sent = "" }) =>
      sent.startsWith(cookie)
        ? async (target) => {
            await held;
            return Response.json(target === "/api/v1/me" ? answered : null);
          }
        : null,
    onDrawError: (error) => drawErrors.push(error),
  });
  await made.ready();
  return made;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "slipway-studio-"));
  const built = join(folder, "built");
  for (const name of ["assets", "icons", "licences", "drawing"]) mkdirSync(join(built, name), { recursive: true });
  writeFileSync(join(folder, "secret.js"), "secret");
  writeFileSync(join(built, "index.html"), page);
  writeFileSync(join(built, "pages.json"), JSON.stringify({ draw: "drawing/draw-1.mjs", pages }));
  writeFileSync(join(built, "drawing/draw-1.mjs"), draw);
  writeFileSync(join(built, "drawing/draw-1.js"), "secret");
  writeFileSync(join(built, "plain.js"), script);
  writeFileSync(join(built, ".stamp"), "secret");
  writeFileSync(join(built, "stamp.txt"), "secret");
  writeFileSync(join(built, "assets/shell-1.css"), shellStyle);
  writeFileSync(join(built, "assets/jobs-page-1.css"), jobsStyle);
  writeFileSync(join(built, "assets/index-a_1B-c.js"), script);
  writeFileSync(join(built, "assets/index-a_1B-c.js.br"), brotliCompressSync(script));
  writeFileSync(join(built, "assets/index-a_1B-c.js.gz"), gzipSync(script));
  writeFileSync(join(built, "assets/index-a_1B-c.js.map"), "secret");
  writeFileSync(join(built, "icons/done.svg"), "<svg/>");
  mkdirSync(join(built, "assets/folder.js"));
  app = await serve(built);
  unbuilt = await serve(join(folder, "nothing"));
});
afterAll(async () => {
  await app.close();
  await unbuilt.close();
  rmSync(folder, { recursive: true });
});

const ask = (url: string, headers: Record<string, string> = {}, method: "GET" | "HEAD" = "GET") =>
  app.inject({ method, url, headers });

/** As a browser finds it: the text's sha256. */
const hashOf = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

function directives(answer: LightMyRequestResponse): Record<string, string> {
  const policy = String(answer.headers["content-security-policy"]);
  return Object.fromEntries(policy.split("; ").map((part) => [part.split(" ", 1)[0] as string, part]));
}

describe("a page", () => {
  test.each(["/", "/?theme=dark", "/w/default/none/such", "/sign-in"])(
    "of nobody is the built one, with its styles in it: %s",
    async (url) => {
      const answer = await ask(url);
      const link = '<link rel="stylesheet" disabled href="/assets/shell-1.css">';
      const entry = '<script type="module" crossorigin src="/assets/index-1.js"></script>';
      const styled = page
        .replace('<link rel="stylesheet" crossorigin href="/assets/shell-1.css">', "")
        .replace(entry, "")
        .replace("</head>", `<style>${shellStyle}</style>${link}\n${entry}</head>`)
        .replace('<div id="frame"></div>', "");
      expect(answer).toMatchObject({ statusCode: 200, body: styled });
      expect(answer.headers).toMatchObject({
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
      });
    },
  );

  test("has the styles of its address after the shell's, and names its scripts", async () => {
    const { body } = await ask("/w/default/jobs");
    const places = [shellStyle, jobsStyle, '<link rel="modulepreload" crossorigin href="/assets/jobs-page-1.js">'].map(
      (part) => body.indexOf(part),
    );
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
    expect(body.indexOf("</head>")).toBeGreaterThan(places[2] as number);
  });

  test.each([
    ["/w/default/jobs/0190?tab=logs", "/assets/$run.js"],
    ["/w/default/jobs/new", "/assets/new.js"],
    ["/w/default/", "/assets/$workspace.js"],
  ])("is found by its address: %s", async (url, name) => {
    expect((await ask(url)).body).toContain(`<link rel="modulepreload" crossorigin href="${name}">`);
  });

  test("lets in no script or style but those of its files and its own, by their hashes", async () => {
    const starter =
      (await ask("/w/default/jobs", { cookie })).body.split("<script>").at(-1)?.split("</script>")[0] ?? "";
    expect(starter).toContain('["/assets/index-1.js","/assets/jobs-page-1.js"]');
    for (const [url, scripts, styles] of [
      ["/", [theme], [shellStyle]],
      ["/w/default/jobs", [theme, starter], [shellStyle, jobsStyle]],
    ] as const) {
      const found = directives(await ask(url, { cookie }));
      expect(found).toMatchObject({
        "default-src": "default-src 'none'",
        "script-src": ["script-src 'self'", ...scripts.map(hashOf)].join(" "),
        "style-src": `style-src 'self' ${styles.map(hashOf).join(" ")}`,
        "connect-src": "connect-src 'self'",
        "frame-ancestors": "frame-ancestors 'none'",
      });
      expect(Object.values({ ...found, "style-src-attr": "" }).join()).not.toMatch(/unsafe|https?:|\*/);
    }
  });

  test("has nothing of what stands in its address", async () => {
    const hostile = await ask('/w/a"><script>/jobs');
    expect(hostile.body).not.toContain('"><script>');
  });

  test("is drawn for whom it is for, with its answers as data that no text can break out of", async () => {
    const said = encodeURIComponent("dark narrow 640 Europe/Berlin");
    const { body } = await ask("/w/default/jobs?q=1", { cookie: `${cookie}; slipway-viewer=${said}`, host: "here:1" });
    expect(body).toContain("><p>/w/default/jobs?q=1 Europe/Berlin</p></div>");
    const [, viewer = ""] = / data-viewer="([^"]*)"/.exec(body) ?? [];
    expect(JSON.parse(viewer.replaceAll("&quot;", '"'))).toEqual({
      theme: "dark",
      isNarrow: true,
      height: 640,
      origin: "http://here:1",
      timeZone: "Europe/Berlin",
    });
    const [, text = ""] = /<script type="application\/json" id="first-answers">(.*)<\/script>/.exec(body) ?? [];
    expect(text).not.toContain("<");
    expect(JSON.parse(text)).toEqual([[["whoAmI", {}], answered]]);
  });

  test.each(["", "dark", "dark narrow 640 Nowhere/Else", "dark narrow 640 <b>", "%", "purple narrow 640 UTC"])(
    "is drawn for a usual viewer where the browser has said what is not to be read: %s",
    async (said) => {
      const { body } = await ask("/w/default", { cookie: `${cookie}; slipway-viewer=${said}` });
      const { timeZone } = new Intl.DateTimeFormat().resolvedOptions();
      expect(body).toContain("{&quot;theme&quot;:&quot;system&quot;,&quot;isNarrow&quot;:false,");
      expect(body).toContain(`<p>/w/default ${timeZone}</p>`);
    },
  );

  test("begins with its code at once where it is not drawn, and else when it has been painted", async () => {
    const entry = '<script type="module" crossorigin src="/assets/index-1.js"></script>';
    for (const url of ["/w/default/half", "/sign-in"]) expect((await ask(url, { cookie })).body).toContain(entry);
    const { body } = await ask("/w/default/jobs", { cookie });
    expect(body).not.toContain(entry);
    expect(body).toContain('observe({ type: "paint"');
  });

  test("that cannot be drawn comes without, and says why to whom it is told", async () => {
    const { body, statusCode } = await ask("/w/default/broken", { cookie });
    expect(statusCode).toBe(200);
    expect(body).toContain('<div id="frame"></div><div id="root"></div><script type="module"');
    expect(drawErrors.splice(0)).toEqual([expect.objectContaining({ message: "no window" })]);
  });

  test("of which something is missing has the answers that there are", async () => {
    const { body } = await ask("/w/default/half", { cookie });
    expect(body).toContain('<div id="root"></div><script type="application/json" id="first-answers">');
  });

  test("comes without its answers where they take too long", async () => {
    const answer = await ask("/w/default/slow", { cookie });
    expect(answer).toMatchObject({ statusCode: 200, body: expect.stringContaining('<div id="root"></div>') });
    expect(answer.body).not.toContain("first-answers");
  });

  test("comes by gzip to another machine that takes it, and whole", async () => {
    const plain = await ask("/w/default/jobs", { cookie, "accept-encoding": "gzip" });
    expect(plain.headers["content-encoding"]).toBeUndefined();
    const headers = { cookie, "accept-encoding": "br, gzip" };
    const zipped = await app.inject({ url: "/w/default/jobs", headers, remoteAddress: "10.0.0.7" });
    expect(zipped.headers).toMatchObject({ "content-encoding": "gzip", vary: "accept-encoding" });
    expect(gunzipSync(zipped.rawPayload).toString()).toBe(plain.body);
    const other = await app.inject({ url: "/w/default/jobs", headers: { cookie }, remoteAddress: "10.0.0.7" });
    expect(other.body).toBe(plain.body);
  });

  test("is sent as far as its frame before it is drawn", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    held = promise;
    const { stream } = await app.inject({ url: "/w/default", headers: { cookie }, payloadAsStream: true });
    const parts = stream()[Symbol.asyncIterator]();
    expect(String((await parts.next()).value)).toMatch(/<\/head><body><div id="frame"><\/div>$/);
    resolve();
    expect(String((await parts.next()).value)).toMatch(/^<div id="root" data-viewer=.*<\/html>\s*$/s);
  });

  test("says how to build the studio where nobody has", async () => {
    const answer = await unbuilt.inject({ url: "/w/default" });
    expect(answer.statusCode).toBe(503);
    expect(answer.body).toContain("node scripts/build-studio.mjs");
    expect((await unbuilt.inject({ url: "/assets/index-a_1B-c.js" })).statusCode).toBe(404);
  });
});

describe("a file", () => {
  const url = "/assets/index-a_1B-c.js";

  test("of assets is kept for ever, since its name has its hash; others are asked for again", async () => {
    expect((await ask(url)).headers).toMatchObject({
      "cache-control": "public, max-age=31536000, immutable",
      "content-type": "text/javascript; charset=utf-8",
      vary: "accept-encoding",
    });
    for (const other of ["/plain.js", "/icons/done.svg"]) {
      expect(await ask(other)).toMatchObject({ statusCode: 200, headers: { "cache-control": "no-cache" } });
    }
  });

  test("comes in the encoding that the browser takes", async () => {
    const brotli = await ask(url, { "accept-encoding": "gzip, deflate, br" });
    expect(brotli.headers["content-encoding"]).toBe("br");
    expect(brotliDecompressSync(brotli.rawPayload).toString()).toBe(script);
    const zipped = await ask(url, { "accept-encoding": "gzip" });
    expect(zipped.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(zipped.rawPayload).toString()).toBe(script);
    // One that is too small to be compressed.
    const plain = await ask("/plain.js", { "accept-encoding": "br, gzip" });
    expect(plain.headers["content-encoding"]).toBeUndefined();
    expect(plain.body).toBe(script);
  });

  test("says by HEAD what GET would send", async () => {
    const [head, get] = [await ask(url, {}, "HEAD"), await ask(url)];
    expect(head).toMatchObject({ statusCode: 200, body: "" });
    for (const name of ["content-length", "content-type", "etag", "cache-control"])
      expect(head.headers[name]).toBe(get.headers[name]);
  });

  test.each([
    "/assets/index-other.js",
    "/assets/",
    "/assets/folder.js",
    "/assets/index-a_1B-c.js.br",
    "/assets/index-a_1B-c.js.map",
    "/assets/..%2fsecret.js",
    "/assets/..%2f..%2fsecret.js",
    "/assets/%2e%2e%2fsecret.js",
    "/assets/..%5c..%5csecret.js",
    "/assets/....//secret.js",
    "/assets/%252e%252e%252fsecret.js",
    "/assets/index-a_1B-c.js%00.svg",
    "/assets/index-a_1B-c.js;/../x.js",
    "/..%2fsecret.js",
    "/%2e%2e/secret.js",
    "/.stamp",
    "/stamp.txt",
    "/index.html",
    "/pages.json",
    "/drawing/draw-1.js",
    "/draw-1.js",
    "/licences/react.txt",
    "/icons/plain.js",
    "/nothing.js",
  ])("that is none of the studio's is not there: %s", async (path) => {
    const answer = await ask(path);
    expect(answer.statusCode).toBe(404);
    expect(answer.body).not.toMatch(/secret"|<title>/);
    expect(answer.headers["content-type"]).toMatch(/json/);
  });
});
