/** CPU time of other processes as Linux tells it (proc(5)); null on other systems. */
import { readFileSync } from "node:fs";

/** USER_HZ, which is 100 on every Linux that Node runs on: figures are exact to 10 ms a process. */
const ticksPerSecond = 100;

/** User and system time of all of them in seconds, with that of their children that have ended. */
export function cpuSeconds(pids: readonly number[]): number | null {
  if (process.platform !== "linux") return null;
  return pids.reduce((sum, pid) => sum + ticksOf(pid), 0) / ticksPerSecond;
}

/** 0 for one that has ended: its parent has its time. */
function ticksOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name of the program is in brackets and may hold anything; the third field follows it.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return [11, 12, 13, 14].reduce((sum, field) => sum + Number(fields[field]), 0);
  } catch {
    return 0;
  }
}
