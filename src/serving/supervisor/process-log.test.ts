import { appendFileSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { maxLogBytes, rotateProcessLog } from "./process-log.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "slipway-process-log-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("lines are JSON, with errors as data", () => {
  const module = new URL("process-log.ts", import.meta.url).href;
  const code = `import { createProcessLog } from ${JSON.stringify(module)};
    createProcessLog("replica").warn({ err: new Error("out", { cause: new Error("in") }), rows: 2 }, "text");`;
  const { stderr, pid } = spawnSync(process.execPath, ["--input-type=module", "-e", code], { encoding: "utf8" });
  expect(JSON.parse(stderr)).toEqual({
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    level: "warn",
    msg: "text",
    pid,
    role: "replica",
    err: expect.objectContaining({ message: "out", cause: expect.objectContaining({ message: "in" }) }),
    rows: 2,
  });
});

test("a full log makes room, and who has it open goes on in it", () => {
  const file = join(folder, "process.log");
  const writer = openSync(file, "a");
  rotateProcessLog(file);
  writeSync(writer, "first\n");
  appendFileSync(file, Buffer.alloc(maxLogBytes, "x"));
  rotateProcessLog(file);
  writeSync(writer, "second\n");
  closeSync(writer);
  expect(readFileSync(file, "utf8")).toBe("second\n");
  expect(statSync(`${file}.1`).size).toBe(maxLogBytes + "first\n".length);
});
