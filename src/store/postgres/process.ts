/** Which process a process id means now. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { basename } from "node:path";

/** Whether there is such a process, dead ones that nobody has waited for aside. */
export function isRunning(pid: number): boolean {
  return commandOf(pid) !== null;
}

/**
 * Whether `pid` is a PostgreSQL server on this folder of data. That there is a process is not enough: after a crash its
 * number may belong to another, or to one that is dead and waits to be collected.
 */
export function isPostgresOn(pid: number, data: string): boolean {
  const command = commandOf(pid);
  return command !== null && basename(command.program) === "postgres" && command.rest.includes(data);
}

/** @returns null where the process is absent or dead */
function commandOf(pid: number): { program: string; rest: string } | null {
  if (!Number.isSafeInteger(pid) || pid <= 0) return null;
  return process.platform === "linux" ? commandInProc(pid) : commandOfPs(pid);
}

function commandInProc(pid: number): { program: string; rest: string } | null {
  try {
    // "pid (name) state …"; the name may hold blanks and brackets.
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const state = stat[stat.lastIndexOf(")") + 2] ?? "X";
    if (state === "Z" || state === "X") return null;
    const [program = "", ...rest] = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return { program, rest: rest.join("\n") };
  } catch {
    return null;
  }
}

function commandOfPs(pid: number): { program: string; rest: string } | null {
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-o", "command=", "-p", String(pid)], { encoding: "utf8" });
  const [, state, program, rest] = /^\s*(\S+)\s+(\S+)(.*)/s.exec(stdout ?? "") ?? [];
  if (state === undefined || program === undefined || state.startsWith("Z")) return null;
  return { program, rest: rest ?? "" };
}
