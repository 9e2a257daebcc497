/** The studio on a real server: addresses restore what they showed, hostile texts stay texts, and all is live. */
import { isDeepStrictEqual } from "node:util";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { testDatabase, type TestDatabase } from "../../src/store/testing.ts";
import { findChromium, launchChromium, openStudio, signIn, type Studio, type StudioOptions } from "./browser.ts";
import { mainView } from "./checks.ts";
import { controlsOf } from "./controls.ts";
import { hostileTexts } from "./hostile-text.ts";
import { openedPages, usedPages, showPage } from "./pages.ts";
import { seedHostile, type HostileWorld } from "./seed-hostile.ts";
import { seedWorld, type Seeded } from "./seed.ts";
import { startStudioServer, type StudioServer } from "./world.ts";

const { missing } = await findChromium();
const reason = missing === undefined ? "" : ` (skipped: ${missing})`;

let database: TestDatabase;
let server: StudioServer;
let seeded: Seeded;
let browser: Browser;
let now: Date;

beforeAll(async () => {
  if (missing !== undefined) return;
  database = await testDatabase();
  server = await startStudioServer(database.url);
  [seeded, browser] = await Promise.all([seedWorld(server.client), launchChromium()]);
  now = new Date();
});

afterAll(async () => {
  await browser?.close();
  await server?.close();
  await database?.drop();
});

async function open(options: Omit<StudioOptions, "url"> = {}): Promise<Studio> {
  const studio = await openStudio(browser, { url: server.url, ...options });
  await signIn(studio, server.url, server.token);
  return studio;
}

describe.skipIf(missing !== undefined)(`the studio on a server${reason}`, () => {
  test("nobody sees a page without signing in, and after it the page that was asked for", async () => {
    const studio = await openStudio(browser, { url: server.url });
    const { page } = studio;
    await page.goto("/w/default/models");
    await page.waitForURL("**/sign-in?**");
    await page.getByLabel("Token").fill("slw_wrong");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByRole("alert").waitFor();
    await page.getByLabel("Token").fill(server.token);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.waitForURL("**/w/default/models");
    await page.getByRole("heading", { name: "Models" }).waitFor();
    expect(await page.evaluate("document.cookie + JSON.stringify(localStorage) + location.href")).not.toContain("slw_");
    await studio.close();
  });

  test.each<[string, (runs: readonly string[]) => string, string[]]>([
    ["what events may have changed since it was drawn", () => "/w/default/jobs?sort=name", ["experiments", "runs"]],
    ["what is not in its HTML", ([a, b]) => `/w/default/compare?runs=${a},${b}`, ["compare"]],
  ])("a page asks for nothing but %s", { timeout: 120_000 }, async (_what, address, expected) => {
    const studio = await open();
    const asked: string[] = [];
    studio.page.on("request", (request) => {
      const { pathname, search } = new URL(request.url());
      if (pathname.startsWith("/api/") && !pathname.endsWith("/events")) asked.push(pathname + search);
    });
    const load = async (): Promise<string[]> => {
      asked.length = 0;
      await studio.page.goto(address(seeded.experimentRuns));
      await studio.page.getByRole("main").getByRole("grid").or(studio.page.getByRole("table")).first().waitFor();
      await studio.settle();
      const names = asked.map((url) => url.replace(/^.*\/|\?.*$/g, ""));
      return names.filter((name, at) => !expected.includes(name) || at > 2);
    };
    // A page that cannot be drawn in time asks for everything by itself: a busy machine may need another load.
    await expect.poll(load, { timeout: 100_000 }).toEqual([]);
    await studio.close();
  });

  describe("after every control of a page, its address shows the same again", () => {
    let used: Studio;
    let again: Studio;
    beforeAll(async () => {
      [used, again] = await Promise.all([open(), open()]);
      for (const { context } of [used, again]) await context.clock.setFixedTime(now);
      const [run = ""] = seeded.experimentRuns;
      for (const path of ["plots/one.txt", "notes.txt"])
        await server.client.putRunArtifact({ run, path, upload: "a line", mediaType: "*/*" });
    });
    afterAll(() => Promise.all([used?.close(), again?.close()]));

    test.for([...usedPages, ...openedPages])("$name", async (state) => {
      await showPage(used, state, seeded);
      const compare = async (names: readonly string[]): Promise<void> => {
        let address = "";
        // Both are alive: a field that rests a moment before it is in the address, or what the server is still at.
        const compared = async () => {
          if (address !== used.page.url()) {
            address = used.page.url();
            await again.page.goto(address);
          }
          const [shown, text] = await Promise.all([mainView(again.page), mainView(used.page)]);
          return isDeepStrictEqual(shown, text) ? "the same" : { names, address, shown, text };
        };
        await expect.poll(compared).toBe("the same");
      };
      for (const some of controlsOf(used)) {
        const names: string[] = [];
        for (const { name, use } of some) if (await use()) names.push(name);
        if (names.length > 0) await compare(names);
      }
      expect([...used.problems.splice(0), ...again.problems.splice(0)]).toEqual([]);
    });
  });
});

