/** The set-up's lock: one at a time, whoever dies. */
import { execFile, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { root, temporaryFolder } from "./cli/run-cli.ts";

const execute = promisify(execFile);
const folder = temporaryFolder();
const lock = join(folder, "setup.lock");
const journal = join(folder, "journal");

/** Takes the lock, writes "in", waits a little, writes "out". */
const holder = (wait: string) => `
  import { appendFileSync } from "node:fs";
  import { withLock } from ${JSON.stringify(join(root, "scripts/setup-lock.mjs"))};
  await withLock(${JSON.stringify(lock)}, () => {}, async () => {
    appendFileSync(${JSON.stringify(journal)}, "in\\n");
    ${wait};
    appendFileSync(${JSON.stringify(journal)}, "out\\n");
  });
`;
const hold = (wait: string) => execute(process.execPath, ["--input-type=module", "--eval", holder(wait)]);

test.each([
  ["at work all the time", "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)"],
  ["that wait for others", "await new Promise((resolve) => setTimeout(resolve, 50))"],
])("several at once, %s, go one after the other, past the lock of a process that is gone", async (_, wait) => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  writeFileSync(lock, String(pid));
  writeFileSync(journal, "");
  await Promise.all([hold(wait), hold(wait), hold(wait), hold(wait)]);
  expect(readFileSync(journal, "utf8")).toBe("in\nout\n".repeat(4));
  expect(existsSync(lock)).toBe(false);
});
