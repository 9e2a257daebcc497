/** Swagger UI on a page of its own, on another port than the endpoint: what the page's browser lets it load and call. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serveModel, type Endpoint } from "../../src/serving/index.ts";
import { key, row, testModel } from "../../src/serving/test-model.ts";
import { findChromium, launchChromium } from "../studio/browser.ts";

const { missing } = await findChromium();
const files = dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));

let endpoint: Endpoint;
let pages: Server;
let browser: Browser;

/** As the script of the course does it: a folder of files, and a page that is told where the document is. */
function servePage(document: string): Server {
  const page = `<!doctype html><meta charset="utf-8"><title>Swagger UI</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="swagger-ui.css"><div id="swagger-ui"></div><script src="swagger-ui-bundle.js"></script>
<script>SwaggerUIBundle({ url: ${JSON.stringify(document)}, dom_id: "#swagger-ui", validatorUrl: null });</script>`;
  return createServer(({ url }, response) => {
    if (url === "/swagger-ui.css") response.setHeader("content-type", "text/css");
    const isFile = url === "/swagger-ui.css" || url === "/swagger-ui-bundle.js";
    response.end(isFile ? readFileSync(join(files, url)) : page);
  });
}

beforeAll(async () => {
  if (missing !== undefined) return;
  endpoint = await serveModel({ model: testModel, host: "127.0.0.1", port: 0, key });
  pages = servePage(`${endpoint.url}/swagger.json`);
  pages.listen(0, "127.0.0.1");
  await once(pages, "listening");
  browser = await launchChromium();
});
afterAll(async () => {
  await browser?.close();
  pages?.closeAllConnections();
  pages?.close();
  await endpoint?.close();
});

test.skipIf(missing !== undefined)(
  `a page on another port loads swagger.json and scores by "Try it out"${missing === undefined ? "" : ` (skipped: ${missing})`}`,
  async () => {
    const page = await browser.newPage();
    page.setDefaultTimeout(120_000);
    const problems: string[] = [];
    page.on("pageerror", (error) => problems.push(error.message));
    await page.goto(`http://127.0.0.1:${(pages.address() as AddressInfo).port}/`);

    await page.locator(".btn.authorize").first().click();
    const dialog = page.locator(".modal-ux");
    await dialog.locator("input").fill(`Bearer ${key}`);
    await dialog.locator("button.authorize").click();
    await dialog.locator("button.btn-done").click();

    const score = page.locator(".opblock-post", { has: page.locator('[data-path="/score"]') });
    await score.locator(".opblock-summary-control").click();
    // What the page offers to send is an example that the endpoint takes.
    await score.locator(".try-out__btn").click();
    const body = score.locator("textarea.body-param__text");
    expect(JSON.parse(await body.inputValue())).toHaveProperty("data");
    await score.locator(".execute").click();
    const live = score.locator(".live-responses-table");
    await expect.poll(() => live.locator(".response .response-col_status").innerText()).toMatch(/^200/);
    expect(await live.locator(".highlight-code").first().innerText()).toMatch(/"result": \[\s*"no"\s*\]/);

    await body.fill(JSON.stringify({ data: [row] }));
    await score.locator(".execute").click();
    await expect.poll(() => live.locator(".highlight-code").first().innerText()).toMatch(/"result": \[\s*"yes"\s*\]/);
    expect(problems).toEqual([]);
  },
);
