/** A page that the server has drawn is, once its code runs, the one that the browser draws by itself. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findChromium, type Studio, type StudioOptions } from "./browser.ts";
import { pages, showPage, usedPages, type PageState } from "./pages.ts";
import { readRecording, type Recording } from "./recording.ts";
import { notDrawn, openReplay, type Replay } from "./replay.ts";

const chromium = await findChromium();
const recording = readRecording();
const isBuilt = existsSync(join(import.meta.dirname, "../../build/studio/index.html"));
const missing =
  chromium.missing ?? (recording === null ? "nothing is recorded" : isBuilt ? null : "no studio is built");
const reason = missing === null ? "" : ` (skipped: ${missing})`;

/** The elements of the page with their attributes in order; of fields what they hold, which need not be an attribute. */
const written = `(() => {
  const held = ["value", "checked", "selected", "open"];
  const write = (node, indent) => {
    if (node.nodeType !== 1) return node.nodeType === 3 && node.data !== "" ? [indent + node.data] : [];
    const valueOf = ({ name, value }) =>
      name === "style" ? node.style.cssText : name === "autofocus" ? node.autofocus : value;
    const attributes = [...node.attributes]
      .filter(({ name }) => !held.includes(name))
      .map((attribute) => attribute.name + "=" + JSON.stringify(valueOf(attribute)))
      .sort();
    const field = held.filter((name) => name in node).map((name) => name + " is " + node[name]);
    const children = [...node.childNodes].flatMap((child) => write(child, indent + " "));
    return [indent + [node.localName, ...attributes, ...field].join(" "), ...children];
  };
  document.body.normalize();
  return [...document.getElementById("root").childNodes].flatMap((node) => write(node, ""));
})()`;

/** Ids that the framework made are numbered in the order in which parts were drawn: here in that of the page. */
function numbered(lines: readonly string[]): string[] {
  const ids = new Map<string, string>();
  return lines.map((line) =>
    line.replaceAll(/\bP\d+-\d+\b/g, (id) => {
      const known = ids.get(id) ?? `id ${ids.size}`;
      ids.set(id, known);
      return known;
    }),
  );
}

interface Shown {
  readonly lines: readonly string[];
  readonly isDrawn: boolean;
}

async function show(studio: Studio, state: PageState, headers: Record<string, string>): Promise<Shown> {
  await studio.context.setExtraHTTPHeaders(headers);
  const sent = studio.page.waitForResponse((response) => response.request().resourceType() === "document");
  await showPage(studio, state, (recording as Recording).seeded);
  const html = await (await sent).text();
  return { lines: numbered(await studio.page.evaluate<string[]>(written)), isDrawn: html.includes(" data-viewer=") };
}

/** What a recording does not answer without a browser: a POST, the metrics until now, a page that is not there. */
const never = new Set(["compare", "endpoint-deployments", "endpoint-metrics", "nothing-there"]);

/** @returns where the two differ, a few lines of it */
async function difference(studio: Studio, state: PageState): Promise<string[]> {
  const alone = await show(studio, state, { [notDrawn]: "1" });
  const drawn = await show(studio, state, {});
  const at = drawn.lines.findIndex((line, n) => line !== alone.lines[n]);
  const isSame = at < 0 && drawn.lines.length === alone.lines.length;
  return [
    ...(drawn.isDrawn === never.has(state.name) ? [drawn.isDrawn ? "drawn after all" : "not drawn"] : []),
    ...(alone.isDrawn ? ["drawn without leave"] : []),
    ...(isSame
      ? []
      : [`drawn: ${drawn.lines.slice(at, at + 3).join("\n")}`, `alone: ${alone.lines.slice(at, at + 3).join("\n")}`]),
    ...studio.problems.splice(0),
  ];
}

let replay: Replay;
beforeAll(async () => {
  if (missing === null) replay = await openReplay(recording as Recording);
}, 60_000);
afterAll(() => replay?.close());

const jobs = pages.find(({ name }) => name === "jobs") as PageState;

describe.skipIf(missing !== null)(`a page that is drawn${reason}`, () => {
  test("is the same in every state", { timeout: 300_000 }, async () => {
    const studio = await replay.open();
    const found: Record<string, string[]> = {};
    for (const state of usedPages) {
      const wrong = await difference(studio, state);
      if (wrong.length > 0) found[state.name] = wrong;
    }
    await studio.close();
    expect(found).toEqual({});
  });

  test("does what it was asked to before its code ran, once", async () => {
    const studio = await replay.open();
    const { page } = studio;
    const code = Promise.withResolvers<void>();
    await page.route("**/assets/index-*.js", async (route) => {
      await code.promise;
      return route.continue();
    });
    await page.goto(jobs.path((recording as Recording).seeded), { waitUntil: "commit" });
    const box = page.getByRole("gridcell").getByRole("checkbox").first();
    await box.check();
    await page.getByRole("searchbox").first().fill("otter");
    await page.getByRole("button", { name: "Search or go to" }).click();
    expect(await page.getByRole("dialog").count()).toBe(0);
    expect(new URL(page.url()).search).toBe("");
    code.resolve();
    await page.getByRole("dialog").waitFor();
    await page.waitForURL((url) => url.searchParams.has("sel") && url.searchParams.get("q") === "otter");
    await studio.close();
  });

  test.for<[string, Omit<StudioOptions, "url">]>([
    ["far from the server", { timezoneId: "Pacific/Auckland" }],
    ["a telephone", { viewport: { width: 375, height: 812 } }],
    ["a high window", { viewport: { width: 1280, height: 1600 } }],
  ])("is the same for a browser that was not expected: %s", async ([, options]) => {
    const studio = await replay.open(options);
    expect(await difference(studio, jobs)).toEqual([]);
    await studio.close();
  });
});
