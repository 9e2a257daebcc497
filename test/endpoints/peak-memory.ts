/** The most memory that a process had while something was done: Linux tells it, and forgets what was before when asked. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";

/** Why it cannot be told here; null where it can. */
export const peakMissing = existsSync("/proc/self/clear_refs") ? null : "only Linux tells a process's peak memory";

/** @returns bytes by which the peak of the process during `work` was above what it had before */
export async function peakAbove(pid: number, work: () => Promise<unknown>): Promise<number> {
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
  const before = statusBytes(pid, "VmRSS");
  await work();
  return statusBytes(pid, "VmHWM") - before;
}

function statusBytes(pid: number, name: string): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, "m").exec(status)?.[1]) * 1024;
}
