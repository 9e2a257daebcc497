import { fork } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { siblingModule } from "./module-url.ts";
import { makeTemporaryFolder, removeLeftFolders } from "./temporary-folder.ts";

const prefix = `slipway-left-${process.pid}-`;
const made: string[] = [];
afterEach(() => {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function killedFolder(): Promise<string> {
  const child = fork(fileURLToPath(siblingModule(import.meta.url, "test-temporary-folder-process")), [prefix]);
  const [folder] = (await once(child, "message")) as [string];
  child.kill("SIGKILL");
  await once(child, "exit");
  made.push(folder);
  return folder;
}

test("a folder that a killed process left goes, with what is in it; that of a living one stays", async () => {
  const left = await killedFolder();
  mkdirSync(join(left, "0"));
  writeFileSync(join(left, "0", "rows"), "1");
  const own = await makeTemporaryFolder(prefix);
  made.push(own);
  expect(statSync(own).mode & 0o777).toBe(0o700);
  await removeLeftFolders(prefix);
  expect([existsSync(left), existsSync(own)]).toEqual([false, true]);
});

test("a folder that does not say whose it is, or is of another place, stays", async () => {
  const unsigned = mkdtempSync(join(tmpdir(), prefix));
  const spoiled = mkdtempSync(join(tmpdir(), prefix));
  writeFileSync(join(spoiled, "owner.json"), "{");
  const elsewhere = await killedFolder();
  const owner = JSON.parse(readFileSync(join(elsewhere, "owner.json"), "utf8")) as object;
  writeFileSync(join(elsewhere, "owner.json"), JSON.stringify({ ...owner, place: "another" }));
  made.push(unsigned, spoiled);
  await removeLeftFolders(prefix);
  expect([unsigned, spoiled, elsewhere].map((folder) => existsSync(folder))).toEqual([true, true, true]);
});
