/** Which process a process id means: that of a dead one is given again. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * When the system started the process, in its own unit: a later process with the same pid has another.
 * @returns null where there is no such process, or only what is left of one until its parent has looked
 */
export function processStart(pid: number): string | null {
  return process.platform === "linux" ? startInProc(pid) : startOfPs(pid);
}

function startInProc(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // "pid (name) state ppid …": the name may hold blanks and brackets; the start is field 22 (proc_pid_stat(5)).
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state = "X"] = fields;
    return state === "Z" || state === "X" ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

function startOfPs(pid: number): string | null {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
  const [, state, start] = /^\s*(\S+)\s+(.+?)\s*$/.exec(stdout ?? "") ?? [];
  return state === undefined || state.startsWith("Z") ? null : (start ?? null);
}
