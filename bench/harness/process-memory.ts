/** Memory of other processes as Linux tells it (proc(5)); null on other systems. */
import { readFileSync } from "node:fs";
import { familyOf } from "./process-family.ts";

/** The most memory that the process has had in RAM so far, in bytes (VmHWM): shared pages of its files included. */
export function peakBytes(pid: number): number | null {
  return statusBytes(pid, "VmHWM");
}

/** What it has in RAM now, in bytes (VmRSS). */
export function residentBytes(pid: number): number | null {
  return statusBytes(pid, "VmRSS");
}

/** What it has in RAM now and shares with no file and no other process by intent, in bytes (RssAnon). */
export function anonymousBytes(pid: number): number | null {
  return statusBytes(pid, "RssAnon");
}

function statusBytes(pid: number, field: string): number | null {
  try {
    const [, kibibytes] =
      new RegExp(`^${field}:\\s+(\\d+) kB`, "m").exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kibibytes === undefined ? null : Number(kibibytes) * 1024;
  } catch {
    return null;
  }
}

const sampleMilliseconds = 100;

/**
 * Watches a process and all its descendants. The peak of each is the kernel's own high-water mark, so that sampling
 * misses only what a process took in its last tenth of a second.
 * @returns a function that ends the watching and gives the sum of all peaks: no less than the true peak of the whole
 */
export function watchTree(pid: number): () => number | null {
  const peaks = new Map<number, number>();
  const sample = (): void => {
    for (const member of familyOf(pid)) {
      const peak = peakBytes(member);
      if (peak !== null) peaks.set(member, Math.max(peak, peaks.get(member) ?? 0));
    }
  };
  sample();
  const timer = setInterval(sample, sampleMilliseconds);
  return () => {
    clearInterval(timer);
    return peaks.size === 0 ? null : [...peaks.values()].reduce((sum, peak) => sum + peak, 0);
  };
}
