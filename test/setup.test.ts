/** The set-up's lock: one at a time, whoever dies. */
import { execFile, spawnSync } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { root, temporaryFolder } from "./cli/run-cli.ts";

const execute = promisify(execFile);
const folder = temporaryFolder();
const lock = join(folder, "setup.lock");
const journal = join(folder, "journal");

/** Takes the lock, writes "in", waits a little, writes "out". */
const holder = `
  import { appendFileSync } from "node:fs";
  import { withLock } from ${JSON.stringify(join(root, "scripts/setup-lock.mjs"))};
  await withLock(${JSON.stringify(lock)}, () => {}, () => {
    appendFileSync(${JSON.stringify(journal)}, "in\\n");
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    appendFileSync(${JSON.stringify(journal)}, "out\\n");
  });
`;
const hold = () => execute(process.execPath, ["--input-type=module", "--eval", holder]);

test("several at once go one after the other, past the lock of a process that is gone", async () => {
  const { pid } = spawnSync(process.execPath, ["--version"]);
  writeFileSync(lock, String(pid));
  appendFileSync(journal, "");
  await Promise.all([hold(), hold(), hold(), hold()]);
  expect(readFileSync(journal, "utf8")).toBe("in\nout\n".repeat(4));
  expect(existsSync(lock)).toBe(false);
});
