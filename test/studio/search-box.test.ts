/** The search of a list: in the address after a pause, and at once where one does not wait for it. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, type Studio } from "./browser.ts";
import { pages, showPage, type PageState } from "./pages.ts";
import { readRecording, type Recording } from "./recording.ts";
import { openReplay, type Replay } from "./replay.ts";

const chromium = await findChromium();
const recording = readRecording();
const isBuilt = existsSync(join(import.meta.dirname, "../../build/studio/index.html"));
const missing =
  chromium.missing ?? (recording === null ? "nothing is recorded" : isBuilt ? null : "no studio is built");
const reason = missing === null ? "" : ` (skipped: ${missing})`;

/** Milliseconds in which a page has drawn what was typed, but a pause is not over. */
const soon = 100;
const aPause = 300;

const boxes = [
  { page: "jobs", label: "Filter" },
  { page: "audit", label: "What was changed" },
  { page: "models", label: "Search by name" },
] as const;

describe.skipIf(missing !== null)(`the search of a list${reason}`, () => {
  let replay: Replay;

  beforeAll(async () => {
    replay = await openReplay(recording as Recording);
  }, 300_000);
  afterAll(() => replay?.close());

  /** A list in which time stands still. @returns its search, and what the address says after some more of it */
  async function openList(studio: Studio, name: string, label: string) {
    const { page } = studio;
    const { at, seeded } = recording as Recording;
    // What is searched for was not recorded.
    await page.route(/first/, (route) => route.fulfill({ json: { items: [] } }));
    await showPage(studio, pages.find((state) => state.name === name) as PageState, seeded);
    await page.clock.pauseAt(Date.parse(at) + 60_000);
    const searchAfter = async (milliseconds: number): Promise<string[]> => {
      await page.clock.runFor(milliseconds);
      return [...new URL(page.url()).searchParams.values()];
    };
    return { box: page.getByRole("searchbox", { name: label }), searchAfter };
  }

  test.for(boxes)("of $page waits for a pause, but not after Enter or Escape", async ({ page, label }) => {
    const studio = await replay.open();
    const { box, searchAfter } = await openList(studio, page, label);
    await box.pressSequentially("first");
    expect(await searchAfter(soon)).toEqual([]);
    expect(await searchAfter(aPause)).toEqual(["first"]);
    await box.pressSequentially(" and next");
    expect(await searchAfter(soon)).toEqual(["first"]);
    await box.press("Enter");
    expect(await searchAfter(soon)).toEqual(["first and next"]);
    await box.press("Escape");
    expect(await searchAfter(soon)).toEqual([]);
    expect(studio.problems).toEqual([]);
    await studio.close();
  });
});
