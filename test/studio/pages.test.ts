/** Every page, over recorded answers: accessible, within the window, silent, and to the pixel as it was. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, launchChromium, openStudio, type Studio } from "./browser.ts";
import { accessibilityProblems, overflowProblems } from "./checks.ts";
import { goldenProblem, goldensMissing } from "./goldens.ts";
import { lookedAt, pages, showPage, type PageState } from "./pages.ts";
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

/** Light and wide, then dark and narrow, without a reload; the pictures are wide. */
async function look(studio: Studio, state: PageState): Promise<string[]> {
  const { page, problems } = studio;
  const found: string[] = [];
  const see = async (colorScheme: "light" | "dark", viewport: typeof wide): Promise<string> => {
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    await studio.settle();
    return `${state.name}-${colorScheme}`;
  };
  const compare = async (where: string): Promise<void> => {
    const picture = state.golden === true && noGoldens === null ? await goldenProblem(studio, where) : null;
    if (picture !== null) found.push(picture);
  };
  const check = async (where: string, onlyLook: boolean): Promise<void> => {
    const wrong = [...(await accessibilityProblems(page, onlyLook)), ...(await overflowProblems(page))];
    found.push(...wrong.map((text) => `${where}: ${text}`));
  };
  const light = await see("light", wide);
  await compare(light);
  await check(light, false);
  if (state.golden === true) await compare(await see("dark", wide));
  await check(await see("dark", narrow), true);
  return [...found, ...problems.splice(0)];
}

describe.skipIf(missing !== null)(`the pages of the studio${reason}`, () => {
  describe("over recorded answers", () => {
    const kept = recording as Recording;
    let studio: Studio;
    beforeAll(async () => {
      studio = await openReplay(browser, kept, { viewport: wide });
    });
    afterAll(() => studio?.close());

    test.for(lookedAt)("$name", async (state, { annotate }) => {
      if (noGoldens !== null && state.golden) await annotate(`not compared with a picture: ${noGoldens}`);
      await studio.page.setViewportSize(wide);
      await studio.page.emulateMedia({ colorScheme: "light" });
      await showPage(studio, state, kept.seeded);
      expect(await look(studio, state)).toEqual([]);
    });
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
    expect(found.filter((rule) => rule?.startsWith("color-contrast"))).toHaveLength(2);
    expect(await overflowProblems(studio.page)).toEqual([expect.stringContaining("wide")]);
    expect(studio.problems.join()).toMatch(/thrown/);
    await studio.close();
  });

  test("are all different, and each has a name of its own", () => {
    expect(new Set(pages.map(({ name }) => name)).size).toBe(pages.length);
    expect(new Set(pages.map(({ path }) => path((recording as Recording).seeded))).size).toBe(pages.length);
  });
});