const folded = (text: string): string => text.replaceAll(/\s+/gu, " ").trim();

/** Where they stand, and which of them must be seen there. */
function hostilePages({
  run,
  pipelineRun,
  models,
}: HostileWorld): readonly (readonly [path: string, texts: readonly string[]])[] {
  const one = hostileTexts.slice(0, 1);
  return [
    ["", one],
    ["/data", []],
    ["/data/hostile?tab=preview", hostileTexts],
    ["/data/hostile?tab=profile", hostileTexts],
    ["/data/hostile?tab=schema", hostileTexts],
    ["/automl/new?step=1&dataset=hostile", []],
    ["/jobs", hostileTexts],
    [`/jobs/${run}`, one],
    [`/jobs/${run}?tab=logs`, hostileTexts],
    [`/jobs/${run}?tab=outputs`, []],
    [`/jobs/${pipelineRun}?step=decide`, one],
    ["/models", models],
    [`/models/${encodeURIComponent(models[0] ?? "")}`, models.slice(0, 1)],
    ["/models/churn?version=1&tab=overview", []],
    ["/pipelines/hostile", []],
    ["/pipelines/hostile?tab=yaml", one],
    ["/pipelines/hostile?tab=schedules", []],
    ["/pipelines/hostile/run", []],
    ["/endpoints/churn", []],
    ["/access?tab=tokens", one],
    ["/audit", []],
  ];
}

describe.skipIf(missing !== undefined)(`hostile texts${reason}`, () => {
  let hostile: HostileWorld;
  beforeAll(async () => {
    hostile = await seedHostile(server);
  });

  test("are texts on every page that shows them", async () => {
    // So high that no list leaves rows out.
    const studio = await open({ viewport: { width: 1280, height: 9000 } });
    for (const [path, texts] of hostilePages(hostile)) {
      await studio.page.goto(`/w/default${path}`);
      await studio.page.getByRole("heading").first().waitFor();
      await studio.settle();
      const shown = folded((await studio.page.locator("main").textContent()) ?? "");
      const fields = await studio.page
        .locator("main :is(input, textarea)")
        .evaluateAll((all) => all.map((field) => (field as unknown as { value: string }).value));
      const everything = `${shown} ${folded(fields.join(" "))}`;
      expect({ path, notShown: texts.filter((text) => !everything.includes(folded(text))) }).toEqual({
        path,
        notShown: [],
      });
      expect({ path, ran: await studio.page.evaluate("window.__xss ?? null"), problems: studio.problems }).toEqual({
        path,
        ran: null,
        problems: [],
      });
    }
    await studio.close();
  });

  test("are texts in the palette's answers", async () => {
    const studio = await open();
    await studio.page.goto("/w/default");
    await studio.page.getByRole("heading").first().waitFor();
    await studio.page.keyboard.press("Control+k");
    await studio.page.getByRole("combobox", { name: "Search or go to" }).waitFor();
    await studio.page.keyboard.type("<script>");
    await studio.page
      .getByRole("option", { name: hostileTexts[0] as string })
      .first()
      .waitFor();
    expect(await studio.page.evaluate("window.__xss ?? null")).toBe(null);
    expect(studio.problems).toEqual([]);
    await studio.close();
  });
});

