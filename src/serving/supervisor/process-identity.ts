/** Which process a pid means, and what it uses. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** A process, told from later ones with the same pid by when the system started it. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Of this host, in its own unit; without separators, so that it can stand in a file's name. */
  readonly processStart: string;
}

/** @returns null where there is no such process, or only what is left of one until its parent has looked */
export function identityOf(pid: number): ProcessIdentity | null {
  const start = process.platform === "linux" ? (statOf(pid)?.start ?? null) : startOfPs(pid);
  return start === null ? null : { pid, processStart: start };
}

export function thisProcess(): ProcessIdentity {
  const identity = identityOf(process.pid);
  if (identity === null) throw new Error("The system does not say when this process was started.");
  return identity;
}

export function isAlive({ pid, processStart }: ProcessIdentity): boolean {
  return identityOf(pid)?.processStart === processStart;
}

/** Nothing where the process is gone. */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isAlive(identity)) return;
  try {
    process.kill(identity.pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

export interface ProcessUse {
  /** Resident bytes. */
  readonly memoryBytes: number | null;
  /** Of processor time since its start. */
  readonly cpuSeconds: number | null;
}

/** The kernel's page and tick are these on all platforms that Node's binaries for Linux run on (getconf CLK_TCK). */
const ticksPerSecond = 100;

/** What the system counts of a process; nulls where it does not say. */
export function useOf(pid: number): ProcessUse {
  if (process.platform !== "linux") return { memoryBytes: null, cpuSeconds: null };
  const stat = statOf(pid);
  return { memoryBytes: residentBytes(pid), cpuSeconds: stat === null ? null : stat.ticks / ticksPerSecond };
}

function residentBytes(pid: number): number | null {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}

/** proc_pid_stat(5). */
function statOf(pid: number): { start: string; ticks: number } | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // "pid (name) state ppid …": the name may hold blanks and brackets. utime and stime are fields 14 and 15, the start 22.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state = "X"] = fields;
    const start = fields[19];
    if (state === "Z" || state === "X" || start === undefined) return null;
    return { start, ticks: Number(fields[11]) + Number(fields[12]) };
  } catch {
    return null;
  }
}

function startOfPs(pid: number): string | null {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
  const [, state, start] = /^\s*(\S+)\s+(.+?)\s*$/.exec(stdout ?? "") ?? [];
  return state === undefined || start === undefined || state.startsWith("Z") ? null : start.replaceAll(/[^\w]/g, "_");
}
