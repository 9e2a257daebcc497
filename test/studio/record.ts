/**
 * Records what a server answers to every page of the studio: `node test/studio/record.ts`. A server and a PostgreSQL of
 * its own, the made world, and the built studio; the answers go to recorded/answers.json, with fixed addresses.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BrowserContext, Route } from "playwright-core";
import { silentLog } from "../../src/base/index.ts";
import { startPostgres } from "../../src/store/index.ts";
import { removePostgres } from "../../src/store/postgres/server.ts";
import { launchChromium, openStudio, signIn } from "./browser.ts";
import { pages, showPage, signInPage } from "./pages.ts";
import { requestKey, writeRecording, type RecordedAnswer, type Recording } from "./recording.ts";
import { seedWorld } from "./seed.ts";
import { startStudioServer, type StudioServer } from "./world.ts";

/** Where the recorded server seems to be: nothing listens there. */
const recordedUrl = "http://127.0.0.1:8080";
const limitBytes = 1_000_000;

async function recordPages({ url, token, client }: StudioServer): Promise<Recording> {
  const seeded = await seedWorld(client);
  const at = new Date();
  const answers: Record<string, RecordedAnswer> = {};
  const browser = await launchChromium();
  try {
    const studio = await openStudio(browser, { url });
    await studio.context.clock.setFixedTime(at);
    await keepAnswers(studio.context, answers);
    for (const page of [signInPage, ...pages]) {
      await showPage(studio, page, seeded);
      say(`${page.name}: ${studio.problems.splice(0).join("; ") || "well"}`);
      if (page === signInPage) await signIn(studio, url, token);
    }
    return { at: at.toISOString(), url, seeded, answers };
  } finally {
    await browser.close();
  }
}

async function keepAnswers(context: BrowserContext, answers: Record<string, RecordedAnswer>): Promise<void> {
  // With the page that nobody is signed in to: one that is drawn asks nothing of what it has.
  await context.route(
    ({ pathname }) => !pathname.startsWith("/api/") && !pathname.startsWith("/assets/"),
    async (route: Route) => {
      if (route.request().resourceType() !== "document") return route.continue();
      const { cookie: _session, ...headers } = await route.request().allHeaders();
      return route.fulfill({ response: await route.fetch({ headers }) });
    },
  );
  await context.route("**/api/**", async (route: Route) => {
    const request = route.request();
    if (/\/(events|follow)(\?|$)/.test(request.url())) return route.continue();
    const response = await route.fetch();
    const type = response.headers()["content-type"] ?? "";
    const text = await response.text();
    answers[requestKey(request.method(), request.url(), request.postData())] = {
      status: response.status(),
      type,
      body: type.includes("json") ? (JSON.parse(text) as unknown) : text,
    };
    return route.fulfill({ response });
  });
}

/** Ports and folders of this machine out, addresses that never change in. */
function withFixedAddresses(recording: Recording): Recording {
  const ports = [...new Set(JSON.stringify(recording).match(/127\.0\.0\.1:\d+/g))].filter(
    (address) => address !== new URL(recording.url).host,
  );
  const fixed = ports.reduce(
    (text, address, n) => text.replaceAll(address, `127.0.0.1:${8100 + n}`),
    JSON.stringify(recording).replaceAll(recording.url, recordedUrl),
  );
  return JSON.parse(fixed.replaceAll(new URL(recording.url).host, new URL(recordedUrl).host)) as Recording;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

execFileSync(process.execPath, [join(import.meta.dirname, "../../scripts/build-studio.mjs")], { stdio: "inherit" });
const dataFolder = mkdtempSync(join(tmpdir(), "slipway-record-"));
const postgres = await startPostgres({ dataFolder, log: silentLog });
const server = await startStudioServer(postgres.url);
try {
  const bytes = writeRecording(withFixedAddresses(await recordPages(server)));
  say(`${bytes} bytes${bytes > limitBytes ? `, which is more than ${limitBytes}: leave something out` : ""}`);
  if (bytes > limitBytes) process.exitCode = 1;
} finally {
  await server.close();
  await postgres.close();
  await removePostgres(dataFolder);
  rmSync(dataFolder, { recursive: true, force: true });
}
