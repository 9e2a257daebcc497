/** The processes that tables are checked and transformed in: asked again, ended, and never left behind. */
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { DataTasks } from "./messages.ts";
import { runDataTask, type DataTaskOptions } from "./run-data-task.ts";

const folder = mkdtempSync(join(tmpdir(), "slipway-tasks-"));
const file = { path: join(folder, "table.csv"), name: "table@1", options: {} };
const limits = { memory: 2 ** 28, folder };
const isLinux = existsSync("/proc/self/status");

beforeAll(() => writeFileSync(file.path, `id,word\n1,${"a".repeat(60)}!\n2,b\n`));
afterAll(() => rmSync(folder, { recursive: true }));

/** Data processes below a process. */
function childrenOf(pid: number): number[] {
  const listed = execFileSync("ps", ["-e", "-o", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n");
  return listed.flatMap((line) => {
    const [, child, parent, args = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return Number(parent) === pid && args.includes("data-process") ? [Number(child)] : [];
  });
}

type CheckInput = DataTasks["check"]["input"];

const countRows: CheckInput = { file, checks: [{ check: "row_count", name: "rows", min: 1, max: null }], limits };
/** Takes for ever on the first row's word. */
const endless: CheckInput = {
  file,
  checks: [{ check: "pattern", name: "word", column: "word", pattern: "(a+)+" }],
  limits,
};

function run(input: CheckInput, options: Partial<DataTaskOptions> = {}): Promise<DataTasks["check"]["result"]> {
  return runDataTask("check", input, { signal: new AbortController().signal, memoryLimit: 2 ** 31, ...options });
}

describe("a process for data", () => {
  test("is asked again, and is replaced when it is gone", async () => {
    expect(await run(countRows)).toMatchObject({ rows: 2, results: [{ passed: true }] });
    const [first] = childrenOf(process.pid);
    await run(countRows);
    expect(childrenOf(process.pid)).toEqual([first]);
    process.kill(first!, "SIGKILL");
    // Whether or not its end is known by then.
    expect(await run(countRows)).toMatchObject({ rows: 2 });
    expect(childrenOf(process.pid)).not.toContain(first);
  });

  test("computes beside others where several are asked", async () => {
    const found = await Promise.all([run(countRows), run(countRows), run(countRows)]);
    expect(found.map(({ rows }) => rows)).toEqual([2, 2, 2]);
    await expect.poll(() => childrenOf(process.pid).length).toBe(1);
  });

  test("goes on after an error, which names the file as people know it", async () => {
    await run(countRows);
    const before = childrenOf(process.pid);
    const missing = { ...countRows, file: { ...file, path: join(folder, "missing.csv") } };
    await expect(run(missing)).rejects.toMatchObject({
      code: "SLW_DATA_NOT_FOUND",
      message: "There is no file table@1.",
    });
    expect(childrenOf(process.pid)).toEqual(before);
  });

  test("is ended in the middle of a pattern when its step is cancelled", async () => {
    const cancel = new AbortController();
    const running = run(endless, {
      signal: cancel.signal,
      onProgress: (progress) => void (progress === "word" && cancel.abort(new Error("cancelled"))),
    });
    await expect(running).rejects.toThrow("cancelled");
    await expect.poll(() => childrenOf(process.pid)).toEqual([]);
  });

  test.runIf(isLinux)("is ended when it takes too much memory", async () => {
    await expect(run(endless, { memoryLimit: 2 ** 20 })).rejects.toMatchObject({ code: "SLW_DATA_TOO_LARGE" });
  });

  test.runIf(isLinux)("knows nothing of its worker's environment", async () => {
    process.env["SLIPWAY_TEST_SECRET"] = "the-canary-sings";
    await run(countRows);
    const [pid] = childrenOf(process.pid);
    const names = readFileSync(`/proc/${pid}/environ`, "utf8")
      .split("\0")
      .map((entry) => entry.split("=")[0]);
    expect(names.filter(Boolean).toSorted()).toEqual(["NODE_COMPILE_CACHE", "TZ"]);
  });

  test("ends with its worker, even in the middle of a pattern", async () => {
    const module = new URL("./run-data-task.ts", import.meta.url).href;
    const script = `import { runDataTask } from ${JSON.stringify(module)};
      const signal = new AbortController().signal;
      const onProgress = (progress) => progress === "word" && console.log("at work");
      await runDataTask("check", ${JSON.stringify(endless)}, { signal, memoryLimit: 2 ** 31, onProgress });`;
    const worker = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await new Promise<void>((resolve) => worker.stdout.once("data", () => resolve()));
    const [pid] = childrenOf(worker.pid!);
    expect(pid).toBeGreaterThan(0);
    worker.kill("SIGKILL");
    await text(worker.stdout);
    await expect.poll(() => isAlive(pid!)).toBe(false);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
