/** Every page, over recorded answers: accessible, within the window, silent, and to the pixel as it was. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, openStudio, type Studio } from "./browser.ts";
import { accessibilityProblems, overflowProblems } from "./checks.ts";
import { goldenProblem, goldensMissing, keptGoldens, openCamera, type Camera } from "./goldens.ts";
import { hostileTexts } from "./hostile-text.ts";
import { pages, showPage, signInPage, usedPages, type PageState } from "./pages.ts";
import { readRecording, type Recording } from "./recording.ts";
import { hostileNames, openReplay, type Replay } from "./replay.ts";

const chromium = await findChromium();
const recording = readRecording();
const isBuilt = existsSync(join(import.meta.dirname, "../../build/studio/index.html"));
const missing =
  chromium.missing ?? (recording === null ? "nothing is recorded" : isBuilt ? null : "no studio is built");
const reason = missing === null ? "" : ` (skipped: ${missing})`;

const viewports = { wide: { width: 1280, height: 800 }, narrow: { width: 375, height: 812 } };

/** Pages are looked at side by side, as many as a small machine has cores; each in a process of its own. */
const places = 2;

/** Against what never comes: a test waits for its place too, behind three others. */
const timeout = 300_000;

interface Place {
  readonly studio: Studio;
  readonly camera: Camera;
}

let replay: Replay;
let noGoldens: string | null = null;
const free: Place[] = [];
const waiting: ((place: Place) => void)[] = [];

beforeAll(async () => {
  if (missing !== null) return;
  replay = await openReplay(recording as Recording);
  noGoldens = goldensMissing(replay.browser);
  for (let n = 0; n < places; n++) {
    const studio = await replay.open();
    free.push({ studio, camera: await openCamera(studio.page) });
  }
}, 300_000);
afterAll(() => replay?.close());

async function inPlace<T>(use: (place: Place) => Promise<T>): Promise<T> {
  const place = free.pop() ?? (await new Promise<Place>((take) => waiting.push(take)));
  try {
    return await use(place);
  } finally {
    const next = waiting.shift();
    if (next === undefined) free.push(place);
    else next(place);
  }
}

/** In their order: one thing changes from each to the next, and nothing is loaded again. */
const looks = [
  { colorScheme: "light", width: "wide", look: "everything" },
  { colorScheme: "dark", width: "wide", look: "theme" },
  { colorScheme: "dark", width: "narrow", look: "theme" },
  { colorScheme: "light", width: "narrow", look: "width" },
] as const;

function pictureName(state: PageState, { colorScheme, width }: Pick<(typeof looks)[number], "colorScheme" | "width">) {
  return `${state.name}-${colorScheme}${width === "wide" ? "" : "-375"}`;
}

/** A state in both themes and both widths. @returns what is wrong */
async function look({ studio, camera }: Place, state: PageState): Promise<string[]> {
  const { page, problems } = studio;
  const found: string[] = [];
  for (const { colorScheme, width, look: what } of looks) {
    await page.setViewportSize(viewports[width]);
    await page.emulateMedia({ colorScheme });
    await studio.settle();
    const where = pictureName(state, { colorScheme, width });
    const picture = state.golden && noGoldens === null ? await goldenProblem(studio, camera, where) : null;
    if (picture !== null) found.push(picture);
    const wrong = [...(await accessibilityProblems(page, what)), ...(await overflowProblems(page))];
    found.push(...wrong.map((text) => `${where}: ${text}`));
  }
  return [...found, ...problems.splice(0)];
}

describe.skipIf(missing !== null)(`the pages of the studio${reason}`, () => {
  test.concurrent.for([signInPage, ...pages])("$name", { timeout }, async (state, { annotate, expect }) => {
    if (noGoldens !== null && state.golden) await annotate(`not compared with a picture: ${noGoldens}`);
    const found = await inPlace(async (place) => {
      await place.studio.page.setViewportSize(viewports.wide);
      await place.studio.page.emulateMedia({ colorScheme: "light" });
      await showPage(place.studio, state, (recording as Recording).seeded);
      return look(place, state);
    });
    expect(found).toEqual([]);
  });

  const shown = new Set<string>();
  test.concurrent.for(usedPages.map((state, n) => ({ ...state, n })))(
    "$name, with hostile texts as names",
    { timeout },
    async ({ n, ...state }, { expect }) => {
      const found = await inPlace(async ({ studio }) => {
        const { page, context, problems } = studio;
        await page.setViewportSize(viewports.wide);
        await context.setExtraHTTPHeaders({ [hostileNames]: String(n) });
        await showPage(studio, state, (recording as Recording).seeded);
        const ran = await page.evaluate<boolean>("window.__xss !== undefined");
        const everything = await page.evaluate<string>(`document.body.textContent +
          [...document.querySelectorAll("input, textarea")].map(({ value }) => value).join(" ")`);
        await context.setExtraHTTPHeaders({});
        for (const text of hostileTexts) if (everything.includes(text)) shown.add(text);
        return [...(ran ? ["a text has run"] : []), ...problems.splice(0)];
      });
      expect(found).toEqual([]);
    },
  );

  test("have shown each hostile text in the place of a name", () => {
    expect(hostileTexts.filter((text) => !shown.has(text))).toEqual([]);
  });

  test("would not pass with what the checks look for", async () => {
    const studio = await openStudio(replay.browser, { url: "http://127.0.0.1:9", viewport: viewports.narrow });
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

  test("have few bytes of pictures, and none of a state that is gone", () => {
    const pictured = [signInPage, ...pages].filter(({ golden }) => golden);
    const { bytes, strangers } = keptGoldens(pictured.flatMap((state) => looks.map((one) => pictureName(state, one))));
    expect(strangers).toEqual([]);
    expect(bytes).toBeLessThan(4_000_000);
  });

  test("are all different, and each has a name of its own", () => {
    expect(new Set(pages.map(({ name }) => name)).size).toBe(pages.length);
    expect(new Set(pages.map(({ path }) => path((recording as Recording).seeded))).size).toBe(pages.length);
  });
});
