/** From a table to an answer, and from a definition to a run that has ended: in the browser, as users do it. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testDatabase, type TestDatabase } from "../../src/store/testing.ts";
import { findChromium, launchChromium, openStudio, signIn } from "./browser.ts";
import { keyboardHand, mouseHand } from "./hands.ts";
import { customersCsv } from "./made-rows.ts";
import { walkToAnswer, type Walk } from "./walk.ts";
import { startStudioServer, type StudioServer } from "./world.ts";

const { missing } = await findChromium();
const reason = missing === undefined ? "" : ` (skipped: ${missing})`;
const bank = join(import.meta.dirname, "../../../shared/data/bankmarketing.csv");
const noBank = existsSync(bank) ? "" : " (skipped: ../shared/data/bankmarketing.csv is absent)";

let database: TestDatabase;
let server: StudioServer;
let browser: Browser;

beforeAll(async () => {
  if (missing !== undefined) return;
  database = await testDatabase();
  [server, browser] = await Promise.all([startStudioServer(database.url), launchChromium()]);
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await database?.drop();
});

/** A workspace of its own: what another walk does is shown at once, wherever it is. */
async function place(workspace: string): Promise<Pick<Walk, "workspace" | "token">> {
  await server.client.createWorkspace({ body: { name: workspace } });
  return { workspace, token: server.token };
}

/** As a user pastes it into a shell. */
async function runInShell(line: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)("bash", ["-c", line]);
  return JSON.parse(stdout) as unknown;
}

const keys = { "Automated ML": "a" };

describe.skipIf(missing !== undefined)(`in the browser${reason}`, { concurrent: true, timeout: 180_000 }, () => {
  test.skipIf(noBank !== "")(`by keyboard alone, from bank data to a copied curl that answers${noBank}`, async () => {
    const studio = await openStudio(browser, { url: server.url, permissions: ["clipboard-read", "clipboard-write"] });
    const { page, problems } = studio;
    const hand = keyboardHand(page, keys);
    await page.addInitScript(`addEventListener("pointerdown", () => { throw new Error("a pointer was used"); }, true)`);
    const line = await walkToAnswer({ ...(await place("keyboard")), page, hand, file: bank, target: "y" });
    expect(await runInShell(line)).toEqual({ result: [expect.stringMatching(/^(yes|no)$/)] });
    expect(problems).toEqual([]);
    await studio.close();
  });

  test("by the mouse on a telephone, from made rows to an answer", async () => {
    const studio = await openStudio(browser, {
      url: server.url,
      viewport: { width: 375, height: 812 },
      permissions: ["clipboard-read", "clipboard-write"],
    });
    const { page, problems } = studio;
    const buffer = Buffer.from(customersCsv(600, 1));
    const file = { name: "customers.csv", mimeType: "text/csv", buffer };
    const walk = { ...(await place("telephone")), page, hand: mouseHand(page), file, target: "churned" };
    expect(await walkToAnswer(walk)).toMatch(/^curl /);
    expect(problems).toEqual([]);
    await studio.close();
  });

  test("a pipeline is published, started, and watched live to its end", async () => {
    const studio = await openStudio(browser, { url: server.url });
    const { page, problems } = studio;
    await signIn(studio, server.url, server.token);
    await page.goto("/w/default/pipelines/new");
    await page.getByRole("textbox", { name: /definition/i }).fill(definition);
    await page.getByRole("button", { name: "Publish" }).click();
    await page.waitForURL("**/pipelines/greeting**");
    await page.getByText("Active").first().waitFor();
    await page.getByRole("link", { name: /^Run/ }).first().click();
    await page.getByRole("textbox", { name: /whom/ }).fill("Ada");
    await page.getByRole("button", { name: /^(Run|Start)/ }).click();
    await page.waitForURL(/\/jobs\/[0-9a-f]{32}/);
    const run = /[0-9a-f]{32}/.exec(page.url())?.[0] ?? "";
    await page.getByText("Needs approval").first().waitFor();
    await server.client.decidePipelineStep({ run, step: "ask", body: { decision: "approve" } });
    // Nothing is loaded again: the page hears it.
    await page.getByText("Finished").first().waitFor();
    await expect.poll(() => page.title()).toMatch(/^✓ /);
    expect((await server.client.getPipelineRun({ run })).parameters).toEqual({ whom: "Ada" });
    expect(problems).toEqual([]);
    await studio.close();
  });
});

const definition = `name: greeting
parameters:
  whom: { type: string, default: world }
steps:
  ask:
    type: approval
    message: Greet?
  greet:
    type: command
    needs: [ask]
    command: [echo, "Hello \${{ parameters.whom }}"]
`;
