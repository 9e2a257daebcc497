/** What a browser is given as the studio, and what it is not. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import type { FastifyInstance } from "fastify";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createHttpApp, refuse, toSlipwayError } from "../http/index.ts";
import { addStudio } from "./studio.ts";
import type { FirstAnswer, FirstAsk } from "./studio-page.ts";

const script = 'console.log("studio");\n';
const page = `<!doctype html>
<html><head><title>Slipway</title>
  </head><body><div id="root"></div><div id="frame"></div>
  </body></html>
`;
const jobs = {
  path: "/w/$workspace/jobs",
  scripts: ["assets/jobs-page-1.js"],
  styles: ["assets/jobs-page-1.css"],
  asks: [
    {
      url: "/api/v1/workspaces/$workspace/runs?limit=100&parent=none",
      key: ["listRuns", { workspace: "$workspace", query: { limit: 100 } }, "pages"],
    },
  ],
};
const other = (path: string) => ({ path, scripts: [`assets/${path.split("/").at(-1)}.js`], styles: [], asks: [] });
const pages = [jobs, other("/w/$workspace/jobs/$run"), other("/w/$workspace/jobs/new"), other("/w/$workspace")];
/** Of whoever sends this cookie. */
const cookie = "somebody";
const answers: FirstAnswer[] = [[["whoAmI", {}], { user: "</script><!--" }]];
/** What the page of that address asks, as it was sent to be answered. */
let asked: readonly FirstAsk[] = [];
const held = Promise.withResolvers<readonly FirstAnswer[]>();
let folder: string;
let app: FastifyInstance;
let unbuilt: FastifyInstance;

async function serve(from: string): Promise<FastifyInstance> {
  const made = createHttpApp({ bodyBytes: 1000, headersMilliseconds: 1000, requestMilliseconds: 1000 });
  made.setErrorHandler((error, request, reply) => refuse(request, reply, toSlipwayError(error)));
  addStudio(made, {
    folder: from,
    firstAnswers: ({ cookie: sent }, asks) => {
      asked = asks;
      if (sent === "broken") return Promise.reject(new Error("no database"));
      if (sent === "slow") return new Promise(() => {});
      if (sent === "held") return held.promise;
      return sent === cookie ? Promise.resolve(answers) : null;
    },
  });
  await made.ready();
  return made;
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "slipway-studio-"));
  const built = join(folder, "built");
  for (const name of ["assets", "icons", "licences"]) mkdirSync(join(built, name), { recursive: true });
  writeFileSync(join(folder, "secret.js"), "secret");
  writeFileSync(join(built, "index.html"), page);
  writeFileSync(join(built, "pages.json"), JSON.stringify(pages));
  writeFileSync(join(built, "theme.js"), script);
  writeFileSync(join(built, ".stamp"), "secret");
  writeFileSync(join(built, "stamp.txt"), "secret");
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

