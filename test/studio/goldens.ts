/** Pictures that pages must be equal to, pixel by pixel, where the browser and the fonts are those that made them. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import pixelmatch from "pixelmatch";
import { PNG } from "pngjs";
import type { Browser, Page } from "playwright-core";
import type { Studio } from "./browser.ts";
import { encodePalettePng } from "./palette-png.ts";

const folder = join(import.meta.dirname, "goldens");
const stamp = join(folder, "made-by.json");
/** What differs is shown there. */
const differences = join(import.meta.dirname, "../../build/studio-differences");

const isUpdating = process.env["UPDATE_GOLDENS"] === "1";

interface Painter {
  readonly chromium: string;
  readonly fonts: string;
  /** Its vector instructions round in their own ways. */
  readonly processor: string;
}

/** Two machines with the same Chromium, fonts and processor paint the same. */
function painterOf(browser: Browser): Painter {
  let fonts = "none";
  try {
    const list = execFileSync("fc-list", ["--format", "%{family} %{style} %{fontversion}\n"], { encoding: "utf8" });
    fonts = createHash("sha256").update(list.split("\n").toSorted().join("\n")).digest("hex").slice(0, 16);
  } catch {
    // Without fontconfig the fonts are unknown, and equal only to other unknown ones.
  }
  return { chromium: browser.version(), fonts, processor: cpus()[0]?.model ?? "unknown" };
}

/** Why pictures are not compared here; null where they are. */
export function goldensMissing(browser: Browser): string | null {
  const painter = painterOf(browser);
  if (isUpdating) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(stamp, `${JSON.stringify(painter, null, 2)}\n`);
    return null;
  }
  if (!existsSync(stamp)) return "no goldens have been made";
  const made = JSON.parse(readFileSync(stamp, "utf8")) as Painter;
  const [wanted, here] = [made, painter].map((of) => `Chromium ${of.chromium}, fonts ${of.fonts}, ${of.processor}`);
  return wanted === here ? null : `goldens are of ${wanted}; here is ${here}`;
}

/** Of all pictures: in bytes, and whose no state is. */
export function keptGoldens(names: readonly string[]): { readonly bytes: number; readonly strangers: string[] } {
  const kept = readdirSync(folder).filter((file) => file.endsWith(".png"));
  const bytes = kept.reduce((sum, file) => sum + statSync(join(folder, file)).size, 0);
  return { bytes, strangers: kept.filter((file) => !names.includes(file.slice(0, -".png".length))) };
}

/** Chromium draws the same rounded corner by a shade otherwise now and then: so many pixels are not a change. */
const roundedCorners = 12;

/** How often a picture is taken until it is as it should be: something may still be on its way to the screen. */
const attempts = 10;

export type Camera = () => Promise<PNG>;

/** Of what the page's window shows; by the protocol itself, which is twice as fast as Playwright's way. */
export async function openCamera(page: Page): Promise<Camera> {
  const session = await page.context().newCDPSession(page);
  return async () => {
    const { data } = await session.send("Page.captureScreenshot", { format: "png", optimizeForSpeed: true });
    return PNG.sync.read(Buffer.from(data, "base64"));
  };
}

/** @returns what is wrong with the picture; null where it is equal, or was written */
export async function goldenProblem({ settle }: Studio, camera: Camera, name: string): Promise<string | null> {
  const path = join(folder, `${name}.png`);
  if (isUpdating) {
    writeFileSync(path, encodePalettePng(await camera()));
    return null;
  }
  if (!existsSync(path)) return `${name}: no golden; UPDATE_GOLDENS=1 writes it`;
  const wanted = PNG.sync.read(readFileSync(path));
  let wrong: string | null = null;
  for (let attempt = 0; attempt < attempts; attempt++) {
    wrong = differenceOf(name, wanted, await camera());
    if (wrong === null) return null;
    await settle();
  }
  return wrong;
}

function differenceOf(name: string, wanted: PNG, got: PNG): string | null {
  const { width, height } = got;
  if (wanted.width !== width || wanted.height !== height) return `${name}: ${width} x ${height} pixels`;
  const difference = new PNG({ width, height });
  const pixels = pixelmatch(wanted.data, got.data, difference.data, width, height, { threshold: 0.1 });
  if (pixels <= roundedCorners) return null;
  mkdirSync(differences, { recursive: true });
  writeFileSync(join(differences, `${name}.png`), PNG.sync.write(difference));
  writeFileSync(join(differences, `${name}.got.png`), PNG.sync.write(got));
  return `${name}: ${pixels} pixels differ; see build/studio-differences/${name}.png`;
}
