/**
 * Takes the pictures of docs/guide: `node test/studio/guide.ts`. The walk from a table to an answer, in a browser of
 * 1280 x 800 over a server and a PostgreSQL of their own; the text that refers to the pictures is written by hand.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { silentLog } from "../../src/base/index.ts";
import { startPostgres } from "../../src/store/index.ts";
import { removePostgres } from "../../src/store/postgres/server.ts";
import { launchChromium, openStudio } from "./browser.ts";
import { mouseHand } from "./hands.ts";
import { customersCsv } from "./made-rows.ts";
import { walkToAnswer } from "./walk.ts";
import { startStudioServer, type StudioServer } from "./world.ts";

const root = join(import.meta.dirname, "../..");
const folder = join(root, "docs/guide");
const limitBytes = 150_000;

async function takePictures({ url, token }: StudioServer): Promise<void> {
  const browser = await launchChromium();
  try {
    const studio = await openStudio(browser, { url, permissions: ["clipboard-read", "clipboard-write"] });
    const { page } = studio;
    let count = 0;
    const onStep = async (name: string): Promise<void> => {
      await studio.settle();
      const path = join(folder, `${String(++count).padStart(2, "0")}-${name}.png`);
      await page.screenshot({ path, animations: "disabled", caret: "hide" });
      const { size } = statSync(path);
      if (size > limitBytes) throw new Error(`${path} has ${size} bytes, more than ${limitBytes}.`);
    };
    const file = { name: "customers.csv", mimeType: "text/csv", buffer: Buffer.from(customersCsv(2000, 1)) };
    await walkToAnswer({ page, hand: mouseHand(page), workspace: "default", token, file, target: "churned", onStep });
    if (studio.problems.length > 0) throw new Error(studio.problems.join("\n"));
  } finally {
    await browser.close();
  }
}

execFileSync(process.execPath, [join(root, "scripts/build-studio.mjs")], { stdio: "inherit" });
mkdirSync(folder, { recursive: true });
const dataFolder = mkdtempSync(join(tmpdir(), "slipway-guide-"));
const postgres = await startPostgres({ dataFolder, log: silentLog });
const server = await startStudioServer(postgres.url);
try {
  await takePictures(server);
} finally {
  await server.close();
  await postgres.close();
  await removePostgres(dataFolder);
  rmSync(dataFolder, { recursive: true, force: true });
}
