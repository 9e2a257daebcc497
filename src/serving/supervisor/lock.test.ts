import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { fork, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { acquireLock, lockHolders } from "./lock.ts";
import { identityOf, thisProcess } from "./process-identity.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-lock-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const options = { name: "test", patience: 0 };

test("a lock is held until it is released", async () => {
  const lock = await acquireLock(folder, options);
  expect(lockHolders(folder, "test")).toEqual([thisProcess()]);
  lock?.release();
  expect(lockHolders(folder, "test")).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});

test("a lock that a living process holds is refused", async () => {
  const other = spawn("sleep", ["60"]);
  try {
    const { pid, processStart } = identityOf(other.pid as number) ?? thisProcess();
    writeFileSync(join(folder, `test.lock-${pid}-${processStart}`), "");
    expect(await acquireLock(folder, options)).toBeNull();
    expect(lockHolders(folder, "test")).toEqual([{ pid, processStart }]);
  } finally {
    other.kill("SIGKILL");
    await once(other, "exit");
  }
  expect(await acquireLock(folder, options)).not.toBeNull();
});

test.each([
  ["no process", "999999999-1"],
  ["another process with the same pid", `${process.pid}-1`],
])("a lock that %s holds is free", async (_name, holder) => {
  writeFileSync(join(folder, `test.lock-${holder}`), "");
  expect(await acquireLock(folder, options)).not.toBeNull();
  expect(existsSync(join(folder, `test.lock-${holder}`))).toBe(false);
});

test("of processes that want it at once exactly one gets it", async () => {
  const children = Array.from({ length: 6 }, () => fork(new URL("test-lock-process.ts", import.meta.url), [folder]));
  try {
    await Promise.all(children.map((child) => once(child, "message")));
    const answers = children.map(async (child) => {
      const [answer] = (await once(child, "message")) as [boolean];
      return answer;
    });
    for (const child of children) child.send("go");
    expect((await Promise.all(answers)).filter(Boolean)).toHaveLength(1);
  } finally {
    for (const child of children) child.kill("SIGKILL");
  }
});
