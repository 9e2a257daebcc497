/** Every page, over recorded answers: accessible, within the window, silent, and to the pixel as it was. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, launchChromium, openStudio, type Studio } from "./browser.ts";
import { accessibilityProblems, overflowProblems } from "./checks.ts";
import { goldenProblem, goldensMissing } from "./goldens.ts";
import { pages, showPage, signInPage, undecidedContrast, type PageState } from "./pages.ts";
import { readRecording, type Recording } from "./recording.ts";
import { openReplay } from "./replay.ts";

const chromium = await findChromium();
const recording = readRecording();
const isBuilt = existsSync(join(import.meta.dirname, "../../build/studio/index.html"));
const missing =
  chromium.missing ?? (recording === null ? "nothing is recorded" : isBuilt ? null : "no studio is built");
const reason = missing === null ? "" : ` (skipped: ${missing})`;

const wide = { width: 1280, height: 800 };
const narrow = { width: 375, height: 812 };

let browser: Browser;
let noGoldens: string | null = null;

beforeAll(async () => {
  if (missing !== null) return;
  browser = await launchChromium();
  noGoldens = goldensMissing(browser);
}, 300_000);
afterAll(() => browser?.close());

/** The page in one theme and width after the other, without a reload. */
async function look(studio: Studio, state: PageState): Promise<string[]> {
  const { page, problems } = studio;
  const found: string[] = [];
  for (const viewport of [wide, narrow]) {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await studio.settle();
      const where = `${state.name}-${colorScheme}-${viewport.width}`;
      const wrong = [...(await accessibilityProblems(page, undecidedContrast)), ...(await overflowProblems(page))];
      found.push(...wrong.map((text) => `${where}: ${text}`));
      const picture = state.golden === true && noGoldens === null ? await goldenProblem(page, where) : null;
      if (picture !== null) found.push(picture);
    }
  }
  return [...found, ...problems.splice(0)];
}

describe.skipIf(missing !== null)(`the pages of the studio${reason}`, () => {
  test.for([...pages, signInPage])("$name", async (state, { annotate }) => {
    if (noGoldens !== null && state.golden) await annotate(`not compared with a picture: ${noGoldens}`);
    const kept = recording as Recording;
    const studio = await openReplay(browser, kept, { viewport: wide });
    try {
      await showPage(studio, state, kept.seeded);
      expect(await look(studio, state)).toEqual([]);
    } finally {
      await studio.close();
    }
  });

  test("would not pass with what the checks look for", async () => {
    const studio = await openStudio(browser, { url: "http://127.0.0.1:9", viewport: narrow });
    await studio.page.setContent(`<main style="background: #fff"><h1>Wrong</h1>
      <p style="color: #aaa">faint</p><p style="background: linear-gradient(#fff, #000)">undecided</p>
      <button style="width: 12px; height: 12px; padding: 0">one</button><button style="width: 12px; height: 12px; padding: 0">two</button>
      <div class="wide" style="width: 800px">wide</div><img src="http://127.0.0.1:9/absent.png"></main>
      <script>setTimeout(() => { throw new Error("thrown"); })</script>`);
    const found = (await accessibilityProblems(studio.page)).map((text) => text.split(":")[0]);
    expect(found).toEqual(expect.arrayContaining(["color-contrast", "target-size", "image-alt"]));
    expect(found.filter((rule) => rule === "color-contrast")).toHaveLength(2);
    expect(await overflowProblems(studio.page)).toEqual([expect.stringContaining("wide")]);
    expect(studio.problems.join()).toMatch(/thrown/);
    await studio.close();
  });

  test("are all different, and each has a name of its own", () => {
    expect(new Set(pages.map(({ name }) => name)).size).toBe(pages.length);
    expect(new Set(pages.map(({ path }) => path((recording as Recording).seeded))).size).toBe(pages.length);
  });
});
