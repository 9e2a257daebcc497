/** Files of one writer: what was said to be in them is in them, however the writer ends and whatever the disk takes. */
import { execFileSync, fork, spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { siblingModule } from "../../base/index.ts";
import { appendFile } from "./append-file.ts";
import { isClosed, lineRange, readHeader, readLines } from "./file-lines.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-spool-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newPath = (): string => join(folder, `${files++}.ndjson`);
const writer = fileURLToPath(siblingModule(import.meta.url, "test-writer-process"));

async function allLines(path: string, bytes = 1 << 20): Promise<string[]> {
  const all: string[] = [];
  for (let position = 0; ;) {
    const { lines, end } = await readLines(path, position, bytes);
    if (end === position) return all;
    all.push(...lines);
    position = end;
  }
}

/** The last number that the writer said to be in the file, once it has said so `times` times. */
async function lastTold(child: ChildProcess, times: number): Promise<number> {
  for (let left = times; ; left--) {
    const [number] = (await once(child, "message")) as [number];
    if (left === 1) return number;
  }
}

describe("a file", () => {
  test("that nothing was added to is not made", async () => {
    const path = newPath();
    expect(await appendFile(path, { limit: 100 }).end()).toBe(true);
    expect(() => readFileSync(path)).toThrow("ENOENT");
  });

  test("has whose it is, its lines and its end; any portion gives the same lines", async () => {
    const path = newPath();
    const file = appendFile(path, { limit: 1000, header: { of: "blue" } });
    const lines = ["one", "two and more", "drei – ü", "{}"];
    for (const line of lines) expect(file.append(`${line}\n`)).toBe(true);
    expect([await file.flush(), await isClosed(path)]).toEqual([true, false]);
    expect(file.append("last\n")).toBe(true);
    expect([await file.end(), await isClosed(path)]).toEqual([true, true]);
    expect(await readHeader(path)).toMatchObject({ pid: process.pid, of: "blue" });
    for (const bytes of [1, 7, 60, 1000]) expect(await allLines(path, bytes)).toEqual([...lines, "last"]);
    const { from, to, next } = await lineRange(path, 0, 20);
    expect(readFileSync(path).subarray(from, to).toString()).toMatch(/^one\n/);
    expect(next).toBeLessThanOrEqual(readFileSync(path).length);
  });

  test("takes nothing beyond its limit, and all of the rest", async () => {
    const path = newPath();
    const file = appendFile(path, { limit: 200 });
    const taken = Array.from({ length: 40 }, (_, i) => `${i}`.padStart(9, "0")).filter((line) =>
      file.append(`${line}\n`),
    );
    expect(taken.length).toBeGreaterThan(5);
    expect(taken.length).toBeLessThan(21);
    await file.end();
    expect(await allLines(path)).toEqual(taken);
  });

  test("with a line that is not finished: it waits", async () => {
    const path = newPath();
    const file = appendFile(path, { limit: 200 });
    file.append("whole\n");
    await file.flush();
    appendFileSync(path, "begin");
    const { lines, end } = await readLines(path, 0, 1000);
    expect(lines).toEqual(["whole"]);
    expect(await lineRange(path, 0, 1000)).toMatchObject({ to: end, next: end });
    appendFileSync(path, "ning\n");
    expect((await readLines(path, end, 1000)).lines).toEqual(["beginning"]);
    await file.end();
  });
});

test("ranges of lines cover the file once, whatever their size", async () => {
  const path = newPath();
  const file = appendFile(path, { limit: 100_000 });
  const lines = Array.from({ length: 200 }, (_, i) => `${i}${"y".repeat((i * 37) % 400)}`);
  file.append(`${lines.join("\n")}\n`);
  await file.end();
  for (const most of [1, 100, 5000, 1 << 20]) {
    let text = "";
    for (let position = 0; ;) {
      const { from, to, next } = await lineRange(path, position, most);
      text += readFileSync(path).subarray(from, to).toString();
      if (next === position) break;
      position = next;
    }
    expect(text).toBe(`${lines.join("\n")}\n`);
  }
});

test("a writer that is killed leaves all lines that it said to be there, in order, and a closed file", async () => {
  for (const times of [1, 3, 20]) {
    const path = newPath();
    const child = fork(writer, [path], { stdio: "ignore" });
    const told = await lastTold(child, times);
    expect(await isClosed(path)).toBe(false);
    child.kill("SIGKILL");
    await once(child, "exit");
    expect(await isClosed(path)).toBe(true);
    const numbers = (await allLines(path)).map((line) => (JSON.parse(line) as { number: number }).number);
    expect(numbers.length).toBeGreaterThan(told);
    expect(numbers).toEqual(numbers.map((_, i) => i));
  }
});

const hasLimits = spawnSync("prlimit", ["--version"]).status === 0;

test.skipIf(!hasLimits)("a disk that takes no more stops nothing, and gets the rest later", async () => {
  const path = newPath();
  // From its beginning, and in the middle of a line: the write that comes to it is cut off there.
  const limited = ["--fsize=100003:", process.execPath, writer, path];
  const child = spawn("prlimit", limited, { stdio: ["ignore", "ignore", "ignore", "ipc"] });
  await expect.poll(() => readFileSync(path).length).toBe(100_003);
  execFileSync("prlimit", ["--pid", String(child.pid), "--fsize=unlimited:"]);
  await lastTold(child, 200);
  child.kill("SIGKILL");
  await once(child, "exit");
  const numbers = (await allLines(path)).map((line) => (JSON.parse(line) as { number: number }).number);
  expect(readFileSync(path).length).toBeGreaterThan(100_003);
  expect(numbers).toEqual(numbers.map((_, i) => i));
});

test("a file whose first line was cut off is nobody's after an hour", async () => {
  const path = newPath();
  writeFileSync(path, '{"pid":1,"proc');
  expect(await isClosed(path)).toBe(false);
  const past = new Date(Date.now() - 3_700_000);
  utimesSync(path, past, past);
  expect([await isClosed(path), await readHeader(path)]).toEqual([true, null]);
});
