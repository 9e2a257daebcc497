/** Processes of a step, as Linux shows them: how much memory they use, and which are left when it has ended. */
import { readdirSync, readFileSync } from "node:fs";

/** @returns the text of a file of /proc; empty where the process is gone, or hidden from us */
function readProc(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

/**
 * CPU seconds, user and system, of all children of this process that it has waited for, theirs included (cutime and
 * cstime of proc_pid_stat(5), in ticks of 10 ms). The difference before and after a child is what it used; null where
 * the system has no /proc.
 */
export function childrenCpuSeconds(): number | null {
  const stat = readProc("/proc/self/stat");
  if (stat === "") return null;
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

/** The process and all that descend from it and have their parents still. */
export function processTree(pid: number): number[] {
  const found = [pid];
  for (let i = 0; i < found.length; i++) {
    const children = readProc(`/proc/${found[i]}/task/${found[i]}/children`);
    for (const child of children.split(" ")) if (child !== "") found.push(Number(child));
  }
  return found;
}

/** Bytes of memory of their own: resident, without what is shared with files, which is mostly programs. */
export function memoryOf(pids: readonly number[]): number {
  let pages = 0;
  for (const pid of pids) {
    const [, resident = "0", shared = "0"] = readProc(`/proc/${pid}/statm`).split(" ");
    pages += Number(resident) - Number(shared);
  }
  return pages * 4096;
}

/** Ids of the processes of a user. Whoever hides behind another owner of its files in /proc is found all the same. */
export function processesOf(uid: number, among: readonly number[] = listProcesses()): number[] {
  return among.filter((pid) => {
    const status = readProc(`/proc/${pid}/status`);
    const ids = /^Uid:\t(\d+)\t(\d+)\t(\d+)/m.exec(status);
    return ids !== null && ids.slice(1).some((id) => Number(id) === uid) && !/^State:\tZ/m.test(status);
  });
}

function listProcesses(): number[] {
  return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}

/**
 * Those that may have begun after `pid`, which did so not long ago: their ids are greater, unless the system has begun
 * again at the lowest since.
 */
export function processesSince(pid: number): number[] {
  const newest = Number(readProc("/proc/loadavg").trim().split(" ").at(-1));
  // Nobody has begun one since: that is so after most small programs, on a machine that does nothing else.
  if (newest === pid) return [];
  const all = listProcesses();
  return newest >= pid ? all.filter((other) => other >= pid) : all;
}

/** Of this user: processes that began with this home folder. */
export function processesAtHome(home: string, among: readonly number[] = listProcesses()): number[] {
  return among.filter((pid) => `\0${readProc(`/proc/${pid}/environ`)}`.includes(`\0HOME=${home}\0`));
}

/** Looks at most: each time, what a process started in the meantime is found. */
const mostLooks = 50;

/** Ends all processes of a user id that only steps have. @returns how many there were */
export function endProcessesOf(uid: number): number {
  return endAll(() => processesOf(uid));
}

/** Ends them until none is found any more. @returns how many there were */
export function endAll(find: () => readonly number[]): number {
  let ended = 0;
  for (let look = 0; look < mostLooks; look++) {
    const left = find();
    if (left.length === 0) break;
    // Stopped first, so that none of them starts another meanwhile.
    for (const signal of ["SIGSTOP", "SIGKILL"] as const) for (const pid of left) sendSignal(pid, signal);
    if (look === 0) ended = left.length;
    else pause(2);
  }
  return ended;
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** Nothing happens where the process, or for a negative number the group, is gone. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended.
  }
}