describe("a page", () => {
  test.each(["/", "/?theme=dark", "/w/default/none/such", "/sign-in", "/embed/runs/1"])(
    "is the same for each address that has no files of its own: %s",
    async (url) => {
      const answer = await ask(url);
      expect(answer).toMatchObject({ statusCode: 200, body: page.replace('id="frame"', 'id="frame" hidden') });
      expect(answer.headers).toMatchObject({
        "content-type": "text/html; charset=utf-8",
        "cache-control": "no-store",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
      });
      const policy = String(answer.headers["content-security-policy"]);
      expect(policy).toContain("default-src 'none'; script-src 'self'; style-src 'self'; ");
      expect(policy.replace("style-src-attr 'unsafe-inline'", "")).not.toMatch(/unsafe|https?:|\*/);
      expect(policy).toContain(`frame-ancestors ${url.startsWith("/embed/") ? "'self'" : "'none'"}`);
    },
  );

  test("names the files of its address, and asks for them in the order in which they are needed", async () => {
    const { body } = await ask("/w/default/jobs", { cookie });
    const links = [...body.matchAll(/<link rel="(\w+)".* href="([^"]+)">/g)].map(([, rel, href]) => [rel, href]);
    expect(links).toEqual([
      ["stylesheet", "/assets/jobs-page-1.css"],
      ["modulepreload", "/assets/jobs-page-1.js"],
    ]);
  });

  test.each([
    ["/w/default/jobs/0190?tab=logs", "/assets/$run.js"],
    ["/w/default/jobs/new", "/assets/new.js"],
    ["/w/default/", "/assets/$workspace.js"],
  ])("is found by its address: %s", async (url, script) => {
    expect((await ask(url)).body).toContain(`<link rel="modulepreload" crossorigin href="${script}">`);
  });

  test.each<[string, string[], unknown[]]>([
    ["/w/default/jobs", ["/api/v1/workspaces/default/runs?limit=100&parent=none"], ["default"]],
    ["/w/a%20%22b/jobs/", ["/api/v1/workspaces/a%20%22b/runs?limit=100&parent=none"], ['a "b']],
    ["/w/default/jobs?q=x", [], []],
    ["/w/default", [], []],
    ["/w/%E0%A4%A/jobs", [], []],
  ])("asks the API what its address asks: %s", async (url, urls, workspaces) => {
    await ask(url, { cookie });
    expect(asked.map((first) => first.url)).toEqual(urls);
    expect(asked.map(({ key }) => key)).toEqual(
      workspaces.map((workspace) => ["listRuns", { workspace, query: { limit: 100 } }, "pages"]),
    );
  });

  test("has nothing of what stands in its address", async () => {
    const hostile = await ask('/w/a"><script>/jobs', { cookie });
    expect(hostile.body).not.toContain('"><script>');
  });

  test("has what every page asks, as data that no text can break out of, and the frame to be painted at once", async () => {
    const { body } = await ask("/w/default", { cookie });
    const [, text = ""] = /<script type="application\/json" id="first-answers">(.*)<\/script>/.exec(body) ?? [];
    expect(text).not.toContain("<");
    expect(JSON.parse(text)).toEqual(answers);
    expect(body).toContain('<div id="frame"></div>');
  });

  test.each([
    ["is not", "broken"],
    ["is slow", "slow"],
  ])("is there without its answers where the database %s", async (_name, sent) => {
    const answer = await ask("/w/default", { cookie: sent });
    expect(answer).toMatchObject({ statusCode: 200, body: expect.stringContaining("</html>") });
    expect(answer.body).not.toContain("first-answers");
  });

  test("is sent as far as its answers before they are there", async () => {
    const { stream } = await app.inject({ url: "/w/default", headers: { cookie: "held" }, payloadAsStream: true });
    const parts = stream()[Symbol.asyncIterator]();
    expect(String((await parts.next()).value)).toMatch(/<div id="frame"><\/div>\s*$/);
    held.resolve(answers);
    expect(String((await parts.next()).value)).toMatch(
      /^<script type="application\/json" id="first-answers">.*<\/html>\s*$/s,
    );
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
    for (const other of ["/theme.js", "/icons/done.svg"]) {
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
    const plain = await ask("/theme.js", { "accept-encoding": "br, gzip" });
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
    "/licences/react.txt",
    "/icons/theme.js",
    "/nothing.js",
  ])("that is none of the studio's is not there: %s", async (path) => {
    const answer = await ask(path);
    expect(answer.statusCode).toBe(404);
    expect(answer.body).not.toMatch(/secret"|<title>/);
    expect(answer.headers["content-type"]).toMatch(/json/);
  });
});

test("the policy lets no script or style in but those of the studio's files", async () => {
  const policy = String((await ask("/")).headers["content-security-policy"]);
  const directives = Object.fromEntries(policy.split("; ").map((part) => [part.split(" ", 1)[0], part]));
  expect(directives).toMatchObject({
    "default-src": "default-src 'none'",
    "script-src": "script-src 'self'",
    "style-src": "style-src 'self'",
    "connect-src": "connect-src 'self'",
    "frame-ancestors": "frame-ancestors 'none'",
  });
});
