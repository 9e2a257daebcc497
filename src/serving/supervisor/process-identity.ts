/** Which process a pid means, and what it uses. */
import { readFileSync } from "node:fs";
import { processStart } from "../../base/index.ts";

/** A process, told from later ones with the same pid by when the system started it. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Of this host, in its own unit; without separators, so that it can stand in a file's name. */
  readonly processStart: string;
}

/** @returns null where there is no such process, or only what is left of one until its parent has looked */
export function identityOf(pid: number): ProcessIdentity | null {
  const start = processStart(pid);
  return start === null ? null : { pid, processStart: start.replaceAll(/[^\w]/g, "_") };
}

export function thisProcess(): ProcessIdentity {
  const identity = identityOf(process.pid);
  if (identity === null) throw new Error("The system does not say when this process was started.");
  return identity;
}

export function isAlive(identity: ProcessIdentity): boolean {
  return identityOf(identity.pid)?.processStart === identity.processStart;
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
  return { memoryBytes: residentBytes(pid), cpuSeconds: cpuSeconds(pid) };
}

function residentBytes(pid: number): number | null {
  try {
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
    return kilobytes === undefined ? null : Number(kilobytes) * 1024;
  } catch {
    return null;
  }
}

/** Fields 14 and 15 of proc_pid_stat(5), utime and stime; the name before them may hold blanks and brackets. */
function cpuSeconds(pid: number): number | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  } catch {
    return null;
  }
}