describe.skipIf(missing !== undefined)(`what happens on the server${reason}`, () => {
  test("is shown without a reload, in eight tabs by one stream", async () => {
    const studio = await open();
    let streams = 0;
    studio.context.on("request", (request) => {
      if (/\/events(\?|$)/.test(request.url())) streams++;
    });
    const tabs = [studio.page, ...(await Promise.all(Array.from({ length: 7 }, () => studio.context.newPage())))];
    const [run = ""] = seeded.experimentRuns;
    for (const tab of tabs) {
      await tab.goto("/w/default/jobs?q=rate");
      await tab.getByText("rate 0.10, depth 2").waitFor();
    }
    await server.client.updateRun({ run, body: { name: "rate of another name" } });
    for (const tab of tabs) await tab.getByText("rate of another name").waitFor();
    expect(streams).toBe(1);
    // The tab that read the stream is closed: another one takes over.
    await studio.page.close();
    await server.client.updateRun({ run, body: { name: "rate of a third name" } });
    for (const tab of tabs.slice(1)) await tab.getByText("rate of a third name").waitFor();
    expect(streams).toBe(2);
    expect(studio.problems).toEqual([]);
    await studio.close();
  });
});

describe.skipIf(missing !== undefined)(`lists by the keyboard${reason}`, () => {
  test("a row's menu copies, leads on and asks; a view is saved by name, found in the palette and deleted", async () => {
    const studio = await open({ permissions: ["clipboard-read", "clipboard-write"] });
    const { page } = studio;
    const { keyboard } = page;
    await page.goto("/w/default/jobs?q=depth%207&sort=-name");
    await page.getByText("depth 7").first().waitFor();
    await studio.settle();
    for (const key of ["j", "j", "."]) await keyboard.press(key);
    const menu = page.getByRole("menu", { name: /^Actions of .*depth 7$/ });
    await menu.getByRole("menuitem", { name: "Open", exact: true }).waitFor();
    for (const key of ["ArrowDown", "ArrowDown", "Enter"]) await keyboard.press(key);
    await page.getByText("Command copied").waitFor();
    expect(await page.evaluate("navigator.clipboard.readText()")).toMatch(/^slipway runs show [0-9a-f]{32}$/);
    // The focus is back in the table, on the same row.
    await keyboard.press(".");
    await menu.getByRole("menuitem", { name: "Delete" }).waitFor();
    for (const key of ["d", "Enter"]) await keyboard.press(key);
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete" }).waitFor();
    await keyboard.press("Escape");
    await page.getByRole("button", { name: "Views" }).press("Enter");
    await page.getByRole("textbox", { name: "Save the view as" }).fill("Deep ones");
    await keyboard.press("Enter");
    await page.getByText("This view is saved as Deep ones").waitFor();
    await page.goto("/w/default/models");
    await page.getByRole("heading", { name: "Models" }).waitFor();
    await keyboard.press("Control+k");
    await page.getByRole("option", { name: /^Deep ones/ }).waitFor();
    await keyboard.type("deep");
    await keyboard.press("Enter");
    await page.waitForURL(/\/jobs\?.*depth/);
    await page.getByText("depth 7").first().waitFor();
    await page.getByRole("button", { name: "Views" }).press("Enter");
    await page.getByRole("button", { name: "Delete the view Deep ones" }).press("Enter");
    await page.getByText("The view Deep ones is deleted").waitFor();
    expect((await server.client.listSavedViews()).items).toEqual([]);
    expect(studio.problems).toEqual([]);
    await studio.close();
  });
});
