import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { capCpu } from "./cpu-cap.ts";

let root = "";
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "slipway-cgroup-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test.runIf(process.platform === "linux")("a cap is written as the kernel reads it (cgroup-v2, cpu.max)", () => {
  const [, own = "/"] = /^0::(.*)$/m.exec(readFileSync("/proc/self/cgroup", "utf8")) ?? [];
  writeFileSync(join(root, "cgroup.controllers"), "cpu memory\n");
  mkdirSync(join(root, own), { recursive: true });
  expect(capCpu(4711, 1.5, root).state).toEqual({ enforced: true, reason: null });
  const group = join(root, own, "slipway-4711");
  expect(readFileSync(join(root, own, "cgroup.subtree_control"), "utf8")).toBe("+cpu");
  expect(readFileSync(join(group, "cpu.max"), "utf8")).toBe("150000 100000");
  expect(readFileSync(join(group, "cgroup.procs"), "utf8")).toBe("4711");
});

test("a cap that the system does not take is not enforced, and says why", () => {
  expect(capCpu(4711, 1, root).state).toEqual({
    enforced: false,
    reason: "this system has no control groups v2",
  });
});
