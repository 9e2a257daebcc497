/** What the work of this process takes, as far as the system tells: its own threads, not processes that it starts. */
import type { Usage } from "./workers.ts";

/** Since the start of the process. */
export function readUsage(): Usage {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return { cpuSeconds: (userCPUTime + systemCPUTime) / 1e6, peakMemory: maxRSS * 1024 };
}

export interface Meter {
  /** @returns bytes of memory in use now; the more often it is called, the closer is the peak */
  look(): number;
  /** Since the meter was started. */
  read(): Usage;
}

export function startMeter(): Meter {
  const start = readUsage();
  let peak = 0;
  const look = (): number => {
    const used = process.memoryUsage.rss();
    peak = Math.max(peak, used);
    return used;
  };
  look();
  return {
    look,
    read() {
      look();
      const { cpuSeconds, peakMemory } = readUsage();
      // The system knows the peak of the whole life: it is of this time where it has grown.
      return {
        cpuSeconds: cpuSeconds - start.cpuSeconds,
        peakMemory: peakMemory > start.peakMemory ? Math.max(peak, peakMemory) : peak,
      };
    },
  };
}
